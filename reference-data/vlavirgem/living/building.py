"""Buildings that were planned are begun, and those that were begun are finished: then people can live there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vlavirgem.living.events import BUILDING_BEGUN, BUILDING_FINISHED, Happening
from vlavirgem.living.ledger import Ledger
from vlavirgem.living.sites import BEGUN, IN_USE, PLANNED

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import State

_FINISHED = "gerealiseerd"
_AT_LEAST = timedelta(days=180)
"""No building is finished sooner than so many days after it was begun; a choice."""


def begin(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Begin a planned building, whose addresses are official from now on; none when nothing is planned."""
    planned = [number for number, site in state.sites.items() if site.status == PLANNED]
    number = _one(dice, "bouw-begin", row=row, sites=planned)
    if number is None:
        return None
    site, ledger, version = state.sites[number], Ledger(state, today=today), _version(today)
    site.status, site.since = BEGUN, today
    ledger.change("gebouwen", number, status=BEGUN, versie=version)
    for address, (unit, line, in_use) in sorted(site.addresses.items()):
        if not in_use:
            ledger.change("adressen", address, status=IN_USE, officieel_toegekend=True, versie=version)
            site.addresses[address] = (unit, line, True)
    return ledger.happening(BUILDING_BEGUN, f"gebouw/{number}")


def finish(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Finish a building that was begun long enough ago; none when there is none."""
    ready = [n for n, site in state.sites.items() if site.status == BEGUN and site.since + _AT_LEAST <= today]
    number = _one(dice, "bouw-einde", row=row, sites=ready)
    if number is None:
        return None
    site, ledger, version = state.sites.pop(number), Ledger(state, today=today), _version(today)
    measured = {"geometrie_methode": "ingemetenGRB"}
    ledger.change("gebouwen", number, status=_FINISHED, bouwjaar=today.year, **measured, versie=version)
    for unit in sorted(site.units):
        ledger.change("gebouweenheden", unit, status=_FINISHED, versie=version)
    for address, (unit, line, in_use) in sorted(site.addresses.items()):
        if in_use and site.units[unit] == "wonen":
            state.homes[address] = line
    return ledger.happening(BUILDING_FINISHED, f"gebouw/{number}")


def _one(dice: Dice, column: str, *, row: int, sites: list[int]) -> int | None:
    found = sorted(sites)
    return found[dice.life.below(column, row=row, bound=len(found))] if found else None


def _version(today: date) -> str:
    return f"{today.isoformat()}T00:00:00Z"
