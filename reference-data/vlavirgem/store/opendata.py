"""Read what a catalogue tells of a town, and count its people without telling of anybody."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from vlavirgem.linked.opened import OPENED
from vlavirgem.store.earlier import BEHIND
from vlavirgem.store.reading import read_manifest_of
from vlavirgem.store.streams import BEGINNINGS, hold_epoch, last_published, view_of
from vlavirgem.store.today import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row


@dataclass(frozen=True, slots=True)
class TownFacts:
    """What is known of the town in a database.

    Attributes:
        manifest: What it follows from.
        border: Its border in WGS 84, as well-known text.
        changed: When each open register last changed; none that did not since the seed.
        counts: How many rows each table has, by the name that it was asked under.
        since: The oldest moment in each open register.
    """

    manifest: Mapping[str, Any]
    border: str
    changed: Mapping[str, datetime]
    counts: Mapping[str, int]
    since: Mapping[str, datetime]


def read_facts(connection: DictConnection, *, tables: Mapping[str, str]) -> TownFacts:
    """Read what a catalogue tells.

    Args:
        connection: A transaction on a database with a town.
        tables: Tables of which the rows are counted, by a name of the caller's.
    """
    hold_epoch(connection)
    manifest = read_manifest_of(connection)
    border = connection.execute("SELECT wkt_wgs84 FROM gemeenten").fetchone()
    counted = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} AS name, count(*) AS n FROM {}").format(sql.Literal(name), sql.Identifier(table))
        for name, table in tables.items()
    )
    oldest = sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "SELECT {name} AS name, least(min(moment), (SELECT min(b.moment) FROM {aside} b WHERE stroom = {name}))"
            " AS moment FROM {view}"
        ).format(name=sql.Literal(opened.name), aside=sql.Identifier(BEGINNINGS), view=view_of(opened.name))
        for opened in OPENED
    )
    return TownFacts(
        manifest=manifest,
        border="" if border is None else border["wkt_wgs84"],
        changed=last_published(connection),
        counts={row["name"]: row["n"] for row in connection.execute(counted)},
        since={row["name"]: row["moment"] for row in connection.execute(oldest) if row["moment"] is not None},
    )


_COUNTED = f"""
SELECT w.id AS wijk_id, w.naam AS wijk, p.geslacht, leeftijd / 10 * 10 AS leeftijd_van, count(*) AS aantal
FROM personen p
JOIN adressen a ON a.id = p.adres_id
JOIN straatnamen s ON s.id = a.straatnaam_id
JOIN wijken w ON w.id = s.wijk_id
CROSS JOIN ({TODAY}) t
CROSS JOIN LATERAL (SELECT date_part('year', age(t.dag, p.geboortedatum))::int AS leeftijd) l
WHERE p.overlijdensdatum IS NULL
GROUP BY w.id, w.naam, p.geslacht, leeftijd / 10
HAVING count(*) >= %s
ORDER BY w.id, p.geslacht, leeftijd / 10
"""  # noqa: S608 - ours


def count_inhabitants(connection: DictConnection, *, smallest: int) -> list[Row]:
    """Count who lives in each wijk by sex and ten years of age; a count below `smallest` is not there."""
    return connection.execute(_COUNTED, [smallest]).fetchall()


@contextmanager
def same_view(connection: DictConnection) -> Iterator[None]:
    """Have every reading in the block see the town as it is now, whatever is written meanwhile."""
    with connection.transaction():
        if not BEHIND.get():  # else the connection is in a transaction already that keeps writers waiting
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
