"""The contract of everything that can hold sandboxes, and the words in which it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from proeftuin_infra.process_status import ProcessStatus
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_kernel.text import Text
    from proeftuin_sandbox.backends.promises import Capabilities, Proof
    from proeftuin_sandbox.manifest import Manifest


@dataclass(frozen=True, slots=True)
class TownSpec:
    """Which municipality a sandbox gets; together with the generator's version it fixes every byte."""

    profile: str
    seed: int


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """What a backend must know to make a sandbox; names of everything follow from the id."""

    id: str
    town: TownSpec


@dataclass(frozen=True, slots=True)
class DeploymentOrder:
    """A component to run in a sandbox.

    Attributes:
        sandbox_id: Where.
        manifest: What its component.yaml says.
        bundle: The stored tar.gz.
        digest: Digest of the bundle's content.
        revision: Grows with every deployment of this name; a higher one replaces a lower one.
    """

    sandbox_id: str
    manifest: Manifest
    bundle: Path
    digest: str
    revision: int


@dataclass(frozen=True, slots=True)
class Step:
    """Progress: what is about to be done. Whoever pulls the next one lets it be done.

    Attributes:
        code: Stable name of the step.
        message: Words for a person.
        number: Which step this is; None for news within a step.
        total: Of how many.
    """

    code: str
    message: Text
    number: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something did not work, and what to do about it.

    Attributes:
        code: Stable; `sandbox/README.md` lists them.
        cause: What happened.
        remedy: What helps.
        is_transient: Trying again may help without anybody changing anything.
    """

    code: str
    cause: Text
    remedy: Text
    is_transient: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the form that is stored and shown."""
        return {"code": self.code, "cause": self.cause.as_dict(), "remedy": self.remedy.as_dict()}


