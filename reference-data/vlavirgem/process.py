"""The generic process: intake, behandelen, besluiten, leveren, and the road each kind of case takes.

Status codes and phases are those of OSLO's transaction model (code lists StatusVlaamseCode and
StatusVlaamseFase on data.vlaanderen.be).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

STEPS = ("intake", "behandelen", "besluiten", "leveren")
APPROVED, REFUSED, STOPPED = "Goedgekeurd", "Geweigerd", "Stopgezet"

_PLACES = {
    "Ingediend": ("intake", "Samenstelling"),
    "Ontvankelijk": ("intake", "Samenstelling"),
    "InVerwerking": ("behandelen", "Behandeling"),
    "KlaarVoorBeslissing": ("behandelen", "Behandeling"),
    "Beslist": ("besluiten", "Beslissing"),
    APPROVED: ("besluiten", "Beslissing"),
    REFUSED: ("besluiten", "Beslissing"),
    "Uitgevoerd": ("leveren", "Uitvoering"),
    "Betaald": ("leveren", "Uitvoering"),
    STOPPED: (None, "Afgerond"),
}
STATUSES = tuple(_PLACES)


def step_of(status: str) -> str | None:
    """Give the step a status belongs to; none for a case that stopped, which can be in any step."""
    return _PLACES[status][0]


def phase_of(status: str) -> str:
    """Give the phase (StatusVlaamseFase) of a status."""
    return _PLACES[status][1]


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case.

    Attributes:
        code: Short name.
        name: Name for people, in Dutch.
        service: Which service handles it after the intake.
        road: The statuses of a case that goes well, in order.
        can_be_refused: Whether the decision can be negative.
        can_be_stopped: Whether the applicant can withdraw before the decision.
        documents: Titles of the documents it needs.
        rate: So many of them come in per thousand inhabitants and per year.
        season: How busy each month is, January first.
        term: Within so many days it must be decided.
        on_time: The share that is.
        fastest: No decision comes within fewer days.
        overrun: A decision that is late is so by at most this many days.
        carrying_out: At most so many days from one status to the next after the decision.
    """

    code: str
    name: str
    service: str
    road: tuple[str, ...]
    can_be_refused: bool
    can_be_stopped: bool
    documents: tuple[str, ...]
    rate: int
    season: tuple[int, ...]
    term: int
    on_time: float
    fastest: int
    overrun: int
    carrying_out: int

    @property
    def decision(self) -> int:
        """The place in the road where the decision falls."""
        return next(i for i, status in enumerate(self.road) if step_of(status) == "besluiten")

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status that such a case can have."""
        return (
            *self.road,
            *((REFUSED,) if self.can_be_refused else ()),
            *((STOPPED,) if self.can_be_stopped else ()),
        )

    def following(self, status: str) -> tuple[str, ...]:
        """Give the statuses that may come next; none when the case is closed."""
        if status not in self.road or status == self.road[-1]:
            return ()
        place = self.road.index(status)
        following = [self.road[place + 1]]
        if place + 1 == self.decision and self.can_be_refused:
            following.append(REFUSED)
        if place < self.decision and self.can_be_stopped:
            following.append(STOPPED)
        return tuple(following)

    def is_end(self, status: str) -> bool:
        """Say whether a case with this status is closed."""
        return not self.following(status)


@cache
def case_types() -> dict[str, CaseType]:
    """Read the kinds of cases, by code."""
    content = _read()
    return {
        entry["code"]: CaseType(
            code=entry["code"],
            name=entry["naam"],
            service=entry["dienst"],
            road=tuple(entry["weg"]),
            can_be_refused=entry["weigering"],
            can_be_stopped=entry["stopzetting"],
            documents=tuple(entry["stukken"]),
            rate=entry["per_duizend"],
            season=tuple(content["seizoenen"][entry.get("seizoen", "gewoon")]),
            term=entry["termijn"],
            on_time=entry["tijdig"],
            fastest=entry["snelst"],
            overrun=entry["uitloop"],
            carrying_out=entry["uitvoering"],
        )
        for entry in content["dossiertype"]
    }


@cache
def week() -> tuple[int, ...]:
    """Say how busy each day of the week is, Monday first."""
    return tuple(_read()["week"]["dagen"])


@cache
def _read() -> dict[str, Any]:
    text = (resources.files("vlavirgem") / "datasets" / "dossiertypes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
