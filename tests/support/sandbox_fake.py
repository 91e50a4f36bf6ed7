"""A sandbox backend in memory, which keeps the contract and fails when it is told to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proeftuin_infra.process_status import Ended, ProcessStatus
from proeftuin_infra.rotating_log import LogLine
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import ComponentView, Failure, FailureError, Observed, Owned, Planned, Step
from proeftuin_sandbox.backends.promises import Capabilities, Control, Finding, Level, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_sandbox.backends.base import DeploymentOrder, SandboxSpec

DIGEST = "sha256:" + "0" * 64


def failure(code: str, *, transient: bool = False) -> FailureError:
    """Make a failure with little to say."""
    return FailureError(
        Failure(code, Text(nl="stuk", en="broken"), Text(nl="maak", en="mend"), is_transient=transient)
    )


def status(*, alive: bool, code: str = "stopped") -> ProcessStatus:
    """Make a process status."""
    return ProcessStatus(
        alive=alive,
        spec="",
        warden=None,
        process=None,
        started_at=time.time(),
        ended_at=None,
        ended=None if alive else Ended(code),
        memory_mib=1.0,
        cpu_seconds=0.1,
        disk_mib=0.0,
        processes=1,
    )


@dataclass
class FakeRoom:
    """What a fake sandbox holds."""

    serving: bool = True
    drift: tuple[str, ...] = ()
    resets: int = 0
    day: int = 0
    components: dict[str, ComponentView] = field(default_factory=dict)


@dataclass
class FakeBackend:
    """Keeps sandboxes in a dict.

    Attributes:
        rooms: What exists.
        failing: Raised by the named method, until it is taken out.
        isolates: Whether the isolation proof holds.
        residue: Left behind by a destroy, once.
    """

    rooms: dict[str, FakeRoom] = field(default_factory=dict)
    failing: dict[str, FailureError] = field(default_factory=dict)
    isolates: bool = True
    residue: bool = False
    name: str = "fake"

    def capabilities(self) -> Capabilities:
        control = Control("environment", Level.ENFORCED, Text(nl="a", en="a"), Text(nl="b", en="b"))
        return Capabilities("fake", "fake", (control,))

    def plan(self, spec: SandboxSpec) -> tuple[Planned, ...]:
        return (Planned("folder", spec.id),)

    def suspend(self, sandbox_id: str) -> Iterator[Step]:
        yield Step("town", Text(nl="stop", en="stop"), 1, 1)
        self._fail("suspend")
        room = self.rooms[sandbox_id]
        room.serving = False
        for name in room.components:
            self.crash(sandbox_id, name, code="stopped")

    def create(self, spec: SandboxSpec) -> Iterator[Step]:
        yield Step("town", Text(nl="stad", en="town"), 1, 1)
        self._fail("create")
        room = self.rooms.setdefault(spec.id, FakeRoom())
        room.serving, room.drift = True, ()

    def prove(self, sandbox_id: str) -> Proof:
        self._fail("prove")
        return Proof((Finding("environment", held=self.isolates, detected=True, detail=sandbox_id),))

    def deploy(self, order: DeploymentOrder) -> Iterator[Step]:
        yield Step("start", Text(nl="start", en="start"), 1, 1)
        self._fail("deploy")
        name = order.manifest.name
        self.rooms[order.sandbox_id].components[name] = ComponentView(
            name, order.digest, order.revision, "http://127.0.0.1:1", status(alive=True)
        )

    def observe(self, sandbox_id: str) -> Observed:
        room = self.rooms.get(sandbox_id)
        if room is None:
            return Observed(exists=False)
        return Observed(
            exists=True,
            is_serving=room.serving,
            town_url="http://127.0.0.1:2",
            town_digest=DIGEST,
            components=tuple(room.components.values()),
            drift=room.drift,
        )

    def explain(self, order: DeploymentOrder) -> Failure:  # noqa: ARG002 - the contract's form
        return Failure("component-exited", Text(nl="gestopt", en="ended"), Text(nl="kijk", en="look"))

    def logs(self, sandbox_id: str, component: str, *, lines: int) -> list[LogLine]:
        known = component in getattr(self.rooms.get(sandbox_id), "components", {})
        return [LogLine("2026-11-21T12:00:00.000Z", "out", "klaar")][:lines] if known else []

    def follow_logs(self, sandbox_id: str, component: str, *, lines: int) -> Iterator[LogLine | None]:
        yield from self.logs(sandbox_id, component, lines=lines)
        yield None

    def stop(self, sandbox_id: str, component: str) -> None:
        self.crash(sandbox_id, component, code="stopped")

    def crash(self, sandbox_id: str, component: str, *, code: str = "exited") -> None:
        """Have a component's program end."""
        room = self.rooms.get(sandbox_id)
        if room is not None and component in room.components:
            seen = room.components[component]
            room.components[component] = ComponentView(
                seen.name, seen.digest, seen.revision, seen.base_url, status(alive=False, code=code)
            )

    def remove(self, sandbox_id: str, component: str) -> None:
        if sandbox_id in self.rooms:
            self.rooms[sandbox_id].components.pop(component, None)

    def reset(self, spec: SandboxSpec) -> Iterator[Step]:
        yield Step("drop", Text(nl="weg", en="drop"), 1, 1)
        self._fail("reset")
        room = self.rooms[spec.id]
        room.resets += 1
        room.day = 0
        for name in room.components:
            self.crash(spec.id, name, code="stopped")

    def live(self, spec: SandboxSpec, *, until: int) -> Iterator[Step]:
        if spec.id not in self.rooms:
            raise failure("town-live-failed", transient=True)
        if self.rooms[spec.id].day < until:
            yield Step("live", Text(nl="leef", en="live"), 1, 1)
            self._fail("live")
            self.rooms[spec.id].day = until

    def destroy(self, sandbox_id: str) -> Iterator[Step]:
        yield Step("files", Text(nl="weg", en="files"), 1, 1)
        self._fail("destroy")
        if self.residue:
            self.residue = False
            return
        self.rooms.pop(sandbox_id, None)

    def inventory(self) -> tuple[Owned, ...]:
        return tuple(Owned("folder", name, name) for name in self.rooms)

    def close(self) -> None:
        self.rooms.clear()

    def _fail(self, method: str) -> None:
        if method in self.failing:
            raise self.failing[method]
