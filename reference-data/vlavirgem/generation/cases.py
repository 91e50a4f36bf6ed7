"""Cases on their way through the generic process, with their statuses, steps and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.casework import (
    AT_HOME,
    BY_OFFICIAL,
    ELSEWHERE,
    LEAST_BYTES,
    MORE_BYTES,
    MUNICIPALITY,
    OPEN_SECONDS,
    OPENING_SECOND,
    REFUSED_SHARE,
    STOPPED_SHARE,
    classification_of,
)
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.process import REFUSED, STATUSES, STEPS, STOPPED, case_types, phase_of, step_of
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.process import CaseType
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_EPOCH = date(1970, 1, 1)
_DAY = 86_400
_YEARS_BACK_DAYS = 730
_LATELY_DAYS = 21
_ADULT_DAYS = 18 * 366
_NONE = -1
_STOPPED_FOR_SURE = 8


@dataclass(frozen=True, slots=True)
class Applicants:
    """Who can have asked for something: adults since long, wijk after wijk.

    Attributes:
        rows: Which wijk each lives in.
        id: Their numbers.
        address: Where they live.
    """

    rows: Rows
    id: Integers
    address: Integers


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of some wijken, in the order of their numbers."""

    rows: Rows
    id: Integers
    text: pl.Series


@dataclass(frozen=True)
class _Kinds:
    """What holds for each kind of case, as columns: an index is that of the kind."""

    types: tuple[CaseType, ...]
    roads: Integers
    decision: Integers
    refusable: Flags
    stoppable: Flags
    days: Integers
    ends: NDArray[np.bool_]
    titles: pl.Series
    documents: NDArray[np.bool_]
    by_official: NDArray[np.bool_]
    where: Integers
    classification: pl.Series


@dataclass(frozen=True, slots=True)
class _Roads:
    """One row per case, one column per status: index in `STATUSES` and moment, `_NONE` for absent."""

    status: Integers
    moment: Integers

    @property
    def length(self) -> Integers:
        """How many statuses each case had."""
        length: Integers = (self.status != _NONE).sum(axis=1)
        return length

    @property
    def last(self) -> Integers:
        """The column of the status that a case has now."""
        return self.length - 1


def applicants_of(profile: Profile, *, wijken: Wijken, persons: pl.DataFrame, wijk: Integers) -> Applicants:
    """Choose who can have asked for something; `wijk` holds the index of each person's wijk."""
    youngest = (profile.reference_date - _EPOCH).days - _ADULT_DAYS - _YEARS_BACK_DAYS
    adult = np.flatnonzero(persons["geboortedatum"].cast(pl.Int32).to_numpy() < youngest)
    counts = np.bincount(wijk[adult], minlength=wijken.numbers.size)
    return Applicants(
        rows=rows_of(counts), id=persons["id"].to_numpy()[adult], address=persons["adres_id"].to_numpy()[adult]
    )


