"""How generated test data gets values of the formats that the identity API names."""

from __future__ import annotations

from hypothesis import strategies


def kbo_numbers() -> strategies.SearchStrategy[str]:
    """Enterprise numbers with right check digits, in a range that is never issued (format `kbo`)."""
    return strategies.integers(min_value=9_990_000, max_value=9_999_999).map(
        lambda first: f"{first:08d}{97 - first % 97:02d}"
    )
