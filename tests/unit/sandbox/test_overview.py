"""All rooms of a cluster seen at once: what it costs, and what it notices."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from proeftuin_infra.kube.client.pushing import RegistryPlace
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_infra.ports import Ports
from proeftuin_sandbox.backends.base import Observed, Surveys
from proeftuin_sandbox.backends.kubernetes import KubernetesBackend, KubernetesOptions
from proeftuin_sandbox.backends.kubernetes.rooms import TOWN_DIGEST, TOWN_LOCAL_PORT
from support import simulated_rooms
from support.kube_lists import ListedCluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_sandbox.backends.images import RoomImages

PATIENCE = 10.0


class Place:
    """A platform on a cluster that only answers lists and watches."""

    def __init__(self, root: Path) -> None:
        self.cluster = ListedCluster()
        self.backend = KubernetesBackend(
            root,
            kubeconfig=None,
            options=KubernetesOptions(registry=RegistryPlace("http://registry.example/proeftuin")),
            images=cast("RoomImages", simulated_rooms.NoImages()),
            random_source=random.Random(1),  # noqa: S311 - chooses ports
        )
        stand_in: Any = self.cluster
        self.backend._desk.objects.cluster = stand_in

    def room(self, sandbox_id: str) -> list[dict[str, Any]]:
        """Put a whole room on the cluster, with a town that serves."""
        spec = self.backend._rooms.spec(sandbox_id)
        manifests = list(room_manifests(spec))
        for manifest in manifests:
            if manifest["kind"] == "Namespace":
                port = Ports(random.Random()).take()  # noqa: S311 - chooses ports
                marks = {TOWN_LOCAL_PORT: str(port), TOWN_DIGEST: simulated_rooms.DIGEST}
                manifest["metadata"]["annotations"] = marks
        self.cluster.put(*manifests, simulated_rooms.town_pod(self.backend, sandbox_id))
        return manifests

    def survey(self) -> dict[str, Observed]:
        found = self.backend.survey()
        assert found is not None
        return dict(found.seen)


def drift(place: Place, sandbox_id: str) -> tuple[str, ...]:
    return place.survey().get(sandbox_id, Observed(exists=False)).drift


@contextmanager
def place_with(root: Path, *rooms: str) -> Iterator[Place]:
    place = Place(root)
    for room in rooms:
        place.room(room)
    try:
        yield place
    finally:
        place.backend.close()
        place.cluster.end_all()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_with(tmp_path, "sbx-a", "sbx-b") as made:
        yield made


@pytest.mark.parametrize("rooms", [1, 40])
def test_looking_over_rooms_asks_as_much_of_the_api_server_for_one_as_for_forty(tmp_path: Path, rooms: int) -> None:
    """The rule that lets a platform have thousands: requests per kind, and none for each room or each sweep."""
    with place_with(tmp_path, *(f"sbx-{number}" for number in range(rooms))) as place:
        for _ in range(5):
            assert rooms == len(place.survey())
        deadline = time.monotonic() + PATIENCE  # each watch begins after its list
        while len(place.cluster.asked) < 18 and time.monotonic() < deadline:
            time.sleep(0.005)
        methods = [method for method, _, _ in place.cluster.asked]
    assert (9, 9) == (methods.count("GET"), methods.count("WATCH")), "one list and one watch of each kind"


def test_a_whole_room_serves_and_has_not_drifted(place: Place) -> None:
    """Nobody is woken for a room in which all is well."""
    seen = place.survey()["sbx-a"]

    assert (True, True, (), simulated_rooms.DIGEST) == (seen.exists, seen.is_serving, seen.drift, seen.town_digest)
    assert isinstance(place.backend, Surveys)


def test_what_closes_a_room_is_missed_when_it_goes_changes_or_gets_company(place: Place) -> None:
    """A policy of a stranger can only open something; it carries no label of ours."""
    place.survey()
    manifests = {(one["kind"], one["metadata"]["name"]): one for one in place.room("sbx-c")}
    quota = manifests["ResourceQuota", "proeftuin"]
    place.cluster.drop(manifests["NetworkPolicy", "00-default-deny"])
    place.cluster.put({**quota, "spec": {"hard": {"pods": "99"}}})
    strange = {"kind": "NetworkPolicy", "metadata": {"name": "open", "namespace": "pt-c"}, "spec": {"podSelector": {}}}
    place.cluster.put(strange)
    expected = ("NetworkPolicy 00-default-deny", "NetworkPolicy open", "ResourceQuota proeftuin")
    deadline = time.monotonic() + PATIENCE
    while expected != drift(place, "sbx-c") and time.monotonic() < deadline:
        time.sleep(0.01)

    assert expected == drift(place, "sbx-c")
    assert () == drift(place, "sbx-b"), "the others are as they were"


def test_changes_are_told_of_the_rooms_in_which_they_are(place: Place) -> None:
    """Also that a room is gone altogether."""
    place.survey()
    assert {"sbx-a", "sbx-b"} == set((place.backend.changed(patience=PATIENCE) or pytest.fail("stale")).seen)
    place.cluster.put(simulated_rooms.town_pod(place.backend, "sbx-b", ready=False))
    told = place.backend.changed(patience=PATIENCE)

    assert told is not None
    assert {"sbx-b": False} == {one: seen.is_serving for one, seen in told.seen.items()}
