"""One Pulumi component per idea; each registers the manifests of the modules beside this one, unchanged.

Importing this module loads Pulumi: do so inside functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton.components.objects import Part
from proeftuin_infra.kube.stack import manifests, network, scaling, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from proeftuin_infra.kube.stack.spec import Entrance, Scaling, StackSpec

_DATA = frozenset({"Cluster", "PersistentVolumeClaim"})
"""Kinds that hold what cannot be made again."""


class PlatformPolicies(Part):
    """Who may talk to whom in the platform's namespace."""

    def __init__(
        self, spec: StackSpec, *, depends_on: Sequence[pulumi.Resource], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("PlatformPolicies", "platform-network", opts)
        for manifest in network.network_policies(spec):
            self.register(manifest, depends_on=depends_on)
        self.register_outputs({})


class PlatformConfiguration(Part):
    """What the platform's pods read: settings, secrets, images."""

    def __init__(
        self, spec: StackSpec, *, depends_on: Sequence[pulumi.Resource], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("PlatformConfiguration", "configuration", opts)
        for manifest in manifests.configuration_manifests(spec):
            self.register(manifest, depends_on=depends_on)
        self.register_outputs({})


class PlatformDatabase(Part):
    """The database, where it is ours, and its backups."""

    def __init__(
        self, spec: StackSpec, *, depends_on: Sequence[pulumi.Resource], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("PlatformDatabase", "database", opts)
        before = list(depends_on)
        for manifest in manifests.database_manifests(spec):
            made = self.register(manifest, depends_on=before, protect=spec.protected and manifest["kind"] in _DATA)
            before = [*before, made]
        self.register_outputs({})


class Replicas(Part):
    """The pods of one kind, and how many of them may be away at a time."""

    def __init__(
        self,
        spec: StackSpec,
        name: str,
        *,
        depends_on: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Replicas", name, opts)
        deployment = serving.api_deployment(spec) if name == serving.API else serving.worker_deployment(spec)
        self.register(serving.disruption_budget(spec, name), depends_on=depends_on)
        self.deployment = self.register(deployment, depends_on=depends_on)
        self.register_outputs({"image": spec.image})


class WayIn(Part):
    """The service, and the ingress in front of it."""

    def __init__(
        self,
        spec: StackSpec,
        entrance: Entrance | None,
        *,
        depends_on: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("WayIn", "way-in", opts)
        service = self.register(serving.service(spec), depends_on=depends_on)
        if entrance is not None:
            self.register(serving.ingress(spec, entrance), depends_on=[*depends_on, service])
        self.register_outputs({"url": spec.public_url})


class QueueScaling(Part):
    """More workers when more jobs wait."""

    def __init__(
        self,
        spec: StackSpec,
        chosen: Scaling,
        *,
        depends_on: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("QueueScaling", "scaling", opts)
        access = self.register(scaling.trigger_authentication(spec), depends_on=depends_on)
        self.register(scaling.scaled_object(spec, chosen), depends_on=[*depends_on, access])
        self.register_outputs({"most": chosen.most})
