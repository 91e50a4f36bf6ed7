"""Small towns for tests: large enough to hold everything, small enough to be made in no time."""

from __future__ import annotations

from typing import Any

from vlavirgem.profile import Profile, base_parameters, build_profile


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
