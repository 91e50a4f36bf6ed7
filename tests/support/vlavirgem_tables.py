"""The tables of a town in a database, as dictionaries."""

from __future__ import annotations

from typing import Any

import psycopg
import psycopg.rows

from support.vlavirgem_life import as_json
from vlavirgem.schema import TABLES


def in_database(url: str) -> dict[str, dict[int, dict[str, Any]]]:
    """Give every row by table and number, with dates and moments as in JSON."""
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row, options="-c timezone=UTC") as connection:
        return {
            name: {
                row["id"]: {key: as_json(value) for key, value in row.items()}
                for row in connection.execute(f"SELECT * FROM {name}".encode())  # noqa: S608 - names of ours
            }
            for name in TABLES
        }
