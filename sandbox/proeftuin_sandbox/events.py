"""What happened to sandboxes, for the other areas to hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from proeftuin_kernel.events import DomainEvent


@dataclass(frozen=True)
class SandboxReady(DomainEvent):
    """A sandbox became ready for the first time; its isolation was proved."""

    name: ClassVar[str] = "sandbox.ready"
    sandbox_id: str
    organisation: str
    tier: str
    town_digest: str
    town_url: str


@dataclass(frozen=True)
class ComponentDeployed(DomainEvent):
    """A revision of a component answered its health check for the first time.

    Attributes:
        claims: `{"kit", "version", "actor"}` of each claim.
    """

    name: ClassVar[str] = "sandbox.component_deployed"
    sandbox_id: str
    deployment_id: str
    organisation: str
    component: str
    version: str
    digest: str
    revision: int
    base_url: str
    claims: list[dict[str, Any]]


@dataclass(frozen=True)
class SandboxDestroyed(DomainEvent):
    """A sandbox is gone, and the inventory says that nothing of it is left."""

    name: ClassVar[str] = "sandbox.destroyed"
    sandbox_id: str
    organisation: str
