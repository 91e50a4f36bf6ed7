"""What stands on a cluster once per platform: classes, admission policies, and the platform's own rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton import cluster
from proeftuin_infra.kube.skeleton.admission import admission_policies
from proeftuin_infra.kube.skeleton.components.objects import Part

if TYPE_CHECKING:
    import pulumi

    from proeftuin_infra.kube.skeleton.spec import ClusterSpec


class RoomClasses(Part):
    """How pods of rooms stand in line, and the sandboxed runtime where the nodes have one."""

    def __init__(self, spec: ClusterSpec, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("RoomClasses", "classes", opts)
        self.register(cluster.priority_class())
        if spec.hard_runtime_class is not None and spec.runtime_handler is not None:
            self.register(cluster.runtime_class(spec.hard_runtime_class, handler=spec.runtime_handler))
        self.register_outputs({})


class AdmissionPolicies(Part):
    """What the API server refuses in every room."""

    def __init__(self, spec: ClusterSpec, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("AdmissionPolicies", "admission", opts)
        manifests = admission_policies(spec)
        for policy, binding in zip(manifests[::2], manifests[1::2], strict=True):
            self.register(binding, depends_on=[self.register(policy)])
        self.register_outputs({})


class PlatformRights(Part):
    """The platform's namespace, account, rights and place in line, where it runs in the cluster itself."""

    def __init__(self, spec: ClusterSpec, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("PlatformRights", "platform", opts)
        namespace = self.register(cluster.platform_namespace(spec))
        self.register(cluster.platform_account(spec), depends_on=[namespace])
        for first, then in (
            (cluster.platform_role(spec), cluster.platform_role_binding(spec)),
            (cluster.priority_level(spec), cluster.flow_schema(spec)),
        ):
            self.register(then, depends_on=[self.register(first)])
        self.register_outputs({})
