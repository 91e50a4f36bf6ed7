"""VlaVirGem: a whole, coherent and fictional Flemish municipality, to test software on.

Everything in it is synthetic. `Town.generate(profile="gehucht", seed=1830)` makes one; the same
profile, seed and generator version always give the same `digest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlavirgem.town import Town

__all__ = ["GENERATOR_VERSION", "Town"]

GENERATOR_VERSION = "0.6.0"
"""Changes whenever the same profile and seed would give another town."""


def __getattr__(name: str) -> Any:
    # The town needs Polars, which takes longer to import than the services need to start.
    if name == "Town":
        from vlavirgem.town import Town  # noqa: PLC0415 - see above

        return Town
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
