"""Counts what the pictures of a town show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.frames import age_on
from vlavirgem.process import STATUSES

if TYPE_CHECKING:
    from vlavirgem.report.tables import TownTables

BAND = 5
"""Years of age in a band of the pyramid."""
OLDEST = 100
FIRST_DECADE = 1900
BIGGEST_HOUSEHOLD = 6
MONTHS = 24


def reference_date(town: TownTables) -> date:
    """Give the day that counts as today in the town."""
    return date.fromisoformat(town.manifest.reference_date)


def ages(town: TownTables) -> list[tuple[int, int, int]]:
    """Count living men and women by age: first age of the band, men, women."""
    band = (age_on(reference_date(town)) // BAND * BAND).clip(0, OLDEST)
    counts = (
        town["personen"]
        .filter(pl.col("overlijdensdatum").is_null())
        .group_by(band.alias("band"), "geslacht")
        .len()
        .rows()
    )
    by = {(int(first), str(sex)): int(count) for first, sex, count in counts}
    return [(first, by.get((first, "MALE"), 0), by.get((first, "FEMALE"), 0)) for first in range(0, OLDEST + 1, BAND)]


def household_sizes(town: TownTables) -> list[tuple[int, int]]:
    """Count households by members; the last counts all bigger ones too."""
    sizes = town["huishoudens"].group_by(pl.col("aantal_leden").clip(1, BIGGEST_HOUSEHOLD)).len().rows()
    by = {int(size): int(count) for size, count in sizes}
    return [(size, by.get(size, 0)) for size in range(1, BIGGEST_HOUSEHOLD + 1)]


def decades(town: TownTables) -> list[tuple[int, int]]:
    """Count standing buildings by the decade in which they were built; the first counts all before it too."""
    built = town["gebouwen"].filter(pl.col("bouwjaar").is_not_null() & (pl.col("status") != "gehistoreerd"))
    rows = built.group_by((pl.col("bouwjaar") // 10 * 10).clip(FIRST_DECADE).alias("jaar")).len().sort("jaar").rows()
    return [(int(year), int(count)) for year, count in rows]


def streets_by_age(town: TownTables) -> pl.DataFrame:
    """Give for every street `id`, `naam`, `gebouwen` and `bouwjaar`, the median; oldest first."""
    built = town["gebouwen"].filter(pl.col("bouwjaar").is_not_null() & (pl.col("status") != "gehistoreerd"))
    return (
        built.group_by(pl.col("straatnaam_id").alias("id"))
        .agg(pl.len().alias("gebouwen"), pl.col("bouwjaar").median().cast(pl.Int64))
        .join(town["straatnamen"].select("id", "naam"), on="id")
        .sort("bouwjaar", "naam", "id")
    )


def month_ends(town: TownTables) -> list[date]:
    """Give the first day of each of the last months and the reference date, in order."""
    today = reference_date(town)
    months = [today.year * 12 + today.month - 1 - back for back in range(MONTHS)]
    days = {date(month // 12, month % 12 + 1, 1) for month in months} | {today}
    return sorted(days)


def open_cases(town: TownTables) -> list[tuple[date, dict[str, int]]]:
    """Count the cases that were open at the start of each day of `month_ends`, by status."""
    closed = town["dossiers"].select(pl.col("id").alias("dossier_id"), "sluitingsdatum")
    spans = (
        town["dossierstatussen"]
        .select("dossier_id", "volgnummer", "status", pl.col("tijdstip").dt.date().alias("van"))
        .sort("dossier_id", "volgnummer")
        .with_columns(pl.col("van").shift(-1).over("dossier_id").alias("tot"))
        .join(closed, on="dossier_id", how="left")
        .with_columns(pl.coalesce("tot", "sluitingsdatum"))
    )
    counted = []
    for day in month_ends(town):
        then = spans.filter((pl.col("van") < day) & (pl.col("tot").is_null() | (pl.col("tot") >= day)))
        by = {str(status): int(count) for status, count in then.group_by("status").len().rows()}
        counted.append((day, {status: by[status] for status in STATUSES if status in by}))
    return counted


def flow(town: TownTables) -> list[tuple[date, int, int]]:
    """Count per month the cases that were opened and closed: first day of the month, opened, closed."""
    today = reference_date(town)
    opened = _per_month(town, "openingsdatum")
    closed = _per_month(town, "sluitingsdatum")
    months = [day for day in month_ends(town) if day.day == 1 and day < today]
    return [(month, opened.get(month, 0), closed.get(month, 0)) for month in months]


def _per_month(town: TownTables, column: str) -> dict[date, int]:
    rows = town["dossiers"].drop_nulls(column).group_by(pl.col(column).dt.month_start()).len().rows()
    return {day: int(count) for day, count in rows}


def throughput(town: TownTables) -> tuple[int, int, int] | None:
    """Give how many days closed cases took: a quarter at most, half at most, nine in ten at most."""
    days = (
        town["dossiers"]
        .drop_nulls("sluitingsdatum")
        .select((pl.col("sluitingsdatum") - pl.col("openingsdatum")).dt.total_days().alias("dagen"))["dagen"]
        .sort()
    )
    if not days.len():
        return None
    last = days.len() - 1
    return int(days[last // 4]), int(days[last // 2]), int(days[last * 9 // 10])


def counted(town: TownTables, table: str, *, column: str, most: int) -> list[tuple[str, int]]:
    """Count the values of a column, the most frequent first; at most so many."""
    rows = town[table].group_by(column).len().drop_nulls().sort(["len", column], descending=[True, False]).rows()
    return [(str(value), int(count)) for value, count in rows[:most]]
