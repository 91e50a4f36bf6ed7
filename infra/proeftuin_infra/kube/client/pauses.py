"""How long to wait before looking at the cluster again."""

from __future__ import annotations

_LONGEST_SECONDS = 1.0


def pause(waited: float, *, least: float) -> float:
    """Give the pause before the next look at what was waited for so long: a tenth of that, between bounds.

    Who waits for what is quick sees it at once; when a cluster is slow, thousands who wait do not make it slower.

    Args:
        waited: Seconds so far.
        least: Seconds; at most a second.
    """
    return min(_LONGEST_SECONDS, max(least, waited / 10))
