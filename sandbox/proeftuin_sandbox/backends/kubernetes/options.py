"""How this platform uses a cluster, as its operator chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton.spec import Tier

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.pushing import RegistryPlace


PLATFORM_NAMESPACE = "proeftuin-system"
"""Where a platform in the cluster stands when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """An address that no room may reach; the isolation proof tries it.

    Attributes:
        control: The control that should stop it: `metadata`, `platform`, `egress` …
        host: Address.
        port: TCP port.
        must_live: Somebody listens there for sure: when the control pod cannot reach it either, the proof fails.
    """

    control: str
    host: str
    port: int
    must_live: bool = False

    @property
    def attack(self) -> str:
        """Stable name."""
        return f"{self.control}-{self.host}-{self.port}"


@dataclass(frozen=True, slots=True)
class KubernetesOptions:
    """What an operator chooses.

    Attributes:
        registry: Where images go, and where nodes pull them.
        tier: `hard`: what the network and the kernel must stop is promised, and a room where that is not seen is
            not used. `standard`: it is tried and told, and not promised: for a cluster to try things on.
        storage_class: Keep data on volumes of this class (empty: the cluster's default); None: in pods, so that it
            ends with them.
        runtime_class: Sandboxed runtime of pods, when the cluster has one.
        user_namespaces: Pods get a user namespace of their own.
        targets: Further addresses that no room may reach.
        platform_namespace: Where pods of a platform in the cluster live.
        inside: The platform is such a pod: it reaches rooms by addresses of the cluster, and rooms let it in.
        proof_seconds: Patience with the probe.
    """

    registry: RegistryPlace
    tier: Tier = Tier.HARD
    storage_class: str | None = None
    runtime_class: str | None = None
    user_namespaces: bool = False
    targets: tuple[ProbeTarget, ...] = ()
    platform_namespace: str = PLATFORM_NAMESPACE
    inside: bool = False
    proof_seconds: float = 45.0
