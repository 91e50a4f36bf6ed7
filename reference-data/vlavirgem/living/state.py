"""What must be known of a town to live its next day, read from its tables wherever they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from vlavirgem.demand import departures
from vlavirgem.insz import wijk_of
from vlavirgem.living import numbers
from vlavirgem.living.council import GOVERNED, Council, read_council
from vlavirgem.living.events import moment
from vlavirgem.living.handlers import Handlers, read_handlers
from vlavirgem.living.roles import Roles, read_roles
from vlavirgem.living.sites import Site, read_sites
from vlavirgem.numbering import TOWN, before_town
from vlavirgem.process import REFUSED, case_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem.living.numbers import Numbers

HEAD, PARTNER, CHILD, OTHER_ADULT = "gezinshoofd", "partner", "kind", "ander"
COUNTED = (
    "personen", "huishoudens", "verblijven", "persoonsgebeurtenissen", "adressen", "dossiers", "dossierstatussen",
    "procedurestappen", "overdrachten", "stukken", "delegaties", *GOVERNED,
)  # fmt: skip
"""Tables in which a life adds rows."""
_CASES = ("dossiers", "dossierstatussen", "procedurestappen", "overdrachten", "stukken", "delegaties")
"""Those in which visitors do too."""


class Source(Protocol):
    """Where a town's tables are: in memory or in a database."""

    def rows(self, table: str, *columns: str, empty: str | None = None) -> Iterator[tuple[Any, ...]]:
        """Give columns of all rows, or of those where the column `empty` holds nothing."""
        ...

    def row(self, table: str, number: int) -> dict[str, Any]:
        """Give a whole row, with values as in JSON."""
        ...

    def highest(self, table: str) -> int:
        """Give the highest number in a table, 0 when it has no row."""
        ...

    def added(self, table: str) -> int:
        """Give how many rows a table got since the town was made."""
        ...


@dataclass(frozen=True, slots=True)
class Residence:
    """Where somebody lives: the row of `verblijven`, its place in the series of that person, and its first day."""

    id: int
    place: int
    since: date


@dataclass(slots=True)
class Person:
    """Somebody who lives here."""

    id: int
    born: date
    sex: str
    family_name: str
    nationality: str
    civil_status: str
    household: int
    role: str
    parents: tuple[int | None, int | None]
    residence: Residence | None = None

    def age(self, today: date) -> int:
        """Give the age in whole years."""
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))


@dataclass(slots=True)
class Household:
    """Who lives together, and where."""

    id: int
    kind: str
    address: int
    members: set[int]


@dataclass(slots=True)
class Case:
    """A case that is not closed.

    Attributes:
        version: How often it changed.
        since: The day on which it got its present status.
        opened: The day on which it came in.
        step: The number of the step that it is in.
        handler: The employee who has it in hand.
        changed: The day on which it changed last.
        following: The day on which it goes on, as soon as that is known.
    """

    id: int
    kind: str
    status: str
    version: int
    since: date
    opened: date
    applicant: int
    classification: str
    step: int | None
    handler: int
    changed: date
    following: date | None = None

    @property
    def place(self) -> int:
        """How many statuses it had; it is open, so it never left the road of its kind."""
        return case_types()[self.kind].road.index(self.status) + 1

    @property
    def handovers(self) -> int:
        """How often it was given to somebody: every change is a status or a hand-over, and it began with both."""
        return self.version - self.place + 1


@dataclass(slots=True)
class State:
    """A town as far as its life needs it; living changes it.

    Attributes:
        reference_date: The date of its first day.
        inhabitants: How many there were then.
        homes: Addresses in use in buildings that are finished, with the address in words.
        taken: Addresses at which somebody lives.
        seats: Addresses at which an organisation has its seat.
        businesses: When the oldest business began that somebody runs, by number of that person.
        leaving: Who told that they leave the country, by the number of their case.
        issued: National numbers that somebody has, also who died or left.
        council: Who governs.
        name: The name of the municipality.
        number: Its number among those that were made together; 0 when it is alone.
        wijken: The numbers of its wijken among theirs, as national numbers show them.
        lettered: Numbers with a letter, by street and with their box.
        fetch: Reads a whole row, as it was when the state was read.
        products: What can be asked for: number and name, by product number.
        departing: Numbers of the products by which people say that they leave the country.
        sites: Buildings that are not finished.
        handlers: Who can handle cases.
        roles: Which roles employees have, and give to one another.
        last: The highest number in each table of `COUNTED`.
    """

    reference_date: date
    inhabitants: int = 0
    persons: dict[int, Person] = field(default_factory=dict)
    households: dict[int, Household] = field(default_factory=dict)
    homes: dict[int, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    seats: set[int] = field(default_factory=set)
    businesses: dict[int, date] = field(default_factory=dict)
    leaving: dict[int, int] = field(default_factory=dict)
    issued: set[str] = field(default_factory=set)
    council: Council = field(default_factory=lambda: Council(()))
    name: str = ""
    number: int = 0
    wijken: set[int] = field(default_factory=set)
    lettered: set[tuple[int, str, str | None]] = field(default_factory=set)
    fetch: Callable[[str, int], dict[str, Any]] = field(default=lambda _table, _number: {})
    cases: dict[int, Case] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)
    handlers: Handlers = field(default_factory=Handlers)
    roles: Roles = field(default_factory=Roles)
    products: dict[str, tuple[int, str]] = field(default_factory=dict)
    departing: set[int] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=dict)

    @property
    def person_numbers(self) -> Numbers:
        """The numbers of all who live or lived here."""
        return numbers.persons(self.inhabitants, highest=self.last["personen"])

    @property
    def household_numbers(self) -> Numbers:
        """The numbers that households can have."""
        return numbers.numbers(self.inhabitants, width=numbers.HOUSEHOLDS, highest=self.last["huishoudens"])

    @property
    def address_numbers(self) -> Numbers:
        """The numbers that addresses can have."""
        return numbers.numbers(self.inhabitants, width=numbers.ADDRESSES, highest=self.last["adressen"])

    def next_number(self, table: str) -> int:
        """Give the number of a new row."""
        self.last[table] += 1
        return self.last[table]

    def is_free(self, address: int) -> bool:
        """Say whether a household can come to live at an address."""
        return address in self.homes and address not in self.taken and address not in self.seats

    def members(self, household: int) -> list[Person]:
        """Give who lives in a household, by number."""
        return [self.persons[number] for number in sorted(self.households[household].members)]


