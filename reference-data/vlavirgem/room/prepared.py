"""A town that is ready to be copied: a stopped PostgreSQL with the town in it, and a note of which town."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from proeftuin_postgres.cluster import Cluster, ClusterError, copy, initialise
from vlavirgem.errors import DatabaseError, TownFolderError

if TYPE_CHECKING:
    from vlavirgem.town import Town

DATA, NOTE = "postgres", "town.json"
TEMPLATE = "sjabloon"


def prepare(town: Town, folder: Path) -> None:
    """Fill a PostgreSQL with a town and stop it, so that copies of its folder start within a second.

    Args:
        town: The town.
        folder: Empty, or not there yet.

    Raises:
        ExistsError: the folder holds something else.
        TownFolderError: the disk refused.
        DatabaseError: PostgreSQL does not work here.
    """
    from vlavirgem.folder import new_folder  # noqa: PLC0415 - needs Polars, which a room does not have
    from vlavirgem.store.loading import load_town  # noqa: PLC0415 - idem

    try:
        with new_folder(folder) as partial, tempfile.TemporaryDirectory(prefix="vlavirgem-") as scratch:
            work = Path(scratch)
            work.chmod(0o755)  # PostgreSQL may have to run as another user than this one
            data = work / DATA
            data.mkdir(mode=0o700)
            initialise(data, is_lasting=False)  # a copy whose machine went down starts from its seed (`torn`)
            with Cluster(data, place=work / "run", log=work / "log") as cluster:
                cluster.wait()
                with psycopg.connect(cluster.url(), autocommit=True) as server:
                    server.execute(f"CREATE DATABASE {TEMPLATE}".encode())
                load_town(town, cluster.url(TEMPLATE))
                _make_small(cluster)
            (data / "postmaster.opts").unlink(missing_ok=True)
            _keep(data, partial, town=town)
    except (ClusterError, psycopg.Error) as error:
        raise DatabaseError(str(error)) from error


def _keep(data: Path, folder: Path, *, town: Town) -> None:
    try:
        copy(data, folder / DATA)
    except shutil.Error as error:  # it names every file; the first says why
        raise OSError(error.args[0][0][2]) from error
    note = {
        "profile": town.profile,
        "seed": town.seed,
        "generatorVersion": town.generator_version,
        "digest": town.digest,
    }
    (folder / NOTE).write_text(json.dumps(note, indent=2) + "\n")


def _make_small(cluster: Cluster) -> None:
    """Leave only `template1` and the town: every copy pays for what is in here."""
    with psycopg.connect(cluster.url(TEMPLATE), autocommit=True) as filled:
        filled.execute("VACUUM (FREEZE, ANALYZE)")
        filled.execute("UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'")
        filled.execute("DROP DATABASE template0")
        filled.execute("DROP DATABASE postgres")
        filled.execute("CHECKPOINT")


def read_note(folder: Path) -> dict[str, Any]:
    """Tell which town a prepared folder holds.

    Raises:
        TownFolderError: it holds none.
    """
    try:
        note: dict[str, Any] = json.loads((folder / NOTE).read_text())
    except (OSError, ValueError) as error:
        raise TownFolderError(f"{folder} holds no prepared town.") from error
    return note
