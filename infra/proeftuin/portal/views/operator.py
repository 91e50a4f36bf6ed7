"""All sandboxes together, as the operator of the platform sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.portal.views.asking import Choice
    from proeftuin.portal.views.sandboxes import SandboxRow

ACTS = {
    "create": Text(nl="Maken", en="Create"),
    "prove": Text(nl="Afscherming bewijzen", en="Prove the isolation"),
    "deploy": Text(nl="Component uitrollen", en="Deploy a component"),
    "reset": Text(nl="Terugzetten", en="Reset"),
    "live": Text(nl="Dagen leven", en="Live days"),
    "suspend": Text(nl="Pauzeren", en="Suspend"),
    "destroy": Text(nl="Opruimen", en="Clean up"),
    "wait": Text(nl="Wachten op plaats", en="Wait for room"),
    "hold": Text(nl="Plaats bezet houden", en="Hold a place"),
}
"""The words for what is measured."""
SORTS = {
    "naam": "name",
    "staat": "state",
    "organisatie": "organisation",
    "geopend": "created",
    "tot": "expires",
}
"""Value of `sort` in the address → order of the list; with a minus in front, the other way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the operator chose to see: all of it stands in the address of the page."""

    state: str = ""
    organisation: str = ""
    sort: str = "-geopend"
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """Somebody who waits for a place.

    Attributes:
        name: Of the sandbox, for people.
    """

    sandbox: str
    name: str
    organisation: str
    position: int
    since: datetime
    expected: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CordonView:
    """A time in which no new sandboxes are made."""

    since: datetime
    by: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolView:
    """Sandboxes that are made before anybody asks; hits and misses are of the last day."""

    maximum: int
    ready: int
    making: int
    hits: int
    misses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """How long one act took in the last seven days, in seconds."""

    act: str
    count: int
    p50: float
    p95: float

    @property
    def words(self) -> Text:
        """The act in words."""
        return ACTS.get(self.act, Text(nl=self.act, en=self.act))


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many sandboxes there are in one state."""

    state: str
    words: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorView:
    """Everything on the page of the operator.

    Attributes:
        capacity: Places in all; None when there is no end to them.
        organisations: Those that have a sandbox, to filter by.
        states: How many there are, in the order of a sandbox's life.
    """

    capacity: int | None
    taken: int
    states: tuple[StateCount, ...]
    queue: tuple[Waiter, ...]
    cordon: CordonView | None
    pool: PoolView
    acts: tuple[ActView, ...]
    repairs: int
    organisations: tuple[Choice, ...]
    rows: tuple[SandboxRow, ...]
    chosen: Filter
    next: str | None = None

    @property
    def total(self) -> int:
        """How many sandboxes of people there are."""
        return sum(one.count for one in self.states)
