"""Small towns for tests: large enough to hold everything, small enough to be made in no time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vlavirgem.profile import Profile, base_parameters, build_profile
from vlavirgem.regions import Region, build_region


def small_profile(inhabitants: int = 150, **changes: Any) -> Profile:
    """Give a profile of few inhabitants.

    Args:
        inhabitants: How many.
        changes: Values by parameter name, with `__` for the dot: `dossiers__per_duizend=100`.
    """
    own: dict[str, Any] = {"inwoners": {"value": inhabitants, "source": "test"}}
    for name, value in changes.items():
        group, _, key = name.partition("__")
        own.setdefault(group, {})[key] = {"value": value, "source": "test"}
    return build_profile("proef", base=base_parameters(), own=own)


def small_region(*inhabitants: int) -> Region:
    """Give a region of a few small municipalities, by their sizes; their cases are few, so that they are made fast."""
    towns = [[f"Dorp {chr(ord('A') + place)}", people] for place, people in enumerate(inhabitants)]
    content = {
        "titel": {"nl": "Proef", "en": "Test"},
        "klassen": [{"vanaf": 50, "gemeenten": len(towns), "source": "test"}],
        "inwoners": {"value": sum(inhabitants), "source": "test"},
        "gemeenten": {"value": towns, "source": "test"},
    }
    base = base_parameters()
    base["dossiers"]["per_duizend"]["value"] = 30
    return replace(build_region("proef", content=content), base=base)
