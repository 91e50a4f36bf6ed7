"""Put what lies outside the packages into the wheel: migrations and example components.

An editable install finds them in the repository, so only a real wheel gets the copies.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BringAlong(BuildHookInterface):  # type: ignore[type-arg]
    """Adds two folders to a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders; called by hatchling before it writes the wheel."""
        if version == "standard":
            build_data["force_include"] |= {
                "infra/migrations": "proeftuin/migrations",
                "sandbox/components": "proeftuin/components",
            }
