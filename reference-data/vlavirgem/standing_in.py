"""Employees who stand in for one another: what the generator and a town's life have in common."""

from __future__ import annotations

LEAVE, SICK_LEAVE, TRAINING, OTHER = "verlof", "ziekteverlof", "opleiding", "andere"
REASONS = (LEAVE, SICK_LEAVE, TRAINING, OTHER)
"""Why somebody gives a role to a colleague for a time."""
WEIGHTS = (80, 10, 8, 2)
"""How often for which reason; a choice, as what follows."""
EARLY = 0.1
"""Share of delegations that end earlier than was agreed."""
SHORTEST, MORE = 5, 17
"""Days that a delegation lasts: at least, and less than so many more."""
MOST_AHEAD = 30
"""A delegation is written down at most so many days before it begins."""
