"""A house gets another number: the old address stays, and points to the one that came in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlavirgem.living.events import RENUMBERED, Happening
from vlavirgem.living.ledger import Ledger

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import State

_NUMBER = re.compile(r" (\d+)(?= bus |,)")
_LETTERS = "ABCDEFGH"


def renumber(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Give a home, at which nobody else is, its number with a letter behind it; none when none is found.

    An address that has a letter is left alone: it may be one that came in the place of another.
    """

    def fits(number: int, _attempt: int) -> bool:
        home = state.households.get(number)
        if home is None or home.address in state.seats:
            return False
        # A visitor may have them live where nobody was meant to, such as above a shop.
        return bool(_NUMBER.search(state.homes.get(home.address, "")))

    number = dice.life.seek("hernummering-wie", row=row, among=state.household_numbers, fits=fits)
    if number is None:
        return None
    household = state.households[number]
    old = household.address
    before = state.fetch("adressen", old)
    free = (
        f"{before['huisnummer']}{letter}"
        for letter in _LETTERS
        if (before["straatnaam_id"], f"{before['huisnummer']}{letter}", before["busnummer"]) not in state.lettered
    )
    given = next(free, None)
    if given is None:
        return None
    state.lettered.add((before["straatnaam_id"], given, before["busnummer"]))
    new = state.next_number("adressen")
    line = _NUMBER.sub(f" {given}", before["volledig_adres"], count=1)
    version = f"{today.isoformat()}T00:00:00Z"
    ledger = Ledger(state, today=today)
    ledger.add("adressen", {**before, "id": new, "huisnummer": given, "volledig_adres": line, "versie": version})
    ledger.change("adressen", old, status="gehistoreerd", einde=today.isoformat(), vervangen_door=new, versie=version)
    del state.homes[old]
    state.homes[new] = line
    state.taken.discard(old)
    state.taken.add(new)
    household.address = new
    ledger.change("huishoudens", number, adres_id=new)
    for one in state.members(number):
        ledger.change("personen", one.id, adres_id=new)
        if one.residence is not None:  # they did not move
            ledger.change("verblijven", one.residence.id, adres_id=new)
    return ledger.happening(RENUMBERED, f"adres/{new}")
