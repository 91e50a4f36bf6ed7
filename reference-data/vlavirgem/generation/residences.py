"""Where everybody lived since their birth: elsewhere, with their parents, and where they live now.

Four stretches of time follow each other, of which most people have two: abroad, at the parents' present address,
elsewhere in Belgium, and the present home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import dates
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.place import OTHER_TOWNS
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.population import Population
    from vlavirgem.randomness import Flags, Integers

ABROAD, WITH_PARENTS, ELSEWHERE, HOME = range(4)
NOWHERE = -1
_YEAR = 365.25
_OF_AGE = int(18 * _YEAR) + 1
_LONGEST = int(45 * _YEAR)
_STAYS = np.asarray(
    [0, 294, 609, 948, 1313, 1710, 2145, 2626, 3164, 3774, 4478, 5310, 6329, 7642, 9493, 12658, _LONGEST],
    dtype=np.int64,
)
"""Days that households have lived somewhere, a sixteenth of them between each two: one in twelve or so moves every
year, and the young more. It is -ln(1 - share) times 12.5 years, written out: machines round logarithms differently."""
_LEAVING = int(12 * _YEAR)
_SHORTEST = 60
_BEFORE_NATURALISATION = int(5 * _YEAR)
"""Who becomes a Belgian has mostly lived here for five years (law of 4 December 2012)."""
_NATURALISED = int(20 * _YEAR)
_KINDS = pl.Series(["hoofdverblijf", "referentieadres"])


@dataclass(frozen=True, slots=True)
class Residences:
    """The places where people lived, person after person, in the order of time.

    Attributes:
        rows: Which person each belongs to, and the place in that one's history.
        kind: Which of the four stretches.
        since: First day, since 1970.
        until: The day on which the next one begins; `NOWHERE` for the present home.
        household: Index of the household whose address it is; `NOWHERE` elsewhere.
        naturalised: For each household the day on which it became Belgian, if it did.
    """

    rows: Rows
    kind: Integers
    since: Integers
    until: Integers
    household: Integers
    naturalised: Integers


def make_residences(population: Population, *, seed: int, built: Integers) -> Residences:
    """Say where everybody lived.

    Args:
        population: The people.
        seed: The town's seed.
        built: For each household the first day on which its building can be lived in.
    """
    random = Random(seed, kind="persoon")
    members, born, today = population.members, population.born, population.today
    entered = moved_in(population, seed=seed, built=built)
    naturalised = (
        today
        - 30
        - Random(seed, kind="huishouden").below("belg_sinds", rows=population.households.id, bound=_NATURALISED)
    )
    here = np.maximum(entered[members.household], born)
    foreign = ~population.born_here
    # Who is born abroad comes some weeks later at the earliest, also to a home where the parents lived already.
    later = born + 1 + random.below("aankomst_kind", rows=members.id, bound=_SHORTEST)
    here = np.where(foreign & (here == born), np.minimum(later, today - 1), here)
    arrival = np.where(foreign, _arrival(population, random, until=here, naturalised=naturalised), born)
    start, end = _with_parents(population, random, moved_in=entered, until=here)
    stays = ~foreign & (start < end)
    edges = np.stack(
        [
            born,
            np.where(stays, born, arrival),
            np.where(stays, start, arrival),
            np.where(stays, end, arrival),
            here,
        ],
        axis=1,
    )
    return _laid_out(population, edges=edges, naturalised=naturalised)


def moved_in(population: Population, *, seed: int, built: Integers) -> Integers:
    """Draw since when each household lives where it does, in days since 1970: one in twelve moves in a year."""
    members, born = population.members, population.born
    head = members.rows.first
    youngest = np.where(population.in_couple[head], np.maximum(born[head], born[population.partner[head]]), born[head])
    grown_up = youngest + _OF_AGE
    span = np.clip(population.today - 1 - grown_up, 1, _LONGEST)
    random = Random(seed, kind="huishouden")
    drawn = random.below("verhuisd", rows=population.households.id, bound=_STAYS.size - 1 << 16)
    step, part = drawn >> 16, drawn & 0xFFFF
    stayed = _STAYS[step] + ((_STAYS[step + 1] - _STAYS[step]) * part >> 16)
    # Who is too young to live there that long moved in at some time since they grew up.
    stayed = np.where(stayed < span, stayed, random.below("ingetrokken", rows=population.households.id, bound=span))
    since = population.today - 1 - stayed
    days: Integers = np.minimum(np.maximum(since, built), population.today - 1)
    return days


def _arrival(population: Population, random: Random, *, until: Integers, naturalised: Integers) -> Integers:
    """Say when who was born abroad came to Belgium: before the present home, and well before becoming a Belgian."""
    members, born = population.members, population.born
    became = population.became[members.household]
    nationality = naturalised[members.household]
    latest = np.where(became & (born < nationality), np.maximum(nationality - _BEFORE_NATURALISATION, born + 1), until)
    latest = np.minimum(latest, until)
    drawn = random.below("aankomst", rows=members.id, bound=np.maximum(latest - born, 1))
    days: Integers = np.minimum(born + 1 + drawn, until)
    return days


def _with_parents(
    population: Population, random: Random, *, moved_in: Integers, until: Integers
) -> tuple[Integers, Integers]:
    """Say from when until when who left home lived at the present address of the parents."""
    members, born = population.members, population.born
    left = population.kinship.left_home
    start = np.maximum(moved_in[np.maximum(population.kinship.home, 0)], born)
    leaves = born + _OF_AGE + random.below("uit_huis", rows=members.id, bound=_LEAVING)
    end = np.where(until - leaves < _SHORTEST, until, leaves)
    return start, np.where(left, end, start)


def _laid_out(population: Population, *, edges: Integers, naturalised: Integers) -> Residences:
    """Turn edges into rows: birth, arrival, then from and until the time with the parents, then the present home."""
    members = population.members
    before = edges[:, 1:2] < edges[:, 2:3]
    there = np.concatenate(
        [
            edges[:, 0:1] < edges[:, 1:2],
            before,
            edges[:, 2:3] < edges[:, 3:4],
            edges[:, 3:4] < edges[:, 4:5],
            np.ones((members.id.size, 1), dtype=np.bool_),
        ],
        axis=1,
    )
    rows = rows_of(there.sum(axis=1))
    flat = np.flatnonzero(there.ravel())
    person, stretch = flat // there.shape[1], flat % there.shape[1]
    kind = _KIND_OF[stretch]
    since = edges.ravel()[person * there.shape[1] + stretch]
    until = np.full(since.size, NOWHERE, dtype=np.int64)
    until[:-1] = since[1:]
    until[kind == HOME] = NOWHERE
    household = np.where(
        kind == HOME,
        members.household[person],
        np.where(kind == WITH_PARENTS, population.kinship.home[person], NOWHERE),
    )
    return Residences(rows, kind, since, until, household, naturalised)


_KIND_OF = np.asarray([ABROAD, ELSEWHERE, WITH_PARENTS, ELSEWHERE, HOME], dtype=np.int64)


def make_residences_table(
    population: Population, *, seed: int, residences: Residences, address: Integers, reference: Flags
) -> pl.DataFrame:
    """Make the table `verblijven`.

    Args:
        population: The people.
        seed: The town's seed.
        residences: Where they lived.
        address: The address of each household.
        reference: Whether the address of a household is only a reference address, where nobody of it lives.
    """
    members, rows = population.members, residences.rows
    person, household = rows.owner, residences.household
    known = household != NOWHERE
    abroad = residences.kind == ABROAD
    ids = population.wijken.ids(rows_of(population.per_wijk(rows.counts)))
    towns_before = _towns_before(population, seed=seed)
    at_birth = (residences.kind == ELSEWHERE) & (rows.position == 0)
    town = np.where(at_birth, birth_towns(population, seed=seed)[person], towns_before[members.household[person]])
    lands = pl.Series([*population.lands, "BEL"])
    towns = pl.Series([*OTHER_TOWNS, population.profile.municipality.name])
    is_reference = known & reference[np.maximum(household, 0)] & (residences.kind == HOME)
    return pl.DataFrame(
        {
            "id": ids,
            "persoon_id": members.id[person],
            "volgnummer": rows.position + 1,
            "soort": _KINDS.gather(is_reference.astype(np.int64)),
            "adres_id": pl.Series(address[np.maximum(household, 0)]).set(pl.Series(~known), None),
            "gemeente": towns.gather(np.where(known, len(OTHER_TOWNS), town)).set(pl.Series(abroad), None),
            "land": lands.gather(
                np.where(abroad, population.origin[members.household[person]], len(population.lands))
            ),
            "van": dates(residences.since),
            "tot": dates(residences.until).set(pl.Series(residences.until == NOWHERE), None),
        }
    )


def birth_towns(population: Population, *, seed: int) -> Integers:
    """Say in which of `OTHER_TOWNS` everybody was born who was born in Belgium: the town itself has no maternity.

    It is where the family came from, the own household or the parents', and so where somebody lived who first lived
    elsewhere.
    """
    kinship = population.kinship
    family = np.where(kinship.left_home, kinship.home, population.members.household)
    towns: Integers = _towns_before(population, seed=seed)[family]
    return towns


def _towns_before(population: Population, *, seed: int) -> Integers:
    """Say from which of `OTHER_TOWNS` each household came: a family comes from one town."""
    random = Random(seed, kind="huishouden")
    return random.below("vorige_gemeente", rows=population.households.id, bound=len(OTHER_TOWNS))


def first_days(years: pl.Series, *, today: int) -> Integers:
    """Give the first day after the year in which a building was finished; long ago where that is not known."""
    known = years.fill_null(1850).to_numpy()
    days = (known - 1969).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    first: Integers = np.minimum(days, today - 1)
    return first
