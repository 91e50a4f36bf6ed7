"""Take a namespace away and watch it go; name what keeps it when it stays."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_infra.kube.client.errors import CONFLICT, TERMINATING, KubeError
from proeftuin_infra.kube.client.pauses import pause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.client.objects import Objects
    from proeftuin_infra.kube.skeleton.names import Manifest

_LOOK_SECONDS = 0.15
_NEWS_SECONDS = 2.0
_HELD = (
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What keeps a namespace from going.

    Attributes:
        reason: The condition's type: an API service that does not answer, a finalizer, content.
        said: The API server's words; they name it.
    """

    reason: str
    said: str


class NamespaceStuckError(Exception):
    """A namespace does not go in time; `held` says why, as far as the cluster tells."""

    def __init__(self, held: tuple[Held, ...]) -> None:
        super().__init__("; ".join(one.said for one in held) or "no reason given")
        self.held = held


def delete_namespace(objects: Objects, name: str, *, patience: float) -> Iterator[tuple[Held, ...]]:
    """Delete a namespace and wait until it is gone; one that is not there is fine.

    What runs in it is asked to stop at once, together with the namespace: that saves the seconds which the
    namespace controller takes before it comes to the pods.

    Args:
        objects: The cluster.
        name: Of the namespace.
        patience: Seconds.

    Yields:
        What holds it now, every two seconds.

    Raises:
        NamespaceStuckError: it is still there.
        KubeError: the API server refuses.
    """
    with contextlib.suppress(KubeError):  # it goes anyway, only later
        for kind in ("Deployment", "Job"):
            for one in objects.list(kind, name):
                objects.delete(kind, one["metadata"]["name"], name)
    try:
        if not objects.delete("Namespace", name):
            return
    except KubeError as error:
        if error.code not in {CONFLICT, TERMINATING}:  # it goes already
            raise
    began = told = time.monotonic()
    while (namespace := objects.get("Namespace", name)) is not None:
        held = holders(namespace)
        if time.monotonic() - began > patience:
            raise NamespaceStuckError((*held, *_finalizers(objects, name)))
        if time.monotonic() - told > _NEWS_SECONDS:
            told = time.monotonic()
            yield held
        time.sleep(pause(time.monotonic() - began, least=_LOOK_SECONDS))


def holders(namespace: Manifest) -> tuple[Held, ...]:
    """Read from a namespace that goes what still holds it."""
    conditions = {one["type"]: one for one in (namespace.get("status") or {}).get("conditions") or []}
    return tuple(
        Held(reason, str(conditions[reason].get("message", "")))
        for reason in _HELD
        if conditions.get(reason, {}).get("status") == "True"
    )


def _finalizers(objects: Objects, namespace: str) -> tuple[Held, ...]:
    """Name the objects that wait for a finalizer, and which."""
    found = []
    with contextlib.suppress(KubeError):
        for kind in ("Pod", "PersistentVolumeClaim", "Service", "ConfigMap", "Secret", "Deployment"):
            for one in objects.list(kind, namespace):
                keepers = one["metadata"].get("finalizers") or []
                if keepers:
                    words = f"{kind} {one['metadata']['name']} waits for {', '.join(keepers)}"
                    found.append(Held("finalizer", words))
    return tuple(found)
