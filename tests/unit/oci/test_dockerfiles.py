"""The Dockerfiles of infra/images keep to the same rules as the images that we make without an engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "infra" / "images"
FILES = sorted(FOLDER.glob("*.Dockerfile"))


def instructions(path: Path) -> list[list[str]]:
    text = path.read_text("utf-8").replace("\\\n", " ")
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_there_is_one_for_each_kind_of_image() -> None:
    """Base, platform, town, and every example component."""
    components = {path.parent.name for path in (FOLDER.parents[1] / "sandbox" / "components").glob("*/component.yaml")}

    assert {"base", "platform", "town"} | components == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_image_runs_as_nobody_special_stops_when_told_and_runs_nothing_while_it_is_built(path: Path) -> None:
    """A numeric user, SIGTERM, one command in exec form, and not a single RUN."""
    found = instructions(path)

    assert ["USER", "10001:10001"] in found
    assert ["STOPSIGNAL", "SIGTERM"] in found
    assert "RUN" not in {name for name, _ in found}
    assert found[-1][0] == "CMD"
    assert found[-1][1].startswith("[")


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "base"], ids=lambda path: path.stem)
def test_an_image_stands_on_a_base_that_can_be_chosen_and_says_how_it_is(path: Path) -> None:
    """The same file works on the base of this machine and on one of a registry."""
    found = instructions(path)

    assert [["ARG", "BASE=proeftuin/base:latest"], ["FROM", "${BASE}"]] == found[:2]
    assert "HEALTHCHECK" in {name for name, _ in found}


@pytest.mark.parametrize("name", ["dossierloket", "dossierloket-gebrekkig", "pygeoapi"])
def test_a_component_starts_and_is_judged_as_its_description_says(name: str) -> None:
    """Two files that say the same must say the same."""
    described = (FOLDER.parents[1] / "sandbox" / "components" / name / "component.yaml").read_text("utf-8")
    found = dict(instructions(FOLDER / f"{name}.Dockerfile")[-2:])
    command = re.search(r"command: \[(.*)\]", described)
    health = re.search(r'health: \{path: "?([^,"]+)', described)

    assert command is not None
    assert health is not None
    assert command[1].split(", ") == re.findall(r'"([^"]+)"', found["CMD"])
    assert health[1] in found["HEALTHCHECK"]
