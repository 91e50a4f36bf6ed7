"""Dumps of the database: one file each, the last few kept."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.text import Text
from proeftuin_postgres.cluster import ClusterError, program

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_NAME: Final = "proeftuin-{:%Y%m%dT%H%M%SZ}.dump"
_PATTERN: Final = "proeftuin-*Z.dump"
_SECONDS: Final = 3600


def back_up(url: str, folder: Path, *, keep: int, now: datetime) -> Path:
    """Dump a database to a new file and take away the oldest beyond those that are kept.

    Bundles and secrets that are in the database are in the dump: keep it as safe as the database.

    Args:
        url: Of the database.
        folder: Made when absent.
        keep: Dumps that stay, this one included; at least one.
        now: Names the file; in UTC.

    Returns:
        The file; `pg_restore` reads it.

    Raises:
        UnavailableError: no dump was made, and why; earlier ones all stay.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / _NAME.format(now)
    draft = target.with_suffix(".partial")
    place = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    # Everybody on a machine may read the arguments of a program; its environment only its owner.
    secret = {"PGPASSWORD": place.pop("password")} if "password" in place else {}
    try:
        done = subprocess.run(
            [
                program("pg_dump"),
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--file={draft}",
                make_conninfo(**place),
            ],
            env={**os.environ, **secret},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode:
            raise _failed(_cause(done.stderr))
        draft.chmod(0o600)
        draft.replace(target)
    except (OSError, subprocess.TimeoutExpired, ClusterError) as error:
        raise _failed(type(error).__name__) from error
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(folder.glob(_PATTERN))[: -max(keep, 1)]:
        with suppress(FileNotFoundError):
            old.unlink()
    return target


def _cause(complaint: str) -> str:
    """Find in what pg_dump wrote the line that says what went wrong; what follows are hints."""
    lines = [line.strip() for line in complaint.splitlines()] or ["pg_dump"]
    return next((line for line in lines if "error:" in line), lines[-1])


def _failed(cause: str) -> UnavailableError:
    return UnavailableError(
        Text(
            nl=f"Er is geen reservekopie gemaakt: {cause}. Eerdere kopieën zijn er nog.",
            en=f"No backup was made: {cause}. Earlier ones are still there.",
        )
    )
