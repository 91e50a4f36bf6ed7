"""The engine that needs no Pulumi: it applies the very objects that the programs register, and waits where needed.

It takes them from `manifests` and not from a program, because loading Pulumi costs seconds; the tests of the programs
hold the two to be the same.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.errors import NOT_FOUND, TERMINATING, KubeError
from proeftuin_infra.kube.client.pauses import pause
from proeftuin_infra.kube.skeleton.engine import TIMEOUT, Change, EngineError, EngineStep, PlannedObject
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, in_order, room_manifests
from proeftuin_infra.kube.skeleton.names import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from proeftuin_infra.kube.client.objects import Objects
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec

_LOOK_SECONDS = 0.1
_AT_ONCE = 6
_TOGETHER = frozenset(
    {
        *("ServiceAccount", "ResourceQuota", "LimitRange", "NetworkPolicy"),
        *("Secret", "ConfigMap", "PersistentVolumeClaim", "Service"),
    }
)
"""Kinds whose objects need a namespace and nothing of each other."""
_WRITTEN_BY_THE_SERVER = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp")


class DirectEngine:
    """Applies every object by server-side apply; keeps no state besides the cluster itself.

    Args:
        objects: The cluster.
        patience: Seconds that one object gets to become what it says.
        room: Lists the objects of a room; `manifests_of(room_program(spec))` applies what Pulumi would.
    """

    name = "direct"

    def __init__(
        self,
        objects: Objects,
        *,
        patience: float = 120.0,
        room: Callable[[RoomSpec], Iterable[Manifest]] = room_manifests,
    ) -> None:
        self._objects = objects
        self._patience = patience
        self._room = room

    def up(self, spec: RoomSpec) -> Iterator[EngineStep]:
        """Bring a room to its description; see `SkeletonEngine`."""
        yield from self._apply(self._room(spec))

    def up_cluster(self, spec: ClusterSpec) -> Iterator[EngineStep]:
        """Bring what stands once per platform to its description; see `SkeletonEngine`."""
        yield from self._apply(cluster_manifests(spec))

    def bring(self, manifests: Iterable[Manifest]) -> Iterator[EngineStep]:
        """Bring any objects to the cluster, in the order of their kinds; ends when they are what they say.

        Raises:
            KubeError: as `up`.
        """
        yield from self._apply(manifests)

    def preview(self, spec: RoomSpec) -> tuple[PlannedObject, ...]:
        """Tell what `up` would do; see `SkeletonEngine`."""
        return tuple(
            PlannedObject(manifest["kind"], manifest["metadata"]["name"], self._change(manifest))
            for manifest in in_order(self._room(spec))
        )

    def forget(self, sandbox_id: str) -> None:
        """Keep nothing, forget nothing."""

    def remembered(self) -> tuple[str, ...]:
        """Remember nothing."""
        return ()

    def close(self) -> None:
        """Have no processes."""

    def _apply(self, listed: Iterable[Manifest]) -> Iterator[EngineStep]:
        manifests = in_order(listed)
        steps = [
            EngineStep(one["kind"], one["metadata"]["name"], number, len(manifests))
            for number, one in enumerate(manifests, start=1)
        ]
        for together, group in groupby(zip(manifests, steps, strict=True), key=lambda one: one[1].kind in _TOGETHER):
            members = list(group)
            if together:
                yield from self._apply_together(members)
                continue
            for manifest, step in members:
                yield step
                seen = yield from self._apply_one(manifest, step)
                yield from self._settle(manifest, seen, step=step)

    def _apply_together(self, members: list[tuple[Manifest, EngineStep]]) -> Iterator[EngineStep]:
        """Apply objects that need nothing of each other at the same time, and then wait for those that need it."""
        for _, step in members:
            yield step
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="kube-apply") as pool:
            applied = list(pool.map(lambda one: self._applied(one[0]), members))
        for (manifest, step), seen in zip(members, applied, strict=True):
            there = seen if seen is not None else (yield from self._apply_one(manifest, step))
            yield from self._settle(manifest, there, step=step)

    def _apply_one(self, manifest: Manifest, step: EngineStep) -> Generator[EngineStep, None, Manifest]:
        """Apply an object, and again while a namespace of the same name is still going."""
        deadline = time.monotonic() + self._patience
        while (applied := self._applied(manifest)) is None:
            if time.monotonic() > deadline:
                raise EngineError(TIMEOUT, f"{step.kind} {step.name} is still being deleted")
            yield _pulse(step)
            time.sleep(_LOOK_SECONDS)
        return applied

    def _applied(self, manifest: Manifest) -> Manifest | None:
        """Apply an object; None when it, or its namespace, is still going."""
        try:
            applied = self._objects.apply(manifest)
        except KubeError as error:
            if error.code == TERMINATING:
                return None
            raise
        return None if _is_leaving(applied) else applied

    def _settle(self, manifest: Manifest, applied: Manifest, *, step: EngineStep) -> Iterator[EngineStep]:
        settled = _SETTLED.get(step.kind)
        if settled is not None:
            yield from self._wait(manifest, applied, step=step, settled=settled)

    def _wait(
        self, manifest: Manifest, seen: Manifest, *, step: EngineStep, settled: Callable[[Manifest, Manifest], bool]
    ) -> Iterator[EngineStep]:
        began = time.monotonic()
        deadline = began + self._patience
        told = False
        kind, namespace, name = address_of(manifest)
        while not settled(manifest, seen):
            if time.monotonic() > deadline:
                raise EngineError(TIMEOUT, f"{kind} {name} did not become ready within {self._patience:.0f} seconds")
            yield _pulse(step) if told else EngineStep(kind, name, step.number, step.total, waiting=True)
            told = True
            time.sleep(pause(time.monotonic() - began, least=_LOOK_SECONDS))
            now = self._objects.get(kind, name, namespace)
            if now is None:
                raise EngineError(NOT_FOUND, f"{kind} {name} was taken away while it was being waited for")
            seen = now

    def _change(self, manifest: Manifest) -> Change:
        kind, namespace, name = address_of(manifest)
        existing = self._objects.get(kind, name, namespace)
        if existing is None:
            return Change.CREATE
        wanted = self._objects.apply(manifest, dry_run=True)
        return Change.SAME if _content(existing) == _content(wanted) else Change.UPDATE


def _pulse(step: EngineStep) -> EngineStep:
    return EngineStep("", "", step.number, step.total, waiting=True, idle=True)


def _content(manifest: Manifest) -> dict[str, Any]:
    """Leave out what the API server writes itself."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in _WRITTEN_BY_THE_SERVER}
    rest = {key: value for key, value in manifest.items() if key not in {"metadata", "status", "kind", "apiVersion"}}
    return {**rest, "metadata": metadata}


def _is_leaving(manifest: Manifest) -> bool:
    return "deletionTimestamp" in manifest["metadata"]


def _quota_counts(wanted: Manifest, seen: Manifest) -> bool:
    """Before the quota controller has seen it, a quota holds nothing back."""
    counted = (seen.get("status") or {}).get("hard") or {}
    return set(wanted["spec"]["hard"]) <= set(counted) and bool(counted == seen["spec"]["hard"])


def _deployment_runs(wanted: Manifest, seen: Manifest) -> bool:
    status = seen.get("status") or {}
    if status.get("observedGeneration", 0) < seen["metadata"].get("generation", 0):
        return False
    # A deployment that something else scales does not say how many it wants.
    replicas = wanted["spec"].get("replicas", seen["spec"].get("replicas", 1))
    counts = [status.get(count, 0) for count in ("replicas", "updatedReplicas", "availableReplicas")]
    return bool(counts == [replicas] * 3)


_SETTLED: dict[str, Callable[[Manifest, Manifest], bool]] = {
    "ResourceQuota": _quota_counts,
    "Deployment": _deployment_runs,
}
