"""Our own SHACL shapes: what every export of a town promises."""

from __future__ import annotations

from importlib import resources


def shapes() -> str:
    """Give the shapes of all domains as Turtle."""
    files = sorted(
        (file for file in resources.files("vlavirgem.shapes").iterdir() if file.name.endswith(".ttl")),
        key=lambda file: file.name,
    )
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
