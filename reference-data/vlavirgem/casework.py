"""How a municipality handles cases: what the generator and a town's life have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.numbering import before_town
from vlavirgem.process import STEPS, step_of

if TYPE_CHECKING:
    from vlavirgem.process import CaseType

AT_HOME = ("adreswijziging", "omgevingsvergunning", "parkeerkaart", "subsidie", "woningkwaliteit")
"""Kinds of cases about the applicant's own address."""
ELSEWHERE = ("melding", "innameOpenbaarDomein", "evenement", "vergunningOnderneming")
"""Kinds of cases about any other address."""
_PUBLIC = ("melding", "evenement")
_CONFIDENTIAL = ("subsidie", "socialeHulp", "klacht", "inzage")
BY_OFFICIAL = (
    "Verslag", "Advies", "Attest", "Berekening", "Beslissing", "Antwoord", "Akte", "Vergunning", "Bevestiging",
    "Bewijs van ontvangst",
)  # fmt: skip
"""How the titles of documents begin that the municipality makes itself."""
MUNICIPALITY = 1
"""Number of the organisation that handles every case: the municipality, among the numbers of its town."""
REFUSED_SHARE, STOPPED_SHARE = 0.08, 0.05
"""Share of cases that are refused and that are withdrawn, among the kinds where that can be; a choice."""
OPENING_SECOND, OPEN_SECONDS = 8 * 3600, 8 * 3600
"""Office hours: from eight to four, in UTC."""
LEAST_BYTES, MORE_BYTES = 20_000, 2_000_000
"""How large a document is: at least, and how much more at most."""


DESK, SECRETARIAT = "Burgerzaken", "Secretariaat"
"""Services: the first takes in every case, the second puts on an agenda what a governing body decides."""
INTAKE, HANDLING, DECISION, DELIVERY = "intake", "behandeling", "besluit", "uitvoering"
ILLNESS, END_OF_SERVICE, WORKLOAD, OTHER = "ziekte", "uitdiensttreding", "werkverdeling", "andere"
REASONS = (INTAKE, HANDLING, DECISION, DELIVERY, ILLNESS, END_OF_SERVICE, WORKLOAD, OTHER)
"""Why a case gets another handler."""
_FOR_A_BODY = "KlaarVoorBeslissing"


def service_at(case_type: CaseType, status: str) -> str | None:
    """Say which service handles a case with a status; none for one that ended: whoever had it keeps it."""
    step = step_of(status)
    if step is None or status not in case_type.road:
        return None
    if step == STEPS[0]:
        return DESK
    return SECRETARIAT if status == _FOR_A_BODY else case_type.service


def reason_at(status: str) -> str:
    """Say why a case goes to another service when it gets a status."""
    if status == _FOR_A_BODY:
        return DECISION
    return {STEPS[0]: INTAKE, STEPS[1]: HANDLING}.get(step_of(status) or "", DELIVERY)


def draw_of(case_type: CaseType, service: str) -> str:
    """Name the random number that says who of a service has a case: who takes it up again is who had it."""
    if service == DESK:
        return "loket"
    return "behandelaar" if service == case_type.service else "secretaris"


def classification_of(kind: str) -> str:
    """Say who may see a case of a kind: openbaar, vertrouwelijk or intern."""
    if kind in _PUBLIC:
        return "openbaar"
    return "vertrouwelijk" if kind in _CONFIDENTIAL else "intern"


def handler_of(applicant: int) -> int:
    """Give the organisation that handles the case of somebody: the municipality where that one lives."""
    return before_town(applicant) + MUNICIPALITY


def case_number(number: int, *, year: int) -> str:
    """Give the number that people use for a case, from its row and the year in which it was opened."""
    return f"VVG-{year}-{number:06d}"
