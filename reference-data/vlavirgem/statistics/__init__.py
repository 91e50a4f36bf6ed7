"""Holds a town against the published figures and choices in its profile: expected, found, tolerance, verdict."""

from __future__ import annotations

from vlavirgem.statistics.comparing import Compared, compare
from vlavirgem.statistics.measures import MEASURES, Measure

__all__ = ["MEASURES", "Compared", "Measure", "compare"]
