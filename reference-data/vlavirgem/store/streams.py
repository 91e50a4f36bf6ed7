"""Every version of what is open data, in an order that never changes: the seed first, then each change as it is made.

The database keeps it itself, in the transaction that changes something, so that no writer can forget it and no reader
can miss one:

* before a row is first touched, how it was at the seed is put aside (`BEGINNINGS`);
* when the transaction ends, each thing that became different is added to `MEMBERS`, once, as it is then.

Only one transaction writes at a time (`locking`), so places in the order have no holes and come in the order in which
they can be seen; moments of publication only grow, whatever the clock of a writer says. What a thing looks like
depends on other tables too (the name of a street, the units of a building): a change there makes a version as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from vlavirgem.linked.catalogue import find_entity
from vlavirgem.linked.documents import CHILDREN
from vlavirgem.linked.mapping import Children, Entity, Node, Property
from vlavirgem.linked.opened import OPENED, Opened
from vlavirgem.linked.views import from_sql, select_sql
from vlavirgem.store.asking import ask_number
from vlavirgem.store.changes import CHANGES, GOING_BACK, NOW
from vlavirgem.store.locking import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row

MEMBERS = "vlavirgem_leden"
"""Versions made since the seed; `rang` counts from 0 in each stream, without holes."""
BEGINNINGS = "vlavirgem_begin"
"""How what was touched since looked at the seed; empty where it was not there yet."""
EPOCHS = "vlavirgem_tijdperk"
"""At most one row: the name of the time since the last reset, given when somebody first asks."""
KEPT = (EPOCHS, MEMBERS, BEGINNINGS)
"""The tables of the streams. Who reads streams begins with the first, and who replaces the town too: so neither waits
for the other while the other waits for it."""
_PUT_ASIDE, _PUBLISH, _ADD = "vlavirgem_zet_opzij", "vlavirgem_publiceer", "vlavirgem_voeg_lid_toe"
FUNCTIONS = (_PUT_ASIDE, _PUBLISH, _ADD)

_TABLES = (
    f"""
CREATE TABLE {MEMBERS} (
    stroom text NOT NULL,
    rang bigint NOT NULL,
    nummer bigint NOT NULL,
    wijziging bigint NOT NULL,
    gepubliceerd timestamptz NOT NULL,
    inhoud jsonb,
    PRIMARY KEY (stroom, rang)
)
""",
    f"CREATE INDEX ON {MEMBERS} (stroom, nummer, rang)",
    f"""
