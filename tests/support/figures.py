"""What every benchmark tells the same way: figures of many durations, and the machine on which they came about."""

from __future__ import annotations

import os
import platform
import statistics
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST = 95


def timed(act: Callable[[], object]) -> float:
    """Do something, and give the seconds that it took."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def summary(values: Sequence[float]) -> dict[str, float]:
    """Give how many there are, their median, the value that 95 of 100 do not exceed, and the largest."""
    if not values:
        return {"count": 0}
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[-(-len(ordered) * _MOST // 100) - 1], 3),
        "max": round(ordered[-1], 3),
    }


def machine() -> dict[str, Any]:
    """Describe where it was measured, and how busy it is there: the programs that wanted a core in the last minute."""
    return {"cores": os.cpu_count(), "load": load(), "python": platform.python_version()}


def load() -> float:
    """Give the load of the last minute."""
    return round(os.getloadavg()[0], 1)
