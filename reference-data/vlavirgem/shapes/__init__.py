"""Our own SHACL shapes: what every export of a town promises."""

from __future__ import annotations

from importlib import resources


def shapes() -> str:
    """Give the shapes as Turtle."""
    return (resources.files("vlavirgem.shapes") / "vlavirgem.ttl").read_text(encoding="utf-8")
