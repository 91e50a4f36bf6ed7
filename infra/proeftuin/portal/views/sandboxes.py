"""Sandboxes and the components in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin.portal.views.previews import choices
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.portal.views.asking import Choice
    from proeftuin.portal.views.evidence import Evidence
    from proeftuin.portal.views.isolation import Capability, Proof
    from proeftuin.portal.views.previews import PreviewRow
    from proeftuin.portal.views.progress import Progress, Step
    from proeftuin.portal.views.runs import RunRow
    from proeftuin.portal.views.usage import ComponentUsage

EXTENSIONS = (60, 24 * 60)
"""By how many minutes people make a sandbox's life longer."""
BUSY = frozenset({"queued", "requested", "provisioning", "expiring", "resetting", "living", "suspending", "proving"})
"""States in which something is going on by itself."""
AWAKE = frozenset({"ready", "proving", "living"})
"""States in which everything runs."""

STATES = {
    "queued": Text(nl="wacht op plaats", en="waiting for room"),
    "requested": Text(nl="aangevraagd", en="requested"),
    "provisioning": Text(nl="wordt klaargezet", en="being prepared"),
    "quarantined": Text(nl="in quarantaine", en="quarantined"),
    "ready": Text(nl="klaar", en="ready"),
    "resetting": Text(nl="wordt teruggezet", en="being reset"),
    "living": Text(nl="klaar, de gemeente leeft verder", en="ready, the municipality lives on"),
    "suspending": Text(nl="wordt gepauzeerd", en="being suspended"),
    "suspended": Text(nl="gepauzeerd", en="suspended"),
    "proving": Text(nl="klaar, afscherming wordt opnieuw bewezen", en="ready, isolation is being proved anew"),
    "expiring": Text(nl="wordt opgeruimd", en="being cleaned up"),
    "destroyed": Text(nl="opgeruimd", en="destroyed"),
    "failed": Text(nl="mislukt", en="failed"),
}
COMPONENT_STATES = {
    "pending": Text(nl="wacht", en="waiting"),
    "requested": Text(nl="aangevraagd", en="requested"),
    "installing": Text(nl="wordt geïnstalleerd", en="being installed"),
    "deploying": Text(nl="wordt uitgerold", en="being deployed"),
    "starting": Text(nl="start", en="starting"),
    "running": Text(nl="draait", en="running"),
    "healthy": Text(nl="gezond", en="healthy"),
    "crashed": Text(nl="gestopt door een fout, start opnieuw", en="ended by a fault, starting again"),
    "unhealthy": Text(nl="niet gezond", en="unhealthy"),
    "stopping": Text(nl="stopt", en="stopping"),
    "stopped": Text(nl="gestopt", en="stopped"),
    "suspended": Text(nl="gepauzeerd met de proeftuin", en="suspended with its sandbox"),
    "failed": Text(nl="mislukt", en="failed"),
    "removed": Text(nl="verwijderd", en="removed"),
}


def state_word(state: str, words: dict[str, Text]) -> Text:
    """The word for a state; an unknown state is shown as it is."""
    return words.get(state, Text(nl=state, en=state))


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxRow:
    """One sandbox in a list."""

    id: str
    name: str
    organisation: str
    state: str
    created: datetime
    expires: datetime | None
    profile: str = ""
    last_used: datetime | None = None
    repairs: int = 0

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return state_word(self.state, STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why something failed and what to do about it."""

    code: str
    cause: Text
    remedy: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One component in a sandbox."""

    name: str
    title: Text
    version: str
    state: str
    url: str | None = None
    deployment_id: str | None = None
    trouble: Trouble | None = None

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return state_word(self.state, COMPONENT_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line that a component wrote."""

    text: str
    at: datetime | None = None
    stream: str = "stdout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where a sandbox stands in the queue.

    Attributes:
        expected: When it is its turn, when that can be told.
        reason: Why nobody's turn comes now, when the operator says so.
    """

    position: int
    since: datetime
    expected: datetime | None = None
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxView:
    """Everything on the page of one sandbox.

    Attributes:
        turn: While it waits for a place.
        proofs: Isolation proofs, newest first.
        usage: What its components use; only of those that ran in the last half hour.
        news: What happened in its life, newest first.
        previews: Links to its components that work now, newest first.
        residue: How many things were left when it was cleaned up; None before that.
        town_day: How many days its municipality has lived.
    """

    id: str
    name: str
    organisation: str
    state: str
    backend: str
    profile: str
    seed: int
    created: datetime
    expires: datetime | None
    latest_expiry: datetime | None
    progress: Progress
    capabilities: tuple[Capability, ...]
    components: tuple[ComponentRow, ...]
    runs: tuple[RunRow, ...] = ()
    town_digest: str | None = None
    town_url: str | None = None
    trouble: Trouble | None = None
    may_manage: bool = False
    tier: str = ""
    turn: Turn | None = None
    proofs: tuple[Proof, ...] = ()
    usage: tuple[ComponentUsage, ...] = ()
    news: tuple[Step, ...] = ()
    previews: tuple[PreviewRow, ...] = ()
    last_used: datetime | None = None
    repairs: int = 0
    removed: int | None = None
    residue: int | None = None
    town_day: int = 0

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return state_word(self.state, STATES)

    def extensions(self) -> tuple[int, ...]:
        """By how many minutes its life can be made longer, in the usual steps, up to its ceiling."""
        if self.expires is None or self.latest_expiry is None:
            return ()
        left = int((self.latest_expiry - self.expires).total_seconds() // 60)
        whole = (left,) if 0 < left < EXTENSIONS[0] else ()
        return whole or tuple(minutes for minutes in EXTENSIONS if minutes <= left)

    def shared(self) -> tuple[ComponentRow, ...]:
        """The components that a link can be made to: those that run now."""
        return tuple(one for one in self.components if one.url) if self.state in AWAKE else ()

    def preview_choices(self, now: datetime) -> tuple[Choice, ...]:
        """How long a link may work."""
        return choices(int((self.expires - now).total_seconds() // 60)) if self.expires is not None else ()

    @property
    def is_busy(self) -> bool:
        """Whether something is going on by itself, so that the page follows it."""
        return self.state in BUSY and not self.progress.finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A kit that the supplier says the component meets, and what is known about it."""

    kit: str
    title: Text
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentView:
    """Everything on the page of one component in a sandbox."""

    sandbox_id: str
    sandbox_name: str
    name: str
    title: Text
    description: Text | None
    version: str
    supplier: str
    licence: str | None
    state: str
    url: str | None
    openapi: str | None
    claims: tuple[Claim, ...]
    logs: tuple[LogLine, ...]
    runs: tuple[RunRow, ...]
    progress: Progress
    deployment_id: str
    health: Text | None = None
    trouble: Trouble | None = None
    may_manage: bool = False

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return state_word(self.state, COMPONENT_STATES)
