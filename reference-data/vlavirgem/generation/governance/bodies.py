"""The bodies of the municipality and of its OCMW, their terms and their mandates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.generation.governance.law import committee_members, council_seats, most_aldermen
from vlavirgem.generation.governance.moments import begin_of, end_of
from vlavirgem.place import NAME

if TYPE_CHECKING:
    from vlavirgem.generation.governance.law import Term

_ORGANISATION_OF_MUNICIPALITY, _ORGANISATION_OF_OCMW = 1, 2


class Body(StrEnum):
    """The bodies, by the letters that stand in the numbers of their decisions."""

    COUNCIL = "GR"
    COLLEGE = "CBS"
    MAYOR = "BM"
    WELFARE_COUNCIL = "RMW"
    STANDING_BUREAU = "VB"
    SOCIAL_COMMITTEE = "BCSD"
    GENERAL_MANAGER = "AD"
    FINANCIAL_MANAGER = "FD"


@dataclass(frozen=True, slots=True)
class _Facts:
    name: str
    classification: str
    unit: int


_CODE = "5ab0e9b8a3b2ca7c5e00000"
_BODIES = {
    Body.COUNCIL: _Facts("Gemeenteraad", f"{_CODE}5", 1),
    Body.COLLEGE: _Facts("College van burgemeester en schepenen", f"{_CODE}6", 1),
    Body.MAYOR: _Facts("Burgemeester", "4955bd72cd0e4eb895fdbfab08da0284", 1),
    Body.WELFARE_COUNCIL: _Facts("Raad voor maatschappelijk welzijn", f"{_CODE}7", 2),
    Body.STANDING_BUREAU: _Facts("Vast bureau", f"{_CODE}8", 2),
    Body.SOCIAL_COMMITTEE: _Facts("Bijzonder comité voor de sociale dienst", f"{_CODE}9", 2),
    Body.GENERAL_MANAGER: _Facts("Algemeen directeur", "39854196-f214-4688-87a1-d6ad12baa2fa", 1),
    Body.FINANCIAL_MANAGER: _Facts("Financieel directeur", "62644b9c-4514-41dd-a660-4c35257f2b35", 1),
}
"""Codes of LBLOD's BestuursorgaanClassificatieCode."""


class Function(StrEnum):
    """The functions, by LBLOD's BestuursfunctieCode."""

    COUNCILLOR = "5ab0e9b8a3b2ca7c5e000011"
    COUNCIL_CHAIR = "5ab0e9b8a3b2ca7c5e000012"
    MAYOR = "5ab0e9b8a3b2ca7c5e000013"
    ALDERMAN = "5ab0e9b8a3b2ca7c5e000014"
    WELFARE_COUNCILLOR = "5ab0e9b8a3b2ca7c5e000015"
    WELFARE_CHAIR = "5ab0e9b8a3b2ca7c5e000016"
    BUREAU_MEMBER = "5ab0e9b8a3b2ca7c5e000017"
    BUREAU_CHAIR = "5ab0e9b8a3b2ca7c5e000018"
    COMMITTEE_MEMBER = "5ab0e9b8a3b2ca7c5e000019"
    COMMITTEE_CHAIR = "5ab0e9b8a3b2ca7c5e00001a"
    GENERAL_MANAGER = "39e08271-68db-4282-897f-5cba88c71862"
    FINANCIAL_MANAGER = "6d4cf4dd-2080-4752-8733-d02a036b2df0"


FUNCTION_NAMES = {
    Function.COUNCILLOR: "gemeenteraadslid",
    Function.COUNCIL_CHAIR: "voorzitter van de gemeenteraad",
    Function.MAYOR: "burgemeester",
    Function.ALDERMAN: "schepen",
    Function.WELFARE_COUNCILLOR: "lid van de raad voor maatschappelijk welzijn",
    Function.WELFARE_CHAIR: "voorzitter van de raad voor maatschappelijk welzijn",
    Function.BUREAU_MEMBER: "lid van het vast bureau",
    Function.BUREAU_CHAIR: "voorzitter van het vast bureau",
    Function.COMMITTEE_MEMBER: "lid van het bijzonder comité voor de sociale dienst",
    Function.COMMITTEE_CHAIR: "voorzitter van het bijzonder comité voor de sociale dienst",
    Function.GENERAL_MANAGER: "algemeen directeur",
    Function.FINANCIAL_MANAGER: "financieel directeur",
}
ELECTED = (
    Body.COUNCIL, Body.COLLEGE, Body.MAYOR, Body.WELFARE_COUNCIL, Body.STANDING_BUREAU, Body.SOCIAL_COMMITTEE,
)  # fmt: skip
"""Bodies with terms; the managers are staff."""
_FUNCTIONS = {
    Body.COUNCIL: (Function.COUNCILLOR, Function.COUNCIL_CHAIR),
    Body.COLLEGE: (Function.ALDERMAN,),
    Body.MAYOR: (Function.MAYOR,),
    Body.WELFARE_COUNCIL: (Function.WELFARE_COUNCILLOR, Function.WELFARE_CHAIR),
    Body.STANDING_BUREAU: (Function.BUREAU_MEMBER, Function.BUREAU_CHAIR),
    Body.SOCIAL_COMMITTEE: (Function.COMMITTEE_MEMBER, Function.COMMITTEE_CHAIR),
}