def read_state(source: Source, *, reference_date: date) -> State:
    """Read all that must be known of a town."""
    state = State(reference_date)
    for number, kind, address in source.rows("huishoudens", "id", "type", "adres_id"):
        state.households[number] = Household(number, kind, address, set())
        state.taken.add(address)
    ((state.name, first),) = source.rows("gemeenten", "naam", "id")
    state.number = before_town(first) // TOWN
    for address, leader, founded in source.rows("organisaties", "adres_id", "zaakvoerder_id", "oprichtingsdatum"):
        state.seats.add(address)
        if leader is not None:
            state.businesses[leader] = min(founded, state.businesses.get(leader, founded))
    state.seats |= {address for (address,) in source.rows("vestigingen", "adres_id")}
    state.fetch = source.row
    lived_in = {
        number
        for number, status, purpose in source.rows("gebouweenheden", "id", "status", "bestemming")
        if status == "gerealiseerd" and purpose == "wonen"
    }
    columns = ("id", "volledig_adres", "gebouweenheid_id", "status", "straatnaam_id", "huisnummer", "busnummer")
    for number, line, unit, status, street, house, box in source.rows("adressen", *columns):
        if unit in lived_in and status == "inGebruik":
            state.homes[number] = line
        if not house.isdigit():
            state.lettered.add((street, house, box))
    state.sites = read_sites(source)
    _read_persons(state, source)
    for number, name, code in source.rows("producten", "id", "naam", "productnummer"):
        state.products[code] = (number, name)
    state.last = {table: source.highest(table) or before_town(first) for table in COUNTED}
    state.roles = read_roles(source)
    _read_departures(state, source)
    read_cases(state, source)
    return state


def _read_departures(state: State, source: Source) -> None:
    state.departing = {number for code, (number, _) in state.products.items() if code in departures()}
    state.leaving = {
        number: applicant
        for number, product, applicant, status in sorted(
            source.rows("dossiers", "id", "product_id", "aanvrager_id", "status")
        )
        if product in state.departing and status != REFUSED and applicant in state.persons
    }


def read_cases(state: State, source: Source) -> None:
    """Read the open cases anew: visitors of a served town open them and take them further."""
    steps = dict(source.rows("procedurestappen", "dossier_id", "id", empty="einddatum"))
    columns = (
        "id", "dossiertype", "status", "versie", "statusdatum", "openingsdatum", "aanvrager_id",
        "informatieclassificatie", "medewerker_id", "gewijzigd",
    )  # fmt: skip
    state.cases = {
        number: Case(
            number, kind, status, version, since, opened, applicant, classification, steps.get(number), handler,
            changed=_day(changed),
        )
        for number, kind, status, version, since, opened, applicant, classification, handler, changed in source.rows(
            "dossiers", *columns, empty="sluitingsdatum"
        )
    }  # fmt: skip
    state.handlers = read_handlers(source)
    state.last |= {table: source.highest(table) or state.number * TOWN for table in _CASES}


def _read_persons(state: State, source: Source) -> None:
    columns = (
        "id", "insz", "geboortedatum", "geslacht", "achternaam", "nationaliteit", "burgerlijke_staat", "huishouden_id",
        "rol", "ouder1_id", "ouder2_id",
    )  # fmt: skip
    state.inhabitants = -source.added("personen")
    for number, insz, born, sex, name, nationality, civil, household, role, first, second in source.rows(
        "personen", *columns
    ):
        state.inhabitants += 1
        state.issued.add(insz)
        if state.number and (wijk := wijk_of(insz, born=born)) is not None:
            state.wijken.add(wijk)
        if household is None:  # died, or left
            continue
        state.persons[number] = Person(number, born, sex, name, nationality, civil, household, role, (first, second))
        state.households[household].members.add(number)
    for number, person, place, since in source.rows(
        "verblijven", "id", "persoon_id", "volgnummer", "van", empty="tot"
    ):
        if person in state.persons:
            state.persons[person].residence = Residence(number, place, since)
    state.council = read_council(source, reference_date=state.reference_date)


def _day(since: datetime) -> date:
    return since.date()


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Write the dates and moments of a row as in JSON."""
    return {
        name: moment(value) if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
    }