class FailureError(Exception):
    """A backend could not do what was asked; `failure` is shown to the user."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.cause.en}")
        self.failure = failure


PULSE = "pulse"
"""Code of a step that says nothing, given while waiting: a good moment to look whether it is still wanted."""


LULL = "lull"
"""As PULSE, where nothing is done but looking whether something has come about: it may be left and come back to."""


@dataclass(frozen=True, slots=True)
class ComponentView:
    """What exists of one component.

    Attributes:
        name: Its name.
        digest: Content that it runs.
        revision: Revision that it runs.
        base_url: Where it listens.
        status: Its process; None when it was never started.
    """

    name: str
    digest: str
    revision: int
    base_url: str
    status: ProcessStatus | None

    @property
    def is_running(self) -> bool:
        """Whether its program runs now."""
        return self.status is not None and self.status.alive


@dataclass(frozen=True, slots=True)
class Observed:
    """What exists of a sandbox, read from the backend and never from memory.

    Attributes:
        exists: There is anything at all.
        is_serving: The town's building blocks run.
        town_url: Root of the building blocks.
        town_digest: Digest of the town.
        components: By name.
        drift: What is not as `create` made it though the town serves: a rule, a limit. `create` puts it right.
    """

    exists: bool
    is_serving: bool = False
    town_url: str | None = None
    town_digest: str | None = None
    components: tuple[ComponentView, ...] = ()
    drift: tuple[str, ...] = ()

    def component(self, name: str) -> ComponentView | None:
        """Find one component."""
        return next((view for view in self.components if view.name == name), None)


@dataclass(frozen=True, slots=True)
class Owned:
    """One thing of ours that exists: a folder, process, database or role, and whose it is."""

    kind: str
    name: str
    sandbox_id: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing that making a sandbox would make: a dry run lists them.

    Attributes:
        kind: In the backend's own words: `Namespace`, `network`, `process` …
        name: What it would be called.
        detail: What matters of it, in one line: a limit, a rule, a version.
    """

    kind: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What exists of many sandboxes, seen from afar.

    Attributes:
        seen: By sandbox. It may be seconds old: whoever acts observes again.
        owners: The sandboxes of which anything exists.
    """

    seen: Mapping[str, Observed]
    owners: frozenset[str]


class SandboxBackend(Protocol):
    """Holds sandboxes: makes them, runs components in them, and takes all of it away again.

    Every method may be called twice, and again after a crash at any point: a worker can die anywhere and
    its successor starts over. Names follow from the sandbox's id, so that the successor finds what is there.
    Never raise for "already so". What exists is read from the outside world, never from memory.

    Methods that give `Iterator[Step]` name each act just before they do it: whoever drives them writes that
    down first, and pulling the next step lets the act happen. Not pulling to the end leaves the rest undone.
    """

    name: str
    """Short name, as in the setting `PROEFTUIN_SANDBOX_BACKEND`."""

    def capabilities(self) -> Capabilities:
        """Tell honestly which control is enforced, advisory or absent here."""
        ...

    def plan(self, spec: SandboxSpec) -> tuple[Planned, ...]:
        """Tell what `create` would make, without making anything."""
        ...

    def create(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the sandbox to where its town serves; finish only when it answers.

        Also brings a sandbox back whose processes died, with the data that it had.

        Raises:
            FailureError: it cannot be made.
        """
        ...

    def prove(self, sandbox_id: str) -> Proof:
        """Try from inside what the tier promises to stop, and the same outside as a positive control.

        Raises:
            FailureError: the probe itself did not work.
        """
        ...

    def deploy(self, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers its health check; replaces an earlier revision.

        Its data folder is kept. A component that runs this very revision is left alone.

        Raises:
            FailureError: it cannot be run; nothing of it is left running, its log is kept.
        """
        ...

    def observe(self, sandbox_id: str) -> Observed:
        """Report what exists now. Called before the first `create` too: answer that nothing does."""
        ...

    def explain(self, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running, from how its program ended."""
        ...

    def logs(self, sandbox_id: str, component: str, *, lines: int) -> list[LogLine]:
        """Give the last lines that a component wrote, also after it ended; empty when there are none."""
        ...

    def follow_logs(self, sandbox_id: str, component: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines, then new ones as they come; None when there is nothing new for a moment.

        Ends when the component has ended and all is given.
        """
        ...

    def stop(self, sandbox_id: str, component: str) -> None:
        """End a component: SIGTERM, five seconds, SIGKILL, with all that it started. Log and data stay."""
        ...

    def remove(self, sandbox_id: str, component: str) -> None:
        """End a component and take away its code, data and log."""
        ...

    def reset(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the town back to its seed. Components are stopped and their data is emptied.

        Raises:
            FailureError: it cannot be done; the sandbox may be half reset, another try finishes it.
        """
        ...

    def live(self, spec: SandboxSpec, *, until: int) -> Iterator[Step]:
        """Have the town live up to and with a day; 0 is its seed, 1 its reference date.

        A town that is there already, or further, is left alone: the day is named, not how many, so that it can be
        asked again. Components keep running, and whole days happen or none.

        Raises:
            FailureError: the town does not answer, or cannot live on.
        """
        ...

    def suspend(self, sandbox_id: str) -> Iterator[Step]:
        """Stop everything that runs in a sandbox and keep its data; `create` and `deploy` bring it back.

        Raises:
            FailureError: something refuses to stop.
        """
        ...

    def destroy(self, sandbox_id: str) -> Iterator[Step]:
        """Take everything of a sandbox away, working from what exists and not from what should.

        Raises:
            FailureError: something refuses to go.
        """
        ...

    def inventory(self) -> tuple[Owned, ...]:
        """List everything of ours that exists, whoever made it and whenever; for orphans and for proof."""
        ...

    def close(self) -> None:
        """End every process of this platform's life; folders and databases stay for the next."""
        ...


@runtime_checkable
class Surveys(Protocol):
    """What a backend for very many sandboxes can do besides: tell of all of them without asking of each."""

    def survey(self) -> Survey | None:
        """Tell what exists of every sandbox; None when that cannot be told now.

        Raises:
            FailureError: what holds the sandboxes does not answer.
        """
        ...

    def changed(self, *, patience: float) -> Survey | None:
        """Wait for changes, at most so many seconds, and tell what exists of those sandboxes; None as above."""
        ...

    def owned_by(self, sandbox_id: str) -> tuple[Owned, ...]:
        """List everything of one sandbox that exists, read now: `inventory` without the others.

        Raises:
            FailureError: as above.
        """
        ...
