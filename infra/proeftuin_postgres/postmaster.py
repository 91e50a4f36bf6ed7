"""What a server notes about itself in its folder: `postmaster.pid` (PostgreSQL, pidfile.h); and how it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path

_PID, _SOCKET_FOLDER, _STATUS = 0, 4, 7  # lines


def pid_of(folder: Path) -> int | None:
    """Give the number of the server of a folder as it noted it; the process need not be there any more."""
    lines = _note(folder)
    return int(lines[_PID]) if lines and lines[_PID].isdecimal() else None


def socket_folder_of(folder: Path) -> str | None:
    """Give where the server of a folder noted that it takes connections; None when it does not, or not yet."""
    lines = _note(folder)
    return lines[_SOCKET_FOLDER] if len(lines) > _STATUS and lines[_STATUS].strip() == "ready" else None


def socket_url(socket_folder: Path | str, database: str) -> str:
    """Give the connection URL of a database, for psycopg and for SQLAlchemy alike."""
    return f"postgresql://postgres@/{quote(database)}?host={quote(str(socket_folder), safe='')}"


def _note(folder: Path) -> list[str]:
    try:
        return (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []
