"""The states of sandboxes and deployments, and which are worth waiting for."""

from __future__ import annotations

from enum import StrEnum


class SandboxState(StrEnum):
    """Where a sandbox is in its life."""

    QUEUED = "queued"
    """Waits until there is room for it."""
    REQUESTED = "requested"
    PROVISIONING = "provisioning"
    QUARANTINED = "quarantined"
    """Made, but a promise about its isolation was not proved; nothing runs in it."""
    READY = "ready"
    SUSPENDED = "suspended"
    """Nothing runs, or the last of it is stopping; the data is kept."""
    EXPIRING = "expiring"
    """On its way out: its time is over or somebody asked."""
    DESTROYED = "destroyed"
    FAILED = "failed"
    """Could not be made; the cause and a remedy are given."""


class DeploymentState(StrEnum):
    """Where a component is in its life."""

    REQUESTED = "requested"
    STARTING = "starting"
    RUNNING = "running"
    CRASHED = "crashed"
    """Ended by itself; started again after a pause."""
    STOPPED = "stopped"
    SUSPENDED = "suspended"
    """Stopped with its sandbox; it starts again with it."""
    FAILED = "failed"
    """Could not be started, or ended too often; the cause and a remedy are given."""


class Desired(StrEnum):
    """What people want; the reconciler works towards it."""

    READY = "ready"
    SUSPENDED = "suspended"
    DESTROYED = "destroyed"
    RUNNING = "running"
    STOPPED = "stopped"


COMING_OR_THERE = frozenset(
    {SandboxState.QUEUED, SandboxState.REQUESTED, SandboxState.PROVISIONING, SandboxState.READY}
)
LEAVING = frozenset({SandboxState.EXPIRING, SandboxState.DESTROYED})
LOST = LEAVING | {SandboxState.QUARANTINED, SandboxState.FAILED}
"""From here a sandbox does not become ready again."""
