"""The base registers are really changed, with history, on the version that was read, and once however often asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vlavirgem_life import faults_of
from support.vlavirgem_registers import (
    BASE,
    CASES,
    FEED,
    ID,
    PERMIT,
    free_addresses,
    move,
    number_of,
    some_household,
    tag,
)
from support.vlavirgem_tables import in_database
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from vlavirgem import Town


def test_a_household_moves_with_all_its_members_and_the_old_address_is_kept(writing: TestClient, town: Town) -> None:
    """Household and persons together, in one transaction; the feed knows where they lived."""
    household, address = some_household(town), free_addresses(town)[0]
    row = town.tables["huishoudens"].filter(id=household).row(0, named=True)

    answer = move(writing, household, address)

    assert 201 == answer.status_code, answer.text
    assert f"{ID}adres/{address}" == answer.json()["gezinsadres"]["verwijstNaar"]
    assert answer.json() == writing.get(answer.headers["location"]).json()
    for member in answer.json()["gezinsleden"]:
        home = writing.get(f"{BASE}/personen/{number_of(member)}").json()["heeftInwonerschap"]["heeftVerblijfplaats"]
        assert f"{ID}adres/{address}" == home["verblijfsadres"]["verwijstNaar"]
    history = writing.get(FEED, params={"soort": "huishouden", "nummer": household}).json()["items"]
    assert [[{"naam": "adres_id", "oudeWaarde": row["adres_id"], "nieuweWaarde": address}]] == [
        change["data"]["attributen"] for change in history
    ]
    assert ["2026-03-09T08:30:00Z"] == [change["time"] for change in history]
    (event,) = writing.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    assert ("example.vlavirgem.huishouden.verhuisd.v1", f"{ID}huishouden/{household}") == (
        event["type"],
        event["subject"],
    )
    assert [{"id": household, "adres_id": address}] == event["data"]["gewijzigd"]["huishoudens"]
    assert row["aantal_leden"] == len(event["data"]["gewijzigd"]["personen"])


def test_nobody_moves_where_they_cannot_live(writing: TestClient, town: Town) -> None:
    """409 with the reason; nothing changes."""
    household = some_household(town)
    own = town.tables["huishoudens"].filter(id=household)["adres_id"][0]
    others = town.tables["huishoudens"]["adres_id"].to_list()
    seat = town.tables["organisaties"]["adres_id"][0]
    other = next(address for address in others if address != own)

    answers = [move(writing, household, address) for address in (own, other, seat, 999_999_999)]

    assert [409] * 4 == [answer.status_code for answer in answers]
    assert [
        "daar woont dit huishouden al",
        "daar woont al een huishouden",
        "daar is de zetel van een organisatie",
        "dit adres bestaat niet",
    ] == [answer.json()["fouten"][0]["reden"] for answer in answers]
    assert [] == writing.get(FEED).json()["items"]


def test_nobody_moves_into_what_is_no_home(writing: TestClient, town: Town) -> None:
    """A school, a workshop or a shop is refused with what it is for; where an establishment is, too."""
    addresses, units = town.tables["adressen"], town.tables["gebouweenheden"]
    units = units.filter(units["bestemming"] != "wonen", units["status"] == "gerealiseerd")
    inside = addresses.filter(addresses["status"] == "inGebruik").join(
        units.select("id", "bestemming"), left_on="gebouweenheid_id", right_on="id"
    )
    assert inside.height
    seats = set(town.tables["organisaties"]["adres_id"])
    for row in inside.filter(~inside["id"].is_in(seats)).unique("bestemming").to_dicts():
        answer = move(writing, some_household(town), row["id"])
        assert 409 == answer.status_code
        assert f"dit is geen woning: de bestemming is {row['bestemming']}" == answer.json()["fouten"][0]["reden"]


def test_a_house_gets_another_number_and_the_old_address_becomes_history(writing: TestClient, town: Town) -> None:
    """Who lives there is at the new address; what was there before can still be read."""
    household = town.tables["huishoudens"].row(0, named=True)
    path = f"{BASE}/adressen/{household['adres_id']}"
    old = writing.get(path).json()

    answer = writing.post(f"{path}/hernummeringen", json={"huisnummer": "901B"}, headers=tag(writing, path))

    assert 201 == answer.status_code, answer.text
    new = answer.json()
    assert (f"{old['straatnaam']} 901B, {old['postcode']} VlaVirGem", "901B") == (
        new["volledigAdres"],
        new["huisnummer"],
    )
    assert old["positie"]["geometrie"]["wkt"] == new["positie"]["geometrie"]["wkt"]
    assert "gehistoreerd" == writing.get(path).json()["status"]
    home = writing.get(f"{BASE}/huishoudens/{household['id']}").json()
    assert new["@id"] == home["gezinsadres"]["verwijstNaar"]
    (event,) = writing.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    assert [number_of(new["@id"])] == [row["id"] for row in event["data"]["nieuw"]["adressen"]]
    again = writing.post(f"{path}/hernummeringen", json={"huisnummer": "902"}, headers=tag(writing, path))
    assert (409, "dit adres is niet meer in gebruik") == (again.status_code, again.json()["fouten"][0]["reden"])


def test_who_works_in_a_house_is_at_its_new_number_too(writing: TestClient, town: Town) -> None:
    """An establishment is where it was, whatever the house is called."""
    establishment = town.tables["vestigingen"].row(0, named=True)
    path = f"{BASE}/adressen/{establishment['adres_id']}"

    new = writing.post(f"{path}/hernummeringen", json={"huisnummer": "903"}, headers=tag(writing, path)).json()

    told = writing.get(f"{BASE}/vestigingen/{establishment['id']}").text
    assert f'"{new["@id"]}"' in told
    assert f'"{ID}adres/{establishment["adres_id"]}"' not in told


def _houses(town: Town) -> list[dict[str, Any]]:
    """Two houses in one street."""
    rows = list(town.tables["adressen"].iter_rows(named=True))
    houses = [row for row in rows if row["busnummer"] is None]
    return [row for row in houses if row["straatnaam_id"] == houses[0]["straatnaam_id"]][:2]


def test_a_number_that_the_street_has_is_not_given_twice(writing: TestClient, town: Town) -> None:
    first, second = _houses(town)
    path = f"{BASE}/adressen/{first['id']}"

    answer = writing.post(
        f"{path}/hernummeringen", json={"huisnummer": second["huisnummer"]}, headers=tag(writing, path)
    )

    assert (409, "huisnummer") == (answer.status_code, answer.json()["fouten"][0]["naam"])


@pytest.mark.parametrize("path", [f"{BASE}/personen/", f"{BASE}/organisaties/"])
def test_a_contact_detail_is_put_right_and_the_others_stay(writing: TestClient, town: Town, path: str) -> None:
    """PATCH with only what changes."""
    table = path.split("/")[3]
    row = town.tables[table].filter(town.tables[table]["telefoon"].is_not_null()).row(0, named=True)
    member = f"{path}{row['id']}"

    answer = writing.patch(f"{member}/contactinfo", json={"telefoon": "+32001234567"}, headers=tag(writing, member))

    assert 200 == answer.status_code, answer.text
    assert "+32001234567" == answer.json()["contactinfo"]["telefoon"]
    assert row["email"] == answer.json()["contactinfo"].get("email")
    assert answer.json() == writing.get(member).json()


@pytest.mark.parametrize(
    "body",
    [
        {"telefoon": "+32470123456"},
        {"telefoon": "09 123 45 67"},
        {"email": "jan@gmail.com"},
        {"email": "jan@x.example.com"},
        {"email": "x" * 65 + "@x.example"},
        {"naam": "Jan"},
        {},
        {"email": None},
        [],
    ],
)
def test_a_contact_detail_that_could_be_real_is_refused(reading: TestClient, body: Any) -> None:
    """What a visitor writes keeps the guarantee of the data: it can be nobody's."""
    path = f"{BASE}/organisaties/1"

    answer = reading.patch(f"{path}/contactinfo", json=body, headers=tag(reading, path))

    assert 400 == answer.status_code
    assert answer.json()["fouten"]


