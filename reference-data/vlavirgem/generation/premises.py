"""Gives the organisations that have a building of their own the address of that building.

The municipality is in the town hall, a school in the school of its wijk, and businesses in the business park. The
others, and those for which there is no such building, keep an address among the houses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.organisations import BUSINESS, SCHOOL, have_premises
from vlavirgem.generation.places.stock import ADMINISTRATION, PURPOSES, TRADE
from vlavirgem.generation.places.stock import SCHOOL as LESSONS
from vlavirgem.generation.wijken import rows_of
from vlavirgem.numbering import STRIDE

if TYPE_CHECKING:
    from vlavirgem.generation.geography import Geography
    from vlavirgem.generation.organisations import Organisations
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.randomness import Flags, Integers


def in_their_buildings(
    premises: Integers, *, seed: int, wijken: Wijken, organisations: Organisations, geography: Geography
) -> Integers:
    """Give each organisation its address: of a building for its kind where its wijk has one left.

    Args:
        premises: An address among the houses for each organisation.
        seed: The town's seed.
        wijken: The wijken.
        organisations: The organisations.
        geography: The land.
    """
    private = ~organisations.public
    groups = (
        (ADMINISTRATION, organisations.public & (organisations.rows.position == 0)),
        (LESSONS, private & (organisations.kind == SCHOOL)),
        (TRADE, private & (organisations.kind == BUSINESS) & have_premises(organisations, seed=seed)),
    )
    given = premises.copy()
    for purpose, wants in groups:
        addresses = _addresses(geography, PURPOSES[purpose])
        theirs, there = _paired(wants, organisations=organisations, wijken=wijken, addresses=addresses)
        given[theirs] = addresses[there]
    return given


def _addresses(geography: Geography, purpose: str) -> Integers:
    """Give the addresses in use of units for a purpose, in order."""
    units = geography.tables["gebouweenheden"].filter(bestemming=purpose, status="gerealiseerd")
    addresses = geography.tables["adressen"].filter(status="inGebruik")
    there = addresses.join(units.select(gebouweenheid_id="id"), on="gebouweenheid_id", how="semi")["id"].sort()
    found: Integers = there.to_numpy()
    return found


def _paired(
    wants: Flags, *, organisations: Organisations, wijken: Wijken, addresses: Integers
) -> tuple[Integers, Integers]:
    """Pair the first organisations of each wijk with its first addresses: places of both."""
    organisation = np.flatnonzero(wants)
    count = wijken.numbers.size
    asked = rows_of(np.bincount(organisations.rows.owner[organisation], minlength=count))
    wijk = np.searchsorted(wijken.numbers, (addresses - 1) // STRIDE)
    offered = rows_of(np.bincount(wijk, minlength=count))
    served = asked.position < offered.counts[asked.owner]
    return organisation[served], (offered.first[asked.owner] + asked.position)[served]
