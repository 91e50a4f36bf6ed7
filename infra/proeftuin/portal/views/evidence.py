"""A claim, a proof, and the four marks that tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime


class Mark(StrEnum):
    """What is known about a claim. Each has its own shape and its own word (UI.md, principle 2)."""

    TESTED = "getest"
    FAILED = "gefaald"
    EXPIRED = "verlopen"
    CLAIMED = "verklaard"

    @property
    def word(self) -> Text:
        """The word beside the shape."""
        return _WORDS[self]


_WORDS = {
    Mark.TESTED: Text(nl="getest", en="tested"),
    Mark.FAILED: Text(nl="gefaald", en="failed"),
    Mark.EXPIRED: Text(nl="verlopen", en="expired"),
    Mark.CLAIMED: Text(nl="verklaard", en="claimed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about one standard (kit) of one release.

    Attributes:
        kit: Id of the kit, such as `api-regels`.
        title: What the kit tests, in words.
        version: Version of the kit that ran; None for a bare claim.
        at: When it was tested; None for a bare claim.
        until: Until when the badge holds.
        depth: How deep was tested, in words; None for a bare claim.
        tier: Isolation backend of the sandbox in which it ran, such as `local`.
        run_id: The run that shows it.
        badge_id: The badge that was issued for it.
        reason: Why the evidence does not count any more.
    """

    mark: Mark
    kit: str
    title: Text
    version: str | None = None
    at: datetime | None = None
    until: datetime | None = None
    depth: Text | None = None
    tier: str | None = None
    run_id: str | None = None
    badge_id: str | None = None
    reason: Text | None = None


def strongest(evidence: tuple[Evidence, ...]) -> Mark:
    """The mark that stands for the whole: proof first, then what went wrong, then what only was said."""
    order = list(Mark)
    return min((item.mark for item in evidence), key=order.index, default=Mark.CLAIMED)
