"""Steps of `afgewezen.feature`."""

from __future__ import annotations

import json
import re
import shlex
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import httpx
from pytest_bdd import parsers, then, when

from proeftuin.demo.cast import example_components
from support.acceptance_cli import proeftuin

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from support.acceptance_platform import Platform
    from support.acceptance_stories import Stories, Tested

NAME = "dossierloket-gebrekkig"


@when(parsers.parse('de leverancier dossierloket-gebrekkig laat toetsen met "{kit}"'), target_fixture="run")
def it_is_tested(stories: Stories, kit: str) -> dict[str, Any]:
    run: dict[str, Any] = stories.of("afgewezen").runs[kit]
    return run


@then("is de toets niet geslaagd")
def it_fails(run: dict[str, Any]) -> None:
    assert ("done", "fail") == (run["state"], run["outcome"])


@then(parsers.parse('falen precies de eisen "{ids}"'), target_fixture="failed")
def exactly_these_fail(platform: Platform, run: dict[str, Any], ids: str) -> list[str]:
    report = platform.report("de leverancier", run)
    failed = [row["id"] for row in report["requirements"] if row["outcome"] == "fail"]

    assert ids.split(", ") == failed
    assert [] == [row["id"] for row in report["requirements"] if row["outcome"] in {"error", "skip"}]
    assert [] == report["problems"]
    return failed


@then("noemt de README van de component dezelfde eisen")
def the_readme_agrees(failed: list[str]) -> None:
    readme = (example_components() / NAME / "README.md").read_text()

    assert [] == [one for one in failed if one not in readme]


@then("is er geen badge, en staat bij de toets waarom")
def there_is_no_badge(run: dict[str, Any], failed: list[str]) -> None:
    assert run["badge"] is None
    assert len(failed) == len(run["withheld"])
    assert all(reason["nl"] != reason["en"] for reason in run["withheld"])


@then("noemt elke bevinding de eis, de bepaling en wat te doen, in het Nederlands en in het Engels")
def every_finding_is_in_words(platform: Platform, run: dict[str, Any]) -> None:
    report = platform.report("de leverancier", run)
    requirements = {row["id"]: row for row in report["requirements"]}

    assert report["findings"]
    for finding in report["findings"]:
        assert finding["clauseUrl"]
        assert finding["clauseUrl"] == requirements[finding["requirement"]]["clauseUrl"]
        for text in (finding["text"], finding["remedy"], requirements[finding["requirement"]]["text"]):
            assert text["nl"]
            assert text["en"] not in {"", text["nl"]}


@then("toont elke bevinding wat verwacht werd, wat verstuurd werd, wat terugkwam en een curl-opdracht")
def every_finding_shows_evidence(platform: Platform, run: dict[str, Any]) -> None:
    for finding in platform.report("de leverancier", run)["findings"]:
        exchange = finding["exchange"]
        assert ("fail", "product") == (finding["outcome"], finding["class"])
        assert finding["expected"]
        assert finding["actual"]
        assert exchange["request"]["method"]
        assert exchange["response"]["status"]
        assert exchange["response"]["headers"]
        assert exchange["curl"].startswith("curl ")


@then("is de curl-opdracht hetzelfde verzoek")
def curl_is_the_request(platform: Platform, run: dict[str, Any]) -> None:
    """An identifier that the run itself made stands as a variable, which the requests before it fill."""
    for finding in platform.report("de leverancier", run)["findings"]:
        sent, said = finding["exchange"]["request"], _read_curl(finding["exchange"]["curl"])
        assert sent["method"] == said["method"]
        assert _stands_for(said["url"], sent["url"])
        assert _stands_for(said["body"] or "", sent["body"] or "")
        assert [] == [name for name, value in said["headers"].items() if not _stands_for(value, sent["headers"][name])]


def _stands_for(said: str, sent: str) -> bool:
    pattern = re.sub(r"\\\$(ID|ETAG)[0-9]+", r"[^/\\s]+", re.escape(said))
    return re.fullmatch(pattern, sent) is not None


