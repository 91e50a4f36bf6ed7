"""What a backend promises about a sandbox, how far it keeps that, and what an isolation proof found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_kernel.text import Text


class Level(StrEnum):
    """How far a control can be relied upon."""

    ENFORCED = "enforced"
    """The operating system stops it."""
    ADVISORY = "advisory"
    """The platform watches and steps in; a determined program has a moment before it does, or a way around."""
    ABSENT = "absent"
    """Nothing stops it here."""


@dataclass(frozen=True, slots=True)
class Control:
    """One promise about a sandbox, and how far this backend keeps it."""

    id: str
    level: Level
    title: Text
    explanation: Text


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend promises, honestly; shown to users and carried by conformance evidence."""

    backend: str
    tier: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One attack that the isolation proof tried.

    Attributes:
        control: Id of the control that should stop it.
        held: It was stopped inside the sandbox.
        detected: The same attack outside a sandbox was seen to work; else the probe proves nothing.
        detail: What was seen.
        attack: Stable name of the attack, when a control has more than one.
        promised: The backend promises to stop this; an attack beyond its promises is tried and told all the same.
    """

    control: str
    held: bool
    detected: bool
    detail: str
    attack: str = ""
    promised: bool = True


@dataclass(frozen=True, slots=True)
class Proof:
    """What an isolation proof found; it holds when every promise does and every probe can see."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether all that the tier promises was seen to be so."""
        promises = [finding for finding in self.findings if finding.promised]
        return bool(promises) and all(finding.held and finding.detected for finding in promises)
