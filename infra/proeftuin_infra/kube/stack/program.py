"""The inline Pulumi program of a whole platform, as a plain function of its frozen spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton.programs import provider

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.programs import Program
    from proeftuin_infra.kube.stack.spec import StackSpec


def stack_program(spec: StackSpec, *, kubeconfig: str | None = None) -> Program:
    """Make the program of a platform.

    Args:
        spec: The platform.
        kubeconfig: Path of the file that tells where the cluster is; None: as kubectl finds it.
    """

    def program() -> None:
        import pulumi  # noqa: PLC0415 - slow, and only needed here

        from proeftuin_infra.kube.skeleton.components import cluster  # noqa: PLC0415 - idem
        from proeftuin_infra.kube.stack import components, serving  # noqa: PLC0415 - idem

        on_cluster = pulumi.ResourceOptions(providers=[provider(kubeconfig)])
        held = [
            cluster.RoomClasses(spec.cluster, on_cluster),
            cluster.AdmissionPolicies(spec.cluster, on_cluster),
            cluster.PlatformRights(spec.cluster, on_cluster),
        ]
        closed = components.PlatformPolicies(spec, depends_on=held, opts=on_cluster)
        read = components.PlatformConfiguration(spec, depends_on=held, opts=on_cluster)
        kept = components.PlatformDatabase(spec, depends_on=[*held, closed, read], opts=on_cluster)
        before: list[pulumi.Resource] = [*held, closed, read, kept]
        components.WayIn(spec, spec.entrance, depends_on=held, opts=on_cluster)
        components.Replicas(spec, serving.API, depends_on=before, opts=on_cluster)
        workers = components.Replicas(spec, serving.WORKER, depends_on=before, opts=on_cluster)
        if spec.scaling is not None:
            components.QueueScaling(spec, spec.scaling, depends_on=[*before, workers], opts=on_cluster)
        pulumi.export("url", spec.public_url)
        pulumi.export("namespace", spec.namespace)

    return program
