"""What holds a room: its namespace, accounts, quota, limits, network policies and the password of its registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton import network, room
from proeftuin_infra.kube.skeleton.components.objects import Part

if TYPE_CHECKING:
    import pulumi

    from proeftuin_infra.kube.skeleton.spec import Registry, RoomSpec


class TenantNamespace(Part):
    """The namespace; all else is deleted with it."""

    def __init__(self, spec: RoomSpec, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("TenantNamespace", "namespace", opts)
        self.namespace = self.register(room.namespace(spec))
        self.register_outputs({"name": spec.namespace})


class WorkloadAccounts(Part):
    """Accounts without token and rights: the one of every pod, and the one that Kubernetes makes itself."""

    def __init__(
        self, spec: RoomSpec, *, namespace: pulumi.Resource, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("WorkloadAccounts", "accounts", opts)
        self.register(room.workload_account(spec), deleted_with=namespace, depends_on=[namespace])
        self.register(room.default_account(spec), deleted_with=namespace, depends_on=[namespace], patch=True)
        self.register_outputs({})


class QuotaAndLimits(Part):
    """The most that a room and each of its containers may use."""

    def __init__(
        self, spec: RoomSpec, *, namespace: pulumi.Resource, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("QuotaAndLimits", "quota", opts)
        for manifest in (room.resource_quota(spec), room.limit_range(spec)):
            self.register(manifest, deleted_with=namespace, depends_on=[namespace])
        self.register_outputs({})


class NetworkPolicies(Part):
    """Who may talk to whom."""

    def __init__(
        self, spec: RoomSpec, *, namespace: pulumi.Resource, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("NetworkPolicies", "network", opts)
        for manifest in network.network_policies(spec):
            self.register(manifest, deleted_with=namespace, depends_on=[namespace])
        self.register_outputs({})


class RegistryAccess(Part):
    """The secret with which the room's images are pulled."""

    def __init__(
        self,
        spec: RoomSpec,
        registry: Registry,
        *,
        namespace: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("RegistryAccess", "registry", opts)
        self.register(room.pull_secret(spec, registry), deleted_with=namespace, depends_on=[namespace])
        self.register_outputs({"server": registry.server})
