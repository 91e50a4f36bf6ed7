"""What is on the agenda of each meeting, drawn from the kinds of decisions that fit the body.

Everything is made column by column: one row per agenda item.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.governance.calendar import PUBLIC
from vlavirgem.generation.governance.sittings import ITEMS, SIZES, round_sum
from vlavirgem.generation.governance.texts import capitalised, grouped, in_street, templates, with_article
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from vlavirgem.generation.governance.calendar import Appointment
    from vlavirgem.randomness import Integers


@dataclass(frozen=True, slots=True)
class Fillings:
    """What the town's own lists give to fill texts with.

    Attributes:
        streets: Names of streets.
        associations: Names of associations.
    """

    streets: Sequence[str]
    associations: Sequence[str]

    @classmethod
    def invented(cls) -> Fillings:
        """Give names of the same make, for who has no list of a town at hand."""
        streets = [row["tekst"] for row in dataset("straatnamen") if row["deel"] == "begin"]
        clubs = [row["tekst"] for row in dataset("organisaties") if row["deel"] == "vereniging"]
        return cls([f"{name}straat" for name in streets], [f"{name} VlaVirGem" for name in clubs])


def make_items(
    meetings: Sequence[Appointment],
    *,
    seed: int,
    inhabitants: int,
    special: Mapping[str, date | None],
    fillings: Fillings,
) -> pl.DataFrame:
    """Give one row per agenda item, in order.

    Args:
        meetings: All meetings; their numbers count from 1.
        seed: Seed of the town.
        inhabitants: How many people live here.
        special: By `place` of kinds of decisions the day of the council that takes them: when somebody takes over from
            a councillor, or stands in for one.
        fillings: Names to fill texts with.

    Returns:
        Columns `zitting`, `volgnummer`, `sjabloon`, `open`, `titel`, `beschrijving`, `motivering`, `artikel0` and on.
    """
    random = Random(seed, kind="agendapunt")
    numbers = np.arange(len(meetings), dtype=np.int64)
    fixed = [_fixed(one, special=special) for one in meetings]
    base = np.asarray([SIZES[one.body][0] + isqrt(inhabitants) // SIZES[one.body][1] for one in meetings])
    spread = np.asarray([SIZES[one.body][2] for one in meetings])
    most = np.asarray([SIZES[one.body][3] for one in meetings])
    counts = np.minimum(base + random.below("aantal", rows=numbers, bound=spread), most)
    counts = np.maximum(counts, [len(some) for some in fixed]).astype(np.int64)
    rows = rows_of(counts)
    address = rows.owner * ITEMS + rows.position
    template = _drawn(meetings, random=random, owner=rows.owner, address=address)
    for meeting, some in enumerate(fixed):
        start = int(rows.first[meeting])
        template[start : start + len(some)] = some
    frame = _chosen(template, random=random, address=address, fillings=fillings).with_columns(
        zitting=pl.Series(rows.owner),
        plaats=pl.Series(rows.position),
        vast=pl.Series(rows.position < np.asarray([len(some) for some in fixed])[rows.owner]),
        jaar=pl.Series([one.day.year for one in meetings]).gather(rows.owner),
        orgaan=pl.Series([str(one.body) for one in meetings]).gather(rows.owner),
    )
    return _filled(_without_repeats(frame), fillings=fillings)


def _fixed(meeting: Appointment, *, special: Mapping[str, date | None]) -> list[int]:
    def comes(place: str, month: int) -> bool:
        return (
            place == "eerst"
            or (place == "maand" and month == meeting.day.month)
            or (place in special and meeting.day == special[place])
        )

    return [
        number
        for number, one in enumerate(templates())
        if meeting.body in one.bodies and one.place and comes(one.place, one.month)
    ]


def _drawn(meetings: Sequence[Appointment], *, random: Random, owner: Integers, address: Integers) -> Integers:
    template = np.zeros(owner.size, dtype=np.int64)
    letters = np.asarray([str(one.body) for one in meetings], dtype=object)[owner]
    for body in SIZES:
        fitting = [i for i, one in enumerate(templates()) if body in one.bodies and one.weight]
        mine = np.flatnonzero(letters == str(body))
        picked = random.pick(f"sjabloon/{body}", rows=address[mine], weights=[templates()[i].weight for i in fitting])
        template[mine] = np.asarray(fitting, dtype=np.int64)[picked]
    return template


def _chosen(template: Integers, *, random: Random, address: Integers, fillings: Fillings) -> pl.DataFrame:
    """Draw the subject, street, association, amount and small number of each item."""

    def of(value: Callable[[int], int]) -> Integers:
        return np.asarray([value(i) for i in range(len(templates()))], dtype=np.int64)[template]

    low, high = of(lambda i: templates()[i].amount[0]), of(lambda i: templates()[i].amount[1])
    step = of(lambda i: round_sum(templates()[i].amount[1]))
    euros = low + random.below("bedrag", rows=address, bound=(high - low) // step + 1) * step
    return pl.DataFrame(
        {
            "sjabloon": template,
            "onderwerp": random.below("onderwerp", rows=address, bound=of(lambda i: len(templates()[i].subjects))),
            "straat": random.below("straat", rows=address, bound=len(fillings.streets)),
            "vereniging": random.below("vereniging", rows=address, bound=len(fillings.associations)),
            "euro": euros,
            "aantal": 2 + random.below("klein", rows=address, bound=11),
        }
    )


def _without_repeats(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out what came up before: in the same year for councils and associations, else in the same meeting.

    An association gets its grant, and holds its tournament, once a year.
    """
    uses_street = [int("straat}" in one.title) for one in templates()]
    uses_club = [int("{vereniging}" in one.title) for one in templates()]
    councils = pl.col("orgaan").is_in([str(body) for body in PUBLIC])
    keyed = frame.with_columns(
        periode=pl.when(councils | (pl.Series(uses_club).gather(frame["sjabloon"]) == 1))
        .then(-pl.col("jaar").cast(pl.Int64))
        .otherwise(pl.col("zitting")),
        per_straat=pl.col("straat") * pl.Series(uses_street).gather(frame["sjabloon"]),
        per_vereniging=pl.col("vereniging") * pl.Series(uses_club).gather(frame["sjabloon"]),
        open=~pl.Series([one.closed for one in templates()]).gather(frame["sjabloon"]),
    )
    key = ("orgaan", "periode", "sjabloon", "onderwerp", "per_straat", "per_vereniging")
    kept = keyed.filter(pl.col("vast") | pl.struct(key).is_first_distinct())
    # What is dealt with behind closed doors comes last.
    ordered = kept.sort("zitting", ~pl.col("open"), "plaats")
    return ordered.with_columns(volgnummer=pl.int_range(1, pl.len() + 1).over("zitting"))


