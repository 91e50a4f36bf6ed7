"""What cases leave behind on their road: statuses, steps of the process, and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.casework import LEAST_BYTES, MORE_BYTES, MUNICIPALITY
from vlavirgem.generation.case_roads import ABSENT, DAY, kinds_of_cases
from vlavirgem.generation.columns import dates
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.process import STATUSES, STEPS, phase_of, step_of
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.generation.case_roads import Roads
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.randomness import Integers


def make_statuses(wijken: Wijken, *, rows: Rows, ids: Integers, roads: Roads) -> pl.DataFrame:
    """Make the table `dossierstatussen`."""
    case, place = np.nonzero(roads.status != ABSENT)
    status = roads.status[case, place]
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(roads.length))),
            "dossier_id": ids[case],
            "volgnummer": place + 1,
            "status": pl.Series(STATUSES).gather(status),
            "fase": pl.Series([phase_of(s) for s in STATUSES]).gather(status),
            "tijdstip": instants_of(roads.moment[case, place]),
            "toelichting": pl.Series([None], dtype=pl.String).gather(np.zeros_like(status)),
        }
    )


def make_steps(wijken: Wijken, *, rows: Rows, ids: Integers, kind: Integers, roads: Roads) -> pl.DataFrame:
    """Make the table `procedurestappen`.

    A step starts with its first status and ends when the next step starts, or when the case closes.
    """
    codes = [step_of(status) for status in STATUSES]
    step_index = np.asarray([STEPS.index(code) if code else ABSENT for code in codes] + [ABSENT], dtype=np.int64)
    step = step_index[roads.status]  # status -1 is the last entry: no step
    # A case that stops does so in the step it is in; steps never go back, so a change of step starts one.
    before = np.concatenate([np.full((ids.size, 1), ABSENT, dtype=np.int64), step[:, :-1]], axis=1)
    starts = (step != ABSENT) & (step != before)
    case, place = np.nonzero(starts)
    day = roads.moment // DAY
    begin = day[case, place]
    following = np.zeros_like(begin)
    following[:-1] = begin[1:]
    is_last = np.ones(case.size, dtype=np.bool_)
    is_last[:-1] = case[1:] != case[:-1]
    last = roads.last
    closed = kinds_of_cases().ends[kind, roads.status[row_numbers(ids.size), last]]
    end = np.where(is_last, day[case, last[case]], following)
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(starts.sum(axis=1)))),
            "dossier_id": ids[case],
            "stap": pl.Series(STEPS).gather(step[case, place]),
            "startdatum": dates(begin),
            "einddatum": dates(end),
            "bekend": ~is_last | closed[case],
        }
    ).with_columns(einddatum=pl.when("bekend").then("einddatum"))


def make_documents(
    random: Random,
    *,
    wijken: Wijken,
    rows: Rows,
    ids: Integers,
    kind: Integers,
    roads: Roads,
    cases: pl.DataFrame,
) -> pl.DataFrame:
    """Make the table `stukken`: the first comes with the application, each further one with a further status."""
    kinds = kinds_of_cases()
    widest = kinds.documents.shape[1]
    there = kinds.documents[kind] & (np.arange(widest) <= roads.last[:, None])
    case, place = np.nonzero(there)
    moment = roads.moment[case, np.minimum(place, roads.last[case])]
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(rows.sums(there.sum(axis=1)))),
            "dossier_id": ids[case],
            "titel": kinds.titles.gather(kind[case] * widest + place),
            "creatiedatum": dates_of(moment),
            "aanvrager": "persoon/" + cases["aanvrager_id"].gather(case).cast(pl.String),
            "ambtelijk": kinds.by_official[kind[case], place],
            "informatieclassificatie": cases["informatieclassificatie"].gather(case),
            "mediatype": pl.Series(["application/pdf"]).gather(np.zeros_like(case)),
            # A document keeps its random numbers whatever the other cases do.
            "bytes": LEAST_BYTES + random.below("bytes", rows=ids[case] * widest + place, bound=MORE_BYTES),
        }
    ).with_columns(auteur=pl.when("ambtelijk").then(pl.lit(f"organisatie/{MUNICIPALITY}")).otherwise("aanvrager"))


def dates_of(seconds: Integers) -> pl.Series:
    """Give the days of moments in seconds since 1970."""
    return dates(seconds // DAY)


def instants_of(seconds: Integers) -> pl.Series:
    """Turn seconds since 1970 into moments."""
    return pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))
