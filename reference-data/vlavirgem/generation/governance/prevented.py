"""A councillor who is prevented for some months, such as by parental leave, and who stands in meanwhile.

Source: Decreet van 22 december 2017 over het lokaal bestuur, article 12: whoever is prevented is replaced by the next
on the list, as long as it lasts. LBLOD keeps a mandatary for each period with one status.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.functions import Function, Status
from vlavirgem.generation.governance.seats import Seating, plain_members

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vlavirgem.generation.governance.seats import Holder


def prevent(seating: Seating, *, since: date, until: date, sexes: Mapping[int, str]) -> Seating:
    """Let a councillor of the opposition be prevented for a time; the next on the list stands in.

    It is nobody who stops early, and nobody who succeeds one who does. In the committee nobody stands in: it can do
    without.

    Args:
        seating: Who sits where, from the first to the last day of the term.
        since: First day of who stands in.
        until: First day on which the councillor is back.
        sexes: Sex of each person: who stands in is of the same one if possible, which keeps the balance.
    """
    begin, end = (min(one.first for one in seating.holders), max(one.last for one in seating.holders))
    partly = {one.person for one in seating.holders if one.first > begin or one.last < end}
    free = [person for person in seating.reserve if person not in partly]
    plain = [person for person in plain_members(seating) if person not in partly]
    if not plain or not free:
        return seating
    absent = plain[-1]
    acting = next((person for person in free if sexes[person] == sexes[absent]), free[0])
    holders = list(seating.holders)
    for place, one in enumerate(seating.holders):
        if one.person == absent:
            holders[place] = replace(one, last=since - timedelta(days=1))
            holders += _meanwhile(one, acting=acting, since=since, until=until, place=len(holders))
    return replace(seating, holders=tuple(holders))


def _meanwhile(one: Holder, *, acting: int, since: date, until: date, place: int) -> list[Holder]:
    """Give who holds a mandate from then on: the one who is prevented, the same one when back, and who acts."""
    last = until - timedelta(days=1)
    prevented = replace(one, first=since, last=last, status=Status.PREVENTED)
    back = replace(one, first=until)
    if one.function is Function.COMMITTEE_MEMBER:
        return [prevented, back]
    stands_in = replace(one, person=acting, first=since, last=last, status=Status.ACTING)
    return [replace(prevented, replaced_by=place + 2), back, stands_in]
