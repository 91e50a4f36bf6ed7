"""All rooms at once, from a copy of the cluster that keeps itself up to date; for finding out where to look.

The number of requests to the API server does not grow with the number of rooms: one list of each kind, and then what
changes. What closes and bounds a room is kept as a digest only.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.kube.client.lookout import Interest, Lookout
from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_infra.kube.skeleton.names import namespace_of, sandbox_of
from proeftuin_sandbox.backends.base import Observed, Survey
from proeftuin_sandbox.backends.kubernetes.desk import annotation, url
from proeftuin_sandbox.backends.kubernetes.rooms import GUARDS, TOWN_DIGEST, TOWN_LOCAL_PORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_sandbox.backends.kubernetes.components import Components
    from proeftuin_sandbox.backends.kubernetes.desk import Desk
    from proeftuin_sandbox.backends.kubernetes.rooms import Rooms
    from proeftuin_sandbox.backends.kubernetes.towns import Towns

_BARE: Final = ("Service", "Secret", "PersistentVolumeClaim")
_FIRST_SECONDS: Final = 60.0
_PREFIX: Final = namespace_of("")


class Overview:
    """Keeps the copy and reads it.

    Args:
        desk: The cluster.
        rooms: Knows how rooms should be.
        towns: Offers towns on this machine.
        components: Idem components.
    """

    def __init__(self, desk: Desk, rooms: Rooms, towns: Towns, components: Components) -> None:
        self._rooms = rooms
        self._towns = towns
        self._components = components
        ours = desk.selector()
        self._lookout = Lookout(
            desk.objects,
            [
                Interest("Namespace", _metadata, labels=ours),
                Interest("Pod", _pod, labels=ours),
                Interest("Deployment", _deployment, labels=ours),
                # Also those of strangers: policies add up, so a strange one can only open something.
                *(Interest(kind, _guard) for kind in GUARDS),
                *(Interest(kind, _owner, labels=ours, only_metadata=True) for kind in _BARE),
            ],
        )
        self._wanted: dict[str, dict[tuple[str, str], bytes]] = {}

    def survey(self) -> Survey | None:
        """Tell what exists of every room now; None while the copy is not to be relied upon."""
        self._lookout.start()
        if not self._lookout.wait_fresh(patience=_FIRST_SECONDS):
            return None
        return self._read(self._lookout.namespaces())

    def changed(self, *, patience: float) -> Survey | None:
        """Wait until something changes, and tell what exists of those rooms; None while that cannot be told."""
        self._lookout.start()
        spaces = self._lookout.changed(patience=patience)
        return self._read(spaces) if self._lookout.is_fresh() else None

    def close(self) -> None:
        """Stop keeping up."""
        self._lookout.close()

    def _read(self, spaces: Iterable[str]) -> Survey:
        seen, owners = {}, set()
        for space in spaces:
            if not space.startswith(_PREFIX):
                continue
            kept, sandbox_id = self._lookout.of(space), sandbox_of(space)
            if sandbox_id == self._rooms.control_id:
                continue
            seen[sandbox_id] = self._observed(sandbox_id, kept)
            if any(kept.get(kind) for kind in _OWNED):
                owners.add(sandbox_id)
        return Survey(seen, frozenset(owners))

    def _observed(self, sandbox_id: str, kept: Mapping[str, Mapping[str, Any]]) -> Observed:
        namespace = kept.get("Namespace", {}).get(namespace_of(sandbox_id))
        if namespace is None:
            self._wanted.pop(sandbox_id, None)
            return Observed(exists=False)
        if "deletionTimestamp" in namespace["metadata"]:
            return Observed(exists=True)
        pods = list(kept.get("Pod", {}).values())
        is_ready = any(pod["metadata"]["labels"].get(names.KIND) == names.TOWN and _serves(pod) for pod in pods)
        place = self._towns.place(namespace) if is_ready else None
        return Observed(
            exists=True,
            is_serving=place is not None,
            town_url=url(annotation(namespace, TOWN_LOCAL_PORT)),
            town_digest=annotation(namespace, TOWN_DIGEST) or None,
            components=self._components.seen(sandbox_id, list(kept.get("Deployment", {}).values()), pods),
            drift=self._drift(sandbox_id, kept),
        )

    def _drift(self, sandbox_id: str, kept: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
        wanted = self._wanted.get(sandbox_id)
        if wanted is None:
            manifests = room_manifests(self._rooms.spec(sandbox_id))
            wanted = {
                (one["kind"], one["metadata"]["name"]): _digest(one["spec"])
                for one in manifests
                if one["kind"] in GUARDS
            }
            self._wanted[sandbox_id] = wanted
        there = {(kind, name): digest for kind in GUARDS for name, digest in kept.get(kind, {}).items()}
        if there == wanted:
            return ()
        wrong = {place for place in wanted if there.get(place) != wanted[place]} | (there.keys() - wanted.keys())
        return tuple(sorted(f"{kind} {name}" for kind, name in wrong))


_OWNED: Final = ("Namespace", "Pod", "Deployment", *_BARE)


def _metadata(manifest: Manifest) -> Manifest:
    """Keep what something is called and marked with; the API server's notes on who wrote what are most of it."""
    metadata = {
        key: value for key, value in manifest["metadata"].items() if key not in {"managedFields", "ownerReferences"}
    }
    metadata.pop("resourceVersion", None)
    return {"metadata": metadata}


def _pod(manifest: Manifest) -> Manifest:
    status = manifest.get("status") or {}
    parts = ("phase", "conditions", "containerStatuses", "podIP", "reason", "message", "startTime")
    return {
        **_metadata(manifest),
        "spec": {"nodeName": manifest["spec"].get("nodeName", "")},
        "status": {part: status[part] for part in parts if part in status},
    }


def _deployment(manifest: Manifest) -> Manifest:
    return {**_metadata(manifest), "spec": {"replicas": manifest["spec"].get("replicas", 1)}}


def _guard(manifest: Manifest) -> bytes | None:
    return _digest(manifest["spec"]) if manifest["metadata"]["namespace"].startswith(_PREFIX) else None


def _owner(manifest: Manifest) -> bool:
    """Keep only that it is there."""
    return bool(manifest["metadata"]["name"])


def _serves(pod: Manifest) -> bool:
    state = read_pod(pod)
    return state.is_ready and not state.is_leaving


def _digest(spec: object) -> bytes:
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).digest()[:16]
