"""Steps of `slechte_invoer.feature`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from support.acceptance_cli import proeftuin
from support.acceptance_client import problem_of
from support.acceptance_misfits import misfit
from support.acceptance_platform import QUOTA
from support.acceptance_processes import gone, living, of_component, of_sandbox
from support.sandbox_bundles import MANIFEST, archive, member

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from support.acceptance_platform import Platform
    from support.acceptance_stories import Misfits, Stories

RESEARCHER, MUNICIPALITY = "de onderzoeker", "de gemeente"
LANGUAGES = ("nl", "en")

Answers = "dict[str, httpx.Response]"


def in_both_languages(platform: Platform, person: str, method: str, path: str, **options: Any) -> Answers:
    """Ask the same twice, in Dutch and in English."""
    return {lang: platform.api(person, language=lang).ask(method, path, **options) for lang in LANGUAGES}


@given(parsers.parse('een component.yaml waarin "{old}" vervangen is door "{new}"'), target_fixture="manifest")
def a_wrong_manifest(old: str, new: str) -> str:
    right = MANIFEST.format(name="klok", run="  command: [./start]", timeout=5, memory=256, processes=4)
    assert 1 == right.count(old)
    return right.replace(old, new)


@when("de onderzoeker die naar een proeftuin stuurt", target_fixture="answers")
def it_is_sent(platform: Platform, laboratory: str, manifest: str) -> Answers:
    bundle = archive(member("component.yaml", manifest.encode()), manifest=False).getvalue()
    path = f"/api/v1/sandboxes/{laboratory}/components/klok"
    return in_both_languages(platform, RESEARCHER, "PUT", path, content=bundle)


@when(parsers.parse('de onderzoeker "{text}" als bundel stuurt'), target_fixture="answers")
def nonsense_is_sent(platform: Platform, laboratory: str, text: str) -> Answers:
    path = f"/api/v1/sandboxes/{laboratory}/components/klok"
    return in_both_languages(platform, RESEARCHER, "PUT", path, content=text.encode())


@then(parsers.re(r'weigert het platform met (?P<status>\d+) en "(?P<code>[a-z-]+)"(?:, in het .*)?'))
def it_is_refused(answers: Answers, status: str, code: str) -> None:
    problems = {lang: problem_of(answer) for lang, answer in answers.items()}

    assert {(int(status), code)} == {(problem["status"], problem["code"]) for problem in problems.values()}
    for words in ("title", "detail"):
        assert problems["nl"][words]
        assert problems["en"][words] not in {"", problems["nl"][words]}


@then(parsers.parse("noemt de fout regel {line:d}, in het Nederlands en in het Engels"))
def the_line_is_named(answers: Answers, line: int) -> None:
    first = {lang: problem_of(answer)["errors"][0] for lang, answer in answers.items()}

    assert {("component.yaml", line)} == {(fault["file"], fault["line"]) for fault in first.values()}
    assert first["nl"]["detail"] != first["en"]["detail"]


@then(parsers.parse('zegt "proeftuin component validate" hetzelfde, met code {code:d}'))
def the_command_agrees(answers: Answers, manifest: str, tmp_path: Path, code: int) -> None:
    (tmp_path / "component.yaml").write_text(manifest)
    done = proeftuin("component", "validate", tmp_path, environment={"PROEFTUIN_LANG": "nl"})
    faults = problem_of(answers["nl"])["errors"]

    assert code == done.returncode
    assert [f"component.yaml:{one['line']}:{one['column']}: {one['detail']}" for one in faults] == (
        done.stderr.splitlines()
    )


@given("de lastposten zijn geplaatst en getoetst", target_fixture="found")
def misfits_are_tested(stories: Stories) -> Misfits:
    return stories.of("lastposten")


@then(
    parsers.parse(
        'is "{name}" niet gestart, met oorzaak "{code}" en raad, in het Nederlands en in het Engels',
    )
)
def it_did_not_start(found: Misfits, name: str, code: str) -> None:
    component = found.components[name]
    failure = component["failure"]

    assert ("failed", code) == (component["state"], failure["code"])
    assert all(failure[part]["nl"] not in {"", failure[part]["en"]} for part in ("cause", "remedy"))


@then(parsers.parse('draait er niets van "{name}"'))
def nothing_of_it_runs(found: Misfits, name: str) -> None:
    assert [] == living(of_component(found.sandbox, name))
    assert [] != living(of_component(found.sandbox, "stuk")), "the look itself is blind"


@then(parsers.parse('kan "{name}" niet getoetst worden'))
def it_cannot_be_tested(platform: Platform, found: Misfits, name: str) -> None:
    wish = {"deployment": found.components[name]["id"], "kit": "api-regels", "mode": "quick"}
    answers = in_both_languages(platform, found.person, "POST", "/api/v1/runs", json=wish)

    it_is_refused(answers, "409", "sandbox-not-ready")


@then(parsers.parse('is het oordeel over "{name}" "{verdict}" met "{codes}"'), target_fixture="tested")
def the_verdict_is(found: Misfits, name: str, verdict: str, codes: str) -> dict[str, Any]:
    run, report = found.runs[name], found.reports[name]
    told = {one["code"] for one in [*report["problems"], *report["findings"]]}

    assert ("done", verdict, verdict) == (run["state"], run["outcome"], report["outcome"])
    assert told & set(codes.split(", ")), told
    assert 1 == run["attempts"]
    return {"run": run, "report": report, "codes": set(codes.split(", "))}


@then("staat in het rapport wat er misging, in het Nederlands en in het Engels")
def it_is_explained(tested: dict[str, Any]) -> None:
    report = tested["report"]
    causes = [one for one in [*report["problems"], *report["findings"]] if one["code"] in tested["codes"]]

    for cause in causes:
        for part in ("text", "remedy"):
            assert cause[part]["nl"] not in {"", cause[part]["en"]}, cause


@then(parsers.parse('is er geen badge voor "{name}"'))
def there_is_no_badge(found: Misfits, name: str) -> None:
    run = found.runs[name]

    assert run["badge"] is None
    assert [] != run["withheld"]


@then(parsers.parse('faalt bij "{name}" alleen de eis "{requirement}"'))
def only_this_fails(found: Misfits, name: str, requirement: str) -> None:
    rows = found.reports[name]["requirements"]

    assert [requirement] == [row["id"] for row in rows if row["outcome"] == "fail"]
    assert [] == [row["id"] for row in rows if row["outcome"] == "error"]


@then(parsers.parse('staat in het verloop van "{name}" de oorzaak "{code}"'))
def the_journal_has_the_cause(platform: Platform, found: Misfits, name: str, code: str) -> None:
    api, path = platform.api(found.person), f"/api/v1/sandboxes/{found.sandbox}/components/{name}"
    after, causes = 1, []
    while not causes:
        for event in api.events(f"{path}/events", after=after):
            after = event.number
            if event.data["code"] == code:
                causes.append(event.data["message"])
                break

    assert all(cause["nl"] != cause["en"] for cause in causes)
    assert api.get(path)["failures"] >= 1


@given(parsers.parse('een proeftuin met "{one}" en "{other}"'), target_fixture="doomed")
def a_sandbox_with(platform: Platform, tmp_path: Path, one: str, other: str) -> str:
    sandbox = str(platform.new_sandbox(RESEARCHER, "Opruimen")["id"])
    for name in (one, other):
        assert "running" == platform.deployed(RESEARCHER, sandbox, name, misfit(name, tmp_path))["state"]
    assert len(living(of_sandbox(sandbox))) >= 3, "a town and two components"
    return sandbox


@when("die proeftuin verwijderd wordt")
def it_is_destroyed(platform: Platform, doomed: str) -> None:
    api = platform.api(RESEARCHER)
    assert 202 == api.ask("DELETE", f"/api/v1/sandboxes/{doomed}").status_code
    assert "destroyed" == api.settled(f"/api/v1/sandboxes/{doomed}")["state"]


@then("draait er niets meer van die proeftuin")
def nothing_runs(doomed: str) -> None:
    assert [] == gone(lambda: living(of_sandbox(doomed)), seconds=1)


@then("staat op schijf niets meer van die proeftuin")
def nothing_is_on_disk(platform: Platform, doomed: str) -> None:
    assert [] == [path for path in (platform.folder / "sandboxes").rglob("*") if doomed in path.name]


@then("bewijst het verslag van de verwijdering dat er niets achterbleef")
def it_is_proved(platform: Platform, doomed: str) -> None:
    record = platform.api(RESEARCHER).get(f"/api/v1/sandboxes/{doomed}")["destruction"]

    assert {"process", "database", "role", "folder"} == {thing["kind"] for thing in record["removed"]}
    assert [] == record["residue"]


@then("zegt het platform dat ze er niet meer is")
def it_is_gone(platform: Platform, doomed: str, tmp_path: Path) -> None:
    path = f"/api/v1/sandboxes/{doomed}"
    bundle = misfit("stuk", tmp_path / "nog-eens")

    it_is_refused(in_both_languages(platform, RESEARCHER, "POST", f"{path}/reset"), "410", "sandbox-gone")
    put = in_both_languages(platform, RESEARCHER, "PUT", f"{path}/components/stuk", content=bundle)
    it_is_refused(put, "410", "sandbox-gone")


@when(parsers.parse('de andere leverancier een component wil laten toetsen met "{kit}"'), target_fixture="answers")
def an_unknown_kit_is_asked(platform: Platform, stories: Stories, kit: str) -> Answers:
    component = stories.of("lastposten").components["stuk"]
    wish = {"deployment": component["id"], "kit": kit}
    return in_both_languages(platform, stories.of("lastposten").person, "POST", "/api/v1/runs", json=wish)


@then(parsers.parse('zegt "proeftuin conformance run" het in één regel, met code {code:d}'))
def the_command_says_so(stories: Stories, code: int) -> None:
    url = stories.of("lastposten").components["stuk"]["url"]
    done = proeftuin("conformance", "run", "--url", url, "--kit", "bestaat-niet")

    assert code == done.returncode
    assert 1 == len(done.stderr.splitlines()), done.stderr
    assert "bestaat-niet" in done.stderr


@given("de gemeente heeft zoveel proeftuinen als mag", target_fixture="sandboxes")
def the_quota_is_used(platform: Platform) -> list[str]:
    return [str(platform.new_sandbox(MUNICIPALITY, f"Nummer {number}")["id"]) for number in range(QUOTA)]


@when("de gemeente nog een proeftuin vraagt", target_fixture="answers")
def one_too_many(platform: Platform, sandboxes: list[str]) -> Answers:
    return in_both_languages(platform, MUNICIPALITY, "POST", "/api/v1/sandboxes", json={"name": "Te veel"})


@then("lukt het weer zodra er een verwijderd is")
def there_is_room_again(platform: Platform, sandboxes: list[str]) -> None:
    api = platform.api(MUNICIPALITY)
    api.ask("DELETE", f"/api/v1/sandboxes/{sandboxes[0]}")
    assert "destroyed" == api.settled(f"/api/v1/sandboxes/{sandboxes[0]}")["state"]
    last = api.post("/api/v1/sandboxes", {"name": "Weer plaats"})["id"]

    for sandbox in (sandboxes[1], last):
        api.ask("DELETE", f"/api/v1/sandboxes/{sandbox}")
        assert "destroyed" == api.settled(f"/api/v1/sandboxes/{sandbox}")["state"]
    assert [] == [left for one in (*sandboxes, last) for left in living(of_sandbox(one))]


@when("de andere leverancier er in dezelfde proeftuin nog een plaatst", target_fixture="answers")
def one_component_too_many(platform: Platform, found: Misfits, tmp_path: Path) -> Answers:
    path = f"/api/v1/sandboxes/{found.sandbox}/components/elfde"
    return in_both_languages(platform, found.person, "PUT", path, content=misfit("elfde", tmp_path))


@when(parsers.parse("een bezoeker {what} ter controle stuurt"), target_fixture="checked")
def nonsense_is_checked(platform: Platform, what: str) -> httpx.Response:
    content = {"een leeg object": b"{}", "tekst die geen JSON is": b"badge?"}[what]
    return platform.api("een bezoeker").ask("POST", "/api/v1/badge-verification", content=content)


@then(parsers.parse('antwoordt het platform {status:d}, met code "{code}"'))
def the_answer_is(checked: httpx.Response, status: int, code: str) -> None:
    assert (status, code) == (checked.status_code, checked.json()["code"])
