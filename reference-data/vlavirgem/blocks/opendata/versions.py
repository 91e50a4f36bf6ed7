"""A version of a thing, as a member of a stream: it says what it is a version of, and so do the things inside it.

Only the version itself has an IRI. What is inside it (an identifier, a point, the costs of a product) is a blank node,
so that two versions in one graph do not run into each other and a member is all that can be reached from it without
leaving blank nodes (TREE, member extraction). `isVersionOf` tells its own IRI: put those back, and what is left is the
document that the building block serves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.ldes import version_iri
from vlavirgem.linked.catalogue import find_entity
from vlavirgem.linked.documents import CHILDREN
from vlavirgem.linked.mapping import Children
from vlavirgem.schema import TABLES, Kind
from vlavirgem.store.streams import with_children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.linked.documents import Renderer
    from vlavirgem.linked.mapping import Entity

    Row = Mapping[str, Any]

DELETED = "Verwijderd"
"""Class of the last version of what was taken away."""


def written(moment: datetime) -> str:
    """Write a moment in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def version(document: Mapping[str, Any], *, moment: datetime, place: int, epoch: str) -> dict[str, Any]:
    """Make the version of a thing.

    Args:
        document: The thing as it was then, with its IRI.
        moment: When it became so, or was published.
        place: Its place in the stream.
        epoch: The time since the last reset; empty for a version of the seed, which is the same in all of them.
    """
    at = written(moment)
    return {
        **{term: _inside(value) for term, value in document.items()},
        "@id": version_iri(document["@id"], at=at, epoch=epoch),
        "isVersionOf": document["@id"],
        "generatedAtTime": at,
        "volgnummer": place,
    }


def tombstone(iri: str) -> dict[str, Any]:
    """Give the document of what is not there any more."""
    return {"@id": iri, "@type": DELETED}


def _inside(value: Any) -> Any:
    if isinstance(value, list):
        return [_inside(item) for item in value]
    if not isinstance(value, dict):
        return value
    node = {term: _inside(inner) for term, inner in value.items() if term != "@id"}
    return {**node, "isVersionOf": value["@id"]} if "@id" in value else node


class Content:
    """Makes documents of what the database keeps of versions."""

    def __init__(self, entity: Entity) -> None:
        self._iri = entity.iri.iri
        self._columns = _Columns(entity)

    def __call__(self, number: int, content: Row | None, *, render: Renderer) -> dict[str, Any]:
        """Give the document of a row; of what is not there any more, only that.

        Args:
            number: Its number.
            content: Its columns and children as JSON; nothing when it was taken away.
            render: Gives the document of a row.
        """
        if content is None:
            return tombstone(self._iri.replace("{id}", str(number)))
        return render(self._columns.read(content))


class _Columns:
    """Reads the columns of an entity from JSON, where a moment is a text and a whole number has no decimals."""

    def __init__(self, entity: Entity) -> None:
        kinds = {column.name: column.kind for column in TABLES[entity.table].columns}
        for join in entity.joins:
            kinds |= {ours: TABLES[join.table].column(theirs).kind for theirs, ours in join.columns}
        self._moments = [name for name, kind in kinds.items() if kind is Kind.MOMENT]
        self._decimals = [name for name, kind in kinds.items() if kind is Kind.DECIMAL]
        self._children = {
            CHILDREN + prop.term: _Columns(find_entity(prop.value.entity))
            for prop in with_children(entity.properties)
            if isinstance(prop.value, Children) and prop.value.embedded
        }

    def read(self, content: Row) -> Row:
        # As JSON a moment has the time zone of whoever wrote; the registers tell it in UTC.
        row = dict(content)
        for names, read in ((self._moments, _moment), (self._decimals, float)):
            for name in names:
                if row.get(name) is not None:
                    row[name] = read(row[name])
        for key, columns in self._children.items():
            row[key] = [columns.read(child) for child in row[key]]
        return row


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
