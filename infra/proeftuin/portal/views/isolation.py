"""How well a sandbox is closed off: what is promised, what was tried, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

LEVELS = {
    "enforced": Text(nl="afgedwongen", en="enforced"),
    "advisory": Text(nl="geadviseerd", en="advisory"),
    "absent": Text(nl="ontbreekt", en="absent"),
}
"""The word for each level, strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One control of the sandbox, and whether it is really there.

    Attributes:
        level: `enforced`, `advisory` or `absent`.
        note: What that means here.
    """

    name: str
    title: Text
    level: str
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack that the proof tried.

    Attributes:
        held: It was stopped in the sandbox.
        detected: Outside a sandbox the same attack was seen to work; else the attempt proves nothing.
        promised: It is promised that this is stopped.
        seen: What was seen, in the words of the probe.
    """

    control: str
    name: str
    held: bool
    detected: bool
    promised: bool
    seen: str

    @property
    def answer(self) -> str:
        """`passed` when it was really stopped, `unknown` when the attempt proves nothing, else `failed`."""
        if not self.held:
            return "failed"
        return "passed" if self.detected else "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One isolation proof, as it was written down.

    Attributes:
        digest: Of the record; a changed record has another.
    """

    at: datetime
    holds: bool
    tier: str
    digest: str
    attacks: tuple[Attack, ...] = ()

    def attacks_on(self, control: str) -> tuple[Attack, ...]:
        """Give the attacks that one control should stop."""
        return tuple(attack for attack in self.attacks if attack.control == control)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What the isolation tier of this platform promises."""

    backend: str
    tier: str
    controls: tuple[Capability, ...]

    def of(self, level: str) -> tuple[Capability, ...]:
        """Give the controls of one level."""
        return tuple(control for control in self.controls if control.level == level)
