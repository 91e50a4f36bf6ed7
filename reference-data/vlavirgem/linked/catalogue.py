"""All entities of the town by name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from vlavirgem.linked.cases import CASE_ENTITIES
from vlavirgem.linked.contact import CONTACT
from vlavirgem.linked.decisions import GOVERNANCE
from vlavirgem.linked.edge_cases import EDGE_CASES
from vlavirgem.linked.own_words import in_own_words
from vlavirgem.linked.people import PEOPLE
from vlavirgem.linked.places import PLACES
from vlavirgem.linked.product_parts import PRODUCT_PARTS
from vlavirgem.linked.services import SERVICES
from vlavirgem.place import NIS_CODE

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


class Catalogue:
    """The entities of one municipality."""

    def __init__(self, entities: tuple[Entity, ...]) -> None:
        self.entities = entities
        self._by_name = {entity.name: entity for entity in entities}

    def find(self, name: str) -> Entity:
        """Find an entity by its name; a `KeyError` where there is none."""
        return self._by_name[name]


VLAVIRGEM = Catalogue(ENTITIES)
find_entity = VLAVIRGEM.find
"""Find an entity of VlaVirGem by its name; a `KeyError` where there is none."""


@lru_cache(maxsize=4)
def catalogue_of(*, name: str, nis_code: str) -> Catalogue:
    """Give the entities of the municipality with this name and NIS code."""
    if nis_code == NIS_CODE:
        return VLAVIRGEM
    return Catalogue(tuple(in_own_words(entity, name=name, nis_code=nis_code) for entity in ENTITIES))
