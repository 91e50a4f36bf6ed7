"""The process in which one kit judges one component: `python -m proeftuin_assessment.run_process`.

It gets its job as one JSON line, writes one JSON line per event, and asks for a reset by an event `reset` that
the platform answers with a line on its standard input. When the platform dies, that input closes and this
process ends, and with it every engine it started.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any

from proeftuin_conformance import Options, Target, find_kit, run
from proeftuin_conformance.errors import ConformanceError, TargetError
from proeftuin_conformance.events import RunFinished, to_dict

PARENT_GONE = 3


class Wire:
    """The child's end of the line. Standard output is for events alone; whatever else prints goes to the log."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._answers: queue.Queue[str] = queue.Queue()
        self._lock = threading.Lock()

    def job(self) -> dict[str, Any]:
        """Read the job, and listen from then on."""
        job: dict[str, Any] = json.loads(sys.stdin.readline())
        threading.Thread(target=self._listen, daemon=True).start()
        return job

    def send(self, event: dict[str, Any]) -> None:
        """Write one event."""
        with self._lock:
            self._out.write(json.dumps(event, default=str) + "\n")
            self._out.flush()

    def reset(self) -> None:
        """Ask the platform to put the sandbox back to its seed, and wait for it.

        Raises:
            TargetError: it could not be done.
        """
        self.send({"event": "reset"})
        answer = json.loads(self._answers.get())
        if not answer["done"]:
            raise TargetError(answer["message"])

    def _listen(self) -> None:
        for line in sys.stdin:
            self._answers.put(line)
        os._exit(PARENT_GONE)  # nobody is there to tell; engines notice that we are gone


def main() -> None:
    """Do one job."""
    wire = Wire()
    job = wire.job()
    facts = dict(job["target"])
    target = Target(**facts | {"pages": tuple(facts["pages"]), "reset": wire.reset if job["resets"] else None})
    options = Options(
        seed=job["seed"],
        mode=job["mode"],
        actor=job["actor"],
        wall_time_s=job["wall_time_s"],
        new_id=lambda: str(job["run"]),
    )
    try:
        for event in run(find_kit(job["kit"]), target, options):
            if isinstance(event, RunFinished):
                wire.send({"event": "report", "report": event.report.to_dict()})
            else:
                wire.send(to_dict(event))
    except ConformanceError as error:
        wire.send({"event": "refused", "message": str(error)})


if __name__ == "__main__":
    main()
