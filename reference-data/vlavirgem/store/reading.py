"""Read entities from the database, with the columns and children that their documents need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.linked.documents import CHILDREN
from vlavirgem.linked.mapping import Children, Entity, Node, Property
from vlavirgem.linked.views import select_sql
from vlavirgem.store.tables import META

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vlavirgem.store.connection import DictConnection, Row

    Condition = tuple[str, Any]


class Reader:
    """Reads the rows of one kind of entity, ready to be rendered."""

    def __init__(self, entity: Entity, *, find: Callable[[str], Entity]) -> None:
        self._select = select_sql(entity)
        self._children = [
            (CHILDREN + prop.term, prop.value, find(prop.value.entity))
            for prop in _all(entity.properties)
            if isinstance(prop.value, Children)
        ]
        self._find = find

    def one(self, connection: DictConnection, number: int) -> Row | None:
        """Read the entity with a number."""
        found = self.page(connection, conditions=[("t.id = %s", number)], after=0, limit=1)
        return found[0] if found else None

    def page(
        self, connection: DictConnection, *, conditions: Sequence[Condition], after: int, limit: int
    ) -> list[Row]:
        """Read up to `limit` entities in the order of their number, after a number.

        Args:
            connection: A connection.
            conditions: SQL with one placeholder each, and its value; our own SQL, never a visitor's.
            after: The last number already seen.
            limit: How many at most.
        """
        where, values = _where([*conditions, ("t.id > %s", after)])
        query = f"{self._select} WHERE {where} ORDER BY t.id LIMIT %s"
        rows = connection.execute(query.encode(), [*values, limit]).fetchall()
        self._add_children(connection, rows)
        return rows

    def count(self, connection: DictConnection, *, conditions: Sequence[Condition]) -> int:
        """Count the entities that meet the conditions."""
        where, values = _where(conditions)
        query = f"SELECT count(*) AS n FROM ({self._select} WHERE {where}) s"  # noqa: S608 - our own SQL
        row = connection.execute(query.encode(), values).fetchone()
        return 0 if row is None else int(row["n"])

    def _add_children(self, connection: DictConnection, rows: list[Row]) -> None:
        if not rows:
            return
        numbers = [row["id"] for row in rows]
        for key, children, entity in self._children:
            by_parent: dict[int, list[Any]] = {number: [] for number in numbers}
            if children.embedded:
                reader = Reader(entity, find=self._find)
                for child in reader.page(
                    connection,
                    conditions=[(f"t.{children.key} = ANY(%s)", numbers)],
                    after=0,
                    limit=1_000_000,
                ):
                    by_parent[child[children.key]].append(child)
            else:
                column, wanted = children.only or ("", ())
                query = (
                    f"SELECT * FROM {entity.table} WHERE {children.key} = ANY(%s)"  # noqa: S608 - our own SQL
                    f"{f' AND {column} = ANY(%s)' if column else ''} ORDER BY id"
                )
                values = [numbers, list(wanted)] if column else [numbers]
                for child in connection.execute(query.encode(), values):
                    by_parent[child[children.key]].append(child if children.link else child["id"])
            for row in rows:
                row[key] = by_parent[row["id"]]


def _all(properties: tuple[Property, ...]) -> Iterator[Property]:
    for prop in properties:
        yield prop
        if isinstance(prop.value, Node):
            yield from _all(prop.value.properties)


def read_manifest_of(connection: DictConnection) -> dict[str, Any]:
    """Say which town the database holds; empty when it holds none."""
    found = connection.execute("SELECT to_regclass(%s) AS name", [META]).fetchone()
    if found is None or found["name"] is None:
        return {}
    row = connection.execute(f"SELECT manifest FROM {META}".encode()).fetchone()  # noqa: S608 - a constant
    return {} if row is None else dict(row["manifest"])


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    clauses = [clause for clause, _ in conditions]
    return " AND ".join(clauses) or "TRUE", [value for _, value in conditions]
