"""The Pulumi program of a platform, against a monitor that says yes to everything."""

from __future__ import annotations

import pytest

from proeftuin_infra.kube.skeleton.manifests import in_order
from proeftuin_infra.kube.skeleton.monitor import manifests_of, registered_by
from proeftuin_infra.kube.stack import manifests, network, scaling, serving
from proeftuin_infra.kube.stack.program import stack_program
from support.stack_specs import FULL, PLAIN, stack


def component(make):
    def program() -> None:
        from proeftuin_infra.kube.stack import components  # noqa: PLC0415 - loads Pulumi

        make(components)

    return program


PARTS = {
    "PlatformPolicies": (
        lambda parts: parts.PlatformPolicies(FULL, depends_on=[]),
        network.network_policies(FULL),
    ),
    "PlatformConfiguration": (
        lambda parts: parts.PlatformConfiguration(FULL, depends_on=[]),
        manifests.configuration_manifests(FULL),
    ),
    "PlatformDatabase": (
        lambda parts: parts.PlatformDatabase(FULL, depends_on=[]),
        manifests.database_manifests(FULL),
    ),
    "PlatformDatabase of somebody else": (
        lambda parts: parts.PlatformDatabase(PLAIN, depends_on=[]),
        manifests.database_manifests(PLAIN),
    ),
    "Replicas": (
        lambda parts: parts.Replicas(FULL, serving.WORKER, depends_on=[]),
        [serving.disruption_budget(FULL, serving.WORKER), serving.worker_deployment(FULL)],
    ),
    "WayIn": (
        lambda parts: parts.WayIn(FULL, FULL.entrance, depends_on=[]),
        [serving.service(FULL), serving.ingress(FULL, FULL.entrance)],
    ),
    "QueueScaling": (
        lambda parts: parts.QueueScaling(FULL, FULL.scaling, depends_on=[]),
        [scaling.trigger_authentication(FULL), scaling.scaled_object(FULL, FULL.scaling)],
    ),
}


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_component_registers_exactly_the_manifests_of_its_idea(name) -> None:
    make, expected = PARTS[name]

    assert in_order(expected) == in_order(manifests_of(component(make)))


@pytest.mark.parametrize("spec", [PLAIN, FULL], ids=["plain", "everything"])
def test_the_program_registers_all_manifests_of_a_platform_and_no_more(spec) -> None:
    assert manifests.stack_manifests(spec) == in_order(manifests_of(stack_program(spec)))


def test_pods_start_when_policies_secrets_and_database_are_there() -> None:
    """Between a pod's start and its policies nothing would be closed."""
    registered = registered_by(stack_program(FULL))
    started = next(one for one in registered if one.name == "Deployment/proeftuin-api")
    before = {urn.rpartition("::")[2] for urn in started.dependencies}

    assert {
        *(f"NetworkPolicy/{one['metadata']['name']}" for one in network.network_policies(FULL)),
        "Secret/proeftuin",
        "ConfigMap/proeftuin",
        "Cluster/proeftuin-database",
        "ServiceAccount/proeftuin",
    } <= before


@pytest.mark.parametrize(("protect", "expected"), [("true", {"Cluster/proeftuin-database"}), ("false", set())])
def test_what_holds_data_is_kept_from_being_destroyed_by_accident(protect, expected) -> None:
    """Until the operator says otherwise."""
    spec = stack(database="operator", backup="false", protect=protect)

    assert expected == {one.name for one in registered_by(stack_program(spec)) if one.protected}
