"""What the catalogue tells the rest of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from proeftuin_kernel.events import DomainEvent


@dataclass(frozen=True)
class SolutionChanged(DomainEvent):
    """A solution, one of its releases or claims, or the evidence about it changed.

    Attributes:
        solution_id: Which solution.
        organisation: The supplier.
        change: What happened, such as `solution.edit`; the same word as in the audit log.
    """

    name: ClassVar[str] = "catalogue.solution_changed"

    solution_id: str
    organisation: str
    change: str
