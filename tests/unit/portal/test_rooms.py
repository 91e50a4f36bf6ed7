"""The pages of a sandbox's life: asking, resting, proving, and the operator's view."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from proeftuin.portal.views.previews import choices
from proeftuin.portal.views.usage import Reading, shares, spark
from proeftuin_kernel.text import Text
from support import portal_rooms as rooms
from support import portal_views as made
from support.portal_site import OPERATOR, make_site

if TYPE_CHECKING:
    from support.portal_site import MadeUp

REASON = {"reden_nl": "Onderhoud.", "reden_en": "Maintenance."}
MEMORY = Text(nl="Geheugen", en="Memory")


def readings(*values: float) -> list[Reading]:
    """One value every ten seconds."""
    return [Reading(at=made.NOW + timedelta(seconds=10 * number), value=one) for number, one in enumerate(values)]


def test_a_plan_is_shown_on_demand_and_asks_nothing(client: TestClient, desk: MadeUp) -> None:
    """The wish stands in the address: looking can be repeated and sent to a colleague."""
    page = client.get("/proeftuinen/nieuw?naam=Mijn+proef&zaad=7&minuten=60&plan=ja").text
    assert "Wat wordt er gemaakt?" in page
    assert "gehucht, 7" in page
    assert ">map<" in page
    assert ">folder<" in client.get("/proeftuinen/nieuw?plan=ja&naam=x&lang=en").text
    assert 'value="Mijn proef"' in page
    assert "Wat wordt er gemaakt?" not in client.get("/proeftuinen/nieuw").text
    assert [] == desk.asked


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        (0, "Ja, u hoeft niet te wachten."),
        (1, "U wordt nummer 3 in de wachtrij. Verwacht: over 12 minuten."),
        (2, "Onderhoud tot 18 uur."),
        (3, "Uw organisatie heeft al 5 proeftuinen."),
        (4, "Ja, er staat er een klaar."),
    ],
)
def test_the_form_says_whether_there_is_room(client: TestClient, seed: int, words: str) -> None:
    """Nobody has to ask first to learn that they must wait."""
    assert words in client.get(f"/proeftuinen/nieuw?zaad={seed}").text


def test_a_link_is_made_shown_once_and_ended(client: TestClient, desk: MadeUp) -> None:
    """Whole on the next page only; it travels in a cookie that no other page gets."""
    place = f"/proeftuin/{made.SANDBOX}"
    answer = client.post(f"{place}/componenten/dossierloket/voorbeeldlink", data={"hoelang": "60"})
    page = client.get(place)
    again = client.get(place).text
    client.post(f"{place}/voorbeeldlinks/{rooms.PREVIEW}/intrekken")

    assert (303, f"{place}#meekijken") == (answer.status_code, answer.headers["Location"])
    assert f"Path={place};" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert f"http://testserver/voorbeeld/{rooms.TOKEN}/" in page.text
    assert "no-store" == page.headers["Cache-Control"]
    assert rooms.TOKEN not in again
    assert "Voorbeeldlinks die nu werken" in again
    assert [
        ("share", {"name": "dossierloket", "minutes": 60}),
        ("unshare", {"preview_id": rooms.PREVIEW}),
    ] == desk.asked


@pytest.mark.parametrize(
    ("left", "offered"),
    [
        (30, ["einde"]),
        (60, ["einde"]),
        (61, ["60", "einde"]),
        (3000, ["60", "1440", "einde"]),
        (10_080, ["60", "1440", "einde"]),
        (20_000, ["60", "1440", "10080"]),
    ],
)
def test_a_link_is_offered_for_no_longer_than_the_sandbox_is_there(left: int, offered: list[str]) -> None:
    """Nor for longer than a week."""
    assert offered == [one.value for one in choices(left)]


def test_a_link_for_the_whole_life_of_a_sandbox_can_be_asked(client: TestClient, desk: MadeUp) -> None:
    """And not for a time that nobody offered."""
    place = f"/proeftuin/{made.SANDBOX}/componenten/dossierloket/voorbeeldlink"
    client.post(place, data={"hoelang": "einde"})
    assert [("share", {"name": "dossierloket", "minutes": None})] == desk.asked
    assert 400 == client.post(place, data={"hoelang": "altijd"}).status_code


def test_looking_leads_to_the_component_with_a_link_of_the_readers_own(client: TestClient, desk: MadeUp) -> None:
    """The same link as long as it works, so that looking often makes no list of links."""
    place = f"/proeftuin/{made.SANDBOX}/componenten/dossierloket/bekijken"
    first, second = client.post(place), client.post(place)

    assert f'action="{place}"' in client.get(place.removesuffix("/bekijken")).text
    assert f"/voorbeeld/{rooms.TOKEN}/" == first.headers["Location"] == second.headers["Location"]
    assert [None, rooms.TOKEN] == [details["token"] for _, details in desk.asked]


def test_a_plan_for_what_cannot_be_is_explained_beside_the_field(client: TestClient) -> None:
    """As when asking for it."""
    answer = client.get("/proeftuinen/nieuw?minuten=veel&plan=ja")
    assert 400 == answer.status_code
    assert 'href="#f-minuten"' in answer.text


def test_a_sandbox_that_waits_says_its_place_and_when_it_is_its_turn(client: TestClient) -> None:
    """In words, with the moment."""
    page = client.get(f"/proeftuin/{rooms.QUEUED_SANDBOX}").text
    assert "Nummer 2 in de wachtrij" in page
    assert "over 12 minuten" in page


def test_a_sandbox_that_rests_can_be_resumed_and_not_suspended(client: TestClient) -> None:
    """Only what makes sense is offered."""
    page = client.get(f"/proeftuin/{rooms.SUSPENDED_SANDBOX}").text
    assert "/hervatten" in page
    assert "/pauzeren" not in page
    assert "/bewijzen" not in page


def test_the_isolation_record_tells_what_was_tried_and_seen(client: TestClient) -> None:
    """Held and seen to work outside; held but proving nothing; not held and not promised."""
    page = client.get(f"/proeftuin/{made.SANDBOX}").text
    assert "Buiten de proeftuin lukte dezelfde aanval wel." in page
    assert "dat bewijst niets" in page
    assert "Dit niveau belooft ook niet" in page
    assert "cd" * 32 in page
    assert "Alle 2 bewijzen" in page


def test_a_life_is_extended_in_steps_up_to_its_ceiling() -> None:
    """What would pass the ceiling is not offered; what little is left is."""
    view = rooms.sandbox()
    offered = {}
    for left in (0, 30, 90, 60 * 24 * 2):
        expires = made.NOW + timedelta(hours=1)
        changed = replace(view, expires=expires, latest_expiry=expires + timedelta(minutes=left))
        offered[left] = changed.extensions()
    assert {0: (), 30: (30,), 90: (60,), 2880: (60, 1440)} == offered


def test_a_picture_begins_at_zero_and_its_numbers_say_the_same() -> None:
    """Twice as high is twice as much; with one reading there are numbers and no line."""
    found = spark(readings(50, 100), title=MEMORY, unit="MiB", limit=512)
    assert (100, 100, "M2.0 16.0L118.0 2.0") == (found.latest, found.highest, found.path)
    assert "" == spark(readings(5), title=MEMORY, unit="MiB").path
    assert "M2.0 30.0L118.0 30.0" == spark(readings(0, 0), title=MEMORY, unit="MiB").path


def test_processor_time_becomes_a_share_and_a_restart_is_left_out() -> None:
    """A counter that falls belongs to a program that started anew."""
    assert [50.0, 10.0] == [one.value for one in shares(readings(0, 5, 1, 2))]


def test_the_pictures_have_their_numbers_in_words(client: TestClient) -> None:
    """What the line shows can be read without seeing it."""
    page = client.get(f"/proeftuin/{made.SANDBOX}").text
    assert re.search(r"<b>\d+ MiB</b>", page)
    assert "van 512 MiB" in page


def test_only_an_operator_finds_the_way_to_the_operators_page(client: TestClient) -> None:
    """The menu shows what one may."""
    assert 'href="/beheer/proeftuinen"' not in client.get("/over").text
    with TestClient(make_site(principal=OPERATOR)) as operator:
        assert 'href="/beheer/proeftuinen"' in operator.get("/over").text


def test_closing_needs_a_reason_in_both_languages(client: TestClient, desk: MadeUp) -> None:
    """People who wait read it in theirs; what was filled in is kept."""
    answer = client.post("/beheer/proeftuinen/afsluiting", data={**REASON, "reden_en": " "})
    assert 400 == answer.status_code
    assert 'value="Onderhoud."' in answer.text
    assert 'href="#f-reden_en"' in answer.text
    assert [] == desk.asked


def test_closing_and_opening_lead_back_to_the_page(client: TestClient, desk: MadeUp) -> None:
    """Plain forms, so that they work without JavaScript."""
    closed = client.post("/beheer/proeftuinen/afsluiting", data=REASON)
    assert (303, "/beheer/proeftuinen") == (closed.status_code, closed.headers["location"])
    assert "Laat weer toe" in client.get("/beheer/proeftuinen").text
    client.post("/beheer/proeftuinen/afsluiting/opheffen")
    assert [("cordon", {"nl": "Onderhoud.", "en": "Maintenance."}), ("uncordon", {})] == desk.asked


def test_a_heading_sorts_and_a_second_time_the_other_way_round(client: TestClient) -> None:
    """The order stands in the address, with the filter."""
    page = client.get("/beheer/proeftuinen?staat=ready&sort=naam").text
    assert "?staat=ready&amp;sort=-naam" in page
    assert "?staat=ready&amp;sort=staat" in page
    assert 'aria-sort="ascending"' in page


@pytest.mark.parametrize("query", ["staat=weg", "sort=kleur", "organisatie=ik"])
def test_a_filter_that_does_not_exist_is_refused(client: TestClient, query: str) -> None:
    """With a page that says so."""
    assert client.get(f"/beheer/proeftuinen?{query}").status_code in {400, 422}


def test_an_empty_platform_says_so(client: TestClient, desk: MadeUp) -> None:
    """Nothing is measured, nobody waits, nothing is there."""
    desk.empty = True
    page = client.get("/beheer/proeftuinen").text
    assert "Er zijn nu geen proeftuinen" in page
    assert "Zodra iemand een proeftuin opent, staat die hier." in page
    assert "voldoet" not in page
    assert "Er is nog niets gemeten." in page


def test_one_measurement_is_told_without_a_line(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty picture would look broken."""
    view = rooms.sandbox()
    memory = spark(readings(20), title=MEMORY, unit="MiB", limit=256)
    once = replace(view.usage[0], seconds=0, sparks=(memory,))
    monkeypatch.setattr(rooms, "sandbox", lambda _id: replace(view, usage=(once,)))
    page = client.get(f"/proeftuin/{made.SANDBOX}").text

    assert "Eén keer gemeten" in page
    assert "spark-line" not in page
    assert "hoogste" not in page
