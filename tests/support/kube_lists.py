"""The lists and watches of an API server, in memory; for whoever keeps a copy of a cluster."""

from __future__ import annotations

import json
import queue
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.objects import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proeftuin_infra.kube.client.errors import KubeError
    from proeftuin_infra.kube.skeleton.names import Manifest

_END = object()


@dataclass
class ListedCluster:
    """Answers lists and watches, and nothing else; stands in for `Cluster`.

    Attributes:
        asked: Method, path and query of every request.
        page: Objects on a page.
        quiet: Seconds without an event after which a watch ends.
        failing: Raised by the next watches of a kind.
    """

    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    page: int = 500
    quiet: float = 5.0
    failing: dict[str, list[KubeError]] = field(default_factory=lambda: defaultdict(list))
    _there: dict[str, dict[tuple[str, str], Manifest]] = field(default_factory=lambda: defaultdict(dict))
    _news: dict[str, queue.Queue[Any]] = field(default_factory=lambda: defaultdict(queue.Queue))
    _version: int = 1

    def put(self, *manifests: Manifest, told: bool = True) -> None:
        """Have objects; watches hear of them unless `told` is false."""
        for manifest in manifests:
            kind, place = manifest["kind"], _place(manifest)
            word = "MODIFIED" if place in self._there[kind] else "ADDED"
            self._there[kind][place] = self._versioned(manifest)
            if told:
                self.tell(kind, word, self._there[kind][place])

    def drop(self, manifest: Manifest, *, told: bool = True) -> None:
        """Have an object go."""
        gone = self._there[manifest["kind"]].pop(_place(manifest))
        if told:
            self.tell(manifest["kind"], "DELETED", self._versioned(gone))

    def tell(self, kind: str, word: str, body: Manifest) -> None:
        """Send an event to the watch of a kind."""
        self._news[kind].put({"type": word, "object": body})

    def end(self, kind: str) -> None:
        """End the watch of a kind, as a server or a broken line does."""
        self._news[kind].put(_END)

    def end_all(self) -> None:
        """End every watch."""
        for kind in KINDS:
            self.end(kind)

    def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, headers: object = None
    ) -> Manifest:
        """Give a page of a list."""
        given = dict(query or {})
        self.asked.append((method, path, given))
        assert "GET" == method, f"a copy only reads, and asked {method} {path}"
        everything = list(self._there[_kind_of(path)].values())
        first, size = int(given.get("continue", 0)), min(self.page, int(given.get("limit", self.page)))
        more = str(first + size) if first + size < len(everything) else ""
        bare = "PartialObjectMetadata" in str(headers)
        items = [{"metadata": one["metadata"]} if bare else one for one in everything[first : first + size]]
        return {"metadata": {"resourceVersion": str(self._version), "continue": more}, "items": items}

    def lines(self, path: str, *, query: Mapping[str, str], silence: float, **_: object) -> Iterator[bytes]:
        """Give events until somebody ends the watch."""
        self.asked.append(("WATCH", path, dict(query)))
        kind = _kind_of(path)
        if self.failing[kind]:
            raise self.failing[kind].pop()
        while True:
            try:
                event = self._news[kind].get(timeout=min(silence, self.quiet))
            except queue.Empty:
                return
            if event is _END:
                return
            yield json.dumps(event).encode()

    def _versioned(self, manifest: Manifest) -> Manifest:
        self._version += 1
        return {**manifest, "metadata": {**manifest["metadata"], "resourceVersion": str(self._version)}}


def _place(manifest: Manifest) -> tuple[str, str]:
    return manifest["metadata"].get("namespace", ""), manifest["metadata"]["name"]


def _kind_of(path: str) -> str:
    return next(kind for kind, one in KINDS.items() if one.path() == path)
