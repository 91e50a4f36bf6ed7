"""What happened in the lives of the inhabitants up to now: births, marriages, divorces, losses, moves, nationality.

Dates agree with ages, civil status and the places where people lived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import dates
from vlavirgem.generation.people import DIVORCED, MARRIED, WIDOWED, civil_status
from vlavirgem.generation.residences import NOWHERE
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.population import Population
    from vlavirgem.generation.residences import Residences
    from vlavirgem.randomness import Integers

TYPES = ("geboorte", "naturalisatie", "huwelijk", "echtscheiding", "weduwschap", "verhuizing")
BIRTH, NATURALISATION, MARRIAGE, DIVORCE, LOSS, MOVE = range(len(TYPES))
SAME_SEX_MARRIAGE = 12_204
"""1 June 2003, since when two men or two women can marry (law of 13 February 2003), in days since 1970."""
_YEAR = 365.25
_OF_AGE, _MARRY_WITHIN, _WIDOWED_WITHIN = int(18 * _YEAR) + 1, int(17 * _YEAR), int(25 * _YEAR)
_MARRIED_AT_LEAST = 365
_WEEK, _THURSDAY, _SATURDAY, _SUNDAY = 7, 3, 5, 6
"""1 January 1970 was a Thursday; Monday is 0."""
_ON_SATURDAY = 0.6
"""Our choice: the registrar marries people mostly on Saturday, and never on Sunday."""
_OFFSET, _ROW_BITS = 1 << 16, 24
_NOBODY = -1


def make_life_events_table(
    population: Population, *, seed: int, residences: Residences, address: Integers
) -> pl.DataFrame:
    """Make the table `persoonsgebeurtenissen`.

    Args:
        population: The people.
        seed: The town's seed.
        residences: Where they lived.
        address: The address of each household.
    """
    members, born = population.members, population.born
    everybody = np.arange(born.size)
    states = civil_status(population, seed=seed)
    married = _weddings(population, seed=seed)
    wed = np.flatnonzero((states == MARRIED) | (states == DIVORCED) | (states == WIDOWED))
    apart = np.flatnonzero((states == DIVORCED) | (states == WIDOWED))
    became = np.flatnonzero(population.became[members.household] & (residences.naturalised[members.household] > born))
    moved = np.flatnonzero(residences.rows.position > 0)
    parts = [
        (everybody, BIRTH, born),
        (became, NATURALISATION, residences.naturalised[members.household[became]]),
        (wed, MARRIAGE, married[wed]),
        (apart, _ENDS[states[apart]], _ends(population, seed=seed, married=married, states=states)[apart]),
        (residences.rows.owner[moved], MOVE, residences.since[moved]),
    ]
    person = np.concatenate([who for who, _, _ in parts])
    kind = np.concatenate([np.broadcast_to(np.asarray(one), who.shape) for who, one, _ in parts])
    day = np.concatenate([when for _, _, when in parts])
    home = np.full(person.size, NOWHERE, dtype=np.int64)
    home[person.size - moved.size :] = residences.household[moved]
    order = _in_time(person, kind=kind, day=day)
    person, kind, home = person[order], kind[order], home[order]
    counts = np.bincount(person, minlength=born.size)
    partner = np.where((kind == MARRIAGE) & (states[person] == MARRIED), population.partner[person], _NOBODY)
    return pl.DataFrame(
        {
            "id": population.wijken.ids(rows_of(population.per_wijk(counts))),
            "persoon_id": members.id[person],
            "type": pl.Series(TYPES).gather(kind),
            "datum": dates(day[order]),
            "partner_id": pl.Series(members.id[np.maximum(partner, 0)]).set(pl.Series(partner == _NOBODY), None),
            "adres_id": pl.Series(address[np.maximum(home, 0)]).set(pl.Series(home == NOWHERE), None),
        }
    )


_ENDS = np.asarray([0, 0, DIVORCE, LOSS], dtype=np.int64)
"""What ends a marriage, by civil status."""


def _in_time(person: Integers, *, kind: Integers, day: Integers) -> Integers:
    """Put events in the order of persons, then days, then kinds."""
    key = ((person << 21) + ((day + _OFFSET) << 3) + kind) << _ROW_BITS
    ordered: Integers = np.sort(key + np.arange(person.size)) & ((1 << _ROW_BITS) - 1)
    return ordered


def _weddings(population: Population, *, seed: int) -> Integers:
    """Draw for each person a day to marry: both of a couple are 18, and the law lets them."""
    members, born, today = population.members, population.born, population.today
    first = members.rows.first[members.household]
    partner = population.partner
    married = population.married
    youngest = np.where(married, np.maximum(born, born[partner]), born)
    earliest = youngest + _OF_AGE
    same = married & (members.sex == members.sex[partner])
    earliest = np.where(same, np.maximum(earliest, SAME_SEX_MARRIAGE), earliest)
    # Both of a couple draw with the number of their household's head.
    within = np.clip(today - earliest, 1, _MARRY_WITHIN)
    drawn = Random(seed, kind="persoon").below(
        "huwelijk", rows=np.where(married, members.id[first], members.id), bound=within
    )
    days = np.minimum(earliest + drawn, today - 1)
    rows = np.where(married, members.id[first], members.id)
    waits = Random(seed, kind="persoon").chance("huwelijk_zaterdag", rows=rows, share=_ON_SATURDAY)
    weekday = (days + _THURSDAY) % _WEEK
    later = days + np.where(waits | (weekday == _SUNDAY), (_SATURDAY - weekday) % _WEEK, 0)
    on_time: Integers = np.where(later < today, later, days - (weekday == _SUNDAY))
    return on_time


def _ends(population: Population, *, seed: int, married: Integers, states: Integers) -> Integers:
    """Draw when a marriage ended: a year after the wedding or later."""
    random = Random(seed, kind="persoon")
    lasted = np.maximum(population.today - 1 - married - _MARRIED_AT_LEAST, 1)
    # Losses are mostly of late.
    within = np.where(states == WIDOWED, np.minimum(lasted, _WIDOWED_WITHIN), lasted)
    ago = random.below("huwelijk_einde", rows=population.members.id, bound=within)
    ends: Integers = population.today - 1 - ago
    return ends
