"""Read entities from the database, with the columns and children that their documents need."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeVar

from vlavirgem.linked.documents import CHILDREN
from vlavirgem.linked.mapping import Children, Entity, Node, Property
from vlavirgem.linked.views import from_sql, select_sql
from vlavirgem.store.tables import META

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vlavirgem.store.connection import AsyncDictConnection, DictConnection, Row

    Condition = tuple[str, Any]

T = TypeVar("T")
Plan = Generator[tuple[str, "list[Any]"], "list[Row]", T]
"""Gives queries with their values, is sent the rows of each, and returns what they come to."""


class Reader:
    """Reads the rows of one kind of entity, ready to be rendered.

    What it reads is a plan: it gives queries and gets their rows. So it is the same for who waits and who does not.
    """

    def __init__(self, entity: Entity, *, find: Callable[[str], Entity]) -> None:
        self._select, self._from = select_sql(entity), from_sql(entity)
        self._children = [
            (CHILDREN + prop.term, prop.value, find(prop.value.entity))
            for prop in _all(entity.properties)
            if isinstance(prop.value, Children)
        ]
        self._find, self._table = find, entity.table
        self._deeper: dict[str, Reader] = {}
        self.tables = frozenset(tables_of(entity, find=find))

    def one(self, connection: DictConnection, number: int) -> Row | None:
        """Read the entity with a number."""
        found = carry_out(connection, self.some([number]))
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
        return carry_out(connection, self._rows([*conditions, ("t.id > %s", after)], limit=limit))

    def some(self, numbers: Sequence[int]) -> Plan[list[Row]]:
        """Plan to read the entities with these numbers, in their order; one that is not there is left out."""
        return self._rows([("t.id = ANY(%s)", list(numbers))])

    def numbers(
        self, *, conditions: Sequence[Condition], after: int, limit: int, total: bool
    ) -> Plan[tuple[list[int], int | None]]:
        """Plan to read only which entities `page` would give, and, if asked, how many meet the conditions in all."""
        if conditions and total:
            # All that meet the conditions are needed anyway to be counted; so the planner is not led to walk through
            # the table in the order of numbers until it has met enough of them.
            where, values = _where(conditions)
            query = (
                f"WITH found AS MATERIALIZED (SELECT t.id {self._from} WHERE {where})"  # noqa: S608 - our own SQL
                " SELECT ARRAY(SELECT id FROM found WHERE id > %s ORDER BY id LIMIT %s) AS numbers,"
                " (SELECT count(*) FROM found) AS total"
            )
            values += [after, limit]
        else:
            where, values = _where([*conditions, ("t.id > %s", after)])
            count = f", (SELECT count(*) FROM {self._table}) AS total" if total else ""  # noqa: S608 - idem
            query = f"SELECT ARRAY(SELECT t.id {self._from} WHERE {where} ORDER BY t.id LIMIT %s) AS numbers{count}"
            values.append(limit)
        row = (yield query, values)[0]
        return row["numbers"], row.get("total")

    def _rows(self, conditions: Sequence[Condition], *, limit: int | None = None) -> Plan[list[Row]]:
        where, values = _where(conditions)
        query = f"{self._select} WHERE {where} ORDER BY t.id"
        if limit is not None:
            query, values = f"{query} LIMIT %s", [*values, limit]
        rows = yield query, values
        if rows:
            yield from self._add_children(rows)
        return rows

    def _add_children(self, rows: list[Row]) -> Plan[None]:
        numbers = [row["id"] for row in rows]
        for key, children, entity in self._children:
            by_parent: dict[int, list[Any]] = {number: [] for number in numbers}
            if children.embedded:
                if key not in self._deeper:
                    self._deeper[key] = Reader(entity, find=self._find)
                found = yield from self._deeper[key]._rows([(f"t.{children.key} = ANY(%s)", numbers)])  # noqa: SLF001 - one of us
                for child in found:
                    by_parent[child[children.key]].append(child)
            else:
                column, wanted = children.only or ("", ())
                query = (
                    f"SELECT * FROM {entity.table} WHERE {children.key} = ANY(%s)"  # noqa: S608 - our own SQL
                    f"{f' AND {column} = ANY(%s)' if column else ''} ORDER BY id"
                )
                values = [numbers, list(wanted)] if column else [numbers]
                found = yield query, values
                for child in found:
                    by_parent[child[children.key]].append(child if children.link else child["id"])
            for row in rows:
                row[key] = by_parent[row["id"]]


def carry_out(connection: DictConnection, plan: Plan[T]) -> T:
    """Carry out a plan, and wait for every answer."""
    try:
        query, values = next(plan)
        while True:
            query, values = plan.send(connection.execute(query.encode(), values).fetchall())
    except StopIteration as end:
        result: T = end.value
        return result


async def carry_out_async(connection: AsyncDictConnection, plan: Plan[T]) -> T:
    """Carry out a plan; others go on meanwhile."""
    try:
        query, values = next(plan)
        while True:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            query, values = plan.send(rows)
    except StopIteration as end:
        result: T = end.value
        return result


def tables_of(entity: Entity, *, find: Callable[[str], Entity]) -> Iterator[str]:
    """Name every table whose rows the document of an entity tells about; some come more than once."""
    yield entity.table
    yield from (join.table for join in entity.joins)
    for prop in _all(entity.properties):
        if isinstance(prop.value, Children):
            child = find(prop.value.entity)
            yield from tables_of(child, find=find) if prop.value.embedded else (child.table,)


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


def read_municipality(connection: DictConnection) -> tuple[str, str] | None:
    """Give name and NIS code of the municipality that the database holds; nothing when it holds none."""
    if not read_manifest_of(connection):
        return None
    row = connection.execute("SELECT naam, nis_code FROM gemeenten").fetchone()
    return None if row is None else (row["naam"], row["nis_code"])


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    clauses = [clause for clause, _ in conditions]
    return " AND ".join(clauses) or "TRUE", [value for _, value in conditions]
