from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from proeftuin_infra.kube.skeleton import cluster, network, room, town
from proeftuin_infra.kube.skeleton.admission import admission_policies
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, in_order, room_manifests
from proeftuin_infra.kube.skeleton.monitor import manifests_of, registered_by
from proeftuin_infra.kube.skeleton.programs import cluster_program, room_program
from support.kube_specs import CLUSTER, FULL, HARD_CLUSTER, PLAIN, TOWN


def component(make):
    """Make a program of one component; `make` gets the modules and a namespace to hang it on."""

    def program() -> None:
        import pulumi_kubernetes as k8s  # noqa: PLC0415 - slow

        from proeftuin_infra.kube.skeleton import components  # noqa: PLC0415 - loads Pulumi
        from proeftuin_infra.kube.skeleton.components import cluster, room, town  # noqa: F401, PLC0415 - idem

        make(components, k8s.core.v1.Namespace("given", metadata={"name": "given"}))

    return program


def made_by(make) -> list[dict]:
    return [manifest for manifest in manifests_of(component(make)) if "given" != manifest["metadata"]["name"]]


ROOM = {
    "TenantNamespace": (
        lambda parts, _: parts.room.TenantNamespace(FULL),
        [room.namespace(FULL)],
    ),
    "WorkloadAccounts": (
        lambda parts, namespace: parts.room.WorkloadAccounts(FULL, namespace=namespace),
        [room.workload_account(FULL), room.default_account(FULL)],
    ),
    "QuotaAndLimits": (
        lambda parts, namespace: parts.room.QuotaAndLimits(FULL, namespace=namespace),
        [room.resource_quota(FULL), room.limit_range(FULL)],
    ),
    "NetworkPolicies": (
        lambda parts, namespace: parts.room.NetworkPolicies(FULL, namespace=namespace),
        list(network.network_policies(FULL)),
    ),
    "RegistryAccess": (
        lambda parts, namespace: parts.room.RegistryAccess(FULL, FULL.registry, namespace=namespace),
        [room.pull_secret(FULL, FULL.registry)],
    ),
    "TownVolume": (
        lambda parts, namespace: parts.town.TownVolume(FULL, FULL.town, namespace=namespace),
        [town.volume_claim(FULL, FULL.town, "")],
    ),
    "TownVolume without one": (
        lambda parts, namespace: parts.town.TownVolume(PLAIN, TOWN, namespace=namespace),
        [],
    ),
    "BuildingBlocks": (
        lambda parts, namespace: parts.town.BuildingBlocks(FULL, FULL.town, namespace=namespace),
        [town.control_secret(FULL, FULL.town), town.service(FULL), town.deployment(FULL, FULL.town)],
    ),
    "RoomClasses": (
        lambda parts, _: parts.cluster.RoomClasses(HARD_CLUSTER),
        [cluster.priority_class(), cluster.runtime_class("gvisor", handler="runsc")],
    ),
    "AdmissionPolicies": (
        lambda parts, _: parts.cluster.AdmissionPolicies(HARD_CLUSTER),
        list(admission_policies(HARD_CLUSTER)),
    ),
    "PlatformRights": (
        lambda parts, _: parts.cluster.PlatformRights(HARD_CLUSTER),
        list(cluster.platform_inside(HARD_CLUSTER)),
    ),
}


@pytest.mark.parametrize("name", sorted(ROOM))
def test_a_component_registers_exactly_the_manifests_of_its_idea(name) -> None:
    """Pulumi and the direct engine must bring the very same objects to a cluster."""
    make, expected = ROOM[name]

    assert list(in_order(expected)) == list(in_order(made_by(make)))


@pytest.mark.parametrize("spec", [PLAIN, replace(PLAIN, town=TOWN), FULL], ids=["plain", "town", "everything"])
def test_the_program_of_a_room_registers_all_its_manifests_and_no_more(spec) -> None:
    assert room_manifests(spec) == in_order(manifests_of(room_program(spec)))


@pytest.mark.parametrize("spec", [CLUSTER, HARD_CLUSTER], ids=["standard", "hard"])
def test_the_program_of_a_cluster_registers_all_its_manifests_and_no_more(spec) -> None:
    assert cluster_manifests(spec) == in_order(manifests_of(cluster_program(spec)))


def test_everything_in_a_room_goes_with_its_namespace() -> None:
    """One deletion takes a room away; Pulumi deletes none of the rest by itself."""
    [namespace, *rest] = [one for one in registered_by(room_program(FULL)) if one.type.startswith("kubernetes:")]

    assert "" == namespace.deleted_with
    assert 16 - 1 == len(rest)
    assert all(one.deleted_with.endswith(f"::Namespace/{FULL.namespace}") for one in rest)


def test_what_runs_waits_for_everything_that_holds_it() -> None:
    """The deployment depends on quota, limits, policies and accounts, so that no pod starts in an open room."""
    registered = registered_by(room_program(FULL))
    deployment = next(one for one in registered if one.name == "Deployment/town")
    before = {urn.rpartition("::")[2] for urn in deployment.dependencies}

    holding = {f"{one['kind']}/{one['metadata']['name']}" for one in room_manifests(FULL)} - {"Deployment/town"}
    assert holding == before


def test_a_program_has_one_provider_that_takes_over_what_exists_and_holds_no_password() -> None:
    """Each provider costs seconds; without upsert a crash between creating and writing it down fails for ever."""
    providers = [
        one
        for one in registered_by(room_program(FULL, kubeconfig="/somewhere/config"))
        if one.type == "pulumi:providers:kubernetes"
    ]

    [provider] = providers
    assert "true" == provider.manifest["upsertExistingObjects"]
    assert "true" == provider.manifest["enablePatchForce"]
    assert "/somewhere/config" == provider.manifest["kubeconfig"]


def test_every_object_is_managed_by_that_provider() -> None:
    registered = [one for one in registered_by(room_program(FULL)) if one.type.startswith("kubernetes:")]

    assert {"urn:pulumi:stack::proeftuin::pulumi:pulumi:Stack$pulumi:providers:kubernetes::cluster"} == {
        one.provider.rpartition("::")[0] for one in registered
    }


def test_the_account_that_kubernetes_makes_is_changed_and_not_made() -> None:
    """It may not exist yet when the namespace does; making it ourselves would race with the controller."""
    types = {one.name: one.type for one in registered_by(room_program(PLAIN))}

    assert "kubernetes:core/v1:ServiceAccountPatch" == types["ServiceAccount/default"]
    assert "kubernetes:core/v1:ServiceAccount" == types["ServiceAccount/workload"]


def test_programs_of_several_rooms_run_side_by_side_without_mixing() -> None:
    """Pulumi keeps what it is doing in context variables: a thread must never see another's."""
    specs = [replace(PLAIN, sandbox_id=f"sbx-{number:026d}") for number in range(4)]
    found: dict[str, tuple] = {}

    def run(spec) -> None:
        found[spec.sandbox_id] = in_order(manifests_of(room_program(spec)))

    threads = [threading.Thread(target=run, args=(spec,)) for spec in specs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {spec.sandbox_id: room_manifests(spec) for spec in specs} == found


def test_an_error_of_a_program_reaches_its_caller() -> None:
    def program() -> None:
        raise LookupError("no such town")

    with pytest.raises(LookupError, match="no such town"):
        registered_by(program)
