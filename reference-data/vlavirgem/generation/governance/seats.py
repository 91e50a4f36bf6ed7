"""Who sits where: elections, the college, the committee, and one councillor who stops early.

All lists here are short: the law gives the largest town 55 councillors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.governance.bodies import body_sizes
from vlavirgem.generation.governance.functions import (
    Body,
    Function,
    Status,
    body_in_term_number,
    mandate_number,
)
from vlavirgem.generation.governance.law import MAJORITY, share_out
from vlavirgem.generation.governance.moments import begin_of, end_of
from vlavirgem.generation.governance.texts import domains, group_names
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vlavirgem.generation.governance.law import Term

FEWEST = 3
"""With fewer councillors nothing can be decided: a mayor, an alderman and a chair."""
PLAIN = frozenset({Function.COUNCILLOR, Function.WELFARE_COUNCILLOR, Function.COMMITTEE_MEMBER})
"""The functions of a councillor without an office."""
_STAYS = 0.6
ELIGIBLE_SINCE = "kiesbaar_vanaf"


@dataclass(frozen=True, slots=True)
class Group:
    """A political group in a term."""

    name: str
    votes: int
    seats: int
    governs: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a mandate, and until when if that is not the end of the term.

    Attributes:
        succeeds: The place of who had it before and stopped.
        replaced_by: The place of who stands in for one who is prevented.
    """

    function: Function
    person: int
    group: int
    rank: int
    first: date
    last: date
    domains: tuple[str, ...] = ()
    succeeds: int | None = None
    status: Status = Status.EFFECTIVE
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class Seating:
    """Everybody who sits somewhere in a term, and who may take over, in order."""

    groups: tuple[Group, ...]
    holders: tuple[Holder, ...]
    reserve: tuple[int, ...]


def eligible(candidates: pl.DataFrame, *, day: date, age: int = MAJORITY) -> pl.DataFrame:
    """Keep who has an age on a day, one person of each household: close relatives may not sit together (DLB).

    A column `kiesbaar_vanaf`, where there is one, says since when somebody can be elected at all.
    """
    born_before = date(day.year - age, day.month, day.day)
    fit = pl.col("geboortedatum") <= born_before
    if ELIGIBLE_SINCE in candidates.columns:
        fit &= pl.col(ELIGIBLE_SINCE) <= day
    return candidates.filter(fit).unique("huishouden_id", keep="first", maintain_order=True)


def alternating(people: pl.DataFrame) -> list[int]:
    """Order people so that women and men alternate as long as there are both, as lists of candidates do.

    Lokaal en Provinciaal Kiesdecreet: numbers of men and women on a list differ by one at most.
    """
    turn = pl.int_range(pl.len()).over("geslacht")
    other = pl.col("geslacht") != pl.col("geslacht").first()
    ordered: list[int] = people.sort(turn, other, maintain_order=True)["id"].to_list()
    return ordered


def elect(
    candidates: pl.DataFrame, *, seed: int, term: Term, inhabitants: int, earlier: Iterable[int] = ()
) -> Seating | None:
    """Hold an election: give every seat of every body to somebody.

    Args:
        candidates: Adult inhabitants.
        seed: Seed of the town.
        term: The term that begins.
        inhabitants: How many people live here.
        earlier: Who sat in the council before; most of them stay.

    Returns:
        The seating, or nothing when there are too few candidates.
    """
    random = Random(seed, kind=f"verkiezing/{term.years}")
    people = _ordered(candidates, random=random, term=term, earlier=set(earlier))
    sizes = body_sizes(inhabitants)
    seats = min(sizes[Body.COUNCIL], len(people))
    if seats < FEWEST:
        return None
    groups, owners = _groups(seed=seed, random=random, seats=seats)
    council = [
        Holder(Function.COUNCILLOR, person, group, rank, term.first, term.last)
        for rank, (person, group) in enumerate(zip(_per_group(people[:seats], owners), owners, strict=True), start=1)
    ]
    sexes = dict(candidates.select("id", "geslacht").iter_rows())
    governing = [one for one in council if groups[one.group].governs]
    mayor = next(one for one in governing if one.group == 0)
    aldermen = _aldermen(governing, mayor=mayor, sexes=sexes, most=min(sizes[Body.COLLEGE] - 1, seats - 2))
    others = [one for one in council if one not in (mayor, *aldermen)]
    chair = next((one for one in others if groups[one.group].governs), others[0])
    wanted = sizes[Body.SOCIAL_COMMITTEE] - 1
    outside = [
        Holder(Function.COMMITTEE_MEMBER, person, group, 0, term.first, term.last)
        for person, group in zip(people[seats:], owners, strict=False)
    ]
    committee = _interleaved([one for one in others if one is not chair], outside)[:wanted]
    seated = {one.person for one in (*council, *committee)}
    return Seating(
        groups=groups,
        reserve=tuple(person for person in people if person not in seated),
        holders=(
            *council,
            replace(chair, function=Function.COUNCIL_CHAIR, rank=1),
            *_with_domains(aldermen),
            replace(mayor, function=Function.MAYOR, rank=1, domains=("algemeen-beleid", "veiligheid")),
            *(replace(one, function=Function.WELFARE_COUNCILLOR) for one in council),
            replace(chair, function=Function.WELFARE_CHAIR, rank=1),
            *_numbered(aldermen, function=Function.BUREAU_MEMBER),
            replace(mayor, function=Function.BUREAU_CHAIR, rank=1),
            *_numbered(committee, function=Function.COMMITTEE_MEMBER),
            replace(aldermen[-1], function=Function.COMMITTEE_CHAIR, rank=1),
        ),
    )


