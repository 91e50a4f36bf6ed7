"""How a platform reaches what runs in rooms: through its own machine, or as a pod among pods."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proeftuin.kubernetes import make_kubernetes_backend
from proeftuin_infra.kube.client import inside
from proeftuin_infra.kube.client.pushing import RegistryPlace
from proeftuin_infra.kube.client.reaching import Place, service_place
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.spec import RoomSpec
from proeftuin_infra.kube.workloads import Workload, workload_manifests
from proeftuin_kernel.settings import Settings
from proeftuin_sandbox.backends.kubernetes import KubernetesOptions
from proeftuin_sandbox.backends.kubernetes.desk import Desk, url
from proeftuin_sandbox.backends.stored_images import StoredImages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSIDE = service_place("c-klok", "pt-01", 8080)
HERE = Place("127.0.0.1", 41234)
WORKLOAD = Workload(
    name="klok",
    image="registry.example/proeftuin/klok@sha256:" + "0" * 64,
    revision=1,
    digest="sha256:1",
    environment={},
    memory_mib=64,
    disk_mib=8,
    health_path="/",
    health_seconds=10,
    reached_at="41234",
)
PORTS = random.Random(1)  # noqa: S311 - chooses ports


@pytest.fixture
def make(tmp_path: Path) -> Iterator:
    """Make a desk whose cluster has these pods, and no API server."""
    made: list[Desk] = []

    def build(*pods: dict, is_inside: bool) -> Desk:
        options = KubernetesOptions(RegistryPlace("https://registry.example"), inside=is_inside)
        desk = Desk(tmp_path, kubeconfig=None, options=options, images=NoImages(), random_source=PORTS)
        desk.objects = Shelf(pods)
        made.append(desk)
        return desk

    yield build
    for desk in made:
        desk.close()


class NoImages:
    def close(self) -> None:
        """Nothing runs."""


class Shelf:
    """The pods of a cluster."""

    def __init__(self, pods: tuple[dict, ...]) -> None:
        self._pods = pods

    def list(self, _kind: str, _namespace: str = "", **_more: str) -> list[dict]:
        return list(self._pods)


def pod(name: str, address: str, *, ready: bool = True) -> dict:
    return {
        "metadata": {
            "name": name,
            "uid": name,
            "namespace": "pt-01",
            "creationTimestamp": "2026-11-22T05:00:00Z",
            "labels": {},
        },
        "spec": {"nodeName": "n", "containers": []},
        "status": {
            "phase": "Running",
            "podIP": address,
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": [{"name": "c", "ready": ready, "state": {"running": {}}, "restartCount": 0}],
        },
    }


@pytest.mark.parametrize("place", [INSIDE, HERE, Place("10.245.0.7", 8081)])
def test_a_place_is_remembered_in_an_annotation_and_read_back(place: Place) -> None:
    assert place == Place.noted(place.note)
    assert place.url == url(place.note)


def test_a_listener_is_remembered_by_its_port_alone_as_before() -> None:
    """Rooms of earlier versions of the platform are still reached."""
    assert "41234" == HERE.note
    assert Place.noted("41234") == HERE


@pytest.mark.parametrize("text", ["", "0", "host", "host:", "host:x"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert Place.noted(text) is None
    assert url(text) is None


def test_inside_a_service_is_its_name_for_every_replica_and_nothing_listens(make) -> None:
    """Replicas have no loopback address in common."""
    desk = make(is_inside=True)

    assert Place("c-klok.pt-01.svc", 8080) == desk.reach("klok", "pt-01", port=8080, service="c-klok")
    assert INSIDE == desk.reach("klok", "pt-01", port=8080, service="c-klok", wish=INSIDE)
    assert [] == desk.forwards.names()


def test_inside_what_has_no_service_is_reached_by_the_address_of_its_pod(make) -> None:
    """The control endpoint of a town is part of no service."""
    desk = make(pod("old", "10.245.0.6", ready=False), pod("town", "10.245.0.7"), is_inside=True)

    assert Place("10.245.0.7", 8081) == desk.reach("control", "pt-01", port=8081, kind="town")
    assert make(is_inside=True).reach("control", "pt-01", port=8081, kind="town") is None


def test_outside_a_port_of_this_machine_listens(make) -> None:
    desk = make(pod("klok", "10.245.0.7"), is_inside=False)
    place = desk.reach("klok", "pt-01", port=8080, service="c-klok")

    assert place is not None
    assert place.is_forwarded
    assert place == desk.reach("klok", "pt-01", port=8080, service="c-klok", wish=place)


@pytest.mark.parametrize(("is_inside", "wish"), [(True, HERE), (False, INSIDE)])
def test_a_platform_that_moved_in_or_out_does_not_believe_its_old_addresses(make, is_inside, wish) -> None:
    """None means: not served here; the sandbox is then brought to where it is."""
    desk = make(pod("klok", "10.245.0.7"), is_inside=is_inside)

    assert desk.reach("klok", "pt-01", port=8080, service="c-klok", wish=wish) is None


def test_a_component_that_is_reached_by_a_service_has_one_that_leads_to_its_pods_only() -> None:
    room = RoomSpec("sbx-01test", "abcd1234")
    assert ["Deployment"] == [one["kind"] for one in workload_manifests(room, WORKLOAD)]

    service, deployment = workload_manifests(room, replace(WORKLOAD, is_service=True, reached_at=INSIDE.note))
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert names.COMPONENT in service["spec"]["selector"]
    assert "ClusterIP" == service["spec"]["type"]


@pytest.mark.parametrize(
    ("reach", "in_pod", "expected"),
    [("auto", True, True), ("auto", False, False), ("forward", True, False), ("inside", False, True)],
)
def test_the_way_is_chosen_by_where_the_platform_runs_or_by_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reach: str, in_pod: bool, expected: bool
) -> None:
    """And rooms let in pods of the platform's own namespace only when it has pods."""
    account = tmp_path / "account"
    account.mkdir()
    monkeypatch.setattr(inside, "_ACCOUNT", account)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    if in_pod:
        (account / "token").write_text("not-a-secret")
        (account / "namespace").write_text("elders")
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    settings = Settings(
        data_dir=tmp_path / "data",
        sandbox_backend="kubernetes",
        kubernetes_registry="https://registry.example",
        kubernetes_engine="direct",
        kubernetes_reach=reach,
    )
    images = StoredImages.at(settings.image_folder, environment={})
    backend = make_kubernetes_backend(settings, root=tmp_path, images=images, random_source=PORTS)
    room = backend._rooms.spec("sbx-01")
    backend.close()

    assert (names.PLATFORM_PODS if expected else ()) == room.platform_clients
    assert ("elders" if expected and in_pod else "proeftuin-system") == room.platform_namespace