@when("iemand de verzoeken herhaalt die niet steunen op wat de toets zelf aanmaakte", target_fixture="repeated")
def requests_are_repeated(platform: Platform, run: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Cases that the run made itself are gone: the municipality went back to its seed after it."""
    answers = []
    for finding in platform.report("de leverancier", run)["findings"]:
        exchange = finding["exchange"]
        said = _read_curl(exchange["curl"])
        if said["method"] != "GET":
            continue
        answer = httpx.get(said["url"], headers=said["headers"], trust_env=False)
        before = exchange["response"]
        answers.append(
            (
                (before["status"], dict(map(tuple, before["headers"]))["content-type"], before["body"]),
                (answer.status_code, answer.headers["content-type"], answer.text),
            )
        )
    return answers


@then(parsers.parse("komt elke keer hetzelfde antwoord terug, minstens {times:d} keer"))
def the_answers_are_the_same(repeated: list[tuple[Any, Any]], times: int) -> None:
    assert len(repeated) >= times
    for before, now in repeated:
        assert before == now


@when("een bezoeker de oplossing van de leverancier bekijkt", target_fixture="solution")
def the_solution_is_read(platform: Platform, stories: Stories) -> dict[str, Any]:
    found: dict[str, Any] = platform.api("een bezoeker").get(f"/api/v1/solutions/{stories.of('afgewezen').slug}")
    return found


@then(parsers.parse('staat daar "{state}" voor beide kits, met het bewijs'))
def the_catalogue_is_honest(solution: dict[str, Any], state: str) -> None:
    release = solution["releases"][0]

    assert {"api-regels": state, "generiek-proces": state} == {
        mark["kitId"]: mark["state"] for mark in release["marks"]
    }
    assert [("fail", None)] * 2 == [(one["verdict"], one["badgeId"]) for one in release["evidence"]]


@when(parsers.parse("{who} de toets en het rapport van de leverancier opvraagt"), target_fixture="refusals")
def others_ask(platform: Platform, stories: Stories, who: str) -> list[httpx.Response]:
    runs = stories.of("afgewezen").runs.values()
    paths = [f"/api/v1/runs/{run['id']}{tail}" for run in runs for tail in ("", "/report", "/events")]
    return [platform.api(who).ask("GET", path) for path in paths]


@then(parsers.parse("krijgt die {status:d}"))
def they_are_refused(refusals: list[httpx.Response], status: int) -> None:
    assert {status} == {answer.status_code for answer in refusals}


@when(
    'de leverancier "proeftuin conformance run" uitvoert op het gebrekkige dossierloket',
    target_fixture="on_laptop",
)
def it_is_tested_on_a_laptop(stories: Stories, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    story: Tested = stories.of("afgewezen")
    component = story.component
    target = ("--url", component["url"], "--openapi", component["openapiUrl"], "--actor", "aanbieder")
    how = ("--kit", "api-regels", "--mode", "quick", "--report-dir", tmp_path)
    return proeftuin("conformance", "run", *target, *how)


@then(parsers.parse("stopt het programma met code {code:d} en noemt het dezelfde eis als het platform"))
def the_verdict_is_the_same(
    platform: Platform, stories: Stories, on_laptop: subprocess.CompletedProcess[str], code: int, tmp_path: Path
) -> None:
    there = platform.report("de leverancier", stories.of("afgewezen").runs["api-regels"])
    here = json.loads((tmp_path / "report.json").read_text())

    assert code == on_laptop.returncode, on_laptop.stderr
    assert "/core/error-handling/problem-details" in on_laptop.stdout
    assert there["kit"]["digest"] == here["kit"]["digest"]
    assert {row["id"]: row["outcome"] for row in there["requirements"]} == {
        row["id"]: row["outcome"] for row in here["requirements"]
    }


@then("staan er een HTML-, een JSON- en een JUnit-rapport in de map")
def the_reports_are_there(tmp_path: Path) -> None:
    suites = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 - we made it

    assert "problem-details" in (tmp_path / "report.html").read_text()
    assert [] != suites.findall(".//failure")


def _read_curl(command: str) -> dict[str, Any]:
    """Read a curl command as curl would, as far as our reports use it."""
    words = iter(shlex.split(command)[1:])
    said: dict[str, Any] = {"method": "", "url": "", "headers": {}, "body": ""}
    for word in words:
        match word:
            case "-i":
                pass
            case "-X":
                said["method"] = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                said["headers"][name] = value
            case "--data-raw":
                said["body"] = next(words)
            case _:
                assert word.startswith("http"), f"unknown word {word} in {command}"
                said["url"] = word
    said["method"] = said["method"] or ("POST" if said["body"] else "GET")
    return said
