"""What the platform itself and the local backend need of a machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from proeftuin.doctor.findings import EVERYWHERE, Finding, Subject
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

_PYTHON = Subject("python", EVERYWHERE, Text("Python", "Python"))
_FOLDER = Subject("data-folder", EVERYWHERE, Text("Gegevensmap", "Data folder"))
_DATABASE = Subject("database", EVERYWHERE, Text("PostgreSQL", "PostgreSQL"))
_CHROMIUM = Subject("chromium", EVERYWHERE, Text("Chromium", "Chromium"))
_SYSTEM = Subject("system", "local", Text("Besturingssysteem", "Operating system"))
_UV = Subject("uv", "local", Text("uv", "uv"))

OLDEST_PYTHON = (3, 11)


def python(version: tuple[int, ...]) -> Finding:
    """Judge the Python that runs this."""
    seen = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return _PYTHON.ok(seen)
    return _PYTHON.missing(
        seen,
        Text("Installeer Python 3.11 of nieuwer (https://www.python.org).", "Install Python 3.11 or later."),
    )


def data_folder(folder: Path) -> Finding:
    """Judge whether the platform may write where it keeps its data; nothing is made for it."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return _FOLDER.ok(str(folder))
    return _FOLDER.missing(
        f"{folder}: {place} is not writable",
        Text(
            "Geef deze gebruiker schrijfrecht op de map, of kies een andere met PROEFTUIN_DATA_DIR.",
            "Give this user the right to write there, or choose another folder with PROEFTUIN_DATA_DIR.",
        ),
    )


def database(url: str | None, error: str | None) -> Finding:
    """Judge the database.

    Args:
        url: Of the setting; None when the platform starts its own.
        error: What connecting gave, when it failed.
    """
    if url is None:
        return _DATABASE.ok("embedded")
    if error is None:
        return _DATABASE.ok("PROEFTUIN_DATABASE_URL")
    return _DATABASE.missing(
        error,
        Text(
            "Kijk PROEFTUIN_DATABASE_URL na en of de server draait. Zonder start het platform er zelf een.",
            "Check PROEFTUIN_DATABASE_URL and whether the server runs. Without it the platform starts one itself.",
        ),
    )


def chromium(program: str | None) -> Finding:
    """Judge whether pages of components can be checked for accessibility."""
    if program is not None:
        return _CHROMIUM.ok(program)
    return _CHROMIUM.advice(
        "chromium",
        Text(
            "Nodig om pagina's op toegankelijkheid te testen: apt-get install chromium.",
            "Needed to test pages for accessibility: apt-get install chromium.",
        ),
    )


def system(name: str, *, has_proc: bool) -> Finding:
    """Judge whether processes can be held here."""
    if name == "linux" and has_proc:
        return _SYSTEM.ok(name)
    return _SYSTEM.missing(
        name,
        Text(
            "De lokale backend vraagt Linux met /proc. Gebruik hier de backend docker of kubernetes.",
            "The local backend needs Linux with /proc. Use the backend docker or kubernetes here.",
        ),
    )


def uv(program: str | None) -> Finding:
    """Judge whether packages of components can be installed."""
    if program is not None:
        return _UV.ok(program)
    return _UV.missing("uv", Text("Installeer het platform opnieuw: uv hoort erbij.", "Reinstall: uv comes with it."))
