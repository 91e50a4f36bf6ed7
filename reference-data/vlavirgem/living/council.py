"""What must be known of who governs to have them meet, stop and be succeeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.functions import Function, Status, mandate_number
from vlavirgem.generation.governance.law import terms_until
from vlavirgem.numbering import before_town

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vlavirgem.generation.governance.law import Term
    from vlavirgem.living.state import Source

GOVERNED = (
    "mandatarissen", "zittingen", "aanwezigheden", "agendapunten", "besluiten", "artikelen", "verwijzingen",
    "stemmingen", "stemgedragingen",
)  # fmt: skip
"""Tables in which governing adds rows."""
_NAMES = 200
"""Names of streets, and of associations, that are known for titles."""


@dataclass(slots=True)
class Mandate:
    """Somebody's mandate: a row of `mandatarissen`."""

    id: int
    mandate: int
    person: int
    group: int
    order: int
    rank: str | None
    domains: list[str]
    status: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Unpublished:
    """A meeting whose decisions are not published yet.

    Attributes:
        day: The day of the meeting.
        decisions: For each decision whether it was rejected, and whether it is in force.
    """

    day: date
    decisions: dict[int, tuple[bool, bool]] = field(default_factory=dict)


@dataclass(slots=True)
class Council:
    """Everybody who governs, and what waits to be published.

    Attributes:
        terms: The term of the day before the reference date and the one before it.
        mandates: By number, also those that ended since.
        officers: Who leads the administration, by number.
        governs: For each group whether it is of the majority.
        decided: The highest number of a decision, by year and letters of the body.
        unpublished: Meetings whose decisions are not published, by number.
        streets: Names of streets, for titles.
        associations: Names of associations, idem.
    """

    terms: tuple[Term, ...]
    mandates: dict[int, Mandate] = field(default_factory=dict)
    officers: dict[int, int] = field(default_factory=dict)
    governs: dict[int, bool] = field(default_factory=dict)
    decided: dict[tuple[int, str], int] = field(default_factory=dict)
    unpublished: dict[int, Unpublished] = field(default_factory=dict)
    streets: tuple[str, ...] = ()
    associations: tuple[str, ...] = ()

    def functions(self) -> Mapping[int, tuple[int, Function]]:
        """Give by number of a mandate its term and function."""
        return _functions(len(self.terms), before=self.before)

    @property
    def before(self) -> int:
        """The number after which those of the town begin: of its bodies, mandates and legal grounds too."""
        return before_town(min(self.mandates, default=1))

    def active(self, day: date) -> list[Mandate]:
        """Give the mandates that somebody has on a day and is not prevented from, by number."""
        return [one for one in self._held(day) if one.status != Status.PREVENTED]

    def _held(self, day: date) -> list[Mandate]:
        return [one for one in self.coming(day) if one.since <= _noon(day)]

    def coming(self, day: date) -> list[Mandate]:
        """Give the mandates that somebody has on a day or begins later, as who follows does; by number."""
        noon = _noon(day)
        return [one for _, one in sorted(self.mandates.items()) if noon < one.until]

    def bound(self, day: date) -> set[int]:
        """Give who cannot leave the town: they hold a mandate, will hold one, or lead the administration."""
        return {one.person for one in self.coming(day)} | set(self.officers.values())

    def term_of(self, day: date) -> int | None:
        """Give the place of the term of a day; none after the last, as nobody is elected in a life."""
        return next((place for place, term in enumerate(self.terms) if term.first <= day <= term.last), None)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


@cache
def _functions(terms: int, *, before: int) -> Mapping[int, tuple[int, Function]]:
    return {
        before + mandate_number(function, term=term): (term, function)
        for term in range(terms)
        for function in Function
        if function not in {Function.GENERAL_MANAGER, Function.FINANCIAL_MANAGER}
    }


def read_council(source: Source, *, reference_date: date) -> Council:
    """Read all that must be known of who governs."""
    council = Council(terms_until(reference_date - timedelta(days=1)))
    columns = (
        "id", "mandaat_id", "persoon_id", "fractie_id", "volgorde", "rangorde", "beleidsdomeinen", "status", "start",
        "einde",
    )  # fmt: skip
    for row in source.rows("mandatarissen", *columns):
        council.mandates[row[0]] = Mandate(*row)
    council.officers = dict(source.rows("functionarissen", "id", "persoon_id"))
    council.governs = dict(source.rows("fracties", "id", "in_meerderheid"))
    council.streets = _some(source.rows("straatnamen", "id", "naam"))
    council.associations = _some(
        (number, name)
        for number, name, kind in source.rows("organisaties", "id", "naam", "type")
        if kind == "vereniging"
    )
    _read_decisions(council, source)
    return council


def _some(named: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Give names to fill titles with, from all over the town."""
    names = [name for _, name in sorted(named)]
    return tuple(names[:: -(-len(names) // _NAMES) or 1])


def _read_decisions(council: Council, source: Source) -> None:
    for number, day in source.rows("zittingen", "id", "geplande_start", empty="publicatiedatum"):
        council.unpublished[number] = Unpublished(day.date())
    meeting = {
        item: number
        for item, number in source.rows("agendapunten", "id", "zitting_id")
        if number in council.unpublished
    }
    rejected = {
        item for item, outcome in source.rows("stemmingen", "agendapunt_id", "gevolg") if outcome == "verworpen"
    }
    for number, item, name, in_force in source.rows("besluiten", "id", "agendapunt_id", "nummer", "inwerkingtreding"):
        year, letters, place = name.split("_")
        key = int(year), letters
        council.decided[key] = max(council.decided.get(key, 0), int(place))
        if item in meeting:
            council.unpublished[meeting[item]].decisions[number] = (item in rejected, in_force is not None)


def at(day: date, hour: time) -> datetime:
    """Give an hour in Flanders as a moment in UTC, by the rule of the European Union for summer time."""
    begins, ends = (_last_sunday(day.year, month) for month in (3, 10))
    is_summer = begins < day <= ends if hour < time(3) else begins <= day < ends
    return datetime.combine(day, hour, tzinfo=UTC) - timedelta(hours=2 if is_summer else 1)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
