"""Cases on their way through the generic process, with their statuses, steps and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
from vlavirgem.process import REFUSED, STATUSES, STOPPED, CaseType, case_types, phase_of, step_of
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_EPOCH = date(1970, 1, 1)
_DAY = 86_400
_YEARS_BACK_DAYS = 730
_LATELY_DAYS = 21
_ADULT_DAYS = 18 * 366
_NONE = -1


@dataclass(frozen=True, slots=True)
class _Roads:
    """One row per case, one column per status: index in `STATUSES` and moment, `_NONE` for absent."""

    status: Integers
    moment: Integers

    @property
    def last(self) -> Integers:
        """The column of the status that a case has now."""
        last: Integers = (self.status != _NONE).sum(axis=1) - 1
        return last


def make_case_tables(
    profile: Profile, *, seed: int, persons: pl.DataFrame, addresses: pl.DataFrame, products: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Make `dossiers`, `dossierstatussen`, `procedurestappen` and `stukken`."""
    random = Random(seed, kind="dossier")
    types = list(case_types().values())
    rows = row_numbers(max(len(types), profile.inhabitants * profile.number("dossiers.per_duizend") // 1000))
    kind = random.pick("dossiertype", rows=rows, weights=[t.weight for t in types])
    kind[: len(types)] = row_numbers(len(types))  # every kind is there, also in the smallest town
    roads = _roads(profile, random=random, rows=rows, kind=kind, types=types)
    cases = _cases(
        profile, random=random, kind=kind, types=types, roads=roads,
        persons=persons, addresses=addresses, products=products,
    )  # fmt: skip
    statuses = _statuses(roads)
    return {
        "dossiers": cases,
        "dossierstatussen": statuses.drop("stap", "einde"),
        "procedurestappen": _steps(statuses),
        "stukken": _documents(random, kind=kind, types=types, roads=roads, cases=cases),
    }


def _roads(profile: Profile, *, random: Random, rows: Integers, kind: Integers, types: Sequence[CaseType]) -> _Roads:
    width = max(len(t.road) for t in types)
    roads = np.full((len(types), width), _NONE, dtype=np.int64)
    for index, case_type in enumerate(types):
        roads[index, : len(case_type.road)] = [STATUSES.index(status) for status in case_type.road]
    status = roads[kind]
    decision = np.asarray([t.decision for t in types])[kind]
    refusable = np.asarray([t.can_be_refused for t in types])[kind]
    stoppable = np.asarray([t.can_be_stopped for t in types])[kind]
    refused = random.chance("geweigerd", rows=rows, share=REFUSED_SHARE) & refusable
    stopped = random.chance("stopgezet", rows=rows, share=STOPPED_SHARE) & stoppable & ~refused
    stop = 1 + random.below("stop", rows=rows, bound=decision)
    column = np.arange(width)
    for ended, place, code in ((refused, decision, REFUSED), (stopped, stop, STOPPED)):
        status = np.where(ended[:, None] & (column == place[:, None]), STATUSES.index(code), status)
        status = np.where(ended[:, None] & (column > place[:, None]), _NONE, status)
    days = np.asarray([t.days for t in types])[kind]
    moment = _moments(profile, random=random, rows=rows, days=days, width=width)
    future = moment >= (profile.reference_date - _EPOCH).days * _DAY
    status = np.where(future, _NONE, status)
    return _Roads(status=status, moment=np.where(status == _NONE, 0, moment))


def _moments(profile: Profile, *, random: Random, rows: Integers, days: Integers, width: int) -> Integers:
    """Give a moment in office hours for each status, in seconds since 1970; the first always lies back."""
    today = (profile.reference_date - _EPOCH).days
    # Three in ten came in lately, so that enough of them are still open.
    back = np.where(random.chance("recent", rows=rows, share=0.3), _LATELY_DAYS, _YEARS_BACK_DAYS)
    day = today - 1 - random.below("opening", rows=rows, bound=back)
    moments = np.zeros((rows.size, width), dtype=np.int64)
    for place in range(width):
        moments[:, place] = day * _DAY + OPENING_SECOND + random.below(f"uur{place}", rows=rows, bound=OPEN_SECONDS)
        day = day + 1 + random.below(f"dagen{place}", rows=rows, bound=days)
    return moments


def _cases(
    profile: Profile,
    *,
    random: Random,
    kind: Integers,
    types: Sequence[CaseType],
    roads: _Roads,
    persons: pl.DataFrame,
    addresses: pl.DataFrame,
    products: pl.DataFrame,
) -> pl.DataFrame:
    rows = row_numbers(kind.size)
    product = np.zeros_like(rows)
    for index, case_type in enumerate(types):
        offered = products.filter(dossiertype=case_type.code)["id"].to_numpy()
        chosen = np.flatnonzero(kind == index)
        product[chosen] = offered[random.below("product", rows=rows[chosen], bound=offered.size)]
    youngest = (profile.reference_date - _EPOCH).days - _ADULT_DAYS - _YEARS_BACK_DAYS
    adults = persons.filter(pl.col("geboortedatum").cast(pl.Int32) < youngest)
    picked = random.below("aanvrager", rows=rows, bound=adults.height)
    last = roads.last
    status = _texts(STATUSES, index=roads.status[rows, last])
    ended = [types[k].is_end(s) for k, s in zip(kind.tolist(), status.to_list(), strict=True)]
    frame = pl.DataFrame(
        {
            "id": rows + 1,
            "dossiertype": _texts([t.code for t in types], index=kind),
            "product_id": product,
            "aanvrager_id": adults["id"].gather(picked),
            "thuis": adults["adres_id"].gather(picked),
            "elders": addresses["id"].gather(random.below("plaats", rows=rows, bound=addresses.height)),
            "behandelaar_id": [MUNICIPALITY] * rows.size,
            "status": status,
            "openingsdatum": _dates(roads.moment[:, 0]),
            "laatste": _dates(roads.moment[rows, last]),
            "versie": last + 1,
            "gewijzigd": _instants(roads.moment[rows, last]),
            "gesloten": ended,
        }
    )
    return _named(frame, addresses=addresses, products=products)


def _named(frame: pl.DataFrame, *, addresses: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Add place, title, number and classification."""
    kind = pl.col("dossiertype")
    placed = frame.with_columns(
        adres_id=pl.when(kind.is_in(AT_HOME)).then("thuis").when(kind.is_in(ELSEWHERE)).then("elders")
    )
    product_names = products.select(product_id="id", product="naam")
    address_lines = addresses.select(adres_id="id", adres="volledig_adres")
    named = placed.join(product_names, on="product_id", how="left").join(address_lines, on="adres_id", how="left")
    year = pl.col("openingsdatum").dt.year().cast(pl.String)
    return named.sort("id").with_columns(
        dossiernummer="VVG-" + year + "-" + pl.col("id").cast(pl.String).str.zfill(6),
        titel=pl.col("product") + (" (" + pl.col("adres") + ")").fill_null(""),
        informatieclassificatie=kind.replace_strict({code: classification_of(code) for code in case_types()}),
        sluitingsdatum=pl.when("gesloten").then("laatste"),
    )


def _statuses(roads: _Roads) -> pl.DataFrame:
    case, place = np.nonzero(roads.status != _NONE)
    status = _texts(STATUSES, index=roads.status[case, place])
    return pl.DataFrame(
        {
            "id": row_numbers(case.size) + 1,
            "dossier_id": case + 1,
            "volgnummer": place + 1,
            "status": status,
            "fase": [phase_of(s) for s in status.to_list()],
            "tijdstip": _instants(roads.moment[case, place]),
            "toelichting": pl.Series([None] * case.size, dtype=pl.String),
            "stap": pl.Series([step_of(s) for s in status.to_list()], dtype=pl.String),
            "einde": [s in (REFUSED, STOPPED) or step_of(s) == "leveren" for s in status.to_list()],
        }
    )


def _steps(statuses: pl.DataFrame) -> pl.DataFrame:
    """A step starts with its first status and ends when the next step starts, or when the case closes."""
    day = pl.col("tijdstip").dt.date()
    closing = statuses.filter("einde").select("dossier_id", sluiting=day)
    steps = (
        statuses.drop_nulls("stap")
        .group_by("dossier_id", "stap", maintain_order=True)
        .agg(day.first().alias("startdatum"))
        .with_columns(pl.col("startdatum").shift(-1).over("dossier_id").alias("einddatum"))
        .join(closing, on="dossier_id", how="left", maintain_order="left")
        .with_columns(pl.col("einddatum").fill_null(pl.col("sluiting")))
    )
    return steps.with_columns(id=pl.int_range(1, pl.len() + 1))


def _documents(
    random: Random, *, kind: Integers, types: Sequence[CaseType], roads: _Roads, cases: pl.DataFrame
) -> pl.DataFrame:
    """The first document comes with the application, each further one with a further status."""
    widest = max(len(t.documents) for t in types)
    titles = [[*t.documents, *[""] * (widest - len(t.documents))] for t in types]
    present = np.asarray([[bool(title) for title in row] for row in titles])[kind]
    arrived = np.arange(widest) <= roads.last[:, None]
    case, place = np.nonzero(present & arrived)
    number = case * widest + place  # a document keeps its random numbers whatever the other cases do
    title = [titles[int(kind[c])][int(p)] for c, p in zip(case, place, strict=True)]
    moment = roads.moment[case, np.minimum(place, roads.last[case])]
    frame = pl.DataFrame(
        {
            "id": row_numbers(case.size) + 1,
            "dossier_id": case + 1,
            "titel": title,
            "creatiedatum": _dates(moment),
            "aanvrager": "persoon/" + cases["aanvrager_id"].gather(case).cast(pl.String),
            "ambtelijk": [text.startswith(BY_OFFICIAL) for text in title],
            "informatieclassificatie": cases["informatieclassificatie"].gather(case),
            "mediatype": ["application/pdf"] * case.size,
            "bytes": LEAST_BYTES + random.below("bytes", rows=number.astype(np.int64), bound=MORE_BYTES),
        }
    )
    return frame.with_columns(
        auteur=pl.when("ambtelijk").then(pl.lit(f"organisatie/{MUNICIPALITY}")).otherwise("aanvrager")
    )


def _texts(choices: Sequence[str], *, index: Integers) -> pl.Series:
    return pl.Series(choices).gather(index)


def _dates(seconds: Integers) -> pl.Series:
    return pl.Series(seconds // _DAY).cast(pl.Int32).cast(pl.Date)


def _instants(seconds: Integers) -> pl.Series:
    return pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))
