"""All entities of the town by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.linked.cases import CASE_ENTITIES
from vlavirgem.linked.contact import CONTACT
from vlavirgem.linked.decisions import GOVERNANCE
from vlavirgem.linked.edge_cases import EDGE_CASES
from vlavirgem.linked.people import PEOPLE
from vlavirgem.linked.places import PLACES
from vlavirgem.linked.product_parts import PRODUCT_PARTS
from vlavirgem.linked.services import SERVICES

if TYPE_CHECKING:
    from vlavirgem.linked.mapping import Entity

ENTITIES: tuple[Entity, ...] = (
    *PLACES,
    *PEOPLE,
    *CONTACT,
    *SERVICES,
    *PRODUCT_PARTS,
    *CASE_ENTITIES,
    *GOVERNANCE,
    *EDGE_CASES,
)
_BY_NAME = {entity.name: entity for entity in ENTITIES}


def find_entity(name: str) -> Entity:
    """Find an entity by its name; a `KeyError` where there is none."""
    return _BY_NAME[name]