def body_number(body: Body) -> int:
    """Give the number of a body."""
    return list(_BODIES).index(body) + 1


def body_in_term_number(body: Body, *, term: int) -> int:
    """Give the number of a body in a term; terms count from 0."""
    return term * len(ELECTED) + ELECTED.index(body) + 1


def mandate_number(function: Function, *, term: int) -> int:
    """Give the number of a mandate in a term."""
    flat = [one for body in ELECTED for one in _FUNCTIONS[body]]
    return term * len(flat) + flat.index(function) + 1


def make_units_table() -> pl.DataFrame:
    """Make the table `bestuurseenheden`; codes of LBLOD's BestuurseenheidClassificatieCode."""
    return pl.DataFrame(
        {
            "id": [1, 2],
            "soort": ["gemeente", "ocmw"],
            "naam": [f"Gemeente {NAME}", f"OCMW {NAME}"],
            "classificatie": ["5ab0e9b8a3b2ca7c5e000001", "5ab0e9b8a3b2ca7c5e000002"],
            "organisatie_id": [_ORGANISATION_OF_MUNICIPALITY, _ORGANISATION_OF_OCMW],
        }
    )


def make_bodies_table() -> pl.DataFrame:
    """Make the table `bestuursorganen`."""
    facts = list(_BODIES.values())
    return pl.DataFrame(
        {
            "id": range(1, len(facts) + 1),
            "afkorting": list(_BODIES),
            "naam": [f"{one.name} {NAME}" for one in facts],
            "classificatie": [one.classification for one in facts],
            "bestuurseenheid_id": [one.unit for one in facts],
        }
    )


def body_sizes(inhabitants: int) -> dict[Body, int]:
    """Say how many seats each body has by law."""
    seats, aldermen = council_seats(inhabitants), most_aldermen(inhabitants)
    return {
        Body.COUNCIL: seats,
        Body.COLLEGE: aldermen + 1,
        Body.MAYOR: 1,
        Body.WELFARE_COUNCIL: seats,
        Body.STANDING_BUREAU: aldermen + 1,
        Body.SOCIAL_COMMITTEE: committee_members(inhabitants) + 1,
    }


def make_bodies_in_term_table(terms: tuple[Term, ...], *, inhabitants: int) -> pl.DataFrame:
    """Make the table `bestuursorganen_in_tijd`."""
    sizes = body_sizes(inhabitants)
    pairs = [(term, body) for term in terms for body in ELECTED]
    return pl.DataFrame(
        {
            "id": range(1, len(pairs) + 1),
            "bestuursorgaan_id": [body_number(body) for _, body in pairs],
            "naam": [f"{_BODIES[body].name} {NAME} {term.years}" for term, body in pairs],
            "binding_start": begin_of([term.first for term, _ in pairs]),
            "binding_einde": end_of([term.last for term, _ in pairs]),
            "aantal_zetels": [sizes[body] for _, body in pairs],
        }
    )


def make_mandates_table(terms: tuple[Term, ...], *, inhabitants: int) -> pl.DataFrame:
    """Make the table `mandaten`."""
    sizes = body_sizes(inhabitants)
    records = []
    for term in range(len(terms)):
        for body in ELECTED:
            for function in _FUNCTIONS[body]:
                one = function in _SINGLE
                # The mayor sits in the college beside the aldermen; the chairs of bureau and committee are apart too.
                many = sizes[body] - (body not in (Body.COUNCIL, Body.WELFARE_COUNCIL))
                records.append(
                    {
                        "id": mandate_number(function, term=term),
                        "orgaan_in_tijd_id": body_in_term_number(body, term=term),
                        "functie": str(function),
                        "functie_naam": FUNCTION_NAMES[function],
                        "aantal_houders": 1 if one else many,
                    }
                )
    return pl.DataFrame(records)


_SINGLE = frozenset(
    {Function.COUNCIL_CHAIR, Function.MAYOR, Function.WELFARE_CHAIR, Function.BUREAU_CHAIR, Function.COMMITTEE_CHAIR}
)
