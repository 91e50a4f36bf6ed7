"""The kit `generiek-proces` catches each flaw, blames exactly one requirement, and spares the correct desk."""

from __future__ import annotations

import re
import subprocess

import pytest

from proeftuin_conformance import Options, Outcome, Report, Target, collect, find_kit, run
from support.asgi_servers import serving_asgi
from support.dossierloket_variants import EXPECTED, variant

KIT = find_kit("generiek-proces")


def judge(flaw: str | None) -> Report:
    with serving_asgi(lambda url: variant(flaw, url)) as url:
        target = Target(base_url=url, openapi_url="/v1/openapi.json", health_url="/gezondheid")
        return collect(run(KIT, target, Options(mode="quick", wall_time_s=60)))


def test_the_correct_desk_passes_every_tested_requirement() -> None:
    """The engines run as a vendor runs them, each in a process started for it."""
    report = judge(None)
    tested = {r.id for r in KIT.requirements if r.tested_by}

    assert [] == [finding.to_dict() for finding in report.findings]
    assert [] == [problem.to_dict() for problem in report.problems]
    assert tested == report.passed_requirements
    assert Outcome.PASS == report.outcome
    assert report.badge_ready


@pytest.mark.usefixtures("quick_engines")
@pytest.mark.parametrize("flaw", sorted(EXPECTED))
def test_each_flaw_fails_exactly_its_own_requirement(flaw: str) -> None:
    report = judge(flaw)

    assert [] == [problem.to_dict() for problem in report.problems]
    assert {EXPECTED[flaw]} == report.failed_requirements, [finding.to_dict() for finding in report.findings]


@pytest.mark.usefixtures("quick_engines")
@pytest.mark.parametrize(
    "flaw", ["elke_volgorde_mag", "besluit_zonder_motivering_mag", "eigen_foutvorm", "wijzigen_na_sluiting_mag"]
)
def test_a_finding_can_be_repeated_after_a_reset(flaw: str) -> None:
    """The commands of the report, typed as they stand, give the same answer on a desk that has no cases yet."""
    report = judge(flaw)
    finding = next(one.observation for one in reversed(report.findings) if one.observation.earlier)
    assert finding.evidence is not None
    with serving_asgi(lambda url: variant(flaw, url)) as fresh:
        script = "\n".join(finding.commands).replace(report.target, fresh)
        said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=True).stdout

    last = said[said.rindex("HTTP/1.1 ") :]
    assert f"HTTP/1.1 {finding.evidence.status} " == last[: len("HTTP/1.1 200 ")], said


def test_every_tested_requirement_has_a_flawed_variant() -> None:
    """A requirement without a flaw that fails it is a requirement whose test may be blind."""
    assert {r.id for r in KIT.requirements if r.tested_by} == set(EXPECTED.values())


def test_every_own_clause_is_written_down() -> None:
    """A requirement without a published clause refers to a numbered text in eisen.md."""
    headings = set(re.findall(r"^## (gp-\d\d)$", (KIT.folder / "eisen.md").read_text(encoding="utf-8"), re.MULTILINE))
    own = {r.clause_url.partition("#")[2] for r in KIT.requirements if not r.clause_url.startswith("https://")}

    assert own == headings
    assert own == {r.id for r in KIT.requirements if r.clause_url == f"eisen.md#{r.id}"}
