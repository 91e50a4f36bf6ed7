"""Lists: what is asked for, all of it and nothing else, in the order asked for, on pages and as CSV."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import polars as pl
import pytest
from starlette.testclient import TestClient

from vlavirgem.explore.app import make_app
from vlavirgem.explore.searching import folded
from vlavirgem.report.tables import TownTables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem import Town

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def tables(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> TownTables:
    """A small town on disk, opened to look at."""
    place = tmp_path_factory.mktemp("lijsten") / "stad"
    small_town.write(place)
    return TownTables.open(place)


@pytest.fixture(scope="module")
def client(tables: TownTables) -> Iterator[TestClient]:
    """The pages, without a network."""
    with TestClient(make_app(tables), base_url="http://stad.test") as client:
        yield client


def numbers(client: TestClient, address: str | None) -> list[int]:
    """Read a list to its end."""
    found: list[int] = []
    while address:
        page = client.get(address, headers=JSON).json()
        found += [one["nummer"] for one in page["dingen"]]
        address = page["volgende"]
    return found


@pytest.mark.parametrize("order", ["geboortedatum", "-geboortedatum"])
def test_a_list_is_sorted_over_all_its_pages(client: TestClient, tables: TownTables, order: str) -> None:
    persons = tables["personen"].sort("geboortedatum", descending=order.startswith("-"), maintain_order=True)
    assert persons["id"].to_list() == numbers(client, f"/personen?sorteer={order}")


def test_names_are_sorted_without_regard_to_capitals_and_accents(client: TestClient, tables: TownTables) -> None:
    names = dict(tables["personen"].select("id", "achternaam").iter_rows())
    sorted_names = [folded(names[one]) for one in numbers(client, "/personen?sorteer=achternaam")]
    assert sorted(sorted_names) == sorted_names


def test_what_is_empty_comes_last_either_way(client: TestClient, tables: TownTables) -> None:
    """As with buildings whose year nobody knows."""
    years = dict(tables["gebouwen"].select("id", "bouwjaar").iter_rows())
    for order in ("bouwjaar", "-bouwjaar"):
        empty = [years[one] is None for one in numbers(client, f"/gebouwen?sorteer={order}")]
        assert sorted(empty) == empty


def test_choices_together_narrow_a_list(client: TestClient, tables: TownTables) -> None:
    women = tables["personen"].filter(geslacht="FEMALE", nationaliteit="BEL")
    assert women["id"].to_list() == numbers(client, "/personen?geslacht=FEMALE&nationaliteit=BEL")
    household = women["huishouden_id"].drop_nulls()[0]
    narrowed = women.filter(huishouden_id=household)
    assert narrowed["id"].to_list() == numbers(client, f"/personen?geslacht=FEMALE&huishouden_id={household}")


def test_searching_a_list_keeps_its_choices_and_its_order(client: TestClient, tables: TownTables) -> None:
    name = tables["personen"]["achternaam"].mode().sort()[0]
    words = folded(name).split()  # each may be anywhere: who looks for De Clercq finds Declercq too
    expected = {
        row["id"]
        for row in tables["personen"].filter(geslacht="MALE").to_dicts()
        if all(word in folded(f"{row['voornaam']} {row['achternaam']}") for word in words)
    }
    found = numbers(client, f"/personen?q={name}&geslacht=MALE&sorteer=-geboortedatum")
    assert expected == set(found)
    born = dict(tables["personen"].select("id", "geboortedatum").iter_rows())
    assert sorted((born[one] for one in found), reverse=True) == [born[one] for one in found]


def test_a_list_as_csv_holds_every_row_and_column_in_the_same_order(client: TestClient, tables: TownTables) -> None:
    query = "geslacht=MALE&sorteer=-geboortedatum"
    answer = client.get(f"/personen.csv?{query}")
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert 'attachment; filename="vlavirgem-personen.csv"' == answer.headers["content-disposition"]
    read = pl.read_csv(io.BytesIO(answer.content), infer_schema=False)
    assert tables["personen"].columns == read.columns
    assert numbers(client, f"/personen?{query}") == read["id"].cast(pl.Int64).to_list()
    empty = client.get("/personen.csv?q=zzzzqqq")
    assert ",".join(tables["personen"].columns) == empty.text.strip()


def test_every_table_is_there_as_csv(client: TestClient, tables: TownTables) -> None:
    for name in tables.names:
        assert tables[name].height == pl.read_csv(io.BytesIO(client.get(f"/{name}.csv").content)).height, name


def test_the_state_of_a_list_is_in_its_address(client: TestClient) -> None:
    """Headers turn the order, the form keeps it, pages keep everything."""
    page = client.get("/personen?geslacht=FEMALE&sorteer=geboortedatum", headers=HTML).text
    assert 'aria-sort="ascending"' in page
    assert 'href="/personen?geslacht=FEMALE&amp;sorteer=-geboortedatum"' in page
    assert '<input type="hidden" name="sorteer" value="geboortedatum">' in page
    assert '<option value="FEMALE" selected>' in page
    assert 'href="/personen.csv?geslacht=FEMALE&amp;sorteer=geboortedatum"' in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert "geslacht=FEMALE&amp;sorteer=geboortedatum&amp;vanaf=50" in following[1]


@pytest.mark.parametrize(
    "query", ["sorteer=niets", "sorteer=insz'--", "geslacht[]=x", "huishouden_id=abc", "zomaar=1"]
)
def test_what_means_nothing_is_passed_over(client: TestClient, tables: TownTables, query: str) -> None:
    answer = client.get(f"/personen?{query}", headers=JSON)
    assert (200, tables.rows("personen")) == (answer.status_code, answer.json()["totaal"])


def test_a_choice_that_fits_nothing_says_how_to_go_on(client: TestClient) -> None:
    page = client.get("/personen?q=zzzzqqq&taal=en", headers=HTML).text
    assert "Nothing fits your choice" in page
    assert 'href="/personen"' in page
