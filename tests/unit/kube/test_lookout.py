"""A copy of what is on a cluster that keeps itself up to date."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from proeftuin_infra.kube.client import lookout
from proeftuin_infra.kube.client.errors import REFUSED, KubeError
from proeftuin_infra.kube.client.lookout import Interest, Lookout
from proeftuin_infra.kube.client.objects import Objects
from support.kube_lists import ListedCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_infra.kube.client.connection import Cluster

PATIENCE = 10.0


def thing(name: str, *, namespace: str = "pt-a", size: int = 1) -> dict[str, Any]:
    return {"kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": {"size": size}}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> ListedCluster:
    monkeypatch.setattr(lookout, "_PAUSE_SECONDS", 0.02)
    return ListedCluster()


@contextmanager
def watching(cluster: ListedCluster) -> Iterator[Lookout]:
    found = Lookout(
        Objects(cast("Cluster", cluster)),
        [
            Interest("ConfigMap", lambda one: one["data"]["size"]),
            Interest("Secret", lambda _: True, only_metadata=True),
        ],
    )
    found.start()
    try:
        assert found.wait_fresh(patience=PATIENCE)
        yield found
    finally:
        found.close()
        for kind in ("ConfigMap", "Secret"):
            cluster.end(kind)


def comes_true(question: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def sizes(found: Lookout, namespace: str = "pt-a") -> dict[str, int]:
    return dict(found.of(namespace).get("ConfigMap", {}))


def test_everything_is_listed_page_by_page_and_then_only_changes_are_asked_for(cluster: ListedCluster) -> None:
    """A list of thousands of objects in one piece is a burden for an API server."""
    cluster.page = 2
    cluster.put(*(thing(f"c{number}", size=number) for number in range(5)), told=False)
    with watching(cluster) as found:
        assert {f"c{number}": number for number in range(5)} == sizes(found)
        cluster.put(thing("c1", size=7), thing("other", namespace="pt-b"))
        cluster.drop(thing("c2"))
        assert comes_true(
            lambda: sizes(found) == {"c0": 0, "c1": 7, "c3": 3, "c4": 4} and "pt-b" in found.namespaces()
        )
    lists = [query for method, path, query in cluster.asked if method == "GET" and "configmaps" in path]
    assert 3 == len(lists), "three pages, once"


def test_who_waits_for_changes_hears_where_they_are_and_each_once(cluster: ListedCluster) -> None:
    """A room is looked at when something in it changes, not because it is there."""
    cluster.put(thing("a"), told=False)
    with watching(cluster) as found:
        assert {"pt-a"} == found.changed(patience=PATIENCE), "what is there at the start is news"
        assert set() == found.changed(patience=0.01)
        cluster.put(thing("b", namespace="pt-b"))
        assert {"pt-b"} == found.changed(patience=PATIENCE)
        cluster.put(thing("b", namespace="pt-b"))  # a new version with nothing new that is kept
        cluster.drop(thing("a"))
        assert {"pt-a"} == found.changed(patience=PATIENCE)
        assert ["pt-b"] == found.namespaces()


def test_a_version_that_the_server_forgot_leads_to_a_new_list(cluster: ListedCluster) -> None:
    """What happened while nobody listened is found all the same."""
    cluster.put(thing("a"), thing("b"), told=False)
    with watching(cluster) as found:
        cluster.drop(thing("a"), told=False)
        cluster.tell("ConfigMap", "ERROR", {"kind": "Status", "metadata": {}, "code": 410})
        assert comes_true(lambda: sizes(found) == {"b": 1})


def test_a_refused_watch_and_one_that_says_nothing_lead_to_a_new_list(cluster: ListedCluster) -> None:
    """A copy that nobody keeps up lies."""
    cluster.put(thing("a"), told=False)
    cluster.failing["ConfigMap"] = [KubeError(REFUSED, "too old")]
    with watching(cluster) as found:
        cluster.put(thing("b"), told=False)
        cluster.end("ConfigMap")
        assert comes_true(lambda: "b" in sizes(found))


def test_a_copy_that_was_silent_for_too_long_is_not_fresh(
    cluster: ListedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody concludes from an old copy that something is gone."""
    with watching(cluster) as found:
        assert found.is_fresh()
        monkeypatch.setattr(lookout, "_STALE_SECONDS", 0.0)
        assert not found.is_fresh()
        assert not found.wait_fresh(patience=0.01)


def test_of_secrets_only_the_names_are_asked_for(cluster: ListedCluster) -> None:
    """The platform needs to know that one is there, not what is in it."""
    cluster.put({"kind": "Secret", "metadata": {"name": "s", "namespace": "pt-a"}, "data": {"x": "y"}}, told=False)
    with watching(cluster) as found:
        assert {"Secret": {"s": True}} == found.of("pt-a")
