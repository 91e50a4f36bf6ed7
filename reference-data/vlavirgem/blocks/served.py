"""The municipality for which the services speak: VlaVirGem, or one of a region, as the data say that are served.

The building blocks are written once, with the names and codes of VlaVirGem in them. What they say of another
municipality goes through here: its name in texts, its entities, and identifiers that end in a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg

from vlavirgem.disturbances import HEADER
from vlavirgem.linked.catalogue import catalogue_of
from vlavirgem.linked.documents import Renderer
from vlavirgem.linked.own_words import in_own_words
from vlavirgem.place import ID_BASE, NAME, NIS_CODE, domain_of
from vlavirgem.store.reading import read_municipality

if TYPE_CHECKING:
    from starlette.requests import Request

    from vlavirgem.linked.mapping import Entity
    from vlavirgem.store.connection import Connections

_NAME = re.compile(f"(?!{re.escape(HEADER)}){re.escape(NAME)}")
"""Our name in a text, where it is not that of the header, which is the same everywhere."""


class Served:
    """A municipality, as the services speak for it.

    Attributes:
        name: Its name.
        nis_code: Its NIS code.
        find: Finds one of its entities by name; a `KeyError` where there is none.
    """

    def __init__(self, *, name: str, nis_code: str) -> None:
        self.name, self.nis_code = name, nis_code
        self.find = catalogue_of(name=name, nis_code=nis_code).find
        # Entities are held, so that no other one can come to have the same `id`.
        self._entities: dict[int, tuple[Entity, Entity]] = {}
        self._renderers: dict[int, tuple[Entity, Renderer]] = {}

    @property
    def domain(self) -> str:
        """Its domain, under `.example`."""
        return domain_of(self.name)

    def say(self, text: str) -> str:
        """Say of this municipality what a text says of VlaVirGem."""
        return text if self.name == NAME else _NAME.sub(self.name, text)

    def iri(self, path: str) -> str:
        """Give the identifier of what each municipality has once, such as `catalogus/opendata`: of its own."""
        kind, _, rest = path.partition("/")
        return ID_BASE + (path if self.nis_code == NIS_CODE else f"{kind}/{self.nis_code}-{rest}")

    def own(self, word: str) -> str:
        """Give the name of such a thing from the last part of its identifier."""
        return word.removeprefix(f"{self.nis_code}-")

    def entity(self, entity: Entity) -> Entity:
        """Give an entity of VlaVirGem as it is here."""
        if self.nis_code == NIS_CODE:
            return entity
        if id(entity) not in self._entities:
            spoken = in_own_words(entity, name=self.name, nis_code=self.nis_code)
            self._entities[id(entity)] = entity, spoken
        return self._entities[id(entity)][1]

    def renderer(self, entity: Entity) -> Renderer:
        """Give what renders rows of an entity of VlaVirGem as they are here."""
        if id(entity) not in self._renderers:
            self._renderers[id(entity)] = entity, Renderer(self.entity(entity), find=self.find)
        return self._renderers[id(entity)][1]


VLAVIRGEM = Served(name=NAME, nis_code=NIS_CODE)


class Municipality:
    """Knows which municipality a database holds; it is asked once.

    Args:
        connections: Connections to the database.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: Served | None = None

    def __call__(self) -> Served:
        """Say which one; VlaVirGem for as long as the database does not answer or holds none."""
        if self._known is None:
            try:
                with self._connections.connection() as connection:
                    found = read_municipality(connection)
            except psycopg.Error:
                return VLAVIRGEM
            if found is None:
                return VLAVIRGEM
            name, nis_code = found
            self._known = VLAVIRGEM if nis_code == NIS_CODE else Served(name=name, nis_code=nis_code)
        return self._known


def served_at(request: Request) -> Served:
    """Say for which municipality a request is answered."""
    municipality: Municipality = request.app.state.municipality
    return municipality()
