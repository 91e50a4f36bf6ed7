"""Inline Pulumi programs as plain functions of a frozen spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pulumi

    from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec

    Program = Callable[[], None]


def room_program(spec: RoomSpec, *, kubeconfig: str | None = None) -> Program:
    """Make the program of one room.

    Args:
        spec: The room.
        kubeconfig: Path of the file that tells where the cluster is; None: as kubectl finds it. The path, and
            not the content: so that no password gets into the state.
    """

    def program() -> None:
        import pulumi  # noqa: PLC0415 - slow, and only needed here

        from proeftuin_infra.kube.skeleton.components import room, town  # noqa: PLC0415 - idem

        on_cluster = pulumi.ResourceOptions(providers=[provider(kubeconfig)])
        namespace = room.TenantNamespace(spec, on_cluster).namespace
        held: list[pulumi.Resource] = [
            room.WorkloadAccounts(spec, namespace=namespace, opts=on_cluster),
            room.QuotaAndLimits(spec, namespace=namespace, opts=on_cluster),
            room.NetworkPolicies(spec, namespace=namespace, opts=on_cluster),
        ]
        if spec.registry is not None:
            held.append(room.RegistryAccess(spec, spec.registry, namespace=namespace, opts=on_cluster))
        if spec.town is not None:
            volume = town.TownVolume(spec, spec.town, namespace=namespace, depends_on=held, opts=on_cluster)
            town.BuildingBlocks(spec, spec.town, namespace=namespace, depends_on=[*held, volume], opts=on_cluster)

    return program


def cluster_program(spec: ClusterSpec, *, kubeconfig: str | None = None) -> Program:
    """Make the program of what stands on a cluster once per platform; see `room_program`."""

    def program() -> None:
        import pulumi  # noqa: PLC0415 - slow, and only needed here

        from proeftuin_infra.kube.skeleton.components import cluster  # noqa: PLC0415 - idem

        on_cluster = pulumi.ResourceOptions(providers=[provider(kubeconfig)])
        cluster.RoomClasses(spec, on_cluster)
        cluster.AdmissionPolicies(spec, on_cluster)
        if spec.platform_inside:
            cluster.PlatformRights(spec, on_cluster)

    return program


def provider(kubeconfig: str | None) -> pulumi.ProviderResource:
    """Register the one provider of a stack: each costs seconds on a cluster with many kinds."""
    import pulumi_kubernetes as k8s  # noqa: PLC0415 - idem

    return k8s.Provider(
        "cluster",
        kubeconfig=kubeconfig,
        cluster_identifier="proeftuin",  # a stack never moves to another cluster: a new path is no reason to rebuild
        enable_server_side_apply=True,
        enable_patch_force=True,  # fields that the direct engine set become Pulumi's, and the other way round
        upsert_existing_objects=True,  # what a crash left behind is taken over instead of refused
        enable_secret_mutable=True,
        enable_config_map_mutable=True,
        suppress_deprecation_warnings=True,
    )