def make_case_tables(
    profile: Profile,
    *,
    seed: int,
    wijken: Wijken,
    applicants: Applicants,
    places: Places,
    products: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Make `dossiers`, `dossierstatussen`, `procedurestappen` and `stukken` of some wijken."""
    random = Random(seed, kind="dossier")
    kinds = _kinds()
    rows = rows_of(np.maximum(1, wijken.inhabitants * profile.number("dossiers.per_duizend") // 1000))
    if wijken.numbers.size and wijken.numbers[0] == 0:
        rows = rows_of(np.where(wijken.numbers == 0, np.maximum(rows.counts, len(kinds.types)), rows.counts))
    ids = wijken.ids(rows)
    kind = random.pick("dossiertype", rows=ids, weights=[t.weight for t in kinds.types])
    # Every kind is there, also in the smallest town.
    kind = np.where((wijken.numbers[rows.owner] == 0) & (rows.position < len(kinds.types)), rows.position, kind)
    kind = np.minimum(kind, len(kinds.types) - 1)
    roads = _roads(profile, random=random, ids=ids, kind=kind)
    cases = _cases(
        random, ids=ids, rows=rows, kind=kind, roads=roads, applicants=applicants, places=places, products=products
    )
    return {
        "dossiers": cases,
        "dossierstatussen": _statuses(wijken, rows=rows, ids=ids, roads=roads),
        "procedurestappen": _steps(wijken, rows=rows, ids=ids, kind=kind, roads=roads),
        "stukken": _documents(random, wijken=wijken, rows=rows, ids=ids, kind=kind, roads=roads, cases=cases),
    }


@cache
def _kinds() -> _Kinds:
    types = tuple(case_types().values())
    width = max(len(t.road) for t in types)
    roads = np.full((len(types), width), _NONE, dtype=np.int64)
    for index, case_type in enumerate(types):
        roads[index, : len(case_type.road)] = [STATUSES.index(status) for status in case_type.road]
    widest = max(len(t.documents) for t in types)
    titles = [[*t.documents, *[""] * (widest - len(t.documents))] for t in types]
    return _Kinds(
        types=types,
        roads=roads,
        decision=np.asarray([t.decision for t in types], dtype=np.int64),
        refusable=np.asarray([t.can_be_refused for t in types]),
        stoppable=np.asarray([t.can_be_stopped for t in types]),
        days=np.asarray([t.days for t in types], dtype=np.int64),
        ends=np.asarray([[t.is_end(status) for status in STATUSES] for t in types]),
        titles=pl.Series([title for row in titles for title in row]),
        documents=np.asarray([[bool(title) for title in row] for row in titles]),
        by_official=np.asarray([[title.startswith(BY_OFFICIAL) for title in row] for row in titles]),
        where=np.asarray([1 if t.code in AT_HOME else 2 if t.code in ELSEWHERE else 0 for t in types], dtype=np.int64),
        classification=pl.Series([classification_of(t.code) for t in types]),
    )


def _roads(profile: Profile, *, random: Random, ids: Integers, kind: Integers) -> _Roads:
    kinds = _kinds()
    status = kinds.roads[kind]
    width = status.shape[1]
    decision = kinds.decision[kind]
    refused = random.chance("geweigerd", rows=ids, share=REFUSED_SHARE) & kinds.refusable[kind]
    # Some of the first wijk stop for sure, for who looks for one.
    looked_for = (ids > len(kinds.types)) & (ids <= len(kinds.types) + _STOPPED_FOR_SURE)
    stopped = random.chance("stopgezet", rows=ids, share=STOPPED_SHARE) | looked_for
    stopped &= kinds.stoppable[kind] & ~refused
    stop = 1 + random.below("stop", rows=ids, bound=decision)
    column = np.arange(width)
    for ended, place, code in ((refused, decision, REFUSED), (stopped, stop, STOPPED)):
        status = np.where(ended[:, None] & (column == place[:, None]), STATUSES.index(code), status)
        status = np.where(ended[:, None] & (column > place[:, None]), _NONE, status)
    moment = _moments(profile, random=random, ids=ids, days=kinds.days[kind], width=width)
    future = moment >= (profile.reference_date - _EPOCH).days * _DAY
    status = np.where(future, _NONE, status)
    return _Roads(status=status, moment=np.where(status == _NONE, 0, moment))


def _moments(profile: Profile, *, random: Random, ids: Integers, days: Integers, width: int) -> Integers:
    """Give a moment in office hours for each status, in seconds since 1970; the first always lies back."""
    today = (profile.reference_date - _EPOCH).days
    # Three in ten came in lately, so that enough of them are still open.
    back = np.where(random.chance("recent", rows=ids, share=0.3), _LATELY_DAYS, _YEARS_BACK_DAYS)
    day = today - 1 - random.below("opening", rows=ids, bound=back)
    moments = np.zeros((ids.size, width), dtype=np.int64)
    for place in range(width):
        moments[:, place] = day * _DAY + OPENING_SECOND + random.below(f"uur{place}", rows=ids, bound=OPEN_SECONDS)
        day = day + 1 + random.below(f"dagen{place}", rows=ids, bound=days)
    return moments


def _cases(
    random: Random,
    *,
    ids: Integers,
    rows: Rows,
    kind: Integers,
    roads: _Roads,
    applicants: Applicants,
    places: Places,
    products: pl.DataFrame,
) -> pl.DataFrame:
    kinds = _kinds()
    product = _products(random, ids=ids, kind=kind, products=products)
    who = applicants.rows.first[rows.owner] + random.below(
        "aanvrager", rows=ids, bound=applicants.rows.counts[rows.owner]
    )
    anywhere = places.rows.first[rows.owner] + random.below("plaats", rows=ids, bound=places.rows.counts[rows.owner])
    where = kinds.where[kind]
    home = np.searchsorted(places.id, applicants.address[who])
    spot = np.where(where == 1, home, anywhere)
    placed = pl.Series(where > 0)
    last = roads.last
    status = roads.status[row_numbers(ids.size), last]
    moment = roads.moment[row_numbers(ids.size), last]
    name = products["naam"].gather(product)
    title = name + " (" + places.text.gather(spot) + ")"
    return pl.DataFrame(
        {
            "id": ids,
            "dossiertype": pl.Series([t.code for t in kinds.types]).gather(kind),
            "product_id": products["id"].gather(product),
            "aanvrager_id": applicants.id[who],
            "behandelaar_id": np.full_like(ids, MUNICIPALITY),
            "adres_id": places.id[spot],
            "status": pl.Series(STATUSES).gather(status),
            "titel": title,
            "informatieclassificatie": kinds.classification.gather(kind),
            "openingsdatum": _dates(roads.moment[:, 0]),
            "sluitingsdatum": _dates(moment),
            "versie": last + 1,
            "gewijzigd": _instants(moment),
            "gesloten": kinds.ends[kind, status],
            "naam": name,
            "geplaatst": placed,
        }
    ).with_columns(
        dossiernummer="VVG-"
        + pl.col("openingsdatum").dt.year().cast(pl.String)
        + "-"
        + pl.col("id").cast(pl.String).str.zfill(6),
        adres_id=pl.when("geplaatst").then("adres_id"),
        titel=pl.when("geplaatst").then("titel").otherwise("naam"),
        sluitingsdatum=pl.when("gesloten").then("sluitingsdatum"),
    )


def _products(random: Random, *, ids: Integers, kind: Integers, products: pl.DataFrame) -> Integers:
    """Choose for each case one of the products that start a case of its kind: its place in the table."""
    offered = [np.flatnonzero((products["dossiertype"] == t.code).fill_null(value=False)) for t in _kinds().types]
    counts = np.asarray([found.size for found in offered], dtype=np.int64)
    first = np.cumsum(counts) - counts
    chosen = first[kind] + random.below("product", rows=ids, bound=counts[kind])
    products_of_a_kind: Integers = np.concatenate(offered)[chosen]
    return products_of_a_kind


def _statuses(wijken: Wijken, *, rows: Rows, ids: Integers, roads: _Roads) -> pl.DataFrame:
    case, place = np.nonzero(roads.status != _NONE)
    status = roads.status[case, place]
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(roads.length))),
            "dossier_id": ids[case],
            "volgnummer": place + 1,
            "status": pl.Series(STATUSES).gather(status),
            "fase": pl.Series([phase_of(s) for s in STATUSES]).gather(status),
            "tijdstip": _instants(roads.moment[case, place]),
            "toelichting": pl.Series([None], dtype=pl.String).gather(np.zeros_like(status)),
        }
    )


def _steps(wijken: Wijken, *, rows: Rows, ids: Integers, kind: Integers, roads: _Roads) -> pl.DataFrame:
    """A step starts with its first status and ends when the next step starts, or when the case closes."""
    codes = [step_of(status) for status in STATUSES]
    step_index = np.asarray([STEPS.index(code) if code else _NONE for code in codes] + [_NONE], dtype=np.int64)
    step = step_index[roads.status]  # status -1 is the last entry: no step
    # A case that stops does so in the step it is in; steps never go back, so a change of step starts one.
    before = np.concatenate([np.full((ids.size, 1), _NONE, dtype=np.int64), step[:, :-1]], axis=1)
    starts = (step != _NONE) & (step != before)
    case, place = np.nonzero(starts)
    day = roads.moment // _DAY
    begin = day[case, place]
    following = np.zeros_like(begin)
    following[:-1] = begin[1:]
    is_last = np.ones(case.size, dtype=np.bool_)
    is_last[:-1] = case[1:] != case[:-1]
    last = roads.last
    closed = _kinds().ends[kind, roads.status[row_numbers(ids.size), last]]
    end = np.where(is_last, day[case, last[case]], following)
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(starts.sum(axis=1)))),
            "dossier_id": ids[case],
            "stap": pl.Series(STEPS).gather(step[case, place]),
            "startdatum": pl.Series(begin).cast(pl.Int32).cast(pl.Date),
            "einddatum": pl.Series(end).cast(pl.Int32).cast(pl.Date),
            "bekend": ~is_last | closed[case],
        }
    ).with_columns(einddatum=pl.when("bekend").then("einddatum"))


def _documents(
    random: Random,
    *,
    wijken: Wijken,
    rows: Rows,
    ids: Integers,
    kind: Integers,
    roads: _Roads,
    cases: pl.DataFrame,
) -> pl.DataFrame:
    """The first document comes with the application, each further one with a further status."""
    kinds = _kinds()
    widest = kinds.documents.shape[1]
    there = kinds.documents[kind] & (np.arange(widest) <= roads.last[:, None])
    case, place = np.nonzero(there)
    moment = roads.moment[case, np.minimum(place, roads.last[case])]
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(there.sum(axis=1)))),
            "dossier_id": ids[case],
            "titel": kinds.titles.gather(kind[case] * widest + place),
            "creatiedatum": _dates(moment),
            "aanvrager": "persoon/" + cases["aanvrager_id"].gather(case).cast(pl.String),
            "ambtelijk": kinds.by_official[kind[case], place],
            "informatieclassificatie": cases["informatieclassificatie"].gather(case),
            "mediatype": pl.Series(["application/pdf"]).gather(np.zeros_like(case)),
            # A document keeps its random numbers whatever the other cases do.
            "bytes": LEAST_BYTES + random.below("bytes", rows=ids[case] * widest + place, bound=MORE_BYTES),
        }
    ).with_columns(auteur=pl.when("ambtelijk").then(pl.lit(f"organisatie/{MUNICIPALITY}")).otherwise("aanvrager"))


def _dates(seconds: Integers) -> pl.Series:
    return pl.Series(seconds // _DAY).cast(pl.Int32).cast(pl.Date)


def _instants(seconds: Integers) -> pl.Series:
    return pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))
