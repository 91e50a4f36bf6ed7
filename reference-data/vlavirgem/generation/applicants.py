"""Who asks for what: products as often as they are asked for, each by somebody of the wijk whom it suits that day."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.caseload import WINDOW
from vlavirgem.demand import NEVER, Asker, Terms, demands, instead, misfits
from vlavirgem.generation.case_roads import kinds_of_cases
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.randomness import row_numbers

if TYPE_CHECKING:
    from vlavirgem.demand import Demand
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers, Random

_EPOCH = date(1970, 1, 1)
_ADULT_DAYS = 18 * 366
_BELGIUM = "BEL"
_TRIES = 128
"""So many people are asked before a case is about something else."""
_SPAN = 1 << 20
_BEFORE = _SPAN >> 1
"""More days than anybody lived before 1970."""


@dataclass(frozen=True, slots=True)
class Applicants:
    """Who can have asked for something: adults since long, wijk after wijk, who lives there longest first.

    Attributes:
        rows: Which wijk each lives in.
        id: Their numbers.
        address: Where they live.
        asker: What it takes to ask for some products.
    """

    rows: Rows
    id: Integers
    address: Integers
    asker: Asker[Integers]


@dataclass(frozen=True, slots=True)
class Requests:
    """What each case is about, and for whom: the place of the product and of the applicant in their lists."""

    product: Integers
    who: Integers


@dataclass(frozen=True)
class _Offer:
    """All products that start a case, kind after kind, as columns."""

    product: tuple[str, ...]
    first: Integers
    weights: tuple[tuple[int, ...], ...]
    terms: Terms[Integers]
    instead: Integers
    leaves: Flags


def applicants_of(
    profile: Profile,
    *,
    wijken: Wijken,
    persons: pl.DataFrame,
    residences: pl.DataFrame,
    events: pl.DataFrame,
    organisations: pl.DataFrame,
    wijk: Integers,
) -> Applicants:
    """Choose who can have asked for something.

    Args:
        profile: The profile.
        wijken: Which wijken.
        persons: Their `personen`.
        residences: Their `verblijven`: everybody has one that did not end.
        events: Their `persoonsgebeurtenissen`.
        organisations: Their `organisaties`, which some of them run.
        wijk: The index of each person's wijk.
    """
    born = _days(persons["geboortedatum"])
    adult = np.flatnonzero(born < (profile.reference_date - _EPOCH).days - _ADULT_DAYS - WINDOW)
    since = _days(residences.select("van", "tot").filter(pl.col("tot").is_null())["van"])
    adult = adult[np.lexsort((adult, since[adult], wijk[adult]))]
    ids = persons["id"].to_numpy()
    belgian = np.where(persons["nationaliteit"] == _BELGIUM, born, NEVER)
    events = events.select("persoon_id", "type", "datum")
    became = events.filter(type="naturalisatie")
    belgian[np.searchsorted(ids, became["persoon_id"].to_numpy())] = _days(became["datum"])
    child = pl.when(rol="kind").then("geboortedatum").max().over("huishouden_id")
    youngest = persons.select(pl.when(pl.col("rol").is_in(["gezinshoofd", "partner"])).then(child))
    married = np.where(persons["burgerlijke_staat"] == "gehuwd", born, NEVER)
    weddings = events.filter(type="huwelijk").sort("datum")
    place = np.searchsorted(ids, weddings["persoon_id"].to_numpy())
    married[place] = np.where(married[place] == NEVER, NEVER, _days(weddings["datum"]))
    business = np.full_like(born, NEVER)
    run = organisations.select("zaakvoerder_id", "oprichtingsdatum").drop_nulls()
    leader = np.searchsorted(ids, run["zaakvoerder_id"].to_numpy())
    np.minimum.at(business, leader, _days(run["oprichtingsdatum"]))
    return Applicants(
        rows=rows_of(np.bincount(wijk[adult], minlength=wijken.numbers.size)),
        id=ids[adult],
        address=persons["adres_id"].to_numpy()[adult],
        asker=_some(
            Asker(
                since=since,
                born=born,
                belgian=belgian,
                youngest=_days(youngest.to_series()),
                married=married,
                business=business,
            ),
            places=adult,
        ),
    )


def make_requests(
    random: Random,
    *,
    ids: Integers,
    rows: Rows,
    kind: Integers,
    opened: Integers,
    closed: Flags,
    applicants: Applicants,
) -> Requests:
    """Draw what each case is about, and who asks for it.

    Args:
        random: The random numbers of cases.
        ids: Number of each case.
        rows: Which wijk each belongs to.
        kind: Which kind it is.
        opened: The day on which it opened, since 1970.
        closed: Whether it is done: who left by it is not in the registers any more.
        applicants: Who can ask.
    """
    offer = _offer()
    product = np.zeros_like(ids)
    for index, weights in enumerate(offer.weights):
        mine = np.flatnonzero(kind == index)
        product[mine] = offer.first[index] + random.pick("product", rows=ids[mine], weights=weights)
    product = np.where(offer.leaves[product] & closed, offer.instead[kind], product)
    terms = _some_terms(offer.terms, places=product)
    owner = rows.owner
    line = np.repeat(row_numbers(applicants.rows.counts.size), applicants.rows.counts) * _SPAN + _BEFORE
    line += applicants.asker.since
    until = np.searchsorted(line, owner * _SPAN + _BEFORE + opened, side="right")
    oldest = np.searchsorted(line, owner * _SPAN + _BEFORE + opened - terms.moved)
    first = applicants.rows.first[owner]
    start = np.where((terms.moved > 0) & (oldest < until), oldest, first)
    bound = np.maximum(1, until - start)
    who = np.zeros_like(ids)
    left = row_numbers(ids.size)
    for attempt in range(_TRIES):
        drawn = random.below("aanvrager", rows=ids[left] * _TRIES + attempt, bound=bound[left])
        who[left] = start[left] + drawn
        wrong = misfits(
            _some_terms(terms, places=left), _some(applicants.asker, places=who[left]), opened=opened[left]
        )
        left = left[wrong > 0]
        if not left.size:
            break
    product[left] = offer.instead[kind[left]]
    return Requests(product=product, who=who)


def products_asked_for() -> tuple[str, ...]:
    """Give the numbers of the products that `Requests.product` points at."""
    return _offer().product


@cache
def _offer() -> _Offer:
    found: list[Demand] = []
    first, replaced = [], []
    for one in kinds_of_cases().types:
        first.append(len(found))
        offered = demands()[one.code]
        replaced.append(len(found) + [demand.product for demand in offered].index(instead(one.code).product))
        found += offered
    return _Offer(
        product=tuple(one.product for one in found),
        first=np.asarray(first, dtype=np.int64),
        weights=tuple(tuple(one.weight for one in demands()[kind.code]) for kind in kinds_of_cases().types),
        terms=Terms(
            **{
                column.name: np.asarray([getattr(one.terms, column.name) for one in found], dtype=np.int64)
                for column in fields(Terms)
            }
        ),
        instead=np.asarray(replaced, dtype=np.int64),
        leaves=np.asarray([one.leaves for one in found]),
    )


def _some(asker: Asker[Integers], *, places: Integers) -> Asker[Integers]:
    return Asker(**{column.name: getattr(asker, column.name)[places] for column in fields(Asker)})


def _some_terms(terms: Terms[Integers], *, places: Integers) -> Terms[Integers]:
    return Terms(**{column.name: getattr(terms, column.name)[places] for column in fields(Terms)})


def _days(dates: pl.Series) -> Integers:
    days: Integers = dates.cast(pl.Int32).cast(pl.Int64).fill_null(NEVER).to_numpy().copy()
    return days