def _filled(frame: pl.DataFrame, *, fillings: Fillings) -> pl.DataFrame:
    known = templates()
    first = np.cumsum([0, *(len(one.subjects) for one in known)])[:-1]
    subjects = [text for one in known for text in one.subjects]
    which = frame["sjabloon"]
    most = max(len(one.articles) for one in known)
    texts: dict[str, list[str | None]] = {
        "titel": [one.title for one in known],
        "beschrijving": [one.text for one in known],
        "motivering": [one.reason for one in known],
        **{f"artikel{i}": [one.articles[i] if i < len(one.articles) else None for one in known] for i in range(most)},
    }
    amount, where = frame["euro"].unique(), [in_street(name) for name in fillings.streets]
    values = frame.select(
        onderwerp=pl.Series(subjects).gather(pl.Series(first).gather(which) + frame["onderwerp"]),
        straat=pl.Series([with_article(name) for name in fillings.streets]).gather(frame["straat"]),
        vereniging=pl.Series(fillings.associations).gather(frame["vereniging"]),
        in_straat=pl.Series(where).gather(frame["straat"]),
        In_straat=pl.Series([capitalised(text) for text in where]).gather(frame["straat"]),
        bedrag=pl.col("euro").replace_strict(amount, [grouped(one) for one in amount], return_dtype=pl.String),
        aantal=pl.col("aantal").cast(pl.String),
        jaar=pl.col("jaar").cast(pl.String),
        volgend_jaar=(pl.col("jaar") + 1).cast(pl.String),
    )
    written = values.with_columns(pl.Series(name, text).gather(which) for name, text in texts.items())
    for place in values.columns:
        written = written.with_columns(
            pl.col(name).str.replace(f"{{{place}}}", pl.col(place), literal=True) for name in texts
        )
    return frame.select("zitting", "volgnummer", "sjabloon", "open").hstack(written.select(*texts))
