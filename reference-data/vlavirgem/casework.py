"""How a municipality handles cases: what the generator and a town's life have in common."""

from __future__ import annotations

from vlavirgem.numbering import before_town

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