CREATE TABLE {BEGINNINGS} (
    stroom text NOT NULL,
    nummer bigint NOT NULL,
    moment timestamptz,
    inhoud jsonb,
    PRIMARY KEY (stroom, nummer)
)
""",
    f"CREATE TABLE {EPOCHS} (een boolean PRIMARY KEY DEFAULT true CHECK (een), tijdperk text NOT NULL)",
)
_SEED = "(SELECT ((manifest ->> 'referenceDate')::date)::timestamp AT TIME ZONE 'UTC' FROM vlavirgem_town)"
_IS_PASSING = f"""
    IF current_setting('{GOING_BACK}', true) = 'ja' OR (TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
"""
_FUNCTIONS = (
    f"""
CREATE FUNCTION {_PUT_ASIDE}() RETURNS trigger LANGUAGE plpgsql AS $aside$
DECLARE
    number bigint;
    side jsonb;
BEGIN
    {_IS_PASSING}
    PERFORM pg_advisory_xact_lock({KEY});
    FOREACH side IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        FOR number IN EXECUTE TG_ARGV[1] USING side LOOP
            EXECUTE format(
                'INSERT INTO {BEGINNINGS} SELECT $1, $2, v.moment, v.inhoud'
                ' FROM (SELECT $2 AS nummer) n LEFT JOIN %I v ON v.nummer = n.nummer'
                ' WHERE n.nummer IS NOT NULL ON CONFLICT DO NOTHING',
                'vlavirgem_stroom_' || TG_ARGV[0]
            ) USING TG_ARGV[0], number;
        END LOOP;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$aside$
""",  # noqa: S608 - constants of ours
    f"""
CREATE FUNCTION {_ADD}(stream text, number bigint) RETURNS void LANGUAGE plpgsql AS $add$
DECLARE
    content jsonb;
    known jsonb;
    latest record;
BEGIN
    EXECUTE format('SELECT inhoud FROM %I WHERE nummer = $1', 'vlavirgem_stroom_' || stream)
        INTO content USING number;
    SELECT inhoud INTO known FROM {MEMBERS} WHERE stroom = stream AND nummer = number ORDER BY rang DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT inhoud INTO known FROM {BEGINNINGS} WHERE stroom = stream AND nummer = number;
    END IF;
    IF content IS NOT DISTINCT FROM known THEN
        RETURN;
    END IF;
    SELECT rang, gepubliceerd INTO latest FROM {MEMBERS} WHERE stroom = stream ORDER BY rang DESC LIMIT 1;
    INSERT INTO {MEMBERS} VALUES (
        stream,
        coalesce(latest.rang + 1, 0),
        number,
        (SELECT coalesce(max(volgnummer), 0) FROM {CHANGES}),
        greatest(
            coalesce(nullif(current_setting('{NOW}', true), '')::timestamptz, now()),
            coalesce(latest.gepubliceerd, {_SEED}) + interval '1 microsecond'
        ),
        content
    );
END
$add$
""",  # noqa: S608 - idem
    f"""
CREATE FUNCTION {_PUBLISH}() RETURNS trigger LANGUAGE plpgsql AS $publish$
DECLARE
    number bigint;
    side jsonb;
BEGIN
    {_IS_PASSING}
    FOREACH side IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        FOR number IN EXECUTE TG_ARGV[1] USING side LOOP
            IF number IS NOT NULL THEN
                PERFORM {_ADD}(TG_ARGV[0], number);
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$publish$
""",
)


def create_streams(connection: DictConnection) -> None:
    """Make the streams, and have every change from now on published."""
    statements: list[sql.Composable] = [sql.SQL(text) for text in (*_TABLES, *_FUNCTIONS)]
    for opened in OPENED:
        statements.append(sql.SQL("CREATE VIEW {} AS ").format(view_of(opened.name)) + sql.SQL(_content(opened)))
        for number, part in enumerate(_parts(opened.entity)):
            statements += _watching(part, stream=opened.name, number=number)
    # All at once: a town that is loaded is waited for, and each question costs a way to the database and back.
    connection.execute(sql.SQL(";\n").join(statements))


def _watching(part: _Part, *, stream: str, number: int) -> Iterator[sql.Composable]:
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in part.columns)
    update = sql.SQL("UPDATE OF {}").format(columns) if part.columns else sql.SQL("UPDATE")
    when = update if part.is_joined else sql.SQL("INSERT OR DELETE OR {}").format(update)
    for kind, before, function, after in (
        ("TRIGGER", "BEFORE", _PUT_ASIDE, ""),
        ("CONSTRAINT TRIGGER", "AFTER", _PUBLISH, "DEFERRABLE INITIALLY DEFERRED "),
    ):
        yield sql.SQL("CREATE {} {} {} {} ON {} {}FOR EACH ROW EXECUTE FUNCTION {}({}, {})").format(
            sql.SQL(kind),
            sql.Identifier(f"vlavirgem_{stream}_{number}_{before.lower()}"),
            sql.SQL(before),
            when,
            sql.Identifier(part.table),
            sql.SQL(after),
            sql.Identifier(function),
            sql.Literal(stream),
            sql.Literal(part.query),
        )


def view_of(stream: str) -> sql.Identifier:
    """Name the view with the things of a stream as they are now: `nummer`, `moment` and `inhoud`."""
    return sql.Identifier(f"vlavirgem_stroom_{stream}")


def _content(opened: Opened) -> str:
    """Give SQL for what a renderer needs of each row, as one JSON object."""
    entity = opened.entity
    children = [_children(prop) for prop in with_children(entity.properties)]
    content = f"to_jsonb(v) - ARRAY[{', '.join(repr(name) for name in opened.withheld)}]::text[]"
    if children:
        content = f"({content}) || jsonb_build_object({', '.join(children)})"
    moment = f"least({opened.moment}, {_SEED})" if opened.moment else _SEED
    return f"SELECT v.id AS nummer, {moment} AS moment, {content} AS inhoud FROM ({select_sql(entity)}) v"  # noqa: S608 - ours


def _children(prop: Property) -> str:
    children = prop.value
    assert isinstance(children, Children)  # noqa: S101 - chosen so
    child = find_entity(children.entity)
    shown = "to_jsonb(c)" if children.embedded or children.link else "c.id"
    rows = f"({select_sql(child)}) c" if children.embedded else f"{child.table} c"
    only = ""
    if children.only:
        column, wanted = children.only
        only = f" AND c.{column} IN ({', '.join(repr(value) for value in wanted)})"
    found = f"SELECT jsonb_agg({shown} ORDER BY c.id) FROM {rows} WHERE c.{children.key} = v.id{only}"  # noqa: S608 - ours
    return f"'{CHILDREN}{prop.term}', coalesce(({found}), '[]'::jsonb)"


@dataclass(frozen=True, slots=True)
class _Part:
    """A table that documents of a stream are made of.

    Attributes:
        table: The table.
        query: SQL that gives the numbers of the things that a row `$1` of it is shown in.
        columns: The columns that are shown; all of them when none is named.
        is_joined: Whether its rows are looked up: they are there before what shows them, and as long as that.
    """

    table: str
    query: str
    columns: tuple[str, ...] = ()
    is_joined: bool = False


def _parts(entity: Entity) -> Iterator[_Part]:
    """Give the tables that an entity's documents are made of.

    Raises:
        ValueError: a child that is shown whole has children itself, which no stream needs yet.
    """
    yield _Part(entity.table, _of_row("id"))
    yield from _joined(entity, wanted="id")
    for prop in with_children(entity.properties):
        children = prop.value
        assert isinstance(children, Children)  # noqa: S101 - chosen so
        child = find_entity(children.entity)
        is_named_only = not (children.embedded or children.link or children.only)
        yield _Part(child.table, _of_row(children.key), columns=(children.key,) if is_named_only else ())
        if children.embedded:
            if any(with_children(child.properties)):
                raise ValueError(f"{entity.name}: {child.name} is shown whole and has children itself.")
            yield from _joined(child, wanted=children.key)


def _of_row(column: str) -> str:
    return f"SELECT ($1 ->> '{column}')::bigint"


def _joined(entity: Entity, *, wanted: str) -> Iterator[_Part]:
    for number, join in enumerate(entity.joins, start=1):
        found = f"SELECT t.{wanted} {from_sql(entity)} WHERE j{number}.id = ($1 ->> 'id')::bigint"
        yield _Part(join.table, found, columns=tuple(theirs for theirs, _ in join.columns), is_joined=True)


def with_children(properties: tuple[Property, ...]) -> Iterator[Property]:
    """Give the properties whose value is `Children`, those of nodes too."""
    for prop in properties:
        if isinstance(prop.value, Children):
            yield prop
        elif isinstance(prop.value, Node):
            yield from with_children(prop.value.properties)


def hold_epoch(connection: DictConnection) -> None:
    """Keep whoever replaces the town waiting until this transaction ends: all that it reads is of one epoch."""
    connection.execute(f"LOCK TABLE {EPOCHS} IN ACCESS SHARE MODE".encode())


def ensure_epoch(connection: DictConnection) -> str:
    """Give the name of the time since the last reset; a new one when nobody asked since."""
    row = connection.execute(f"SELECT tijdperk FROM {EPOCHS}".encode()).fetchone()  # noqa: S608 - ours
    if row is None:
        # In one statement: between two of them a reset may take away again what was just made.
        added = (
            f"INSERT INTO {EPOCHS} AS e (tijdperk) VALUES (left(gen_random_uuid()::text, 8))"  # noqa: S608 - ours
            " ON CONFLICT (een) DO UPDATE SET tijdperk = e.tijdperk RETURNING tijdperk"
        )
        row = connection.execute(added.encode()).fetchone()
    assert row is not None  # noqa: S101 - such a statement gives a row, new or old
    return str(row["tijdperk"])


def read_order(connection: DictConnection, stream: str) -> Iterator[tuple[int, datetime]]:
    """Give number and moment of all that was there at the seed, in the order of the stream."""
    query = sql.SQL(
        "SELECT nummer, moment FROM {view} v"
        " WHERE NOT EXISTS (SELECT 1 FROM {aside} b WHERE b.stroom = %(stream)s AND b.nummer = v.nummer)"
        " UNION ALL SELECT nummer, moment FROM {aside} WHERE stroom = %(stream)s AND inhoud IS NOT NULL"
        " ORDER BY moment, nummer"
    ).format(view=view_of(stream), aside=sql.Identifier(BEGINNINGS))
    for row in connection.execute(query, {"stream": stream}):
        yield row["nummer"], row["moment"]


def read_seed(connection: DictConnection, stream: str, numbers: Sequence[int]) -> list[Row]:
    """Read how things were at the seed: rows with `nummer`, `moment` and `inhoud`, in the order that is asked."""
    query = sql.SQL(
        "SELECT n.nummer, CASE WHEN b.nummer IS NULL THEN v.moment ELSE b.moment END AS moment,"
        " CASE WHEN b.nummer IS NULL THEN v.inhoud ELSE b.inhoud END AS inhoud"
        " FROM unnest(%(numbers)s::bigint[]) WITH ORDINALITY n (nummer, plaats)"
        " LEFT JOIN {aside} b ON b.stroom = %(stream)s AND b.nummer = n.nummer"
        " LEFT JOIN {view} v ON v.nummer = n.nummer ORDER BY n.plaats"
    ).format(view=view_of(stream), aside=sql.Identifier(BEGINNINGS))
    return connection.execute(query, {"stream": stream, "numbers": list(numbers)}).fetchall()


_SEEN = f"stroom = %(stream)s AND wijziging <= (SELECT coalesce(max(volgnummer), 0) FROM {CHANGES})"  # noqa: S608 - ours
"""A reader that is shown the town as it was does not see what was published since."""


def count_members(connection: DictConnection, stream: str) -> int:
    """Count the versions that were made since the seed."""
    return ask_number(connection, f"SELECT count(*) FROM {MEMBERS} WHERE {_SEEN}", {"stream": stream})  # noqa: S608 - ours


def read_members(connection: DictConnection, stream: str, *, since: int, limit: int) -> list[Row]:
    """Read versions that were made since the seed, from a place on: `rang`, `nummer`, `gepubliceerd`, `inhoud`.

    The content of what was taken away is empty.
    """
    query = f"SELECT * FROM {MEMBERS} WHERE {_SEEN} AND rang >= %(since)s ORDER BY rang LIMIT %(limit)s"  # noqa: S608 - ours
    values: dict[str, Any] = {"stream": stream, "since": since, "limit": limit}
    return connection.execute(query.encode(), values).fetchall()


def read_moments(connection: DictConnection, stream: str, *, places: Sequence[int]) -> dict[int, datetime]:
    """Give when the versions at some places were published."""
    query = f"SELECT rang, gepubliceerd FROM {MEMBERS} WHERE {_SEEN} AND rang = ANY(%(places)s)"  # noqa: S608 - ours
    values: dict[str, Any] = {"stream": stream, "places": list(places)}
    return {row["rang"]: row["gepubliceerd"] for row in connection.execute(query.encode(), values)}


def last_published(connection: DictConnection) -> dict[str, datetime]:
    """Give for each stream in which something changed since the seed when that was."""
    query = f"SELECT stroom, max(gepubliceerd) AS moment FROM {MEMBERS} GROUP BY stroom"  # noqa: S608 - ours
    return {row["stroom"]: row["moment"] for row in connection.execute(query.encode())}
