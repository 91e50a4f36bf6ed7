"""Which registers the town publishes as open data, version by version, and what of them stays closed.

Persons, households, cases and whatever else is about one person are not here, and cannot be added by accident: a
register is only published when it is in this list. What an open register says of a person is withheld from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vlavirgem.linked import ground, organisations, places, services

if TYPE_CHECKING:
    from vlavirgem.linked.mapping import Entity

_VERSION = "v.versie"


def _day(column: str) -> str:
    return f"v.{column}::timestamp AT TIME ZONE 'UTC'"


@dataclass(frozen=True, slots=True)
class Opened:
    """A register of which every version is published.

    Attributes:
        name: Last part of the address of its stream.
        entity: What is published of a row, and nothing more.
        moment: SQL for when the version of the seed was made, from a row `v`; empty: on the reference date.
        withheld: Columns that are about a person.
    """

    name: str
    entity: Entity
    moment: str = ""
    withheld: tuple[str, ...] = ()


def _without(entity: Entity, *terms: str) -> Entity:
    return replace(entity, properties=tuple(prop for prop in entity.properties if prop.term not in terms))


OPENED: tuple[Opened, ...] = (
    Opened("adressen", places.ADDRESS, _VERSION),
    Opened("straatnamen", places.STREET, _VERSION),
    Opened("gebouwen", places.BUILDING, _VERSION),
    Opened("gebouweenheden", places.BUILDING_UNIT, _VERSION),
    Opened("percelen", ground.PARCEL, _VERSION),
    Opened("wegsegmenten", ground.ROAD_SEGMENT, _VERSION),
    Opened("wijken", ground.BOROUGH),
    Opened(
        "organisaties",
        _without(organisations.ORGANISATION, "zaakvoerder"),
        _day("oprichtingsdatum"),
        withheld=("zaakvoerder_id",),
    ),
    Opened("vestigingen", organisations.ESTABLISHMENT, _day("begindatum")),
    Opened("producten", services.PRODUCT, "v.gewijzigd"),
)
"""Where a register has no column for when a row last changed, its own oldest date says since when it is as it is."""
