"""Every change of a row since the seed, noted by the database itself in the transaction that makes it.

Triggers do the noting, so that no writer can forget it: visitors, a day of the town's life, somebody with `psql`. Only
one transaction writes at a time (`locking`), so numbers have no holes and a reader who saw number 12 has seen all
before it. What a change replaced is kept too: it is the history of the registers, and lets a reader go back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from vlavirgem.schema import TABLES, Kind
from vlavirgem.store.asking import ask_number
from vlavirgem.store.locking import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row

CHANGES = "vlavirgem_wijzigingen"
"""One row for each row that was added, changed or taken away; `volgnummer` has no holes."""
NOTE = "vlavirgem_wijziging"
"""The function that notes a change."""
GOING_BACK = "vlavirgem.terug"
"""Setting of a transaction in which changes are undone, which is not noted."""
NOW = "vlavirgem.nu"
"""Setting of a transaction: when it happens, if not now."""

_TABLE = f"""
CREATE TABLE {CHANGES} (
    volgnummer bigint PRIMARY KEY,
    tabel text NOT NULL,
    nummer bigint NOT NULL,
    soort text NOT NULL CHECK (soort IN ('nieuw', 'gewijzigd', 'weg')),
    tijdstip timestamptz NOT NULL,
    oud jsonb,
    nieuw jsonb
)
"""
_FUNCTION = f"""
CREATE FUNCTION {NOTE}() RETURNS trigger LANGUAGE plpgsql AS $note$
DECLARE
    before jsonb;
    after jsonb;
    kind text := CASE TG_OP WHEN 'INSERT' THEN 'nieuw' WHEN 'UPDATE' THEN 'gewijzigd' ELSE 'weg' END;
    number bigint;
BEGIN
    IF current_setting('{GOING_BACK}', true) = 'ja' THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock({KEY});
    IF TG_OP <> 'INSERT' THEN
        before := to_jsonb(OLD);
        number := OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := to_jsonb(NEW);
        number := NEW.id;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, value), jsonb_object_agg(key, after -> key) INTO before, after
        FROM jsonb_each(before) WHERE value IS DISTINCT FROM after -> key;
        IF before IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO {CHANGES}
    SELECT coalesce(max(volgnummer), 0) + 1, TG_TABLE_NAME, number, kind,
        coalesce(nullif(current_setting('{NOW}', true), '')::timestamptz, now()), before, after
    FROM {CHANGES};
    RETURN NULL;
END
$note$
"""  # noqa: S608 - constants of ours


def watch_tables(connection: DictConnection) -> None:
    """Note from now on what changes in the tables of the town."""
    connection.execute(_TABLE.encode())
    connection.execute(f"CREATE INDEX ON {CHANGES} (tabel, nummer, volgnummer)".encode())
    connection.execute(_FUNCTION.encode())
    for table in TABLES:
        connection.execute(
            sql.SQL(
                "CREATE TRIGGER {} AFTER INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION {}()"
            ).format(sql.Identifier(NOTE), sql.Identifier(table), sql.Identifier(NOTE))
        )


def set_moment(connection: DictConnection, now: datetime) -> None:
    """Say when the changes of this transaction happen, from here on."""
    connection.execute(f"SELECT set_config('{NOW}', %s, true)".encode(), [now.isoformat()])


def last_change(connection: DictConnection) -> int:
    """Give the number of the last change; 0 at the seed."""
    return ask_number(connection, f"SELECT coalesce(max(volgnummer), 0) FROM {CHANGES}")  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which changes are asked for.

    Attributes:
        tables: Of these tables.
        number: Only those of the row with this number.
        since: Only those at this moment or later.
    """

    tables: tuple[str, ...]
    number: int | None = None
    since: datetime | None = None

    def where(self) -> tuple[str, list[Any]]:
        """Give our SQL and its values."""
        clauses = ["tabel = ANY(%s)"]
        values: list[Any] = [list(self.tables)]
        for clause, value in (("nummer = %s", self.number), ("tijdstip >= %s", self.since)):
            if value is not None:
                clauses.append(clause)
                values.append(value)
        return " AND ".join(clauses), values


def read_changes(connection: DictConnection, chosen: Chosen, *, after: int, limit: int | None = None) -> list[Row]:
    """Read changes with a number above `after`, oldest first, and not more than `limit`."""
    where, values = chosen.where()
    query = f"SELECT * FROM {CHANGES} WHERE volgnummer > %s AND {where} ORDER BY volgnummer LIMIT %s"  # noqa: S608 - ours
    rows = connection.execute(query.encode(), [after, *values, limit]).fetchall()
    return [_as_json(row) for row in rows]


def count_changes(connection: DictConnection, chosen: Chosen) -> int:
    """Count what `read_changes` gives in the end."""
    where, values = chosen.where()
    return ask_number(connection, f"SELECT count(*) FROM {CHANGES} WHERE {where}", values)  # noqa: S608 - ours


def _as_json(row: Row) -> Row:
    """Write moments as all of the town's JSON does."""
    moments = [column.name for column in TABLES[row["tabel"]].columns if column.kind is Kind.MOMENT]
    for side in ("oud", "nieuw"):
        for name in moments:
            if (row[side] or {}).get(name) is not None:
                row[side][name] = row[side][name].replace("+00:00", "Z")
    return row


def as_data(rows: Sequence[Row]) -> dict[str, dict[str, list[Any]]]:
    """Give changes in the form that events carry: per table the rows that are new, changed or gone.

    A row that is changed twice is there once, with what it became.
    """
    ends: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    for row in rows:
        key = (row["tabel"], row["nummer"])
        kind, values = ends.get(key, (row["soort"], {}))
        if row["soort"] == "weg" and kind == "nieuw":
            del ends[key]
            continue
        ends[key] = ("weg" if row["soort"] == "weg" else kind, values | (row["nieuw"] or {}))
    data: dict[str, dict[str, list[Any]]] = {}
    for (table, number), (kind, values) in ends.items():
        entry: Any = number if kind == "weg" else {"id": number, **values}
        data.setdefault(kind, {}).setdefault(table, []).append(entry)
    return data
