"""The report as JSON; its shape is described in `conformance/README.md`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from proeftuin_conformance.events import RunEvent, RunFinished

if TYPE_CHECKING:
    from proeftuin_conformance.report import Report


def json_report(report: Report) -> str:
    """The published JSON of a report."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"


class JsonReporter:
    """Writes the JSON at the end."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`."""
        self.stream = stream

    def handle(self, event: RunEvent) -> None:
        """Write at RunFinished."""
        if isinstance(event, RunFinished):
            self.stream.write(json_report(event.report))
            self.stream.flush()
