"""Puts the parts of a town together, in the order in which they need each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.edge_cases import find_edge_cases, run_by_a_councillor
from vlavirgem.frames import conform
from vlavirgem.generation.among_others import among_others
from vlavirgem.generation.applicants import applicants_of
from vlavirgem.generation.candidates import candidates_of
from vlavirgem.generation.cases import Places, make_case_tables
from vlavirgem.generation.consents import make_activities_table
from vlavirgem.generation.contracts import make_contract_tables
from vlavirgem.generation.delegations import make_delegations_table
from vlavirgem.generation.governance.everything import make_governance_tables
from vlavirgem.generation.governance.law import MAJORITY
from vlavirgem.generation.handlers import make_handlers
from vlavirgem.generation.lives import make_life_tables
from vlavirgem.generation.organisations import make_organisation_tables
from vlavirgem.generation.people import make_households_table, make_persons_table
from vlavirgem.generation.places.municipality import make_municipality
from vlavirgem.generation.places.names import street_names
from vlavirgem.generation.products import make_products_tables
from vlavirgem.generation.settling import settle
from vlavirgem.generation.staff import make_roles_table, make_staff_tables
from vlavirgem.generation.wijken import rows_of, together
from vlavirgem.numbering import AT_ONCE, STRIDE, wijken_count
from vlavirgem.randomness import row_numbers
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile

    Tables = dict[str, pl.DataFrame]

_LOOKED_AT, _STREETS_OF_EACH = 64, 3
"""Wijken of a larger town of which decisions name streets, and how many of each: every wijk has more."""


def make_town_hall(profile: Profile, *, seed: int) -> Tables:
    """Make the tables that the town has once."""
    return _conformed(
        {
            "gemeenten": make_municipality(profile, seed=seed),
            "rollen": make_roles_table(),
            "verwerkingsactiviteiten": make_activities_table(),
            **make_products_tables(profile, seed=seed),
        }
    )


def make_wijken(profile: Profile, *, seed: int, wijken: Wijken, hall: Tables) -> Tables:
    """Make the tables of which every wijk has rows.

    Args:
        profile: The profile.
        seed: The town's seed.
        wijken: Which wijken.
        hall: What `make_town_hall` made.

    Raises:
        CapacityError: the town needs more safe identifiers than exist.
    """
    settled = settle(profile, seed=seed, wijken=wijken)
    population, geography = settled.population, settled.geography
    persons = make_persons_table(profile, seed=seed, population=population, address=settled.homes)
    staff_tables, staff = make_staff_tables(profile, seed=seed, settled=settled, persons=persons)
    addresses = geography.tables["adressen"]
    products = hall["producten"]
    lives = make_life_tables(settled, seed=seed)
    organisations = make_organisation_tables(profile, seed=seed, settled=settled)
    applicants = applicants_of(
        profile,
        wijken=wijken,
        persons=persons,
        residences=lives["verblijven"],
        events=lives["persoonsgebeurtenissen"],
        organisations=organisations["organisaties"],
        wijk=population.members.wijk,
    )
    return _conformed(
        {
            **geography.tables,
            "huishoudens": make_households_table(population, address=settled.homes),
            "personen": persons,
            **lives,
            **organisations,
            **staff_tables,
            "delegaties": make_delegations_table(staff, seed=seed, today=population.today),
            **make_case_tables(
                profile,
                seed=seed,
                wijken=wijken,
                applicants=applicants,
                places=_places(addresses, wijken=wijken),
                products=products,
                handlers=make_handlers(staff, seed=seed, today=population.today),
            ),
        }
    )


def with_town_hall(profile: Profile, *, seed: int, hall: Tables, first: Tables) -> Tables:
    """Add to the first part what the town has once; who governs it are people of the first wijk.

    What it decides on is of the whole part.

    Args:
        profile: The profile.
        seed: The town's seed.
        hall: What `make_town_hall` made.
        first: What `make_wijken` made for the first wijken.
    """
    today = profile.reference_date
    organisations = first["organisaties"]
    grown_up = pl.col("geboortedatum") <= today.replace(year=today.year - MAJORITY, day=min(today.day, 28))
    governance = make_governance_tables(
        profile,
        seed=seed,
        candidates=candidates_of(first).filter(grown_up),
        streets=_streets(profile, seed=seed, first=first),
        associations=organisations.filter(type="vereniging")["naam"].to_list(),
    )
    contracts = make_contract_tables(profile, seed=seed, organisations=organisations.filter(pl.col("id") <= STRIDE))
    tables = {**hall, **first, **_conformed({**governance, **contracts})}
    tables["organisaties"] = run_by_a_councillor(tables)
    return {**tables, **_conformed({"randgevallen": find_edge_cases(tables, today=today)})}


def _streets(profile: Profile, *, seed: int, first: Tables) -> list[str]:
    """Give names of streets of the whole town: all of them, or some of many wijken when it has more parts."""
    count = wijken_count(profile.inhabitants)
    if count <= AT_ONCE:
        return list(first["straatnamen"]["naam"])
    wijken = np.unique(row_numbers(_LOOKED_AT) * (count - 1) // _LOOKED_AT)
    places = np.tile(row_numbers(_STREETS_OF_EACH), wijken.size)
    return street_names(np.repeat(wijken, _STREETS_OF_EACH), places, seed=seed).to_list()


def make_parts(profile: Profile, *, seed: int) -> Iterator[Tables]:
    """Make a whole town, some wijken at a time; the first part holds the town hall too."""
    hall = make_town_hall(profile, seed=seed)
    for wijken in together(profile):
        yield make_part(profile, seed=seed, wijken=wijken, hall=hall)


def make_part(profile: Profile, *, seed: int, wijken: Wijken, hall: Tables) -> Tables:
    """Make what is made together: the tables of some wijken, and with the first of them what the town has once."""
    part = make_wijken(profile, seed=seed, wijken=wijken, hall=hall)
    if wijken.numbers[0] == 0:
        part = with_town_hall(profile, seed=seed, hall=hall, first=part)
    return among_others(part, municipality=profile.municipality)


def make_tables(profile: Profile, *, seed: int) -> Tables:
    """Make every table of a town, by name.

    Raises:
        CapacityError: the profile needs more safe identifiers than exist.
    """
    parts = list(make_parts(profile, seed=seed))
    if len(parts) == 1:
        return {name: parts[0][name] for name in TABLES}
    return {name: pl.concat([part[name] for part in parts if name in part]) for name in TABLES}


def _places(addresses: pl.DataFrame, *, wijken: Wijken) -> Places:
    ids = addresses["id"].to_numpy()
    wijk = (ids - 1) // STRIDE - wijken.numbers[0]
    counts = np.bincount(wijk, minlength=wijken.numbers.size)
    return Places(rows=rows_of(counts), id=ids, text=addresses["volledig_adres"])


def _conformed(tables: Tables) -> Tables:
    return {name: conform(frame, table=name) for name, frame in tables.items()}
