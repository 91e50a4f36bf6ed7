"""The bodies of the municipality and of its OCMW, their terms and their mandates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.generation.governance.functions import (
    ELECTED,
    FUNCTION_NAMES,
    FUNCTIONS,
    Body,
    Function,
    body_in_term_number,
    body_number,
    mandate_number,
)
from vlavirgem.generation.governance.law import committee_members, council_seats, most_aldermen
from vlavirgem.generation.governance.moments import begin_of, end_of
from vlavirgem.place import NAME

if TYPE_CHECKING:
    from vlavirgem.generation.governance.law import Term

_ORGANISATION_OF_MUNICIPALITY, _ORGANISATION_OF_OCMW = 1, 2


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
            for function in FUNCTIONS[body]:
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
