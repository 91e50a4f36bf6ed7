"""Steps of `badge.feature`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, then, when

from proeftuin_conformance.badges import TrustList, verify
from support.acceptance_badges import Kept, with_other
from support.acceptance_client import eventually, problem_of

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from support.acceptance_platform import Platform
    from support.acceptance_stories import Stories


@given(parsers.parse('de badge van de start-up voor "{kit}" als bestand'), target_fixture="kept")
def a_badge_is_kept(platform: Platform, stories: Stories, tmp_path: Path, kit: str) -> Kept:
    return Kept.of(platform, stories.of("hoofdtaak").runs[kit]["badge"], tmp_path)


@given("de lijst van vertrouwde uitgevers en de statuslijst als bestanden")
def the_rest_is_kept(platform: Platform, kept: Kept) -> None:
    kept.fetch_trust(platform)
    kept.fetch_status_list(platform)


@given("het plaatje van de badge als bestand")
def the_image_is_kept(platform: Platform, kept: Kept) -> None:
    kept.subject = kept.folder / "badge.svg"
    kept.subject.write_text(platform.api("een bezoeker").text(f"/api/v1/badges/{kept.id}/image.svg"))


@given(parsers.parse("één teken van de badge is gewijzigd in {place}"))
def one_character_changed(kept: Kept, place: str) -> None:
    document = kept.document
    facts = json.dumps(document)
    digest = facts.index("component-digest")
    places = {
        "de digest van de component": facts[facts.index("sha256:", digest) :][:20],
        "de digest van het rapport": "reports" if "reports" in facts else "/report",
        "de geldigheid": document["validUntil"][:4],
        "de naam van de uitgever": document["issuer"]["name"],
        "de handtekening": document["proof"][0]["proofValue"][:30],
    }
    kept.change(places[place])


@given("de badge is opnieuw ondertekend met de sleutel van een vervalser")
def it_is_forged(kept: Kept) -> None:
    kept.forge()


@given("de badge is een jaar en een dag geleden door het platform ondertekend")
def it_is_old(platform: Platform, kept: Kept) -> None:
    kept.age(platform)


@given("een lege lijst van vertrouwde uitgevers")
def nobody_is_trusted(kept: Kept) -> None:
    (kept.folder / "trust.json").write_text(json.dumps(TrustList().to_dict()))


@given("het bestand van de badge is afgekapt")
def it_is_cut_off(kept: Kept) -> None:
    kept.subject.write_bytes(kept.subject.read_bytes()[:500])


@when("iemand de badge zonder net nakijkt")
@when("iemand het plaatje zonder net nakijkt")
def it_is_checked(kept: Kept) -> None:
    kept.check()


@then("is de badge geldig en is ook de intrekking nagekeken")
def it_is_valid(kept: Kept) -> None:
    assert (0, "") == (kept.exit_code, kept.complaint)
    assert (True, "badge-valid", True) == tuple(kept.answer[key] for key in ("valid", "code", "statusKnown"))
    assert [] == [check for check in kept.answer["checks"] if check["answer"] != "passed"]


@then("is de badge niet geldig")
def it_is_not_valid(kept: Kept) -> None:
    assert 1 == kept.exit_code, kept.complaint
    assert not kept.answer["valid"]


@then(parsers.parse('is de badge niet geldig wegens "{code}"'))
def it_is_not_valid_because(kept: Kept, code: str) -> None:
    it_is_not_valid(kept)
    told = next(check for check in kept.answer["checks"] if check["code"] == code)
    assert code == kept.answer["code"]
    assert told["text"]["nl"] != told["text"]["en"]


@then(parsers.parse('zegt het platform op "{path}" hetzelfde'))
def the_platform_agrees(platform: Platform, kept: Kept, path: str) -> None:
    answer = platform.api("een bezoeker").ask("POST", path, content=kept.subject.read_bytes()).json()

    assert (kept.answer["valid"], kept.answer["code"]) == (answer["valid"], answer["code"])


@then(parsers.parse("maakt een ander teken op elk van {places:d} plaatsen de badge ongeldig"))
def every_character_counts(kept: Kept, places: int) -> None:
    text = kept.subject.read_text()
    trust = TrustList.from_json((kept.folder / "trust.json").read_bytes())
    listed = (kept.folder / "lijst.json").read_bytes()
    letters = [at for at, character in enumerate(text) if character.isalnum()]
    chosen = letters[:: len(letters) // places][:places]
    now = datetime.now(UTC)

    assert verify(text, now=now, trust=trust, status_list=listed).valid
    still_valid = [at for at in chosen if verify(with_other(text, at), now=now, trust=trust, status_list=listed).valid]
    assert [] == still_valid
    assert places == len(chosen)


@then(parsers.parse("stopt het programma met code {code:d} en één regel uitleg"))
def it_stops(kept: Kept, code: int) -> None:
    assert code == kept.exit_code
    assert 1 == len(kept.complaint.splitlines())
    assert "[badge-unreadable]" in kept.complaint


@when("de start-up de badge wil intrekken", target_fixture="refusal")
def the_owner_revokes(platform: Platform, kept: Kept) -> httpx.Response:
    return _revoke(platform, "de start-up", kept, "ik wil er vanaf")


@then("mag dat niet")
def it_may_not(refusal: httpx.Response) -> None:
    assert (403, "forbidden") == (refusal.status_code, problem_of(refusal)["code"])


@when(parsers.parse('de beheerder de badge intrekt omdat "{reason}"'), target_fixture="reason")
def the_operator_revokes(platform: Platform, kept: Kept, reason: str) -> str:
    answer = _revoke(platform, "de beheerder", kept, reason)
    if answer.status_code != 200:
        pytest.fail(answer.text)
    return reason


@then(parsers.parse('is de badge volgens de nieuwe statuslijst niet geldig wegens "{code}"'))
def the_new_list_says_so(platform: Platform, kept: Kept, code: str) -> None:
    kept.fetch_status_list(platform)
    kept.check()
    it_is_not_valid_because(kept, code)


@then(parsers.parse('toont het platform de badge als "{state}", met de reden'))
def the_platform_shows_it(platform: Platform, kept: Kept, state: str, reason: str) -> None:
    visitor = platform.api("een bezoeker")
    answer = visitor.get(f"/api/v1/badges/{kept.id}/verification")

    assert (False, state) == (answer["valid"], answer["state"])
    assert reason == visitor.get(f"/api/v1/badges/{kept.id}/details")["revokedReason"]
    assert reason in visitor.text(f"/badges/{kept.id}")
    assert state in visitor.text(f"/api/v1/badges/{kept.id}/image.svg").lower()


@then(parsers.parse('toont de catalogus de oplossing niet meer als "{state}"'))
def the_catalogue_follows(platform: Platform, stories: Stories, state: str, reason: str) -> None:
    story = stories.of("hoofdtaak")

    def states() -> dict[str, str]:
        items = platform.api("een bezoeker").get("/api/v1/solutions", q="dossierloket")["items"]
        mine = next(item for item in items if item["slug"] == story.slug)
        return {mark["kitId"]: mark["state"] for mark in mine["marks"]}

    found = eventually(states, lambda now: now["api-regels"] != state, seconds=15)
    release = platform.api("een bezoeker").get(f"/api/v1/solutions/{story.slug}")["releases"][0]
    evidence = next(one for one in release["evidence"] if one["kitId"] == "api-regels")

    assert {"api-regels": "verlopen", "generiek-proces": "getest"} == found
    assert reason == evidence["revokedReason"]


@then("staat de intrekking in het auditlogboek")
def it_is_audited(platform: Platform, kept: Kept) -> None:
    facts = platform.api("de start-up").get("/api/v1/audit", action="badge.revoke", subject=kept.id)["items"]

    assert 1 == len(facts)
    assert "Beheerder" in json.dumps(facts[0])


@then("kan de badge geen tweede keer ingetrokken worden")
def it_is_over(platform: Platform, kept: Kept) -> None:
    again = _revoke(platform, "de beheerder", kept, "nog eens")

    assert (409, "badge-already-revoked") == (again.status_code, problem_of(again)["code"])


def _revoke(platform: Platform, person: str, kept: Kept, reason: str) -> httpx.Response:
    return platform.api(person).ask("POST", f"/api/v1/badges/{kept.id}/revocation", json={"reason": reason})
