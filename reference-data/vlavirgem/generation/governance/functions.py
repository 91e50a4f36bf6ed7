"""The bodies of the municipality and of its OCMW, the functions in them, and how both are numbered.

Nothing here needs a data frame library: a town's life uses it too.
"""

from __future__ import annotations

from enum import StrEnum


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


class Status(StrEnum):
    """What a mandatary is during a period, by LBLOD's MandatarisStatusCode."""

    EFFECTIVE = "21063a5b-912c-4241-841c-cc7fb3c73e75"
    PREVENTED = "c301248f-0199-45ca-b3e5-4c596731d5fe"
    ACTING = "e1ca6edd-55e1-4288-92a5-53f4cf71946a"


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
FUNCTIONS = {
    Body.COUNCIL: (Function.COUNCILLOR, Function.COUNCIL_CHAIR),
    Body.COLLEGE: (Function.ALDERMAN,),
    Body.MAYOR: (Function.MAYOR,),
    Body.WELFARE_COUNCIL: (Function.WELFARE_COUNCILLOR, Function.WELFARE_CHAIR),
    Body.STANDING_BUREAU: (Function.BUREAU_MEMBER, Function.BUREAU_CHAIR),
    Body.SOCIAL_COMMITTEE: (Function.COMMITTEE_MEMBER, Function.COMMITTEE_CHAIR),
}
"""The functions in each body."""


def body_number(body: Body) -> int:
    """Give the number of a body."""
    return list(Body).index(body) + 1


def body_in_term_number(body: Body, *, term: int) -> int:
    """Give the number of a body in a term; terms count from 0."""
    return term * len(ELECTED) + ELECTED.index(body) + 1


def mandate_number(function: Function, *, term: int) -> int:
    """Give the number of a mandate in a term."""
    flat = [one for body in ELECTED for one in FUNCTIONS[body]]
    return term * len(flat) + flat.index(function) + 1
