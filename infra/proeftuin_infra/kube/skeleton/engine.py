"""The contract of what brings a skeleton to a cluster; `direct` and `pulumi` keep it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from proeftuin_infra.kube.client.errors import KubeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec

LOCKED = "engine-locked"
TIMEOUT = "engine-timeout"
STOPPED = "engine-stopped"
MISSING = "engine-missing"
FAILED = "engine-failed"


class EngineError(KubeError):
    """An engine could not bring a skeleton to its cluster.

    The code is one of this module, or one of `client.errors` where the cluster itself was what refused.
    """

    @property
    def is_transient(self) -> bool:
        """Whether the same may work later, without anybody changing anything."""
        return self.code in {LOCKED, TIMEOUT, STOPPED} or super().is_transient


class Change(StrEnum):
    """What bringing an object to a cluster would do to it."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """One object of a plan."""

    kind: str
    name: str
    change: Change


@dataclass(frozen=True, slots=True)
class EngineStep:
    """What is about to be done, or is being waited for.

    Attributes:
        kind: Of the object; empty when this is only a pulse: a good moment to look whether it is still wanted.
        name: Of the object.
        number: Objects that were begun, this one included.
        total: Objects that there are.
        waiting: The object is applied and must still become what it says, such as a deployment its pods.
        idle: Nothing is done meanwhile but looking: it may be left, and `up` called again.
    """

    kind: str
    name: str
    number: int
    total: int
    waiting: bool = False
    idle: bool = False

    @property
    def is_pulse(self) -> bool:
        """Whether there is nothing new to tell."""
        return not self.kind


class SkeletonEngine(Protocol):
    """Brings the objects of rooms and clusters to where they are described; may begin again after any crash."""

    name: str
    """`direct` or `pulumi`."""

    def up(self, spec: RoomSpec) -> Iterator[EngineStep]:
        """Bring a room to its description; ends when quota and deployments are what they say.

        Raises:
            KubeError: refused, unreachable, or not in time (`EngineError`).
        """
        ...

    def up_cluster(self, spec: ClusterSpec) -> Iterator[EngineStep]:
        """Bring what stands once per platform to its description.

        Raises:
            KubeError: as `up`.
        """
        ...

    def preview(self, spec: RoomSpec) -> tuple[PlannedObject, ...]:
        """Tell what `up` would do, and do nothing; what is not `same` in an existing room has drifted.

        Raises:
            KubeError: as `up`.
        """
        ...

    def forget(self, sandbox_id: str) -> None:
        """Drop what the engine itself keeps of a room (state, locks, working files); the room is another's to delete.

        Never fails because there is nothing, and does not need the cluster.

        Raises:
            EngineError: something stays.
        """
        ...

    def remembered(self) -> tuple[str, ...]:
        """List the sandboxes of which the engine keeps anything; for orphans and for the proof of destruction.

        Raises:
            EngineError: its memory cannot be read.
        """
        ...

    def close(self) -> None:
        """End every process of this engine."""
        ...
