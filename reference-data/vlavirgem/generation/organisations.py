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
from vlavirgem.identifiers import enterprise_numbers, phone_numbers
from vlavirgem.place import MAIL_DOMAIN, NAME, OVO_CODE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_PUBLIC = (
    ("gemeente", f"Gemeente {NAME}", "Gemeente", "lokaal bestuur", OVO_CODE),
    ("ocmw", f"OCMW {NAME}", "OCMW", "welzijn", "OVO999310"),
)
"""They have the first numbers and stand in wijk 0."""
_PUBLIC_NUMBERS = 100
_PER_WIJK = 200
"""More organisations than a wijk has: what keeps their numbers apart."""
_KINDS = ("school", "vereniging", "onderneming")
_EPOCH = date(1970, 1, 1)
_OWN_PREMISES = 0.6
_FORMS = ("Besloten vennootschap", "Eenmanszaak", "Coöperatieve vennootschap", "Vereniging zonder winstoogmerk")
_ASSOCIATION = len(_FORMS) - 1


@dataclass(frozen=True, slots=True)
class Organisations:
    """The organisations of some wijken, in the order of their numbers.

    Attributes:
        rows: Which wijk each belongs to.
        id: The number of each.
        public: Whether it is one of the two administrations.
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
    rows = rows_of(np.minimum(public + schools + associations + businesses, _PER_WIJK - _PUBLIC_NUMBERS))
    place = rows.position - public[rows.owner]
    is_public = place < 0
    kind = (place >= schools[rows.owner]).astype(np.int64) + (place >= (schools + associations)[rows.owner])
    return Organisations(
        rows=rows,
        id=np.where(is_public, rows.position + 1, wijken.ids(rows) + _PUBLIC_NUMBERS - public[rows.owner]),
        public=is_public,
        kind=kind,
        ordinal=np.where(is_public, rows.position, wijken.numbers[rows.owner] * _PER_WIJK + _PUBLIC_NUMBERS + place),
    )


def make_organisations_table(
    profile: Profile, *, seed: int, organisations: Organisations, premises: Integers, home: Integers
) -> pl.DataFrame:
    """Make the table `organisaties`.

    Args:
        profile: The profile.
        seed: Seed of the town.
        organisations: Which ones there are.
        premises: For each an address that is free.
        home: For each an address where somebody lives, for small businesses and associations.
    """
    random = Random(seed, kind="organisatie")
    ids = organisations.id
    own_premises = random.chance("eigen", rows=ids, share=_OWN_PREMISES) | organisations.public
    founded_before = random.below("oprichting", rows=ids, bound=50 * 365)
    today = (profile.reference_date - _EPOCH).days
    described = _descriptions(organisations, random=random)
    host = (
        described["slug"]
        + pl.select(
            pl.when(pl.Series(organisations.public)).then(pl.lit("")).otherwise("-" + pl.Series(ids).cast(pl.String))
        ).to_series()
    )
    return described.with_columns(
        id=pl.Series(ids),
        ondernemingsnummer=enterprise_numbers(organisations.ordinal),
        oprichtingsdatum=pl.Series(today - 1 - founded_before).cast(pl.Int32).cast(pl.Date),
        adres_id=pl.Series(np.where(own_premises, premises, home)),
        email="info@" + host + f".{MAIL_DOMAIN}",
        telefoon=phone_numbers(organisations.ordinal + 1),
        website="https://" + host + f".{MAIL_DOMAIN}",
    ).drop("slug")


@dataclass(frozen=True)
class _Words:
    """What organisations are called, do and are: of each kind a stretch of `what`."""

    what: pl.Series
    sector: pl.Series
    first: Integers
    count: Integers
    names: pl.Series


@cache
def _words() -> _Words:
    rows = dataset("organisaties")
    kinds = [[row for row in rows if row["deel"] == kind] for kind in _KINDS]
    kinds = [found or [{"tekst": "Basisschool", "sector": "onderwijs"}] for found in kinds]
    count = np.asarray([len(found) for found in kinds], dtype=np.int64)
    return _Words(
        what=pl.Series([row["tekst"] for found in kinds for row in found]),
        sector=pl.Series([row["sector"] for found in kinds for row in found]),
        first=np.cumsum(count) - count,
        count=count,
        names=pl.Series([row["tekst"] for row in rows if row["deel"] == "naam"]),
    )


def _descriptions(organisations: Organisations, *, random: Random) -> pl.DataFrame:
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
            "ovo_code": pl.Series([None], dtype=pl.String).gather(np.zeros_like(ids)),
        }
    )
    for place in np.flatnonzero(organisations.public).tolist():  # two rows at most
        kind_name, title, legal_form, sector, ovo = _PUBLIC[int(organisations.rows.position[place])]
        for column, value in zip(frame.columns, (kind_name, title, legal_form, sector, ovo), strict=True):
            frame[place, column] = value
    slug = (
        frame["naam"]
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(r"[^a-z0-9 ]", "")
        .str.replace_all(" ", "-", literal=True)
    )
    return frame.with_columns(slug=slug)
