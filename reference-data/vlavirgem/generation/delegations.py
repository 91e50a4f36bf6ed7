"""Roles that employees give to a colleague for a time, because they are not there.

Everybody who stands in for another has the role of that one only meanwhile, and cannot give it on: a delegation is
always of an access right of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import dates
from vlavirgem.generation.staff import ROLES_OF_JOBS, SERVE_THE_TOWN, SERVICES
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random
from vlavirgem.standing_in import EARLY, MORE, REASONS, SHORTEST, WEIGHTS

if TYPE_CHECKING:
    from vlavirgem.generation.staff import Staff
    from vlavirgem.randomness import Integers

_SHARE = 0.6
"""Share of employees who give their role away once in the window; a choice."""
_WINDOW = 400
"""Days over which delegations are spread: an eighth of them lies ahead, as leave is asked for in advance."""
_WITHDRAWN, _RUNNING = 1, 2
"""Employees of the first wijk whose delegations ended early and run today, for who looks for one."""


def make_delegations_table(staff: Staff, *, seed: int, today: int) -> pl.DataFrame:
    """Make the table `delegaties`.

    Within a wijk everybody has a part of the year of one's own, so that whoever stands in is there. It is always the
    steady one of another service, who has worked there longer than any delegation goes back, and does not have the
    role already.

    Args:
        staff: Who works in some wijken.
        seed: The town's seed.
        today: The reference date, in days since 1970.
    """
    random = Random(seed, kind="delegatie")
    begins, ends = _periods(random, staff=staff, today=today)
    serves = (staff.job < SERVE_THE_TOWN) & (staff.since <= begins)
    stays = ~staff.left | (staff.until >= ends)
    sure = (staff.ids == _WITHDRAWN) | (staff.ids == _RUNNING)
    found = np.flatnonzero(serves & stays & (random.chance("geeft", rows=staff.ids, share=_SHARE) | sure))
    ids, job = staff.ids[found], staff.job[found]
    begins, ends = begins[found], ends[found]
    early = random.chance("vroeger", rows=ids, share=EARLY) & (begins < today) & (ids != _RUNNING)
    early |= ids == _WITHDRAWN
    lasted = 1 + random.below("duurde", rows=ids, bound=np.maximum(np.minimum(ends, today) - begins - 1, 1))
    rights = staff.wijken.ids(rows_of(staff.rows.sums(staff.roles)))
    owner = staff.rows.owner[found]
    # Any service but the one whose role it is; the steady ones come first in a wijk, in the order of services.
    others = 1 + random.below("nemer", rows=ids, bound=len(SERVICES) - 1)
    taker = staff.ids[staff.rows.first[owner] + (_service_with_role()[job] + others) % len(SERVICES)]
    table = pl.DataFrame(
        {
            "toegangsrecht_id": rights[rows_of(staff.roles).first[found]],
            "gever_id": ids,
            "nemer_id": taker,
            "van": dates(begins),
            "tot": dates(np.where(early, begins + lasted, ends)),
            "voorzien_tot": dates(ends),
            "reden": pl.Series(REASONS).gather(random.pick("reden", rows=ids, weights=WEIGHTS)),
            "toelichting": pl.Series([None], dtype=pl.String).gather(np.zeros_like(ids)),
        }
    )
    counts = np.bincount(owner, minlength=staff.wijken.numbers.size)
    return table.with_columns(id=pl.Series(staff.wijken.ids(rows_of(counts))))


def _periods(random: Random, *, staff: Staff, today: int) -> tuple[Integers, Integers]:
    """Give for every employee the first day of a delegation, and the day after the last one."""
    rows, wijken = staff.rows, staff.wijken
    size = np.maximum(rows.counts, 1)
    length = np.maximum(_WINDOW // size, 1)
    now = size * 7 // 8  # the part of the window that today is in the middle of
    turn = np.where(wijken.numbers == 0, now - _RUNNING + 1, random.below("beurt", rows=wijken.numbers, bound=size))
    place = (rows.position + turn[rows.owner]) % size[rows.owner]
    part = length[rows.owner]
    starts = today + (place - now[rows.owner]) * part - part // 2
    lasts = np.minimum(SHORTEST + random.below("duur", rows=staff.ids, bound=MORE), part)
    begins = starts + random.below("van", rows=staff.ids, bound=part - lasts + 1)
    runs = staff.ids == _RUNNING
    begins = np.where(runs, today - part // 4, begins)
    lasts = np.where(runs, np.maximum(part // 2, 2), lasts)
    return begins, begins + lasts


def _service_with_role() -> Integers:
    """Give for each job the service that has its first role; for a role that none has, the first."""
    first = [roles[0] for roles in ROLES_OF_JOBS[: len(SERVICES)]]
    return np.asarray([first.index(roles[0]) if roles[0] in first else 0 for roles in ROLES_OF_JOBS], dtype=np.int64)
