"""The Kubernetes backend on nodes that are not there: all of it, but for what needs a program that runs.

Replaced at their very edge, and nowhere else: making and pushing images (nobody pulls them), the first answer of a
town (a simulated pod answers nothing), and the probe and control pods of the isolation proof (nothing runs in them to
try anything). Everything else is the product: names, manifests, admission rules, server-side apply, waiting for
quota and deployment, listeners, observing, drift, inventory, deleting.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.pushing import RegistryPlace
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_sandbox.backends.images import RoomImage
from proeftuin_sandbox.backends.kubernetes import KubernetesBackend, KubernetesOptions
from proeftuin_sandbox.backends.promises import Finding, Proof

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator
    from pathlib import Path

    from proeftuin_sandbox.backends.base import DeploymentOrder, Step, TownSpec

DIGEST = "sha256:" + "5" * 64
FINDINGS = 95
"""As many as a real proof has, and as long, so that rows are as large as real ones."""


@dataclass
class Traffic:
    """What went to the API server and came back.

    Attributes:
        requests: By method and kind; the path without names.
        received: Bytes of answers, uncompressed.
    """

    requests: Counter[str] = field(default_factory=Counter)
    received: int = 0

    def copy(self) -> Traffic:
        return Traffic(self.requests.copy(), self.received)

    def since(self, before: Traffic) -> Traffic:
        return Traffic(self.requests - before.requests, self.received - before.received)


class SimulatedRooms(KubernetesBackend):
    """Rooms whose pods are played by kwok.

    Attributes:
        traffic: Counts from the start.
    """

    def __init__(self, root: Path, *, kubeconfig: Path) -> None:
        registry = RegistryPlace("http://registry.example/proeftuin")
        super().__init__(
            root,
            kubeconfig=kubeconfig,
            options=KubernetesOptions(registry=registry),
            images=NoImages(),
            random_source=random.Random(),  # noqa: S311 - chooses ports
        )
        self.traffic = Traffic()
        _count(self._desk.cluster, self.traffic)
        stand_in(self._towns, "wait", lambda _place: None)
        stand_in(self._controls, "begin", lambda _image: None)
        stand_in(self._prover, "begin", lambda _sandbox_id, *, image: None)  # noqa: ARG005 - as it is called
        stand_in(self._desk.pusher, "push", lambda name, digest, _send: registry.reference(name, digest))

    def prove(self, sandbox_id: str) -> Proof:
        """Say what a proof would, without one."""
        words = f"simulated: nothing runs in {sandbox_id}, so nothing was tried and nothing is proved"
        return Proof(
            tuple(
                Finding("simulated", held=True, detected=True, detail=words, attack=f"S{n}") for n in range(FINDINGS)
            )
        )


def stand_in(owner: Any, method: str, act: Callable[..., Any]) -> None:
    """Have something else done instead of a method, which must be there: what nobody calls replaces nothing."""
    assert callable(getattr(owner, method, None)), f"{type(owner).__name__} has no {method} to stand in for"
    setattr(owner, method, act)


def town_pod(backend: KubernetesBackend, sandbox_id: str, *, ready: bool = True) -> dict[str, Any]:
    """Describe the pod of a town as the API server shows it, in so far as anybody looks."""
    labels = backend._rooms.spec(sandbox_id).labels("town")
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    metadata = {"name": "town-1", "namespace": namespace_of(sandbox_id), "labels": labels, "uid": "1"}
    return {"kind": "Pod", "metadata": metadata, "spec": {"nodeName": "n"}, "status": status}


class NoImages:
    def base(self) -> RoomImage:
        return image()

    def town(self, spec: TownSpec) -> Generator[Step, None, RoomImage]:  # noqa: ARG002 - the contract's form
        yield from ()
        return image(town_digest=DIGEST)

    def component(self, order: DeploymentOrder) -> Generator[Step, None, RoomImage]:
        raise NotImplementedError(order)

    def close(self) -> None:
        """Have made nothing."""


def image(town_digest: str = "") -> RoomImage:
    """Describe an image that nobody made."""
    return RoomImage(DIGEST, DIGEST, _nothing, town_digest=town_digest, push=lambda _registry, _name: DIGEST)


def _nothing(_known: Collection[str]) -> Iterable[bytes]:
    return ()


def _count(cluster: Any, traffic: Traffic) -> None:
    """Count at the one place through which every request goes."""
    send = cluster._send

    def counted(method: str, path: str, **options: Any) -> Any:
        watches = "watch" in (options.get("query") or {})
        traffic.requests[f"{'WATCH' if watches else method} {_kind(path)}"] += 1
        return _Counted(send(method, path, **options), traffic)

    cluster._send = counted


def _kind(path: str) -> str:
    parts = path.strip("/").split("/")
    parts = parts[2:] if parts[0] == "api" else parts[3:]
    if parts[:1] == ["namespaces"] and len(parts) > 2:
        parts = parts[2:]
    return parts[0] if parts else path


class _Counted:
    """An answer whose bytes are counted."""

    def __init__(self, answer: Any, traffic: Traffic) -> None:
        self._answer, self._traffic = answer, traffic

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answer, name)

    def read(self) -> bytes:
        data: bytes = self._answer.read()
        self._traffic.received += len(data)
        return data

    def stream(self, *given: Any, **named: Any) -> Iterator[bytes]:
        for chunk in self._answer.stream(*given, **named):
            self._traffic.received += len(chunk)
            yield chunk
