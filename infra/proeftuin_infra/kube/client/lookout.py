"""A copy of what is on a cluster that keeps itself up to date: one list of each kind, and then only what changes.

Who asks "is everything still as it was made" of thousands of rooms would otherwise ask the API server thousands of
questions, each time. The copy is for finding out where to look; whoever acts reads the object itself again.

A copy that nobody keeps up lies, so it says how old it can be: a stream that was silent for too long, or broke off and
does not come back, makes it stale until all is listed anew. Everything is listed anew now and then all the same.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.connection import JSON
from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.client.objects import KINDS, ONLY_METADATA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proeftuin_infra.kube.client.objects import Objects
    from proeftuin_infra.kube.skeleton.names import Manifest

_PAGE = "500"
_WATCH_SECONDS = 240
_SILENCE_SECONDS = 90.0
"""The API server sends a bookmark about every minute; a stream that is silent for longer leads nowhere."""
_STALE_SECONDS = 120.0
_LIST_ANEW_SECONDS = 900.0
_PAUSE_SECONDS = 1.0
_ONLY_METADATA = f"{JSON};as=PartialObjectMetadata;g=meta.k8s.io;v=v1,{JSON}"

Kept = dict[str, dict[str, Any]]
"""What is kept of the objects of one namespace: by kind, then by name."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Which objects to keep a copy of, and what of them.

    Attributes:
        kind: Of the objects.
        keep: Gives what is kept of one; None leaves it out. Keep little: there may be many.
        labels: A label selector; empty for all.
        only_metadata: Have the API server leave out everything else, such as the content of secrets.
    """

    kind: str
    keep: Callable[[Manifest], Any]
    labels: str = ""
    only_metadata: bool = False


@dataclass(slots=True)
class _Stream:
    interest: Interest
    version: str = ""
    listed_at: float | None = None
    heard_at: float = 0.0
    places: set[tuple[str, str]] = field(default_factory=set)


class Lookout:
    """Keeps the copy, with one thread and one open request per kind.

    Args:
        objects: The cluster.
        interests: What to keep, one per kind.
    """

    def __init__(self, objects: Objects, interests: Sequence[Interest]) -> None:
        self._objects = objects
        self._streams = [_Stream(one) for one in interests]
        self._kept: dict[str, Kept] = {}
        self._changed: set[str] = set()
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin; may be called often."""
        with self._news:
            if self._threads or self._stopping.is_set():
                return
            self._threads = [
                threading.Thread(
                    target=self._keep_up, args=(one,), name=f"kube-lookout-{one.interest.kind}", daemon=True
                )
                for one in self._streams
            ]
        for thread in self._threads:
            thread.start()

    def is_fresh(self) -> bool:
        """Tell whether the copy is whole, and not older than a stream may be silent."""
        oldest = time.monotonic() - _STALE_SECONDS
        return all(one.listed_at is not None and one.heard_at > oldest for one in self._streams)

    def wait_fresh(self, *, patience: float) -> bool:
        """Wait until the copy is whole; False when that takes too long."""
        with self._news:
            return self._news.wait_for(lambda: self._stopping.is_set() or self.is_fresh(), timeout=patience)

    def namespaces(self) -> list[str]:
        """List the namespaces of which anything is kept."""
        with self._news:
            return list(self._kept)

    def of(self, namespace: str) -> Mapping[str, Mapping[str, Any]]:
        """Give what is kept of one namespace, by kind and name; a namespace itself is in its own."""
        with self._news:
            return {kind: dict(named) for kind, named in self._kept.get(namespace, {}).items()}

    def changed(self, *, patience: float) -> set[str]:
        """Wait for changes, and give the namespaces in which there were any since the last call."""
        with self._news:
            self._news.wait_for(lambda: bool(self._changed) or self._stopping.is_set(), timeout=patience)
            found, self._changed = self._changed, set()
            return found

    def close(self) -> None:
        """Stop keeping up; streams that are silent end by themselves."""
        self._stopping.set()
        with self._news:
            self._news.notify_all()

    def _keep_up(self, stream: _Stream) -> None:
        while not self._stopping.is_set():
            try:
                if not stream.version or time.monotonic() - (stream.listed_at or 0.0) > _LIST_ANEW_SECONDS:
                    self._list(stream)
                self._watch(stream)
            except KubeError:  # also a version that the API server has forgotten: list anew
                stream.version = ""
                self._stopping.wait(_PAUSE_SECONDS)

    def _list(self, stream: _Stream) -> None:
        """List a kind page by page, and take what is not in the list for gone."""
        interest = stream.interest
        query = {"limit": _PAGE, **({"labelSelector": interest.labels} if interest.labels else {})}
        headers = {"Accept": ONLY_METADATA} if interest.only_metadata else {}
        seen: set[tuple[str, str]] = set()
        while True:
            page = self._objects.cluster.request("GET", KINDS[interest.kind].path(), query=query, headers=headers)
            with self._news:
                seen.update(self._put(stream, one) for one in page.get("items") or [])
            if not page["metadata"].get("continue"):
                break
            query["continue"] = page["metadata"]["continue"]
        with self._news:
            for place in stream.places - seen:
                self._drop(stream, place)
            stream.version = page["metadata"]["resourceVersion"]
            stream.listed_at = stream.heard_at = time.monotonic()
            self._news.notify_all()

    def _watch(self, stream: _Stream) -> None:
        interest = stream.interest
        query = {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(_WATCH_SECONDS),
            "resourceVersion": stream.version,
            **({"labelSelector": interest.labels} if interest.labels else {}),
        }
        lines = self._objects.cluster.lines(
            KINDS[interest.kind].path(),
            query=query,
            silence=_SILENCE_SECONDS,
            headers={"Accept": _ONLY_METADATA} if interest.only_metadata else {},
        )
        is_alive = False
        for line in lines:
            if self._stopping.is_set():
                return
            is_alive = True
            event = json.loads(line)
            if event["type"] == "ERROR":
                stream.version = ""
                return
            with self._news:
                stream.heard_at = time.monotonic()
                stream.version = event["object"]["metadata"]["resourceVersion"]
                if event["type"] == "DELETED":
                    self._drop(stream, _place(stream, event["object"]))
                elif event["type"] != "BOOKMARK":
                    self._put(stream, event["object"])
        if not is_alive:  # nothing changed, or nobody is there: only a list tells which
            stream.version = ""

    def _put(self, stream: _Stream, manifest: Manifest) -> tuple[str, str]:
        kind = stream.interest.kind
        place = namespace, name = _place(stream, manifest)
        kept = stream.interest.keep(manifest)
        if kept is None:
            self._drop(stream, place)
            return place
        named = self._kept.setdefault(namespace, defaultdict(dict))[kind]
        if name not in named or named[name] != kept:
            named[name] = kept
            self._tell(namespace)
        stream.places.add(place)
        return place

    def _drop(self, stream: _Stream, place: tuple[str, str]) -> None:
        namespace, name = place
        stream.places.discard(place)
        kept = self._kept.get(namespace)
        if kept is None or kept[stream.interest.kind].pop(name, None) is None:
            return
        if not any(kept.values()):
            del self._kept[namespace]
        self._tell(namespace)

    def _tell(self, namespace: str) -> None:
        self._changed.add(namespace)
        self._news.notify_all()


def _place(stream: _Stream, manifest: Manifest) -> tuple[str, str]:
    metadata = manifest["metadata"]
    name: str = metadata["name"]
    return (metadata["namespace"] if KINDS[stream.interest.kind].in_namespace else name), name
