"""Inhabitants as one flat table, for who wants nothing else: twelve columns, and no references to look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.settling import settle

if TYPE_CHECKING:
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile

COLUMNS = (
    "id",
    "insz",
    "voornaam",
    "achternaam",
    "geslacht",
    "geboortedatum",
    "huishouden_id",
    "straat",
    "huisnummer",
    "postcode",
    "gemeente",
    "email",
)


def make_residents(profile: Profile, *, seed: int, wijken: Wijken) -> pl.DataFrame:
    """Make the inhabitants of some wijken with the columns of `COLUMNS`: those of the town with this seed.

    Raises:
        CapacityError: more inhabitants than there are national numbers that can never be real.
    """
    settled = settle(profile, seed=seed, wijken=wijken)
    persons = make_persons_table(profile, seed=seed, population=settled.population, address=settled.homes)
    tables = settled.geography.tables
    addresses, streets = tables["adressen"], tables["straatnamen"]
    home = np.searchsorted(addresses["id"].to_numpy(), settled.homes)[settled.population.members.household]
    street = np.searchsorted(streets["id"].to_numpy(), addresses["straatnaam_id"].to_numpy())[home]
    return persons.with_columns(
        straat=streets["naam"].gather(street),
        huisnummer=addresses["huisnummer"].gather(home),
        postcode=addresses["postcode"].gather(home),
        gemeente=pl.lit(profile.municipality.name),
    ).select(COLUMNS)
