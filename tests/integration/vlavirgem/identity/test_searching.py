"""Who can sign in is found by words, in a town of any size, as if everybody were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vlavirgem.store.account_search import search_accounts
from vlavirgem.store.accounts import CITIZEN, MANAGER, OFFICIALS
from vlavirgem.store.connection import connect

if TYPE_CHECKING:
    from vlavirgem import Town

ALL = (CITIZEN, MANAGER, *OFFICIALS)


@pytest.fixture(scope="module")
def grown(town: Town) -> list[dict[str, Any]]:
    """Inhabitants old enough for an eID, by number."""
    twelve = town.reference_date.replace(year=town.reference_date.year - 12)
    rows = town.tables["personen"].sort("id").to_dicts()
    return [
        row
        for row in rows
        if row["huishouden_id"] is not None and row["overlijdensdatum"] is None and row["geboortedatum"] <= twelve
    ]


@pytest.mark.parametrize(
    "part", ["whole name", "part of a surname", "small letters", "first digits", "name and digits", "nobody"]
)
def test_inhabitants_are_found_by_what_is_in_their_name_and_number(
    loaded: str, grown: list[dict[str, Any]], part: str
) -> None:
    """Every word counts; exactly those come that a look at everybody finds, the first ones first."""
    one = grown[len(grown) // 2]
    words = {
        "whole name": f"{one['voornaam']} {one['achternaam']}",
        "part of a surname": one["achternaam"][1:4],
        "small letters": one["voornaam"].lower(),
        "first digits": one["insz"][:4],
        "name and digits": f"{one['achternaam']} {one['insz'][:2]}",
        "nobody": f"{one['voornaam']} qqq",
    }[part]

    def fits(row: dict[str, Any]) -> bool:
        names = f"{row['voornaam']}\n{row['achternaam']}".lower()
        return all(word.lower() in names or row["insz"].startswith(word) for word in words.split())

    expected = [f"persoon/{row['id']}" for row in grown if fits(row)]
    with connect(loaded) as connection:
        found = search_accounts(connection, words, kinds=(CITIZEN,), limit=1000)
        first = search_accounts(connection, words, kinds=(CITIZEN,), limit=2)

    assert (part == "nobody") == (not expected)
    assert expected == [account.key for account in found]
    assert expected[:2] == [account.key for account in first]


def test_all_capacities_are_found_together(loaded: str, town: Town) -> None:
    """By function or organisation too; as many as asked, by capacity and number; without words everybody."""
    with connect(loaded) as connection:
        everybody = search_accounts(connection, "", kinds=ALL, limit=10_000)
        mayors = search_accounts(connection, "burgemeester", kinds=ALL, limit=10)
        some = search_accounts(connection, "", kinds=ALL, limit=7)

    assert set(ALL) == {account.kind for account in everybody}
    assert everybody[:7] == some
    assert sorted(everybody, key=lambda one: (one.kind, int(one.key.partition("/")[2]))) == everybody
    assert mayors
    assert {"mandataris"} == {account.kind for account in mayors}
