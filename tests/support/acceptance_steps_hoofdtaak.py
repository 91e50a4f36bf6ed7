"""Steps of `hoofdtaak.feature`."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import httpx
from pytest_bdd import given, parsers, then, when

if TYPE_CHECKING:
    from support.acceptance_platform import Platform
    from support.acceptance_stories import Birth, Stories, Tested


@when("de start-up een proeftuin opent", target_fixture="birth")
def a_sandbox_is_opened(stories: Stories) -> Birth:
    return stories.of("geboorte")


@then("ziet zij elke stap terwijl die gebeurt, in het Nederlands en in het Engels")
def every_step_is_told(birth: Birth) -> None:
    events = [*birth.before, *birth.after]
    steps = [event.data["step"] for event in events if event.kind == "step"]

    assert birth.state_at_first_event in {"requested", "provisioning"}, "the first event came when all was over"
    assert list(range(1, events[-2].data["steps"] + 1)) == sorted(set(steps))
    assert steps == sorted(steps)
    assert [] == [event for event in events if not all(event.data["message"][lang] for lang in ("nl", "en"))]
    assert "end" == events[-1].kind


@then("leest zij na een verbroken verbinding verder waar zij was")
def reading_goes_on(birth: Birth) -> None:
    numbers = [event.number for event in (*birth.before, *birth.after)]

    assert birth.before
    assert birth.after
    assert [event.number for event in birth.again] == numbers
    assert numbers == sorted(set(numbers))


@then("is de proeftuin klaar, met een eigen gemeente en een bewijs van afscherming")
def the_sandbox_is_ready(birth: Birth) -> None:
    sandbox = birth.sandbox
    blocks = httpx.get(f"{sandbox['town']['url']}/basisregisters/v1/adressen", trust_env=False)

    assert "ready" == sandbox["state"]
    assert sandbox["town"]["digest"].startswith("sha256:")
    assert 200 == blocks.status_code
    assert sandbox["isolation"]["holds"]
    assert all(finding["held"] and finding["detected"] for finding in sandbox["isolation"]["findings"])


@given("de proeftuin van de start-up met dossierloket", target_fixture="story")
@when("de start-up dossierloket plaatst", target_fixture="story")
def dossierloket_is_deployed(stories: Stories) -> Tested:
    return stories.of("hoofdtaak")


@then("antwoordt dossierloket met dossiers van de gemeente")
def it_answers_with_cases(story: Tested) -> None:
    cases = httpx.get(f"{story.component['url']}/v1/dossiers", trust_env=False).json()
    products = httpx.get(f"{story.sandbox['town']['url']}/ipdc/v1/producten", trust_env=False).json()

    assert json.dumps(cases).count("/v1/dossiers/")
    assert products


@then("toont het platform wat dossierloket gebruikt en wat het schreef")
def usage_and_logs_are_shown(platform: Platform, story: Tested) -> None:
    api, path = platform.api("de start-up"), f"/api/v1/sandboxes/{story.sandbox['id']}/components/dossierloket"

    assert api.get(path)["usage"]["processes"] >= 1
    assert [] != [line for line in api.text(f"{path}/logs").splitlines() if line]


@when(parsers.parse('de start-up dossierloket laat toetsen met "{kit}"'), target_fixture="run")
def it_is_tested(stories: Stories, kit: str) -> dict[str, Any]:
    return stories.of("hoofdtaak").runs[kit]


@then("is de toets geslaagd en voldoet elke verplichte eis die getoetst is")
def the_run_passes(platform: Platform, run: dict[str, Any]) -> None:
    report = platform.report("de start-up", run)
    must = [row for row in report["requirements"] if row["level"] == "MUST"]

    assert ("done", "pass", []) == (run["state"], run["outcome"], run["withheld"])
    assert [] == report["problems"]
    assert {"pass", "omit", "not_tested"} >= {row["outcome"] for row in must}
    assert [] == [row["id"] for row in must if row["outcome"] == "pass" and not row["applied"]]


@then("is er een badge die zegt wat, waarmee en in welke gemeente getoetst is")
def the_badge_says_what(platform: Platform, run: dict[str, Any]) -> None:
    badge = platform.api("een bezoeker").text(f"/api/v1/badges/{run['badge']}")

    for fact in (run["componentDigest"], run["kitDigest"], run["townDigest"], run["reportDigest"]):
        assert fact in badge
    assert platform.api("een bezoeker").get(f"/api/v1/badges/{run['badge']}/details")["run"] == run["id"]
    assert "<svg" in platform.api("een bezoeker").text(f"/api/v1/badges/{run['badge']}/image.svg")


@then("kan iedereen het rapport lezen waarnaar de badge verwijst")
def the_report_is_public(platform: Platform, run: dict[str, Any]) -> None:
    answer = platform.api("een bezoeker").ask("GET", f"/api/v1/runs/{run['id']}/report")

    assert 200 == answer.status_code
    assert run["reportDigest"] == f"sha256:{hashlib.sha256(answer.content).hexdigest()}"


@when(parsers.parse('een bezoeker de catalogus doorzoekt op "{words}"'), target_fixture="found")
def the_catalogue_is_searched(platform: Platform, stories: Stories, words: str) -> dict[str, Any]:
    stories.of("hoofdtaak")
    answer: dict[str, Any] = platform.api("een bezoeker").get("/api/v1/solutions", q=words)
    return answer


@then(parsers.parse('staat dossierloket daar met "{state}" voor "{kit}"'))
def it_is_listed(stories: Stories, found: dict[str, Any], state: str, kit: str) -> None:
    slug = stories.of("hoofdtaak").slug
    mine = next(item for item in found["items"] if item["slug"] == slug)

    assert [state] == [mark["state"] for mark in mine["marks"] if mark["kitId"] == kit]


@then("staat bij de versie het bewijs met de digests van component, kit en gemeente")
def the_evidence_is_shown(platform: Platform, stories: Stories) -> None:
    story = stories.of("hoofdtaak")
    release = platform.api("een bezoeker").get(f"/api/v1/solutions/{story.slug}")["releases"][0]
    evidence = {one["runId"]: one for one in release["evidence"]}

    for run in story.runs.values():
        one = evidence[run["id"]]
        assert ("pass", run["badge"]) == (one["verdict"], one["badgeId"])
        for name in ("componentDigest", "kitDigest", "townDigest"):
            assert run[name] == one[name]


@then("staan deze wijzigingen in haar auditlogboek:")
def the_audit_log_has_them(platform: Platform, stories: Stories, datatable: list[list[str]]) -> None:
    story = stories.of("hoofdtaak")
    facts = platform.api("de start-up").get("/api/v1/audit", organisation=story.sandbox["organisation"], limit=100)
    for what, who, times in datatable[1:]:
        mine = [fact for fact in facts["items"] if fact["action"] == what]
        assert int(times) == len(mine), what
        by_person = {fact["actor"] is not None for fact in mine}
        assert {who == "de start-up"} == by_person, (what, mine)


@then(parsers.parse("krijgt {who} op elke vraag over die proeftuin {status:d}"))
def everything_is_hidden(platform: Platform, story: Tested, who: str, status: int) -> None:
    place = f"/api/v1/sandboxes/{story.sandbox['id']}"
    component = f"{place}/components/dossierloket"
    wish = {"deployment": story.component["id"], "kit": "api-regels", "mode": "quick"}
    questions: list[tuple[str, str, Any]] = [
        ("GET", place, None),
        ("GET", f"{place}/events", None),
        ("GET", f"{place}/components", None),
        ("GET", component, None),
        ("GET", f"{component}/logs", None),
        ("GET", f"{component}/events", None),
        ("POST", f"{place}/extension", {"minutes": 1}),
        ("POST", f"{place}/reset", None),
        ("POST", f"{component}/publication", None),
        ("DELETE", component, None),
        ("DELETE", place, None),
        ("POST", "/api/v1/runs", wish),
    ]
    api = platform.api(who)
    answers = {f"{method} {path}": api.ask(method, path, json=body) for method, path, body in questions}

    assert {} == {name: answer.text for name, answer in answers.items() if answer.status_code != status}
    assert [] == [name for name, answer in answers.items() if "dossierloket" in answer.text]


@then(parsers.parse("staat de proeftuin niet in de lijst van {who}"))
def it_is_not_listed(platform: Platform, story: Tested, who: str) -> None:
    answer = platform.api(who).ask("GET", "/api/v1/sandboxes", params={"limit": 100})

    assert story.sandbox["id"] not in answer.text
    assert (
        "running"
        == platform.api("de start-up").get(f"/api/v1/sandboxes/{story.sandbox['id']}/components/dossierloket")["state"]
    )
