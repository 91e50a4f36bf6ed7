"""A town has one of each edge case, and each listed row is what the list says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from vlavirgem import Town
from vlavirgem.cli import app
from vlavirgem.edge_cases import CASES
from vlavirgem.linked.catalogue import find_entity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Rows = dict[int, dict[str, Any]]


class Look:
    """A town's rows, to judge by plain Python what the list found by columns."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.persons = self.rows("personen")

    def rows(self, table: str) -> Rows:
        """Give the rows of a table by number."""
        return {row["id"]: row for row in self.town.tables[table].iter_rows(named=True)}

    def age(self, person: dict[str, Any]) -> int:
        """Give the age in whole years."""
        today, born = self.town.reference_date, person["geboortedatum"]
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def home(self, person: dict[str, Any]) -> list[dict[str, Any]]:
        """Give who lives in the same household."""
        return [one for one in self.persons.values() if one["huishouden_id"] == person["huishouden_id"]]

    def children(self, person: dict[str, Any]) -> list[dict[str, Any]]:
        """Give who has this person as a parent."""
        return [one for one in self.persons.values() if person["id"] in (one["ouder1_id"], one["ouder2_id"])]


def no_fixed_address(look: Look, person: dict[str, Any]) -> bool:
    return bool(person["adres_id"] == look.rows("organisaties")[2]["adres_id"])


def namesakes(look: Look, person: dict[str, Any]) -> bool:
    names = [(one["voornaam"], one["achternaam"]) for one in look.home(person)]
    return names.count((person["voornaam"], person["achternaam"])) > 1


def twins(look: Look, person: dict[str, Any]) -> bool:
    siblings = [one for one in look.persons.values() if one["ouder1_id"] == person["ouder1_id"]]
    return sum(one["geboortedatum"] == person["geboortedatum"] for one in siblings) == 2


def same_sex(look: Look, household: dict[str, Any]) -> bool:
    head = look.persons[household["gezinshoofd_id"]]
    return any(one["rol"] == "partner" and one["geslacht"] == head["geslacht"] for one in look.home(head))


def double_name(look: Look, person: dict[str, Any]) -> bool:
    parents = [look.persons[person[column]]["achternaam"] for column in ("ouder1_id", "ouder2_id")]
    return any(person["achternaam"].endswith(f" {name}") and person["achternaam"] != name for name in parents)


def three_generations(look: Look, person: dict[str, Any]) -> bool:
    return any(look.children(child) for child in look.children(person))


def councillor_and_vendor(look: Look, person: dict[str, Any]) -> bool:
    vendors = {one["organisatie_id"] for one in look.rows("leveranciers").values()}
    leads = {one["id"] for one in look.rows("organisaties").values() if one["zaakvoerder_id"] == person["id"]}
    mandates = [one for one in look.rows("mandatarissen").values() if one["persoon_id"] == person["id"]]
    return bool(vendors & leads and mandates)


def naturalised(look: Look, person: dict[str, Any]) -> bool:
    events = look.rows("persoonsgebeurtenissen").values()
    return any(one["persoon_id"] == person["id"] and one["type"] == "naturalisatie" for one in events)


def handovers(look: Look, case: dict[str, Any]) -> list[str]:
    given = look.rows("overdrachten").values()
    return [one["reden"] for one in given if one["dossier_id"] == case["id"] and one["overdrager_id"]]


def taken_over(look: Look, case: dict[str, Any]) -> bool:
    left = {one["id"] for one in look.rows("medewerkers").values() if one["tot"] is not None}
    givers = {one["overdrager_id"] for one in look.rows("overdrachten").values() if one["dossier_id"] == case["id"]}
    return bool(left & givers) and "uitdiensttreding" in handovers(look, case)


IS_SO: dict[str, Callable[[Look, dict[str, Any]], bool]] = {
    "persoon-zonder-vaste-woonplaats": no_fixed_address,
    "naamgenoten-in-een-huishouden": namesakes,
    "persoon-van-104": lambda look, person: look.age(person) == 104,
    "gezinshoofd-van-18": lambda look, person: look.age(person) == 18 and person["rol"] == "gezinshoofd",
    "tweeling": twins,
    "koppel-zelfde-geslacht": same_sex,
    "weduwnaar": lambda _, person: (person["burgerlijke_staat"], person["geslacht"]) == ("weduwstaat", "MALE"),
    "naam-met-tussenvoegsel": lambda _, person: person["achternaam"].split()[0] in {"Van", "De"},
    "naam-met-diakritische-tekens": lambda _, person: not (person["voornaam"] + person["achternaam"]).isascii(),
    "dubbele-achternaam": double_name,
    "belg-geworden": naturalised,
    "drie-generaties": three_generations,
    "grootste-gezin": lambda look, household: household["aantal_leden"] >= 5 and bool(look.persons),
    "busnummer-0101": lambda _, address: address["busnummer"] == "0101",
    "adres-hernummerd": lambda look, address: address["vervangen_door"] in look.rows("adressen"),
    "dossier-stopgezet": lambda _, case: case["status"] == "Stopgezet",
    "dossier-driemaal-overgedragen": lambda look, case: len(handovers(look, case)) >= 3,
    "dossier-van-wie-vertrok": taken_over,
    "mandaat-vroegtijdig-beeindigd": lambda look, mandatary: any(
        one["opvolger_van_id"] == mandatary["id"] for one in look.rows("mandatarissen").values()
    ),
    "mandataris-tijdelijk-vervangen": lambda look, mandatary: (
        look.rows("mandatarissen")[mandatary["tijdelijk_vervangen_door_id"]]["start"] == mandatary["start"]
    ),
    "mandataris-en-leverancier": councillor_and_vendor,
    "tweede-vestiging": lambda _, place: not place["is_zetel"],
    "vroegere-toegang": lambda _, right: right["tot"] is not None,
    "delegatie-vroeger-beeindigd": lambda _, delegation: delegation["tot"] < delegation["voorzien_tot"],
    "delegatie-die-loopt": lambda look, delegation: delegation["van"] <= look.town.reference_date < delegation["tot"],
}


@pytest.mark.parametrize("seed", [1830, 6, 309])
def test_each_listed_row_is_what_the_list_says(seed: int) -> None:
    """One of each, whatever the seed; judged row by row, apart from how the list was made."""
    town = Town.generate("gehucht", seed=seed)
    look = Look(town)
    listed = town.tables["randgevallen"]

    assert [case.code for case in CASES] == listed["code"].to_list()
    for case in listed.iter_rows(named=True):
        assert find_entity(case["entiteit"]).table == case["tabel"]
        assert IS_SO[case["code"]](look, look.rows(case["tabel"])[case["rij_id"]]), case


def test_a_tester_can_ask_for_one_of_each(hamlet: Town, tmp_path: Path) -> None:
    """`vlavirgem cases` prints the code and the URI of each."""
    hamlet.write(tmp_path / "town")

    printed = CliRunner().invoke(app, ["cases", str(tmp_path / "town")]).stdout

    for case in hamlet.tables["randgevallen"].iter_rows(named=True):
        assert case["code"] in printed
        assert f"https://data.vlavirgem.example/id/{case['entiteit']}/{case['rij_id']}\n" in printed


def test_twins_have_numbers_of_their_own(hamlet: Town) -> None:
    """All national numbers differ, also of two children of one day."""
    assert hamlet.tables["personen"]["insz"].is_unique().all()
