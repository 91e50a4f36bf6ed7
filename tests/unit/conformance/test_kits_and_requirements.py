"""Kits are data: malformed data is refused with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_conformance.checks import check, checks_in
from proeftuin_conformance.engines.http_engine import load_checks
from proeftuin_conformance.errors import KitError, UnknownKitError, UsageError
from proeftuin_conformance.kit import HttpPlan, find_kit, load_kits
from proeftuin_conformance.requirements import COLUMNS, load_requirements, requirement_tag
from proeftuin_conformance.target import Target, origin_of

if TYPE_CHECKING:
    from pathlib import Path

ROW = ["r1", "https://voorbeeld.example", "MUST", "a", "t", "t", "x", "x", "http", "", ""]


def register(folder: Path, *rows: list[str], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = folder / "requirements.csv"
    path.write_text("\n".join(",".join(row) for row in [list(columns), *rows]) + "\n", encoding="utf-8")
    return path


def changed(**cells: str) -> list[str]:
    return [cells.get(column, value) for column, value in zip(COLUMNS, ROW, strict=True)]


def test_a_register_is_read_in_order(tmp_path: Path) -> None:
    found = load_requirements(register(tmp_path, ROW, changed(id="r2")))

    assert ["r1", "r2"] == [requirement.id for requirement in found]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (changed(level="SHALL"), "unknown level"),
        (changed(tested_by="magie"), "unknown engine"),
        (changed(tested_by=""), "why it is not tested"),
        (changed(not_tested_reason_nl="n", not_tested_reason_en="e"), "why it is not tested"),
        (changed(title_en=" "), "title_en is empty"),
        (ROW[:-1], "number of cells"),
    ],
)
def test_a_malformed_row_is_refused_with_its_line(tmp_path: Path, row: list[str], words: str) -> None:
    with pytest.raises(KitError, match=words) as refused:
        load_requirements(register(tmp_path, ROW, row))

    assert "requirements.csv:3" in str(refused.value)


def test_columns_are_exactly_the_documented_ones(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="columns"):
        load_requirements(register(tmp_path, ROW[:-1], columns=COLUMNS[:-1]))


def test_two_requirements_that_share_a_tag_are_refused(tmp_path: Path) -> None:
    """A scenario could not say which of the two it verifies."""
    with pytest.raises(KitError, match="share a tag"):
        load_requirements(register(tmp_path, changed(id="a/b"), changed(id="a-b")))


def test_a_tag_is_a_python_name() -> None:
    assert "req__core_semver" == requirement_tag("/core/semver")


@pytest.mark.parametrize("kit_id", sorted(load_kits()))
def test_a_built_in_kit_is_sound(kit_id: str) -> None:
    """Every check verifies a known requirement, and every requirement of the http engine has a check."""
    kit = find_kit(kit_id)
    verified = {
        requirement
        for phase in kit.phases
        if isinstance(phase.plan, HttpPlan)
        for one in load_checks(kit, phase.plan)
        for requirement in one.verifies
    }
    declared = {requirement.id for requirement in kit.requirements if "http" in requirement.tested_by}

    assert declared == verified
    assert {phase.engine for phase in kit.phases} >= {e for r in kit.requirements for e in r.tested_by}
    assert kit.digest == find_kit(kit_id).digest
    assert kit.digest.startswith("sha256:")


def test_an_unknown_kit_names_the_nearest() -> None:
    with pytest.raises(UnknownKitError, match="did you mean 'api-regels'"):
        find_kit("apiregels")


def test_a_check_without_a_requirement_is_refused() -> None:
    with pytest.raises(KitError):
        check(verifies=[])(lambda _: None)


def test_checks_are_found_in_the_order_in_which_they_were_written() -> None:
    from proeftuin_conformance.kits.api_regels import document_checks  # noqa: PLC0415 - read as data

    names = [one.name for one in checks_in(document_checks)]

    assert "path_segments_are_in_kebab_case" == names[0]


@pytest.mark.parametrize("url", ["", "foo", "ftp://x", "http://", "http://x:poort", "file:///etc/passwd"])
def test_an_address_that_is_not_http_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Target(base_url=url)


def test_an_origin_has_its_port_written_out() -> None:
    assert "https://voorbeeld.example:443" == origin_of("https://Voorbeeld.example/v1?x=1")


@pytest.mark.parametrize("kit", ["api-regels", "generiek-proces"])
def test_a_quick_run_verifies_the_same_requirements(kit: str) -> None:
    """The README tells buyers that a quick run leaves no requirement of these kits out."""
    assert all({"quick", "full"} == set(phase.modes) for phase in find_kit(kit).phases)
