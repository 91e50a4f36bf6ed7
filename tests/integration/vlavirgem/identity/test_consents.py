"""Consents: a citizen decides who sees what, finds it back, takes it back; and the town's registers tell the same."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import psycopg
import pytest
from pyld import jsonld
from starlette.testclient import TestClient

from support.openid_client import BASE, ORIGIN, Forms, MovableClock, error_of, register
from support.shacl_oracles import by_engine
from vlavirgem.blocks.app import make_app
from vlavirgem.store.resetting import reset_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem import Town

CITIZEN = "persoon/9"
NUMBER = 9


@pytest.fixture
def browser(clone: Callable[[], str]) -> Iterator[TestClient]:
    """A browser, and a town of this test alone."""
    with TestClient(make_app(clone(), clock=MovableClock()), base_url=ORIGIN) as client:
        yield client


def consents_of(browser: TestClient, number: int = NUMBER) -> list[dict[str, Any]]:
    """The consents of a person that came after the seed."""
    items = browser.get(f"/contact/v1/toestemmingen?persoonId={number}&limiet=1000").json()["items"]
    given = browser.get("/contact/v1/wijzigingen?soort=toestemming&limiet=1000").json()["items"]
    numbers = {one["subject"] for one in given}
    return [one for one in items if one["@id"] in numbers]


def test_the_page_shows_what_would_be_told_and_to_whom(browser: TestClient, town: Town) -> None:
    application = register(browser)
    page = browser.get(application.address(scope="openid profile rrn"))
    form = {"vraag": Forms(page.text).hidden["vraag"], "account": CITIZEN, "middel": "itsme"}
    asked = browser.post(f"{BASE}/authorize/aanmelden", data=form).text
    row = town.tables["personen"].filter(id=NUMBER).row(0, named=True)

    for told in ("Parkeerloket", "toepassing.test", row["voornaam"], row["achternaam"], row["insz"]):
        assert told in asked


def test_a_consent_stands_in_the_register_with_its_history(browser: TestClient) -> None:
    """One for each kind of data, each with an activity that says what it is about."""
    application = register(browser)
    application.tokens(CITIZEN, scope="openid profile rrn")
    consents = consents_of(browser)
    activities = [browser.get(f"/id/{one['gegevenVoor'].partition('/id/')[2]}").json() for one in consents]

    assert ["toegelaten", "toegelaten"] == [one["status"] for one in consents]
    assert ["Uw naam tonen aan Parkeerloket", "Uw rijksregisternummer tonen aan Parkeerloket"] == [
        one["label"] for one in activities
    ]
    told = browser.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    assert ["example.vlavirgem.toestemming.gegeven.v1"] == [one["type"] for one in told]


def test_who_consented_is_not_asked_again_unless_there_is_more(browser: TestClient) -> None:
    application = register(browser)
    application.tokens(CITIZEN, scope="openid profile")
    same = browser.get(application.address(scope="openid profile"), follow_redirects=False)
    more = browser.get(application.address(scope="openid profile rrn"), follow_redirects=False)
    asked = browser.get(application.address(scope="openid profile", prompt="consent"), follow_redirects=False)

    assert [303, 200, 200] == [one.status_code for one in (same, more, asked)]
    assert "rijksregisternummer" in more.text
    assert "Uw naam" not in more.text
    assert 1 == len(consents_of(browser))


def test_a_consent_taken_back_ends_what_was_given(browser: TestClient) -> None:
    """Tokens no longer count, the register keeps both days, and the next time it is asked again."""
    application = register(browser)
    tokens = application.tokens(CITIZEN, scope="openid profile")
    page = browser.get(f"{BASE}/mijn").text
    assert "Parkeerloket" in page
    answer = browser.post(f"{BASE}/mijn/intrekken", data={"client_id": application.client_id})
    assert "ingetrokken" in answer.text

    user = browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    refresh = application.ask_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    again = browser.get(application.address(prompt="none"), follow_redirects=False)
    assert [401, 400] == [user.status_code, refresh.status_code]
    assert "consent_required" == error_of(again)["error"]

    application.tokens(CITIZEN, scope="openid profile", prompt="login")
    before, after = consents_of(browser)
    assert ["geweigerd", "toegelaten"] == [before["status"], after["status"]]
    assert before["ingetrokkenOp"] == before["gegevenOp"]
    changes = browser.get(f"/contact/v1/wijzigingen?soort=toestemming&nummer={before['@id'].rpartition('/')[2]}")
    assert ["nieuw", "gewijzigd"] == [one["data"]["soort"] for one in changes.json()["items"]]


@pytest.mark.parametrize("where", ["contact database", "database"])
def test_a_consent_withdrawn_elsewhere_ends_what_was_given(
    clone: Callable[[], str], where: Literal["contact database", "database"]
) -> None:
    """By the API, or by whoever writes in the database: tokens no longer count, nor after a later consent."""
    url = clone()
    with TestClient(make_app(url, clock=MovableClock()), base_url=ORIGIN) as browser:
        application, other = register(browser), register(browser)
        tokens = application.tokens(CITIZEN, scope="openid profile rrn")
        kept = other.tokens(CITIZEN, scope="openid profile")
        first = consents_of(browser)[0]
        number = first["@id"].rpartition("/")[2]
        if where == "database":
            with psycopg.connect(url) as connection:
                connection.execute("UPDATE toestemmingen SET status = 'geweigerd' WHERE id = %s", [number])
        else:
            path = f"/contact/v1/toestemmingen/{number}"
            tag = browser.get(path).headers["etag"]
            assert 201 == browser.post(f"{path}/intrekkingen", headers={"If-Match": tag}).status_code

        def count() -> list[object]:
            told = browser.post(
                f"{BASE}/introspect",
                data={"token": tokens["access_token"]},
                auth=(application.client_id, application.secret or ""),
            )
            user = browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
            refresh = application.ask_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
            return [told.json()["active"], user.status_code, refresh.json()["error"]]

        ended = [False, 401, "invalid_grant"]
        assert ended == count()
        application.tokens(CITIZEN, scope="openid profile rrn", prompt="login")
        assert ended == count()
        still = browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {kept['access_token']}"})
        assert 200 == still.status_code


def test_consents_of_visitors_keep_our_shapes(browser: TestClient) -> None:
    """The export promises the same of them as of those of the seed."""
    application = register(browser)
    application.tokens(CITIZEN, scope="openid profile")
    browser.post(f"{BASE}/mijn/intrekken", data={"client_id": application.client_id})
    (consent,) = consents_of(browser)
    graph = ""
    for iri in (consent["@id"], consent["gegevenVoor"], consent["dataSubject"]):
        document = browser.get(f"/id/{iri.partition('/id/')[2]}").json()
        context = browser.get(document["@context"]).json()
        graph += jsonld.to_rdf({**document, **context}, {"format": "application/n-quads"})
    shapes = resources.files("vlavirgem.shapes").joinpath("contact.ttl").read_text("utf-8")

    assert set() == by_engine(graph.encode(), shapes)


def test_only_the_person_sees_what_they_consented_to(browser: TestClient) -> None:
    application = register(browser)
    application.tokens(CITIZEN)
    browser.cookies.clear()

    assert "Parkeerloket" not in browser.get(f"{BASE}/mijn").text
    answer = browser.post(f"{BASE}/mijn/intrekken", data={"client_id": application.client_id})
    assert "ingetrokken" not in answer.text
    assert ["toegelaten"] == [one["status"] for one in consents_of(browser)]


def test_whoever_signs_in_at_work_is_not_asked(browser: TestClient, town: Town) -> None:
    """The employer decides what an application sees there."""
    staff = town.tables["medewerkers"]
    official = staff.filter(staff["tot"].is_null(), staff["persoon_id"].is_not_null())["id"][0]
    application = register(browser)
    page = browser.get(application.address(scope="openid profile vo"))
    form = {"vraag": Forms(page.text).hidden["vraag"], "account": f"medewerker/{official}", "middel": "eid"}
    answer = browser.post(f"{BASE}/authorize/aanmelden", data=form, follow_redirects=False)

    assert 200 == application.redeem(application.code_of(answer)).status_code
    assert [] == consents_of(browser)


def test_people_are_found_by_name_work_and_number(browser: TestClient, town: Town) -> None:
    row = town.tables["personen"].filter(id=NUMBER).row(0, named=True)
    application = register(browser)

    def found(words: str, group: str = "") -> list[str]:
        page = browser.get(f"{application.address()}&zoek={words}&wie={group}").text
        return [value for name, value in Forms(page).buttons if name == "account"]

    assert [CITIZEN] == found(row["insz"], "burger")
    assert CITIZEN in found(f"{row['achternaam'].upper()} {row['voornaam'].lower()}")
    assert all(one.startswith("medewerker/") for one in found("loketmedewerker"))
    assert [] == found("bestaatniet")
    assert {"persoon", "medewerker", "mandataris", "zaakvoerder"} <= {one.partition("/")[0] for one in found("")}
    hinted = browser.get(application.address(login_hint=row["insz"])).text
    assert CITIZEN in hinted


def test_a_child_cannot_sign_in(browser: TestClient, town: Town) -> None:
    youngest = town.tables["personen"].sort("geboortedatum")["id"][-1]
    application = register(browser)
    page = browser.get(application.address())
    form = {"vraag": Forms(page.text).hidden["vraag"], "account": f"persoon/{youngest}", "middel": "itsme"}

    assert 400 == browser.post(f"{BASE}/authorize/aanmelden", data=form).status_code


def test_who_left_the_town_cannot_sign_in_any_more(browser: TestClient) -> None:
    """Who died or moved away has no household; they stay in the register, and their tokens no longer count."""
    application = register(browser)
    tokens = application.tokens(CITIZEN)
    with browser.app.state.connections.connection() as connection:  # type: ignore[attr-defined]  # ours
        connection.execute("UPDATE personen SET huishouden_id = NULL, adres_id = NULL WHERE id = %s", [NUMBER])
    refresh = application.ask_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    user = browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    page = browser.get(application.address(login_hint="1"))

    assert [400, 401] == [refresh.status_code, user.status_code]
    assert ("account", CITIZEN) not in Forms(page.text).buttons


def test_a_reset_forgets_who_was_signed_in_and_what_they_consented_to(writing_url: str) -> None:
    """Applications, sessions, tokens and keys are no part of a town; consents of visitors go back with the rest."""
    with TestClient(make_app(writing_url, clock=MovableClock()), base_url=ORIGIN) as browser:
        application = register(browser)
        token = application.tokens(CITIZEN)["access_token"]
        key = browser.get(f"{BASE}/jwks").json()["keys"][0]["kid"]
        reset_town(writing_url)
        user = browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {token}"})

        assert 401 == user.status_code
        assert [] == browser.get(f"{BASE}/toepassingen").json()["items"]
        assert [] == consents_of(browser)
        assert key != browser.get(f"{BASE}/jwks").json()["keys"][0]["kid"]
