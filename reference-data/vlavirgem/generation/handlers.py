"""Who can handle cases, and when each of them is there: employees come, leave and fall ill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.caseload import WINDOW, working_day, working_day_before
from vlavirgem.casework import OPEN_SECONDS, OPENING_SECOND
from vlavirgem.generation.case_roads import DAY
from vlavirgem.generation.staff import SERVICES
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.staff import Staff
    from vlavirgem.randomness import Flags, Integers

NEVER = 1 << 62
"""A moment that does not come."""
_ILL = 0.3
"""Share of employees who are ill for long within the window; a choice."""
_SHORTEST, _LONGEST = 14, 60
_SLOT = WINDOW // len(SERVICES)


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who can handle cases, service after service and wijk after wijk; moments in seconds since 1970.

    The first one of a service in a wijk stays. Those of the services of a wijk fall ill one after the other, and never
    two of them at once: so there is always one to step in.

    Attributes:
        id: Their numbers.
        hired: From when each is there.
        leaves: When each who left hands over.
        ill: When an illness begins.
        well: When it is over.
        first: Where those of a service in a wijk begin: place `wijk * len(SERVICES) + service`.
        counts: How many there are of those.
    """

    id: Integers
    hired: Integers
    leaves: Integers
    ill: Integers
    well: Integers
    first: Integers
    counts: Integers

    def is_there(self, who: Integers, *, at: Integers) -> Flags:
        """Say whether handlers are there at a moment of their own each."""
        there: Flags = (
            (self.hired[who] <= at) & (at < self.leaves[who]) & ((at < self.ill[who]) | (self.well[who] <= at))
        )
        return there

    def goes(self, who: Integers, *, after: Integers) -> Integers:
        """Give the moment after another at which handlers hand over what they have."""
        ill = np.where(self.ill[who] > after, self.ill[who], NEVER)
        moments: Integers = np.minimum(ill, self.leaves[who])
        return moments

    def stands_in(self, desk: Integers, *, at: Integers) -> Integers:
        """Give who takes over at a desk (a place in `first`): the steady one there, or else the one next door."""
        steady = self.first[desk]
        wijk, service = desk // len(SERVICES), desk % len(SERVICES)
        next_door = self.first[wijk * len(SERVICES) + (service - 1) % len(SERVICES)]
        takes_over: Integers = np.where(self.is_there(steady, at=at), steady, next_door)
        return takes_over


def make_handlers(staff: Staff, *, seed: int, today: int) -> Handlers:
    """Draw when those who may handle cases are there.

    Args:
        staff: Who works in some wijken.
        seed: The town's seed.
        today: The reference date, in days since 1970.
    """
    random = Random(seed, kind="medewerker")
    found = np.flatnonzero(staff.handles)
    desk = staff.rows.owner[found] * len(SERVICES) + staff.job[found]
    order = np.argsort(desk, kind="stable")  # by number at each desk: the steady one first
    found, desk = found[order], desk[order]
    counts = np.bincount(desk, minlength=staff.wijken.numbers.size * len(SERVICES))
    ids = staff.ids[found]
    lasts = _SHORTEST + random.below("ziekte_duur", rows=ids, bound=_LONGEST - _SHORTEST)
    # Each service of a wijk has its own part of the window, so that the one next door is well.
    wijk = staff.wijken.numbers[staff.rows.owner[found]]
    slot = (staff.job[found] + wijk) % len(SERVICES) * _SLOT
    steady = staff.steady[found]
    begins = np.where(
        steady,
        slot + random.below("ziekte_vast", rows=ids, bound=_SLOT - _LONGEST - 3),
        random.below("ziekte", rows=ids, bound=WINDOW - _LONGEST),
    )
    falls_ill = random.chance("ziek", rows=ids, share=_ILL)
    ill = working_day(today - WINDOW + begins)
    last_day = working_day_before(staff.until[found])
    return Handlers(
        id=ids,
        hired=staff.since[found] * DAY,
        leaves=np.where(staff.left[found], last_day * DAY + OPENING_SECOND + OPEN_SECONDS, NEVER),
        ill=np.where(falls_ill, ill * DAY + OPENING_SECOND, NEVER),
        well=np.where(falls_ill, (ill + lasts) * DAY + OPENING_SECOND, NEVER),
        first=np.cumsum(counts) - counts,
        counts=counts,
    )
