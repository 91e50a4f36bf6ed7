"""A dump that `psql` reads is the database that `vlavirgem load` makes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from proeftuin_postgres.cluster import program
from vlavirgem.export import export_town
from vlavirgem.schema import TABLES
from vlavirgem.store.connection import connect
from vlavirgem.store.reading import read_manifest_of

if TYPE_CHECKING:
    from pathlib import Path

    from vlavirgem import Town

SCHEMA = """
SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS said FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT table_name || '.' || column_name, data_type || is_nullable || is_identity
FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL SELECT event_object_table, action_statement FROM information_schema.triggers
ORDER BY name, said
"""


def test_a_dump_gives_the_same_database_as_loading(
    town: Town, loaded: str, empty_database: str, tmp_path: Path
) -> None:
    """The same rows, keys, indexes and triggers; and it says which town it is."""
    export_town(town, tmp_path / "dump", fmt="postgres")

    done = subprocess.run(
        [program("psql"), empty_database, "-X", "-q", "-o", "/dev/null", "-f", tmp_path / "dump" / "town.sql"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
    with connect(loaded) as ours, connect(empty_database) as theirs:
        assert read_manifest_of(ours) == read_manifest_of(theirs)
        assert ours.execute(SCHEMA).fetchall() == theirs.execute(SCHEMA).fetchall()
        for name in TABLES:
            query = f"SELECT * FROM {name} ORDER BY id".encode()  # noqa: S608 - names of the dictionary
            assert ours.execute(query).fetchall() == theirs.execute(query).fetchall(), name
