"""What the doctor finds, and when that makes a machine fit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proeftuin_kernel.text import Text

EVERYWHERE = "platform"
"""What a machine needs whatever the backend."""


class Level(StrEnum):
    """How it is with one thing."""

    OK = "ok"
    ADVICE = "advice"
    """The platform works without; something is slower, weaker or not shown."""
    MISSING = "missing"
    """The platform does not work without."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How it is with one thing.

    Attributes:
        id: Stable: `docker-engine`.
        backend: Who needs it: `platform`, `local`, `docker` or `kubernetes`.
        level: How it is.
        title: What was looked at.
        seen: What was seen: a version, an address, the words of an error; in nobody's language.
        remedy: What helps; None when nothing is needed.
    """

    id: str
    backend: str
    level: Level
    title: Text
    seen: str
    remedy: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the form for programs."""
        return {
            "id": self.id,
            "backend": self.backend,
            "level": self.level.value,
            "title": self.title.as_dict(),
            "seen": self.seen,
            "remedy": None if self.remedy is None else self.remedy.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that is looked at; its findings differ in level only."""

    id: str
    backend: str
    title: Text

    def ok(self, seen: str) -> Finding:
        """Say that it is as it should be."""
        return Finding(self.id, self.backend, Level.OK, self.title, seen)

    def advice(self, seen: str, remedy: Text) -> Finding:
        """Say that the platform works without."""
        return Finding(self.id, self.backend, Level.ADVICE, self.title, seen, remedy)

    def missing(self, seen: str, remedy: Text) -> Finding:
        """Say that the platform does not work without."""
        return Finding(self.id, self.backend, Level.MISSING, self.title, seen, remedy)


def is_fit(findings: Iterable[Finding], backend: str) -> bool:
    """Tell whether a machine can run this backend."""
    needed = {EVERYWHERE, backend}
    return not any(one.level is Level.MISSING and one.backend in needed for one in findings)
