"""Puts the parts of a town together, in the order in which they need each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.frames import conform
from vlavirgem.generation.cases import make_case_tables
from vlavirgem.generation.geography import make_geography
from vlavirgem.generation.households import make_households, make_members
from vlavirgem.generation.organisations import make_organisations_table, premises_count
from vlavirgem.generation.people import make_households_table, make_persons_table
from vlavirgem.generation.products import make_products_table
from vlavirgem.place import NAME, NIS_CODE, POST_CODE
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile


def make_tables(profile: Profile, *, seed: int) -> dict[str, pl.DataFrame]:
    """Make every table of a town, by name.

    Raises:
        CapacityError: the profile needs more safe identifiers than exist.
    """
    households = make_households(profile, seed=seed)
    members = make_members(profile, seed=seed, households=households)
    inhabited = households.size.size
    premises = premises_count(profile)
    vacant = round(inhabited * profile.share("adressen.leegstand"))
    geography = make_geography(profile, seed=seed, homes=inhabited + premises + vacant)
    # Who lives where is drawn by shuffling the habitable addresses.
    shuffled = Random(seed, kind="huishouden").bits("woonplaats", rows=row_numbers(geography.habitable.size))
    places = geography.habitable[np.argsort(shuffled, kind="stable")]
    homes = places[:inhabited]
    tables = {
        "gemeenten": pl.DataFrame({"id": [1], "naam": [NAME], "nis_code": [NIS_CODE], "postcode": [POST_CODE]}),
        "straatnamen": geography.streets,
        "gebouwen": geography.buildings,
        "adressen": geography.addresses,
        "huishoudens": make_households_table(households, address=homes),
        "personen": make_persons_table(profile, seed=seed, households=households, members=members, address=homes),
        "organisaties": make_organisations_table(
            profile, seed=seed, premises=places[inhabited : inhabited + premises], homes=homes
        ),
    }
    products = tables["producten"] = make_products_table(profile, seed=seed)
    tables |= make_case_tables(
        profile, seed=seed, persons=tables["personen"], addresses=tables["adressen"], products=products
    )
    return {name: conform(frame, table=name) for name, frame in tables.items()}
