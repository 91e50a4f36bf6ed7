"""Puts the governance of a town together."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.frames import dtypes
from vlavirgem.generation.governance.agenda import Fillings, make_items
from vlavirgem.generation.governance.bodies import (
    make_bodies_in_term_table,
    make_bodies_table,
    make_mandates_table,
    make_units_table,
)
from vlavirgem.generation.governance.calendar import PUBLIC, appointments
from vlavirgem.generation.governance.decisions import decision_tables, make_grounds_table
from vlavirgem.generation.governance.functions import (
    FUNCTION_NAMES,
    Body,
    Function,
    Status,
    body_in_term_number,
    body_number,
    mandate_number,
)
from vlavirgem.generation.governance.law import terms_until
from vlavirgem.generation.governance.moments import at, begin_of
from vlavirgem.generation.governance.prevented import prevent
from vlavirgem.generation.governance.seats import (
    elect,
    make_groups_table,
    make_mandataries_table,
    stop_early,
)
from vlavirgem.generation.governance.sittings import (
    CHAIRS,
    LEAST_MINUTES,
    MINUTES_PER_ITEM,
    MORE_MINUTES,
    MOST_LATE,
    PUBLICATION_DAYS,
    ROOMS,
    VOTES_IN,
)
from vlavirgem.generation.governance.votes import make_attendance, make_results, make_stances
from vlavirgem.randomness import Random, row_numbers
from vlavirgem.schema import governance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vlavirgem.dictionary import Table
    from vlavirgem.generation.governance.calendar import Appointment
    from vlavirgem.generation.governance.law import Term
    from vlavirgem.generation.governance.seats import Seating
    from vlavirgem.profile import Profile

_MEETINGS_BEFORE_END = 4
"""The councillor who stops early does so at the last but third council: some months ago."""
_PREVENTED = (-8, -5)
"""Somebody else is prevented from one of the councils before that until another."""
_APPOINTED = "45b4b155-d22a-4eaf-be3a-97022c6b7fcd"
"""LBLOD FunctionarisStatusCode "Aangesteld"."""


def make_governance_tables(
    profile: Profile,
    *,
    seed: int,
    candidates: pl.DataFrame,
    streets: Sequence[str] = (),
    associations: Sequence[str] = (),
) -> dict[str, pl.DataFrame]:
    """Make every table of `vlavirgem.schema.governance`.

    A town with too few adults to fill the bodies has fewer seats taken; with fewer than three it has no meetings.

    Args:
        profile: The profile.
        seed: Seed of the town.
        candidates: Adult inhabitants, with columns of `personen`: `id`, `geslacht`, `geboortedatum` and
            `huishouden_id`; best eighty or more.
        streets: Names of streets of the town, for titles; invented ones when there are none.
        associations: Names of associations of the town, idem.
    """
    today, people = profile.reference_date, profile.inhabitants
    terms = terms_until(today - timedelta(days=1))
    invented = Fillings.invented()
    fillings = Fillings(streets or invented.streets, associations or invented.associations)
    planned = appointments(until=today, inhabitants=people)
    councils = sorted(one.day for one in planned if one.body is Body.COUNCIL)
    succession = councils[-_MEETINGS_BEFORE_END]
    absence = (councils[_PREVENTED[0]], councils[_PREVENTED[1]])
    seatings = _seatings(
        candidates, seed=seed, terms=terms, inhabitants=people, succession=succession, absence=absence
    )
    officers = _officers(candidates, seed=seed, terms=terms, seatings=seatings)
    mandataries = make_mandataries_table(seatings)
    held = [one for one in planned if officers.height and seatings[_term_of(one.day, terms=terms)]]
    tables = {
        "bestuurseenheden": make_units_table(),
        "bestuursorganen": make_bodies_table(),
        "bestuursorganen_in_tijd": make_bodies_in_term_table(terms, inhabitants=people),
        "fracties": make_groups_table(seatings),
        "mandaten": make_mandates_table(terms, inhabitants=people),
        "mandatarissen": mandataries,
        "functionarissen": officers,
        "rechtsgronden": make_grounds_table(),
    }
    if held:
        taken_over = succession if mandataries["opvolger_van_id"].is_not_null().any() else None
        replaced = absence[0] if mandataries["tijdelijk_vervangen_door_id"].is_not_null().any() else None
        special = {"opvolging": taken_over, "vervanging": replaced}
        items = make_items(held, seed=seed, inhabitants=people, special=special, fillings=fillings)
        items = items.with_columns(agendapunt_id=pl.int_range(1, pl.len() + 1))
        meetings = _meetings(held, seed=seed, terms=terms, mandataries=mandataries, items=items, today=today)
        members = _members(terms, mandataries=mandataries, groups=tables["fracties"])
        attendance = make_attendance(meetings, members=members, seed=seed)
        stances = make_stances(items, attendance=attendance, seed=seed)
        results = make_results(stances)
        tables |= {"zittingen": meetings, "aanwezigheden": _attendance_table(attendance)}
        tables |= decision_tables(items, meetings=meetings, results=results, mandataries=mandataries)
        tables["stemgedragingen"] = (
            stances.filter(~pl.col("geheim"))
            .join(results.select("agendapunt_id", stemming_id="id"), on="agendapunt_id", maintain_order="left")
            .with_columns(id=pl.int_range(1, pl.len() + 1))
        )
    return {table.name: _conformed(tables.get(table.name), table=table) for table in governance.TABLES}


def _conformed(frame: pl.DataFrame | None, *, table: Table) -> pl.DataFrame:
    types = dtypes(table)
    if frame is None:
        return pl.DataFrame(schema=types)
    return frame.select(pl.col(column).cast(dtype) for column, dtype in types.items())


def _term_of(day: date, *, terms: tuple[Term, ...]) -> int:
    return next(i for i, term in enumerate(terms) if term.first <= day <= term.last)


def _seatings(
    candidates: pl.DataFrame,
    *,
    seed: int,
    terms: tuple[Term, Term],
    inhabitants: int,
    succession: date,
    absence: tuple[date, date],
) -> list[Seating | None]:
    seatings: list[Seating | None] = []
    earlier: list[int] = []
    sexes = dict(candidates.select("id", "geslacht").iter_rows())
    for term in terms:
        seating = elect(candidates, seed=seed, term=term, inhabitants=inhabitants, earlier=earlier)
        if seating:
            earlier = [one.person for one in seating.holders if one.function is Function.COUNCILLOR]
            if term.first <= succession <= term.last:
                seating = stop_early(seating, on=succession, sexes=sexes)
            if term.first <= absence[0] <= absence[1] <= term.last:
                seating = prevent(seating, since=absence[0], until=absence[1], sexes=sexes)
        seatings.append(seating)
    return seatings


def _officers(
    candidates: pl.DataFrame, *, seed: int, terms: tuple[Term, ...], seatings: Sequence[Seating | None]
) -> pl.DataFrame:
    """Appoint a general and a financial manager who hold no mandate, or nobody when nobody is left."""
    busy = {one.person for seating in seatings if seating for one in seating.holders}
    free = candidates.sort("id").filter(~pl.col("id").is_in(sorted(busy)))
    grown = free.filter(
        pl.col("geboortedatum").dt.year().is_between(terms[0].first.year - 45, terms[0].first.year - 30)
    )
    pool = grown if grown.height > 1 else free
    random = Random(seed, kind="functionaris")
    order = pl.Series(random.bits("lot", rows=pool["id"].to_numpy())).arg_sort()
    chosen = pool["id"].gather(order.head(2)).to_list()
    if chosen:
        chosen = [chosen[0], chosen[-1]]
    days = random.below("start", rows=row_numbers(2), bound=3_000).tolist()[: len(chosen)]
    functions = (Function.GENERAL_MANAGER, Function.FINANCIAL_MANAGER)[: len(chosen)]
    bodies = (Body.GENERAL_MANAGER, Body.FINANCIAL_MANAGER)[: len(chosen)]
    return pl.DataFrame(
        {
            "id": range(1, len(chosen) + 1),
            "bestuursorgaan_id": [body_number(body) for body in bodies],
            "persoon_id": chosen,
            "functie": [str(one) for one in functions],
            "functie_naam": [FUNCTION_NAMES[one] for one in functions],
            "status": [_APPOINTED] * len(chosen),
            "start": begin_of([terms[0].first - timedelta(days=ago) for ago in days]),
        }
    )


def _members(terms: tuple[Term, ...], *, mandataries: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """List who may vote in which body; the mayor votes in the college too."""
    places = [
        (mandate_number(function, term=term), body_in_term_number(body, term=term))
        for term in range(len(terms))
        for function, body in VOTES_IN.items()
    ]
    where = pl.DataFrame(places, schema=["mandaat_id", "orgaan_in_tijd_id"], orient="row")
    local = [
        pl.col(name).dt.convert_time_zone("Europe/Brussels").dt.date().alias(ours)
        for name, ours in (("start", "eerste"), ("einde", "laatste"))
    ]
    return (
        mandataries.filter(pl.col("status") != str(Status.PREVENTED))
        .join(where, on="mandaat_id")
        .join(groups.select(fractie_id="id", meerderheid="in_meerderheid"), on="fractie_id")
        .select("orgaan_in_tijd_id", "persoon_id", "fractie_id", "meerderheid", *local, mandataris_id="id")
        .sort("mandataris_id")
    )


def _meetings(
    held: Sequence[Appointment],
    *,
    seed: int,
    terms: tuple[Term, ...],
    mandataries: pl.DataFrame,
    items: pl.DataFrame,
    today: date,
) -> pl.DataFrame:
    term = [_term_of(one.day, terms=terms) for one in held]
    chair = {
        row["mandaat_id"]: row for row in mandataries.select("mandaat_id", "id", "persoon_id").iter_rows(named=True)
    }
    chairs = [chair[mandate_number(CHAIRS[one.body], term=t)] for one, t in zip(held, term, strict=True)]
    random = Random(seed, kind="zitting")
    rows = row_numbers(len(held))
    late = pl.Series(random.below("start", rows=rows, bound=MOST_LATE))
    count = items.group_by("zitting", maintain_order=True).len()["len"].cast(pl.Int64)
    lasts = MINUTES_PER_ITEM * count + pl.Series(random.below("duur", rows=rows, bound=MORE_MINUTES)) + LEAST_MINUTES
    hours = sorted({one.hour for one in held}, key=lambda hour: (hour.hour, hour.minute))
    days = pl.Series([one.day for one in held])
    planned = pl.DataFrame({"dag": days, "uur": [one.hour for one in held]}).select(
        pl.coalesce(
            pl.when(pl.col("uur") == hour).then(at(days, hour=time(hour.hour, hour.minute))) for hour in hours
        ).alias("start")
    )["start"]
    published = days + timedelta(days=PUBLICATION_DAYS)
    return pl.DataFrame(
        {
            "id": rows + 1,
            "zitting": rows,
            "dag": days,
            "orgaan": [str(one.body) for one in held],
            "orgaan_in_tijd_id": [body_in_term_number(one.body, term=t) for one, t in zip(held, term, strict=True)],
            "geplande_start": planned,
            "late": late,
            "lasts": lasts,
            "plaats": [ROOMS[one.body] for one in held],
            "openbaar": [one.body in PUBLIC for one in held],
            "voorzitter_id": [row["id"] for row in chairs],
            "voorzitter": [row["persoon_id"] for row in chairs],
            "secretaris_id": [1] * len(held),
            "publicatie": published,
        }
    ).with_columns(
        start=pl.col("geplande_start") + pl.duration(minutes=pl.col("late")),
        einde=pl.col("geplande_start") + pl.duration(minutes=pl.col("late") + pl.col("lasts")),
        publicatiedatum=pl.when(pl.col("publicatie") < today).then(pl.col("publicatie")),
    )


def _attendance_table(attendance: pl.DataFrame) -> pl.DataFrame:
    return attendance.select(
        id=pl.int_range(1, pl.len() + 1),
        zitting_id=pl.col("zitting") + 1,
        mandataris_id="mandataris_id",
        aanwezigheid=pl.when("weg").then(pl.lit("verontschuldigd")).otherwise(pl.lit("aanwezig")),
    )
