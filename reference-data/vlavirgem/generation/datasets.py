"""The small lists that ship with this package, read once."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Read `datasets/{name}.csv` as one dictionary per row."""
    text = (resources.files("vlavirgem") / "datasets" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
