"""Gives the organisations that have a building of their own the address of that building.

The municipality is in the town hall, the OCMW and the police each have a house at the market, a school is in the
school of its wijk, and businesses are in the business park. The others, and those for which there is no such building,
keep an address among the houses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.organisations import BUSINESS, SCHOOL, have_premises
from vlavirgem.generation.places.stock import ADMINISTRATION, SERVICES, TRADE
from vlavirgem.generation.places.stock import SCHOOL as LESSONS
from vlavirgem.generation.wijken import rows_of

if TYPE_CHECKING:
    from vlavirgem.generation.organisations import Organisations
    from vlavirgem.generation.places.dwellings import Addresses, Dwellings
    from vlavirgem.randomness import Flags, Integers


def in_their_buildings(
    premises: Integers, *, seed: int, organisations: Organisations, dwellings: Dwellings
) -> Integers:
    """Give each organisation its address: of a building for its kind where its wijk has one left.

    Args:
        premises: An address among the houses for each organisation.
        seed: The town's seed.
        organisations: The organisations.
        dwellings: The buildings, whatever they are for.
    """
    private = ~organisations.public
    groups = (
        (ADMINISTRATION, organisations.public & (organisations.rows.position == 0)),
        (LESSONS, private & (organisations.kind == SCHOOL)),
        (TRADE, private & (organisations.kind == BUSINESS) & have_premises(organisations, seed=seed)),
    )
    given = premises
    for purpose, wants in groups:
        given = _given(given, purpose=purpose, wants=wants, organisations=organisations, dwellings=dwellings)
    return given


def at_the_market(premises: Integers, *, organisations: Organisations, dwellings: Dwellings) -> Integers:
    """Give the OCMW and the police their own addresses, before anybody has a reference address there."""
    wants = organisations.public & (organisations.rows.position > 0)
    return _given(premises, purpose=SERVICES, wants=wants, organisations=organisations, dwellings=dwellings)


def _given(
    premises: Integers, *, purpose: int, wants: Flags, organisations: Organisations, dwellings: Dwellings
) -> Integers:
    addresses = dwellings.addresses(purpose)
    theirs, there = _paired(wants, organisations=organisations, addresses=addresses, of=dwellings.wijken.numbers.size)
    given = premises.copy()
    given[theirs] = addresses.id[there]
    return given


def _paired(wants: Flags, *, organisations: Organisations, addresses: Addresses, of: int) -> tuple[Integers, Integers]:
    """Pair the first organisations of each of so many wijken with its first addresses: places of both."""
    organisation = np.flatnonzero(wants)
    asked = rows_of(np.bincount(organisations.rows.owner[organisation], minlength=of))
    offered = rows_of(np.bincount(addresses.wijk, minlength=of))
    served = asked.position < offered.counts[asked.owner]
    return organisation[served], (offered.first[asked.owner] + asked.position)[served]