@pytest.mark.parametrize("accept", ["application/json", "application/ld+json", "application/geo+json"])
def test_whoever_writes_says_which_version_they_read(writing: TestClient, accept: str) -> None:
    """428 without, 412 with another one or a weak one (RFC 9110, 13.1.1), and any format will do."""
    path = f"{BASE}/adressen/3"
    read = tag(writing, path, Accept=accept)
    body = {"huisnummer": "903"}

    missing = writing.post(f"{path}/hernummeringen", json=body)
    other = writing.post(f"{path}/hernummeringen", json=body, headers={"If-Match": '"anders"'})
    weak = writing.post(f"{path}/hernummeringen", json=body, headers={"If-Match": f"W/{read['If-Match']}"})
    right = writing.post(f"{path}/hernummeringen", json=body, headers=read)
    late = writing.post(f"{path}/hernummeringen", json=body, headers=read)

    answers = (missing, other, weak, right, late)
    assert [428, 412, 412, 201, 412] == [answer.status_code for answer in answers]
    assert {"application/problem+json"} == {a.headers["content-type"] for a in answers if a.status_code > 400}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "huishoudens/999999999/verhuizingen", {"adres": f"{ID}adres/1"}),
        ("POST", "adressen/999999999/hernummeringen", {"huisnummer": "1"}),
        ("PATCH", "personen/999999999/contactinfo", {"email": "a@b.example"}),
    ],
)
def test_what_is_not_there_cannot_be_changed(reading: TestClient, method: str, path: str, body: Any) -> None:
    answer = reading.request(method, f"{BASE}/{path}", json=body, headers={"If-Match": "*"})

    assert 404 == answer.status_code


def test_what_was_written_fits_together_and_a_reset_undoes_it(
    writing: TestClient, town: Town, writing_url: str
) -> None:
    """References hold, nobody lives with strangers; and then the seed is back, changes and keys included."""
    before = in_database(writing_url)
    move(writing, some_household(town), free_addresses(town)[0])
    path = f"{BASE}/adressen/{town.tables['huishoudens']['adres_id'][1]}"
    writing.post(f"{path}/hernummeringen", json={"huisnummer": "904"}, headers=tag(writing, path))
    writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "sleutel"})
    assert [] == faults_of(in_database(writing_url))

    load_town(town, writing_url, reset=True)

    assert before == in_database(writing_url)
    assert 0 == writing.get(FEED).json()["totaalAantal"]
    assert (
        "idempotent-replayed" not in writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "sleutel"}).headers
    )
