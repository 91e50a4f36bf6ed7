"""Our own SHACL shapes: what every export of a town promises."""

from __future__ import annotations

from importlib import resources

from vlavirgem.profile import MODES, SAFE

_BY_MODE = "identifiers-"


def shapes(identifiers: str = SAFE) -> str:
    """Give the shapes of all domains as Turtle.

    Args:
        identifiers: What kind of national numbers the town has: one of `vlavirgem.profile.MODES`.
    """
    others = {f"{_BY_MODE}{mode}.ttl" for mode in MODES if mode != identifiers}
    files = sorted(
        (
            file
            for file in resources.files("vlavirgem.shapes").iterdir()
            if file.name.endswith(".ttl") and file.name not in others
        ),
        key=lambda file: file.name,
    )
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
