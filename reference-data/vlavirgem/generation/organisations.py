"""The municipality itself, its OCMW, schools, associations and businesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
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
_KINDS = ("school", "vereniging", "onderneming")
_EPOCH = date(1970, 1, 1)
SCHOOL, BUSINESS = 0, len(_KINDS) - 1
_OWN_PREMISES, _SECOND = 0.6, 0.12
_FORMS = ("Besloten vennootschap", "Eenmanszaak", "Coöperatieve vennootschap", "Vereniging zonder winstoogmerk")
_ASSOCIATION = len(_FORMS) - 1


@dataclass(frozen=True, slots=True)
class Organisations:
    """The organisations of some wijken, in the order of their numbers.

    Attributes:
        rows: Which wijk each belongs to.
        id: The number of each.
        public: Whether it is one of the administrations.
        kind: Index in `_KINDS`; without meaning for an administration.
        ordinal: A smaller number, unique in the town, for identifiers.
    """

    rows: Rows
    id: Integers
    public: Flags
    kind: Integers
    ordinal: Integers


def make_organisations(profile: Profile, *, wijken: Wijken) -> Organisations:
    """Say which organisations there are."""
    people = wijken.inhabitants
    schools = np.maximum(1, people // profile.number("organisaties.inwoners_per_school"))
    associations = np.maximum(1, people * profile.number("organisaties.verenigingen_per_duizend") // 1000)
    businesses = np.maximum(1, people * profile.number("organisaties.ondernemingen_per_duizend") // 1000)
    public = np.where(wijken.numbers == 0, len(_PUBLIC), 0)
    rows = rows_of(np.minimum(public + schools + associations + businesses, _MOST))
    place = rows.position - public[rows.owner]
    is_public = place < 0
    municipality = profile.municipality
    ordinal = np.where(is_public, rows.position, wijken.numbers[rows.owner] * _PER_WIJK + _PUBLIC_NUMBERS + place)
    if not municipality.is_alone:
        # There are too few numbers to skip any: a hundred for each wijk, after those of a municipality that is alone.
        ordinal = _NOT_ALONE + (municipality.first_wijk + wijken.numbers[rows.owner]) * _MOST + rows.position
    kind = (place >= schools[rows.owner]).astype(np.int64) + (place >= (schools + associations)[rows.owner])
    return Organisations(
        rows=rows,
        id=np.where(is_public, rows.position + 1, wijken.ids(rows) + _PUBLIC_NUMBERS - public[rows.owner]),
        public=is_public,
        kind=kind,
        ordinal=ordinal,
    )


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
    founded_before = random.below("oprichting", rows=ids, bound=50 * 365)
    founded = (profile.reference_date - _EPOCH).days - 1 - founded_before
    founded = np.where(organisations.public, _PUBLIC_SINCE[np.minimum(organisations.rows.position, 2)], founded)
    described = _descriptions(organisations, random=random, municipality=profile.municipality)
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
        oprichtingsdatum=_dates(founded),
        adres_id=pl.Series(seat),
        zaakvoerder_id=_managers(settled, runs=~own_premises & (organisations.kind == BUSINESS)),
        email="info@" + host + f".{profile.municipality.domain}",
        telefoon=phone_numbers(organisations.ordinal + 1),
        website="https://" + host + f".{profile.municipality.domain}",
    ).drop("slug")
    return {
        "organisaties": table,
        "vestigingen": _establishments(
            settled, random=random, table=table, own_premises=own_premises, founded=founded
        ),
    }


def _managers(settled: Settlement, *, runs: Flags) -> pl.Series:
    """Give the head of the household at whose address a business is run."""
    order = np.argsort(settled.homes, kind="stable")
    household = order[np.searchsorted(settled.homes[order], settled.hosts)]
    members = settled.population.members
    return pl.Series(members.id[members.rows.first[household]]).set(pl.Series(~runs), None)


def _establishments(
    settled: Settlement, *, random: Random, table: pl.DataFrame, own_premises: Flags, founded: Integers
) -> pl.DataFrame:
    """Each organisation has an establishment at its seat; some that are run from a home have premises too."""
    organisations = settled.organisations
    second = ~own_premises & random.chance("tweede_vestiging", rows=organisations.id, share=_SECOND)
    run_at_home = np.flatnonzero(~own_premises & (organisations.id < STRIDE))
    second[run_at_home[:1]] = True  # one at least, for who looks for it
    places = rows_of(1 + second.astype(np.int64))
    at = places.owner
    is_seat = places.position == 0
    today = settled.population.today
    later = random.below("tweede_sinds", rows=organisations.id, bound=np.maximum(today - founded, 1))
    counts = organisations.rows.sums(places.counts)
    return pl.DataFrame(
        {
            "id": settled.population.wijken.ids(rows_of(counts)),
            "vestigingsnummer": establishment_numbers(organisations.ordinal[at] * 2 + places.position),
            "organisatie_id": organisations.id[at],
            "adres_id": np.where(is_seat, table["adres_id"].to_numpy()[at], settled.premises[at]),
            "is_zetel": is_seat,
            "nace_code": table["nace_code"].gather(at),
            "begindatum": _dates(np.where(is_seat, founded[at], founded[at] + later[at])),
        }
    )


@dataclass(frozen=True)
class _Words:
    """What organisations are called, do and are: of each kind a stretch of `what`."""

    what: pl.Series
    sector: pl.Series
    nace: pl.Series
    first: Integers
    count: Integers
    names: pl.Series


@cache
def _words() -> _Words:
    rows = dataset("organisaties")
    kinds = [[row for row in rows if row["deel"] == kind] for kind in _KINDS]
    kinds = [found or [{"tekst": "Basisschool", "sector": "onderwijs", "nace": "85.20"}] for found in kinds]
    count = np.asarray([len(found) for found in kinds], dtype=np.int64)
    return _Words(
        what=pl.Series([row["tekst"] for found in kinds for row in found]),
        sector=pl.Series([row["sector"] for found in kinds for row in found]),
        nace=pl.Series([row["nace"] for found in kinds for row in found]),
        first=np.cumsum(count) - count,
        count=count,
        names=pl.Series([row["tekst"] for row in rows if row["deel"] == "naam"]),
    )


def _descriptions(organisations: Organisations, *, random: Random, municipality: Municipality) -> pl.DataFrame:
    words, ids, kind = _words(), organisations.id, organisations.kind
    what = words.first[kind] + random.below("soort", rows=ids, bound=words.count[kind])
    name = random.below("naam", rows=ids, bound=len(words.names))
    form = random.pick("rechtsvorm", rows=ids, weights=[55, 42, 3])
    called = words.what.gather(what) + " " + words.names.gather(name)
    frame = pl.DataFrame(
        {
            "type": pl.Series(_KINDS).gather(kind),
            "naam": called,
            "rechtsvorm": pl.Series(_FORMS).gather(np.where(kind == len(_KINDS) - 1, form, _ASSOCIATION)),
            "sector": words.sector.gather(what),
            "nace_code": words.nace.gather(what),
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


def _dates(days: Integers) -> pl.Series:
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)
