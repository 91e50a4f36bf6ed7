"""The browsable town: every link leads somewhere, and every page has a twin."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from vlavirgem.explore import views
from vlavirgem.explore.app import make_app
from vlavirgem.explore.links import Back, Links, is_key
from vlavirgem.explore.mapping import Maps, Window
from vlavirgem.explore.searching import Search, folded
from vlavirgem.explore.words import column_name, naming, written
from vlavirgem.report.tables import TownTables
from vlavirgem.report.wording import written_day
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem import Town

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def tables(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> TownTables:
    """A small town on disk, opened to look at."""
    place = tmp_path_factory.mktemp("verkennen") / "stad"
    small_town.write(place)
    return TownTables.open(place)


@pytest.fixture(scope="module")
def links(tables: TownTables) -> Links:
    return Links(tables)


@pytest.fixture(scope="module")
def client(tables: TownTables) -> Iterator[TestClient]:
    """The pages, without a network."""
    with TestClient(make_app(tables), base_url="http://stad.test") as client:
        yield client


def filled(tables: TownTables) -> list[str]:
    """Tables that have rows."""
    return [name for name in tables.names if tables.rows(name)]


def test_every_kind_of_thing_has_a_list_and_a_page(client: TestClient, tables: TownTables) -> None:
    for name in filled(tables):
        number = tables[name]["id"][-1]
        assert client.get(f"/{name}", headers=HTML).status_code == 200, name
        assert client.get(f"/{name}/{number}", headers=HTML).status_code == 200, name


def test_every_link_on_a_page_leads_somewhere(client: TestClient, tables: TownTables) -> None:
    """One page of every kind, and everything it points at."""
    wanted = {f"/{name}/{tables[name]['id'][0]}" for name in filled(tables)} | {"/", "/kaart", "/zoek?q=straat"}
    followed: set[str] = set()
    for page in sorted(wanted):
        found = re.findall(r'href="(/[^"#]*)', client.get(page, headers=HTML).text)
        followed |= {one.replace("&amp;", "&") for one in found if "taal=" not in one and "/gebouwen/" not in one}
    broken = [one for one in sorted(followed)[:400] if client.get(one).status_code != 200]
    assert [] == broken


def test_a_role_that_a_colleague_got_is_on_the_pages_of_both(client: TestClient, tables: TownTables) -> None:
    """Who gave it and who got it, each with a way to the other; and who stood in for a councillor, in words."""
    one = tables["delegaties"].row(0, named=True)
    absent = tables["mandatarissen"].drop_nulls("tijdelijk_vervangen_door_id").row(0, named=True)
    giver, taker, page = (
        client.get(path, headers=HTML).text
        for path in (
            f"/medewerkers/{one['gever_id']}",
            f"/medewerkers/{one['nemer_id']}",
            f"/mandatarissen/{absent['id']}",
        )
    )

    assert "Gaf een rol aan een collega" in giver
    assert "Kreeg een rol van een collega" in taker
    assert f'href="/delegaties/{one["id"]}"' in giver
    assert f'href="/delegaties/{one["id"]}"' in taker
    assert "verhinderd" in page
    assert f'href="/mandatarissen/{absent["tijdelijk_vervangen_door_id"]}"' in page


def test_from_a_person_to_the_neighbourhood_by_links_alone(client: TestClient, tables: TownTables) -> None:
    """Person, household, address, building, parcel, wijk: each page names the next."""
    here = f"/personen/{tables['personen']['id'][0]}"
    for kind in ("huishoudens", "adressen", "gebouwen", "percelen", "wijken"):
        facts = client.get(f"{here}.json").json()["feiten"]
        here = next(fact["href"] for fact in facts if fact.get("href", "").startswith(f"/{kind}/"))
    assert 200 == client.get(here).status_code


def test_what_a_row_points_at_names_it_in_return(links: Links, tables: TownTables) -> None:
    """For every reference: the row is among those that point at its target."""
    for name in filled(tables):
        for column in TABLES[name].columns:
            targets = tables[name][column.name].drop_nulls() if column.references else ()
            if len(targets):
                number = int(targets[0])
                expected = np.flatnonzero((tables[name][column.name] == number).fill_null(value=False).to_numpy())
                assert expected.tolist() == links.pointing(Back(name, column.name), number).tolist(), column.name


def test_a_house_says_who_lives_there(client: TestClient, tables: TownTables) -> None:
    person = tables["personen"].drop_nulls("adres_id").row(0, named=True)
    address = tables["adressen"].filter(tables["adressen"]["id"] == person["adres_id"]).row(0, named=True)
    groups = client.get(f"/gebouwen/{address['gebouw_id']}.json").json()["verwijzingen"]
    assert "Wie er woont" == groups[0]["naam"]
    assert person["id"] in [one["nummer"] for one in groups[0]["dingen"]]


@pytest.mark.parametrize("page", ["/", "/personen", "/zoek?q=de", "/kaart", "/dossiers/1"])
def test_a_page_names_its_twin_and_the_twin_is_json(client: TestClient, tables: TownTables, page: str) -> None:
    address = page.replace("/1", f"/{tables['dossiers']['id'][0]}")
    found = re.search(r'type="application/json" href="([^"]+)"', client.get(address, headers=HTML).text)
    assert found
    twin = client.get(found[1].replace("&amp;", "&"))
    assert "application/json" == twin.headers["content-type"]
    assert twin.json() == client.get(address, headers={"Accept": "application/json"}).json()


def test_a_list_is_read_page_by_page_without_gaps(client: TestClient, tables: TownTables) -> None:
    numbers, here = [], "/personen"
    while here:
        page = client.get(here, headers={"Accept": "application/json"}).json()
        numbers += [one["nummer"] for one in page["dingen"]]
        here = page["volgende"]
    assert tables["personen"]["id"].to_list() == numbers


def test_a_list_beyond_its_end_teaches_instead_of_failing(client: TestClient) -> None:
    answer = client.get("/personen?vanaf=100000", headers=HTML)
    assert 200 == answer.status_code
    assert "De lijst is hier ten einde" in answer.text


@pytest.mark.parametrize("address", ["/niets", "/personen/0", "/personen/abc", "/personen/99999999999", "/static/x"])
def test_what_does_not_exist_is_a_page_too(client: TestClient, address: str) -> None:
    answer = client.get(address, headers=HTML)
    assert 404 == answer.status_code
    assert "Hier is niets" in answer.text


@pytest.mark.parametrize("question", ["/kaart?x=a", "/kaart?breedte=0", "/personen?vanaf=-1", f"/zoek?q={'a' * 200}"])
def test_a_question_that_makes_no_sense_is_refused(client: TestClient, question: str) -> None:
    assert 400 == client.get(question, headers=HTML).status_code


@pytest.mark.parametrize("address", ["/", "/personen", "/niets", "/kaart.svg", "/static/stad.css"])
def test_every_answer_carries_the_headers_that_protect(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert ("nosniff", "DENY") == (headers["x-content-type-options"], headers["x-frame-options"])


def test_pages_have_no_styles_or_scripts_inside(client: TestClient) -> None:
    """The content security policy would stop them."""
    for page in ("/", "/kaart", "/personen", "/zoek?q=de"):
        text = client.get(page, headers=HTML).text
        assert [] == re.findall(r"<style|\sstyle=|<script(?! defer src=)|\son[a-z]+=", text), page


def test_what_somebody_typed_is_only_text(client: TestClient) -> None:
    text = client.get("/zoek", params={"q": "<b>x</b>"}, headers=HTML).text
    assert "<b>x</b>" not in text


def test_the_language_is_chosen_once_and_kept(tables: TownTables) -> None:
    with TestClient(make_app(tables), base_url="http://stad.test") as fresh:
        assert 'lang="nl"' in fresh.get("/", headers={**HTML, "Accept-Language": "nl-BE,en"}).text[:60]
        assert 'lang="en"' in fresh.get("/?taal=en", headers=HTML).text[:60]
        assert 'lang="en"' in fresh.get("/personen", headers={**HTML, "Accept-Language": "nl"}).text[:60]


def test_search_finds_without_accents_and_in_any_order(tables: TownTables, links: Links) -> None:
    person = tables["personen"].row(0, named=True)
    asked = folded(f"{person['achternaam'].upper()} {person['voornaam']}")
    found = next(one for one in Search(tables).find(asked) if one.table == "personen")
    assert person["id"] in [row["id"] for row in links.rows("personen", found.places)]


def test_a_whole_name_comes_before_names_that_begin_with_it(tables: TownTables, links: Links) -> None:
    """Who types Jan looks for Jan, and only then for Janssens."""
    name = tables["personen"]["voornaam"].mode().sort()[0]
    places = next(one for one in Search(tables).find(name) if one.table == "personen").places
    whole = [name in {row["voornaam"], row["achternaam"]} for row in links.rows("personen", places)]
    assert sorted(whole, reverse=True) == whole


@pytest.mark.parametrize("asked", ["", "   ", "zzzzqqq", "%", "((", "\\"])
def test_a_search_for_nothing_finds_nothing_and_never_fails(tables: TownTables, asked: str) -> None:
    assert [] == Search(tables).find(asked)


def test_one_comes_back_to_where_one_was_on_the_map() -> None:
    window = Window(500, 400, 1000)
    assert window == window.zoomed(0.5).zoomed(2)
    assert window == window.moved(0.5, 0.5).moved(-0.5, -0.5)


def test_the_window_of_the_whole_town_shows_every_wijk(links: Links) -> None:
    drawn = Maps(links).window(Maps(links).whole(), "kaart")
    shown = {int(one) for one in re.findall(r'href="/wijken/(\d+)"', drawn)}
    assert set(links.town["wijken"]["id"].to_list()) == shown


def test_a_wijk_in_geojson_lies_where_its_wkt_says(client: TestClient, tables: TownTables) -> None:
    wijk = tables["wijken"]["id"][0]
    features = client.get(f"/kaart/wijken/{wijk}.geojson").json()["features"]
    kinds = {one["geometry"]["type"] for one in features}
    assert {"Polygon", "LineString"} == kinds
    ring = next(one for one in features if one["properties"]["tabel"] == "percelen")["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert all(2 < x < 4 and 51 < y < 52 for x, y in ring)


def test_where_somebody_lived_is_told_as_stretches_of_time(client: TestClient, tables: TownTables) -> None:
    """From a day until a day, or since a day; elsewhere by the name of the town."""
    person = tables["verblijven"].filter(tables["verblijven"]["volgnummer"] == 2)["persoon_id"][0]
    groups = client.get(f"/personen/{person}.json").json()["verwijzingen"]
    lived = next(group for group in groups if group["tabel"] == "verblijven")["dingen"]
    assert all(" – " in one["onder"] for one in lived[:-1])
    assert lived[-1]["onder"].startswith("sinds ")


@pytest.mark.parametrize(("members", "nl", "en"), [(1, "1 lid", "1 member"), (3, "3 leden", "3 members")])
def test_what_is_counted_is_said(links: Links, tables: TownTables, members: int, nl: str, en: str) -> None:
    """Where no name of a column stands beside a number."""
    row = next(row for row in tables["huishoudens"].to_dicts() if row["aantal_leden"] == members)
    assert links.line_below("huishoudens", row, language="nl").endswith(f" · {nl}")
    assert links.line_below("huishoudens", row, language="en").endswith(f" · {en}")


def test_everything_there_is_stands_under_one_theme(client: TestClient, tables: TownTables) -> None:
    """Also what somebody added today."""
    kinds = client.get("/index.json").json()["soorten"]
    grouped = views.themes([*kinds, {"tabel": "iets_nieuws"}], language="en")
    assert sorted([one["tabel"] for one in kinds] + ["iets_nieuws"]) == sorted(
        one["tabel"] for _, group in grouped for one in group
    )
    assert "More" == grouped[-1][0]


def test_what_has_no_name_yet_is_named_after_itself() -> None:
    """A table that was added today has a page today."""
    assert ("iets nieuws", "Nieuwe kolom") == (naming("iets_nieuws").one.nl, column_name("nieuwe_kolom").nl)


@pytest.mark.parametrize(
    ("value", "column", "nl", "en"),
    [
        (date(1947, 1, 20), "geboortedatum", "20 januari 1947", "20 January 1947"),
        (1947, "bouwjaar", "1947", "1947"),
        (12345, "bytes", "12.345", "12,345"),
        (True, "openbaar", "ja", "yes"),
        (224.1, "lengte", "224,1", "224.1"),
        ("47012000006", "insz", "47.01.20-000.06", "47.01.20-000.06"),
        (["A", "B"], "voornamen", "A, B", "A, B"),
        (None, "einde", "", ""),
        (377268.0, "oppervlakte", "377.268", "377,268"),
        (datetime(2024, 8, 21, 8, 0, tzinfo=UTC), "gepubliceerd", "21 augustus 2024, 10:00", "21 August 2024, 10:00"),
    ],
)
def test_values_are_written_for_people(value: Any, column: str, nl: str, en: str) -> None:
    written_both = tuple(written(value, column=column, language=language) for language in ("nl", "en"))
    assert (nl, en) == written_both


@pytest.mark.parametrize("path", ["/personen", "//elders.test/x", "/%5Celders.test", "/personen/%3Fa%00"])
@pytest.mark.parametrize("host", ["stad.test", "t", "http"])
def test_links_of_a_page_to_itself_stay_here(client: TestClient, path: str, host: str) -> None:
    """Whatever the address and the host are: a path that begins with one slash."""
    html = client.get(f"http://stad.test{path}", headers={**HTML, "Host": host}).text

    found = re.findall(r'href="([^"]*(?:taal=en|\.json))"', html)
    assert found
    assert [link for link in found if not re.match(r"/(?![/\\])[\x21-\x7e]*$", link)] == []


def test_a_meeting_is_called_after_its_body_and_day(links: Links, tables: TownTables) -> None:
    """And not after the term, which every meeting of six years would share."""
    first = tables["zittingen"].row(0, named=True)
    day = written_day(first["start"].date(), language="nl")
    assert f"College van burgemeester en schepenen van {day}" == links.title("zittingen", first["id"], "nl")


@pytest.mark.parametrize(
    ("value", "column", "dutch", "english"),
    [
        ("BurgerOverheid", "themas", "burger en overheid", "citizens and government"),
        ("BEL", "nationaliteit", "Belg", "Belgian"),
        ("BEL", "geboorteland", "België", "Belgium"),
        ("+32001000004", "telefoon", "+32 001 00 00 04", "+32 001 00 00 04"),
        ("application/pdf", "mediatype", "pdf", "PDF"),
        (datetime(2024, 12, 31, 22, 59, 59, tzinfo=UTC), "einde", "31 december 2024", "31 December 2024"),
        (datetime(2018, 12, 31, 23, tzinfo=UTC), "start", "1 januari 2019", "1 January 2019"),
    ],
)
def test_codes_are_words(value: Any, column: str, dutch: str, english: str) -> None:
    """Nobody reads a code, the hour at which a mandate begins, or a telephone number in one go."""
    assert dutch == written(value, column=column, language="nl")
    assert english == written(value, column=column, language="en")


def test_children_are_called_children(client: TestClient, tables: TownTables) -> None:
    """What points at a person says what it is to that person."""
    parent = tables["personen"]["ouder1_id"].drop_nulls()[0]
    groups = [group["naam"] for group in client.get(f"/personen/{parent}.json?taal=nl").json()["verwijzingen"]]
    assert "Kinderen" in groups
    assert not [name for name in groups if "(" in name]


def test_what_a_page_is_about_is_not_repeated_in_its_lists(client: TestClient, tables: TownTables) -> None:
    """A councillor's page lists meetings, not the councillor's own name once for each."""
    councillor = tables["aanwezigheden"]["mandataris_id"][0]
    page = client.get(f"/mandatarissen/{councillor}.json?taal=nl").json()
    group = next(one for one in page["verwijzingen"] if one["tabel"] == "aanwezigheden")
    assert page["titel"] not in {one["titel"] for one in group["dingen"]}
    assert " van " in group["dingen"][0]["titel"]
    assert group["dingen"][0]["onder"] in {"aanwezig", "verontschuldigd"}


def test_nobody_chooses_among_keys(client: TestClient, tables: TownTables) -> None:
    """What a list can be narrowed by is words; codes of other lists stand in the register."""
    for name in filled(tables):
        listed = client.get(f"/{name}.json?taal=nl").json()
        assert not [value for one in listed["keuzes"] for value in one["waarden"] if is_key(value["waarde"])], name
        assert not [cell for row in listed["dingen"] for cell in row["cellen"] if is_key(cell["tekst"])], name


def test_who_reads_english_reads_what_the_register_says_in_english(client: TestClient, tables: TownTables) -> None:
    """Title, text and lists; what is there in Dutch alone stays Dutch, and says so to who listens."""
    row = tables["producten"].row(0, named=True)

    english = client.get(f"/producten/{row['id']}?taal=en", headers=HTML).text
    dutch = client.get(f"/producten/{row['id']}?taal=nl", headers=HTML).text

    assert f"<h1>{row['naam_en']}</h1>" in english
    assert row["beschrijving_en"] in english
    assert f"<h1>{row['naam']}</h1>" in dutch
    assert f">{row['naam_en']}</a>" in client.get("/producten?taal=en", headers=HTML).text
    facts = client.get(f"/producten/{row['id']}.json?taal=en").json()["feiten"]
    assert row["naam"] == next(fact["waarde"] for fact in facts if fact["kolom"] == "naam")


@pytest.mark.parametrize("column", ["dossiertype", "levensgebeurtenissen", "your_europe"])
def test_codes_of_services_and_cases_are_words_in_both_languages(tables: TownTables, column: str) -> None:
    """A code that is an ordinary word elsewhere is only said otherwise in its own column."""
    values = tables["producten"][column]
    codes = set((values if column == "dossiertype" else values.explode(empty_as_null=False)).drop_nulls())

    said = {written([code], column=column, language="en") for code in codes}

    assert len(codes) > 10
    assert set() == said & codes - {"attest"}
    assert "zorg" == written("zorg", column="sector", language="en")
