"""The municipality itself, its OCMW, schools, associations and businesses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.errors import ProfileError
from vlavirgem.generation.columns import dates
from vlavirgem.generation.residences import moved_in
from vlavirgem.generation.trades import KINDS, names_of, trades_of, words
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.identifiers import enterprise_numbers, establishment_numbers, phone_numbers
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.settling import Settlement
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.place import Municipality
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_PUBLIC = (
    ("gemeente", "Gemeente", "Gemeente", "lokaal bestuur", "84.11"),
    ("ocmw", "OCMW", "OCMW", "welzijn", "88.99"),
    ("politiezone", "Politiezone", "Politiezone", "politie", "84.24"),
)
"""They have the first numbers and stand in wijk 0; their names end in that of the municipality."""
_PUBLIC_SINCE = np.asarray([2557, 2647, 11_688], dtype=np.int64)
"""1 January 1977 (mergers of municipalities), 1 April 1977 (OCMW's), 1 January 2002 (police zones), since 1970."""
_PUBLIC_NUMBERS = 100
_PER_WIJK = 200
"""More organisations than a wijk has: what keeps their numbers apart."""
_MOST = _PER_WIJK - _PUBLIC_NUMBERS
_NOT_ALONE = 10_000
_OLDEST = 50 * 365
_GROWN_UP = 20 * 365
"""Days. Who runs a business began it at twenty at the earliest, some five days before that by leap years."""
SCHOOL, BUSINESS = 0, len(KINDS) - 1
_OWN_PREMISES, _SECOND = 0.6, 0.12
ALONE = "Eenmanszaak"
_FORMS = ("Besloten vennootschap", ALONE, "Coöperatieve vennootschap", "Vereniging zonder winstoogmerk")
_ASSOCIATION = len(_FORMS) - 1


@dataclass(frozen=True)
class Organisations:
    """The organisations of some wijken, in the order of their numbers.

    What follows from these is made when it is asked for: to know how many homes a wijk needs their number will do.

    Attributes:
        municipality: Of which municipality they are.
        wijken: The wijken.
        rows: Which wijk each belongs to.
        schools: How many schools each wijk has; after the administrations they come first.
        associations: How many associations, which come next.
    """

    municipality: Municipality
    wijken: Wijken
    rows: Rows
    schools: Integers
    associations: Integers

    @cached_property
    def id(self) -> Integers:
        """The number of each."""
        usual = self.wijken.ids(self.rows) + _PUBLIC_NUMBERS - _public(self.wijken)[self.rows.owner]
        return np.where(self.public, self.rows.position + 1, usual)

    @cached_property
    def public(self) -> Flags:
        """Whether each is one of the administrations."""
        return self._place < 0

    @cached_property
    def kind(self) -> Integers:
        """Index in `KINDS`; without meaning for an administration."""
        owner = self.rows.owner
        kind = (self._place >= self.schools[owner]).astype(np.int64)
        kind += self._place >= (self.schools + self.associations)[owner]
        return kind

    @cached_property
    def ordinal(self) -> Integers:
        """A smaller number of each, unique in the town, for identifiers."""
        rows, wijk = self.rows, self.wijken.numbers[self.rows.owner]
        if not self.municipality.is_alone:
            # Too few numbers to skip any: a hundred for each wijk, after those of a municipality that is alone.
            return _NOT_ALONE + (self.municipality.first_wijk + wijk) * _MOST + rows.position
        return np.where(self.public, rows.position, wijk * _PER_WIJK + _PUBLIC_NUMBERS + self._place)

    @cached_property
    def _place(self) -> Integers:
        """The place of each in its wijk after the administrations, which have one below 0."""
        return self.rows.position - _public(self.wijken)[self.rows.owner]


def make_organisations(profile: Profile, *, wijken: Wijken) -> Organisations:
    """Say which organisations there are.

    Raises:
        ProfileError: the profile wants more of them in a wijk than there are numbers.
    """
    people = wijken.inhabitants
    schools = np.maximum(1, people // profile.number("organisaties.inwoners_per_school"))
    associations = np.maximum(1, people * profile.number("organisaties.verenigingen_per_duizend") // 1000)
    businesses = np.maximum(1, people * profile.number("organisaties.ondernemingen_per_duizend") // 1000)
    wanted = _public(wijken) + schools + associations + businesses
    if int(wanted.max(initial=0)) > _MOST:
        raise ProfileError(
            f"A wijk has at most {_MOST} organisations, and this profile wants {int(wanted.max())}: lower "
            "organisaties.verenigingen_per_duizend or ondernemingen_per_duizend, or raise inwoners_per_school."
        )
    return Organisations(
        municipality=profile.municipality,
        wijken=wijken,
        rows=rows_of(wanted),
        schools=schools,
        associations=associations,
    )


def _public(wijken: Wijken) -> Integers:
    """Give how many administrations each wijk has: the first one has those of the town."""
    return np.where(wijken.numbers == 0, len(_PUBLIC), 0)


def have_premises(organisations: Organisations, *, seed: int) -> Flags:
    """Say which organisations have their seat at premises of their own: administrations, schools and many others."""
    drawn = Random(seed, kind="organisatie").chance("eigen", rows=organisations.id, share=_OWN_PREMISES)
    flags: Flags = drawn | organisations.public | (organisations.kind == SCHOOL)
    return flags


def make_organisation_tables(profile: Profile, *, seed: int, settled: Settlement) -> dict[str, pl.DataFrame]:
    """Make the tables `organisaties` and `vestigingen`."""
    random = Random(seed, kind="organisatie")
    organisations = settled.organisations
    ids = organisations.id
    own_premises = have_premises(organisations, seed=seed)
    head = _heads(settled)
    runs = ~own_premises & (organisations.kind == BUSINESS)
    founded = _founded(settled, random=random, run_by=np.where(runs, head, -1))
    founded = np.where(organisations.public, _PUBLIC_SINCE[np.minimum(organisations.rows.position, 2)], founded)
    described = _descriptions(settled, seed=seed, municipality=profile.municipality)
    host = (
        described["slug"]
        + pl.select(
            pl.when(pl.Series(organisations.public)).then(pl.lit("")).otherwise("-" + pl.Series(ids).cast(pl.String))
        ).to_series()
    )
    seat = np.where(own_premises, settled.premises, settled.hosts)
    table = described.with_columns(
        id=pl.Series(ids),
        ondernemingsnummer=enterprise_numbers(organisations.ordinal),
        oprichtingsdatum=dates(founded),
        adres_id=pl.Series(seat),
        zaakvoerder_id=pl.Series(settled.population.members.id[head]).set(pl.Series(~runs), None),
        email="info@" + host + f".{profile.municipality.domain}",
        telefoon=phone_numbers(organisations.ordinal + 1),
        website="https://" + host + f".{profile.municipality.domain}",
    ).drop("slug")
    return {
        "organisaties": table,
        "vestigingen": _establishments(
            settled,
            random=random,
            table=table,
            own_premises=own_premises,
            founded=founded,
            lives_there=moved_in(settled.population, seed=seed, built=settled.built(settled.homes))[
                settled.population.members.household[head]
            ],
        ),
    }


def _heads(settled: Settlement) -> Integers:
    """Give for each organisation the place of the head of the household at the address that hosts it."""
    order = np.argsort(settled.homes, kind="stable")
    household = order[np.searchsorted(settled.homes[order], settled.hosts)]
    head: Integers = settled.population.members.rows.first[household]
    return head


def _founded(settled: Settlement, *, random: Random, run_by: Integers) -> Integers:
    """Draw since when each organisation is there: at most half a century, and who runs it was grown up then."""
    population = settled.population
    grown_up = population.born[np.maximum(run_by, 0)] + _GROWN_UP
    span = np.where(run_by < 0, _OLDEST, np.clip(population.today - 1 - grown_up, 1, _OLDEST))
    days: Integers = population.today - 1 - random.below("oprichting", rows=settled.organisations.id, bound=span)
    return days


def _establishments(
    settled: Settlement, *, random: Random, table: pl.DataFrame, own_premises: Flags, founded: Integers,
    lives_there: Integers,
) -> pl.DataFrame:  # fmt: skip
    """Each organisation has an establishment at its seat; some that are run from a home have premises too."""
    organisations = settled.organisations
    second = ~own_premises & random.chance("tweede_vestiging", rows=organisations.id, share=_SECOND)
    run_at_home = np.flatnonzero(~own_premises & (organisations.id < STRIDE))
    second[run_at_home[:1]] = True  # one at least, for who looks for it
    places = rows_of(1 + second.astype(np.int64))
    at = places.owner
    is_seat = places.position == 0
    today = settled.population.today
    later = founded + random.below("tweede_sinds", rows=organisations.id, bound=np.maximum(today - founded, 1))
    # Nobody works in a building that is not there yet, nor in a home in which the household does not live yet.
    address = np.where(is_seat, table["adres_id"].to_numpy()[at], settled.premises[at])
    since = np.where(is_seat, founded[at], later[at])
    since = np.maximum(since, np.where(organisations.public[at], since, settled.built(address)))
    since = np.where(is_seat & ~own_premises[at], np.maximum(since, lives_there[at]), since)
    counts = organisations.rows.sums(places.counts)
    return pl.DataFrame(
        {
            "id": settled.population.wijken.ids(rows_of(counts)),
            "vestigingsnummer": establishment_numbers(organisations.ordinal[at] * 2 + places.position),
            "organisatie_id": organisations.id[at],
            "adres_id": address,
            "is_zetel": is_seat,
            "nace_code": table["nace_code"].gather(at),
            "begindatum": dates(since),
        }
    )


def _descriptions(settled: Settlement, *, seed: int, municipality: Municipality) -> pl.DataFrame:
    organisations = settled.organisations
    ids, kind, owner = organisations.id, organisations.kind, organisations.rows.owner
    random = Random(seed, kind="organisatie")
    what = trades_of(random, ids=ids, kind=kind)
    form = random.pick("rechtsvorm", rows=ids, weights=[55, 42, 3])
    frame = pl.DataFrame(
        {
            "type": pl.Series(KINDS).gather(kind),
            "naam": names_of(
                seed,
                what=what,
                named=~organisations.public,
                owner=owner,
                wijk=settled.population.wijken.numbers[owner],
            ),
            "rechtsvorm": pl.Series(_FORMS).gather(np.where(kind == BUSINESS, form, _ASSOCIATION)),
            "sector": words().sector.gather(what),
            "nace_code": words().nace.gather(what),
            "ovo_code": pl.Series([None], dtype=pl.String).gather(np.zeros_like(ids)),
        }
    )
    for place in np.flatnonzero(organisations.public).tolist():  # three rows at most
        which = int(organisations.rows.position[place])
        kind_name, title, legal_form, sector, nace = _PUBLIC[which]
        title, ovo = f"{title} {municipality.name}", f"OVO{municipality.ovo_code + which}"
        for column, value in zip(frame.columns, (kind_name, title, legal_form, sector, nace, ovo), strict=True):
            frame[place, column] = value
    slug = (
        frame["naam"]
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(r"[^a-z0-9 ]", "")
        .str.replace_all(" ", "-", literal=True)
    )
    return frame.with_columns(slug=slug)
