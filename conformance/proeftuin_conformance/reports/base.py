"""What a reporter is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proeftuin_conformance.events import RunEvent


class Reporter(Protocol):
    """Follows a run; writes when it likes, at the latest at `RunFinished`."""

    def handle(self, event: RunEvent) -> None:
        """Take note of one event."""
        ...
