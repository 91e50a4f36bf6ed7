"""What a new sandbox would be: the choices of the form, and what would come of them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.portal.views.isolation import Promises
MOST_MINUTES = 7 * 24 * 60
"""As long as the API lets anybody ask for at a time."""
KINDS = {
    "container": Text(nl="container", en="container"),
    "database": Text(nl="databank", en="database"),
    "folder": Text(nl="map", en="folder"),
    "network": Text(nl="netwerk", en="network"),
    "process": Text(nl="programma", en="program"),
    "role": Text(nl="gebruiker van de databank", en="user of the database"),
    "volume": Text(nl="schijfruimte", en="disk space"),
}
"""What backends make, in words; the kinds of Kubernetes keep their own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a select field."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody chose.

    Attributes:
        minutes: How long it should exist.
    """

    organisation: str
    name: str
    profile: str
    seed: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that would be made, in the words of the backend."""

    kind: str
    name: str
    detail: str

    @property
    def kind_word(self) -> Text | None:
        """The kind for people; None for what only the backend has a word for."""
        return KINDS.get(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What would come of a request now; nothing was made.

    Attributes:
        outcome: `ready`, `made`, `queued` or `refused`.
        allowed: Sandboxes that the organisation may have; `used` of them are there.
        position: Place in the queue, when it would wait.
        expected: When its turn comes, when that can be told.
        cordon: Why the operator lets nobody in now, if so.
    """

    outcome: str
    organisation: str
    allowed: int
    used: int
    expires: datetime
    parts: tuple[Part, ...]
    position: int | None = None
    expected: datetime | None = None
    cordon: Text | None = None

    @property
    def left(self) -> int:
        """How many more the organisation may have."""
        return max(0, self.allowed - self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSandbox:
    """What the form for a new sandbox offers.

    Attributes:
        lifetimes: How long, in minutes, from short to as long as it may be.
        promises: What the platform promises about every sandbox here.
    """

    organisations: tuple[Choice, ...]
    profiles: tuple[Choice, ...]
    lifetimes: tuple[Choice, ...]
    default_minutes: int
    max_minutes: int
    default_seed: int
    max_seed: int
    promises: Promises | None = None
