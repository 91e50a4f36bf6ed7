"""Who has a case in hand, from when: it goes from service to service, and on to somebody else when its handler goes.

Whoever is drawn for a case at a service has it there from its first status on. Who is not there then, falls ill or
leaves meanwhile hands over to the steady handler of the service, or to the one next door when that one is ill.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.casework import (
    DESK,
    END_OF_SERVICE,
    ILLNESS,
    REASONS,
    draw_of,
    reason_at,
    service_at,
)
from vlavirgem.generation.case_history import instants_of
from vlavirgem.generation.case_roads import ABSENT, DAY, kinds_of_cases
from vlavirgem.generation.handlers import NEVER
from vlavirgem.generation.staff import SERVICES
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import row_numbers

if TYPE_CHECKING:
    from vlavirgem.generation.case_roads import Roads
    from vlavirgem.generation.handlers import Handlers
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.randomness import Flags, Integers, Random

_AT_MOST = 3
"""So many handlers a case has at one service: who was drawn, who took over, and who stood in for that one."""
_DRAWS = ("loket", "behandelaar", "secretaris")


@dataclass(frozen=True, slots=True)
class Handovers:
    """Hand-overs, in the order of their cases and of time.

    Attributes:
        case: The row of the case.
        moment: When, in seconds since 1970.
        handler: Who got it, as a place among the handlers.
        reason: Why: a place in `REASONS`.
        counts: How many each case has.
    """

    case: Integers
    moment: Integers
    handler: Integers
    reason: Integers
    counts: Integers

    @property
    def last(self) -> Integers:
        """The last one of each case."""
        last: Integers = np.cumsum(self.counts) - 1
        return last


@dataclass(frozen=True, slots=True)
class _Desks:
    """For each kind of case and each place in its road: which service, by which draw, and why it goes there."""

    service: Integers
    draw: Integers
    reason: Integers
    starts: Flags


@cache
def _desks() -> _Desks:
    kinds = kinds_of_cases()
    shape = kinds.roads.shape
    service, draw, reason = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for kind, case_type in enumerate(kinds.types):
        for place, status in enumerate(case_type.road):
            where = service_at(case_type, status) or DESK
            service[kind, place] = SERVICES.index(where)
            draw[kind, place] = _DRAWS.index(draw_of(case_type, where))
            reason[kind, place] = REASONS.index(reason_at(status))
    before = np.concatenate([np.full((shape[0], 1), ABSENT, dtype=np.int64), service[:, :-1]], axis=1)
    return _Desks(service=service, draw=draw, reason=reason, starts=service != before)


def make_handovers(
    random: Random, *, rows: Rows, ids: Integers, kind: Integers, roads: Roads, handlers: Handlers, today: int
) -> Handovers:
    """Follow cases from handler to handler.

    Args:
        random: The random numbers of cases.
        rows: Which wijk each case belongs to.
        ids: Number of each case.
        kind: Which kind it is.
        roads: What happened to it.
        handlers: Who can have it.
        today: The reference date, in days since 1970.
    """
    desks = _desks()
    case, place, ends = _stays(kind=kind, roads=roads, today=today)
    of_kind = kind[case]
    begins = roads.moment[case, place]
    desk = rows.owner[case] * len(SERVICES) + desks.service[of_kind, place]
    chosen = handlers.first[desk] + _drawn(
        random, rows=ids[case], draw=desks.draw[of_kind, place], bound=handlers.counts[desk]
    )
    who = np.where(handlers.is_there(chosen, at=begins), chosen, handlers.stands_in(desk, at=begins))
    taken = [(begins, who, desks.reason[of_kind, place])]
    for _ in range(_AT_MOST - 1):
        goes = handlers.goes(who, after=begins)
        goes = np.where(goes < ends, goes, NEVER)
        why = np.where(goes == handlers.leaves[who], REASONS.index(END_OF_SERVICE), REASONS.index(ILLNESS))
        who = np.where(goes < NEVER, handlers.stands_in(desk, at=goes), who)
        begins = np.where(goes < NEVER, goes, begins)
        taken.append((goes, who, why))
    moment, handler, reason = (np.stack(column, axis=1).ravel() for column in zip(*taken, strict=True))
    of_case = np.repeat(case, _AT_MOST)
    real = moment < NEVER
    moment, handler, reason, of_case = moment[real], handler[real], reason[real], of_case[real]
    # Who has it already is not given it again.
    changes = np.ones(of_case.size, dtype=np.bool_)
    changes[1:] = (of_case[1:] != of_case[:-1]) | (handler[1:] != handler[:-1])
    of_case = of_case[changes]
    return Handovers(
        case=of_case,
        moment=moment[changes],
        handler=handler[changes],
        reason=reason[changes],
        counts=np.bincount(of_case, minlength=ids.size),
    )


def _stays(*, kind: Integers, roads: Roads, today: int) -> tuple[Integers, Integers, Integers]:
    """Give when cases come to a service and leave it: the case, the place of a status in its road, and the end."""
    # Who refuses or stops a case is who has it: it goes nowhere any more.
    starts = _desks().starts[kind] & (roads.status == kinds_of_cases().roads[kind]) & (roads.status != ABSENT)
    every, last = row_numbers(kind.size), roads.last
    closed = kinds_of_cases().ends[kind, roads.status[every, last]]
    following = np.where(closed, roads.moment[every, last], today * DAY)
    until = np.zeros_like(roads.moment)
    for column in reversed(range(until.shape[1])):
        until[:, column] = following
        following = np.where(starts[:, column], roads.moment[:, column], following)
    case, place = np.nonzero(starts)
    return case, place, until[case, place]


def _drawn(random: Random, *, rows: Integers, draw: Integers, bound: Integers) -> Integers:
    """Draw below a bound by one of `_DRAWS`."""
    drawn = np.zeros_like(rows)
    for index, column in enumerate(_DRAWS):
        some = np.flatnonzero(draw == index)
        drawn[some] = random.below(column, rows=rows[some], bound=bound[some])
    return drawn


def make_handovers_table(
    found: Handovers, *, wijken: Wijken, rows: Rows, ids: Integers, handlers: Handlers
) -> pl.DataFrame:
    """Make the table `overdrachten`."""
    place = rows_of(found.counts).position
    to = handlers.id[found.handler]
    giver = pl.Series(np.concatenate([to[:1], to[:-1]]))
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(found.counts))),
            "dossier_id": ids[found.case],
            "volgnummer": place + 1,
            "tijdstip": instants_of(found.moment),
            "overdrager_id": giver.set(pl.Series(place == 0), None),
            "overnemer_id": to,
            "reden": pl.Series(REASONS).gather(found.reason),
            "toelichting": pl.Series([None], dtype=pl.String).gather(np.zeros_like(to)),
        }
    )