def _ordered(candidates: pl.DataFrame, *, random: Random, term: Term, earlier: set[int]) -> list[int]:
    people = eligible(candidates.sort("id"), day=term.first)
    ids = people["id"].to_numpy()
    stays = random.chance("blijft", rows=ids, share=_STAYS) & np.isin(ids, sorted(earlier))
    drawn = people.with_columns(blijft=pl.Series(~stays), lot=pl.Series(random.bits("lot", rows=ids)))
    return alternating(drawn.sort("blijft", "lot"))


def _per_group(people: Sequence[int], owners: Sequence[int]) -> list[int]:
    """Give seats to people so that women and men alternate within each group, and not from group to group."""
    by_group = sorted(range(len(owners)), key=lambda seat: (owners[seat], seat))
    seated = dict(zip(by_group, people, strict=True))
    return [seated[seat] for seat in range(len(owners))]


def _groups(*, seed: int, random: Random, seats: int) -> tuple[tuple[Group, ...], list[int]]:
    """Give the groups, the largest first, and for each seat its group."""
    count = 2 if seats < 9 else 3 if seats < 19 else 4 if seats < 31 else 5  # noqa: PLR2004 - a choice by size
    share = random.below("stemmen", rows=row_numbers(count), bound=300).tolist()
    # The first of n lists weighs most, so that somebody wins; ten voters a seat and point.
    votes = sorted(((700 - 100 * i + share[i]) * seats // 10 for i in range(count)), reverse=True)
    owners = share_out(seats, votes=votes)
    won = [owners.count(i) for i in range(count)]
    majority: set[int] = set()
    for i in range(count):
        if 2 * sum(won[j] for j in majority) <= seats:
            majority.add(i)
    known = group_names()
    first = int(Random(seed, kind="fractie").below("naam", rows=row_numbers(1), bound=len(known))[0])
    names = [known[(first + i) % len(known)] for i in range(count)]
    groups = tuple(Group(names[i], votes[i], won[i], i in majority) for i in range(count))
    return groups, owners


def _aldermen(governing: Sequence[Holder], *, mayor: Holder, sexes: dict[int, str], most: int) -> list[Holder]:
    """Choose aldermen so that both sexes sit in the college (DLB article 42), each time of the rarer sex first."""
    chosen: list[Holder] = []
    left = [one for one in governing if one is not mayor]
    while left and len(chosen) < most:
        sitting = [sexes[one.person] for one in (mayor, *chosen)]
        pick = min(left, key=lambda one: (sitting.count(sexes[one.person]), one.rank))
        left.remove(pick)
        chosen.append(pick)
    return chosen


def _with_domains(aldermen: Sequence[Holder]) -> list[Holder]:
    mine = [tuple(domains()[i :: len(aldermen)]) for i in range(len(aldermen))]
    return [
        replace(one, function=Function.ALDERMAN, rank=rank, domains=mine[rank - 1])
        for rank, one in enumerate(aldermen, start=1)
    ]


def _numbered(holders: Sequence[Holder], *, function: Function) -> list[Holder]:
    return [replace(one, function=function, rank=rank) for rank, one in enumerate(holders, start=1)]


def _interleaved(first: Sequence[Holder], second: Sequence[Holder]) -> list[Holder]:
    longest = max(len(first), len(second))
    return [row[i] for i in range(longest) for row in (first, second) if i < len(row)]


def plain_members(seating: Seating) -> list[int]:
    """Give the councillors without an office, in order."""
    functions: dict[int, set[Function]] = {}
    for one in seating.holders:
        functions.setdefault(one.person, set()).add(one.function)
    council = [one for one in seating.holders if one.function is Function.COUNCILLOR]
    return [one.person for one in council if functions[one.person] <= PLAIN]


def stop_early(seating: Seating, *, on: date, sexes: Mapping[int, str]) -> Seating:
    """Let the last councillor of the opposition stop on a day; the next on the list takes over that day.

    Who is also in another body leaves that too, without a successor there: the committee can do without.

    Args:
        seating: Who sits where.
        on: First day of the successor; there is none when nobody is left.
        sexes: Sex of each person: who takes over is of the same one if possible, which keeps the balance.
    """
    plain = plain_members(seating)
    if not plain:
        return seating
    leaver = plain[-1]
    successor = next(
        (person for person in seating.reserve if sexes[person] == sexes[leaver]), next(iter(seating.reserve), None)
    )
    holders: list[Holder] = []
    added: list[Holder] = []
    for place, one in enumerate(seating.holders):
        if one.person != leaver:
            holders.append(one)
            continue
        holders.append(replace(one, last=on - timedelta(days=1)))
        if successor is not None and one.function is not Function.COMMITTEE_MEMBER:
            added.append(replace(one, person=successor, first=on, succeeds=place))
    return replace(seating, holders=(*holders, *added))


def make_groups_table(seatings: Sequence[Seating | None]) -> pl.DataFrame:
    """Make the table `fracties`."""
    rows = [(term, group) for term, seating in enumerate(seatings) if seating for group in seating.groups]
    return pl.DataFrame(
        {
            "id": range(1, len(rows) + 1),
            "naam": [group.name for _, group in rows],
            "orgaan_in_tijd_id": [body_in_term_number(Body.COUNCIL, term=term) for term, _ in rows],
            "fractietype": ["Samenwerkingsverband"] * len(rows),
            "stemmen": [group.votes for _, group in rows],
            "zetels": [group.seats for _, group in rows],
            "in_meerderheid": [group.governs for _, group in rows],
        },
        schema_overrides={"id": pl.Int64, "naam": pl.String, "fractietype": pl.String, "in_meerderheid": pl.Boolean},
    )


_RANKED = {Function.COUNCILLOR: "gemeenteraadslid", Function.ALDERMAN: "schepen"}
_ORDINALS = (
    "Eerste", "Tweede", "Derde", "Vierde", "Vijfde", "Zesde", "Zevende", "Achtste", "Negende", "Tiende", "Elfde",
    "Twaalfde",
)  # fmt: skip


def ordinal(rank: int) -> str:
    """Write a rank: in words up to twelve, then as 13de, 20ste."""
    if rank <= len(_ORDINALS):
        return _ORDINALS[rank - 1]
    return f"{rank}{'de' if rank < 20 else 'ste'}"  # noqa: PLR2004 - where Dutch changes


def make_mandataries_table(seatings: Sequence[Seating | None]) -> pl.DataFrame:
    """Make the table `mandatarissen`: per term, in the order of the seating."""
    holders: list[tuple[int, int, int, Holder]] = []  # term, first number of its groups, of its holders, holder
    groups_before = 0
    for term, seating in enumerate(seatings):
        if seating:
            first = len(holders)
            holders += [(term, groups_before, first, one) for one in seating.holders]
            groups_before += len(seating.groups)
    ones = [one for *_, one in holders]
    return pl.DataFrame(
        {
            "id": range(1, len(ones) + 1),
            "mandaat_id": [mandate_number(one.function, term=term) for term, _, _, one in holders],
            "persoon_id": [one.person for one in ones],
            "fractie_id": [before + one.group + 1 for _, before, _, one in holders],
            "volgorde": [one.rank for one in ones],
            "rangorde": [
                f"{ordinal(one.rank)} {_RANKED[one.function]}" if one.function in _RANKED else None for one in ones
            ],
            "beleidsdomeinen": [list(one.domains) for one in ones],
            "status": [str(one.status) for one in ones],
            "start": begin_of([one.first for one in ones]),
            "einde": end_of([one.last for one in ones]),
            "opvolger_van_id": [
                None if one.succeeds is None else first + one.succeeds + 1 for _, _, first, one in holders
            ],
            "tijdelijk_vervangen_door_id": [
                None if one.replaced_by is None else first + one.replaced_by + 1 for _, _, first, one in holders
            ],
        },
        schema_overrides={
            "id": pl.Int64,
            "rangorde": pl.String,
            "status": pl.String,
            "beleidsdomeinen": pl.List(pl.String),
            "opvolger_van_id": pl.Int64,
            "tijdelijk_vervangen_door_id": pl.Int64,
        },
    )
