"""Forms with faults beside their fields."""

from __future__ import annotations

from proeftuin_kernel.text import Text


class Faults(dict[str, Text]):
    """The faults of a form by field; a field without a fault has None, also in a template."""

    def __missing__(self, key: str) -> None:
        """Give None for a field without a fault."""
        return
