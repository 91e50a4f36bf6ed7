"""Long work, step by step: what happens now, what comes next, how long it usually takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proeftuin_kernel.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened."""

    message: Text
    at: datetime
    kind: str = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where long work stands.

    Attributes:
        steps: What happened, oldest first.
        step: Number of the present step, from 1; None when the work does not count steps.
        of: How many steps there are.
        next: What follows.
        usual_seconds: How long the whole usually takes.
        finished: Nothing follows.
        last_id: Number of the last journal entry; a stream resumes after it.
    """

    steps: tuple[Step, ...] = ()
    step: int | None = None
    of: int | None = None
    percent: int | None = None
    next: Text | None = None
    usual_seconds: int | None = None
    finished: bool = False
    failed: bool = False
    last_id: int = 0

    @property
    def now(self) -> Step | None:
        """What happens at this moment, or what happened last."""
        return self.steps[-1] if self.steps else None

    @property
    def fraction(self) -> float | None:
        """How far the work is, from 0 to 1; None when nobody knows."""
        if self.finished:
            return 1.0
        if self.percent is not None:
            return self.percent / 100
        if self.step and self.of:
            return min(1.0, (self.step - 1) / self.of)
        return None


def progress_of(entries: Iterable[Entry], *, usual_seconds: int | None = None) -> Progress:
    """Read a journal stream.

    When the work was taken up again after its end, only the part after the last end counts.

    Args:
        entries: The whole stream, oldest first.
        usual_seconds: How long this work usually takes, for entries that do not say so themselves.
    """
    steps: list[Step] = []
    data: dict[str, Any] = {}
    finished = failed = False
    last = 0
    for entry in entries:
        if finished:
            steps, data, finished, failed = [], {}, False, False
        last = entry.id
        data = {**data, **entry.data}
        failed = failed or entry.kind in {"failed", "error"} or entry.data.get("state") == "failed"
        finished = entry.kind == "end"
        message = text_in(entry.data.get("message"))
        if message is not None:
            steps.append(Step(message=message, at=entry.at, kind=entry.kind))
    percent = data.get("percent")
    return Progress(
        steps=tuple(steps),
        step=_number(data.get("step")),
        of=_number(data.get("steps")),
        percent=None if percent is None else max(0, min(100, int(percent))),
        next=text_in(data.get("next")),
        usual_seconds=_number(data.get("usualSeconds")) or usual_seconds,
        finished=finished,
        failed=failed,
        last_id=last,
    )


def text_in(value: Any) -> Text | None:
    """Read `{"nl", "en"}` or a plain text."""
    if isinstance(value, dict) and "nl" in value:
        return Text(nl=str(value["nl"]), en=str(value.get("en", value["nl"])))
    return Text(nl=value, en=value) if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None
