"""Every event as one line of JSON, as it happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from proeftuin_conformance.events import to_dict

if TYPE_CHECKING:
    from proeftuin_conformance.events import RunEvent


class NdjsonReporter:
    """Writes each event at once, so that a run that is killed leaves what it knew."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`."""
        self.stream = stream

    def handle(self, event: RunEvent) -> None:
        """Write one line."""
        self.stream.write(json.dumps(to_dict(event), ensure_ascii=False) + "\n")
        self.stream.flush()
