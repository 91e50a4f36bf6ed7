"""Manifests of what vendors deploy."""

from __future__ import annotations

from dataclasses import replace

from proeftuin_infra.kube.skeleton.spec import RoomSpec
from proeftuin_infra.kube.workloads import Workload, deployment, workload_manifests

SPEC = RoomSpec("sbx-01test", "abcd1234")
WORKLOAD = Workload(
    name="klok",
    image="registry.example/proeftuin/klok@sha256:" + "0" * 64,
    revision=3,
    digest="sha256:1",
    environment={"PORT": "8080", "HOST": "0.0.0.0"},  # noqa: S104 - in a pod
    memory_mib=256,
    disk_mib=8,
    health_path="/gezondheid",
    health_seconds=10,
    reached_at="20001",
    hosts={"town": "10.96.0.7"},
)


def test_a_component_cannot_ask_for_more_than_its_container() -> None:
    """Every wall of `hardened_pod` is there, and memory is requested as it is limited."""
    pod = deployment(SPEC, WORKLOAD)["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert not pod["automountServiceAccountToken"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert "256Mi" == container["resources"]["requests"]["memory"] == container["resources"]["limits"]["memory"]
    assert {"8Mi", "64Mi"} == {volume["emptyDir"]["sizeLimit"] for volume in pod["volumes"]}


def test_a_component_knows_its_town_and_no_name_server() -> None:
    """Names of the cluster say who else is there; a question for one fails at once."""
    pod = deployment(SPEC, WORKLOAD)["spec"]["template"]["spec"]

    assert [{"ip": "10.96.0.7", "hostnames": ["town"]}] == pod["hostAliases"]
    assert ("None", ["127.0.0.1"]) == (pod["dnsPolicy"], pod["dnsConfig"]["nameservers"])


def test_a_new_revision_starts_beside_the_old_one_unless_they_share_a_volume() -> None:
    """Two pods never write one volume."""
    assert {"maxSurge": 1, "maxUnavailable": 0} == deployment(SPEC, WORKLOAD)["spec"]["strategy"]["rollingUpdate"]
    kept = replace(WORKLOAD, storage_class="")
    claim, made = workload_manifests(SPEC, kept)

    assert ("PersistentVolumeClaim", "Recreate") == (claim["kind"], made["spec"]["strategy"]["type"])
    assert "storageClassName" not in claim["spec"], "the cluster's own"


def test_secrets_are_in_a_secret_and_nowhere_else() -> None:
    """Who may read a deployment does not read them."""
    secret, made = workload_manifests(SPEC, replace(WORKLOAD, secrets={"SLEUTEL": "geheim"}))

    assert {"SLEUTEL": "geheim"} == secret["stringData"]
    assert "geheim" not in str(made)
    assert "geheim" not in repr(replace(WORKLOAD, secrets={"SLEUTEL": "geheim"}))


def test_an_images_own_places_can_be_written() -> None:
    """`VOLUME` in a Dockerfile; the rest of the image stays as it is."""
    pod = deployment(SPEC, replace(WORKLOAD, places=("/var/cache", "/tmp")))["spec"]["template"]["spec"]  # noqa: S108 - in a pod

    assert ["/data", "/tmp", "/var/cache"] == [one["mountPath"] for one in pod["containers"][0]["volumeMounts"]]  # noqa: S108 - idem


def test_the_kubelet_is_more_patient_than_the_platform() -> None:
    """Who starts slowly is told so by the platform, and not started again and again by the kubelet."""
    (container,) = deployment(SPEC, WORKLOAD)["spec"]["template"]["spec"]["containers"]

    assert 10 < container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"]


def test_a_program_that_does_not_listen_for_sigterm_still_hears_it() -> None:
    """Process 1 is deaf to signals that it did not ask for; so the program is not number 1."""
    assert deployment(SPEC, WORKLOAD)["spec"]["template"]["spec"]["shareProcessNamespace"]
