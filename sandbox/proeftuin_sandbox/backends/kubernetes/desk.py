"""All that the parts of this backend work with: the cluster, images, ports and logs."""

from __future__ import annotations

import fcntl
import threading
from typing import IO, TYPE_CHECKING, Any, Final

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.client.forward import HOST, Forwards, PortTakenError, Target
from proeftuin_infra.kube.client.logs import LogKeeper
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.client.pods import PodState, read_pod
from proeftuin_infra.kube.client.pushing import REGISTRY_REFUSED, Pusher
from proeftuin_infra.kube.client.reaching import Place, service_place
from proeftuin_infra.kube.client.usage import UsageReader
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.ports import Ports
from proeftuin_sandbox.backends.installation import installation_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from proeftuin_sandbox.backends.images import RoomImage, RoomImages
    from proeftuin_sandbox.backends.kubernetes.options import KubernetesOptions

_PORT_TRIES: Final = 5


class Desk:
    """What the parts of the backend share.

    Args:
        root: A folder of this platform: logs, and what tells our objects from those of another platform.
        kubeconfig: How to reach the cluster; None as kubectl finds it.
        options: What the operator chose.
        images: Makes images.
        random_source: Chooses ports.
    """

    def __init__(
        self,
        root: Path,
        *,
        kubeconfig: Path | None,
        options: KubernetesOptions,
        images: RoomImages,
        random_source: random.Random,
    ) -> None:
        self.options = options
        self.images = images
        self.root = root
        self.installation = installation_of(root)
        self.cluster = Cluster(kubeconfig)
        self.objects = Objects(self.cluster)
        self.forwards = Forwards(self.cluster)
        self.usage = UsageReader(self.cluster)
        self.pusher = Pusher(options.registry)
        self.logs = LogKeeper(
            self.objects,
            root / "logs",
            selector=f"{names.INSTALLATION}={self.installation}",
            owner_label=names.COMPONENT,
        )
        self._ports = Ports(random_source)
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._held: dict[int, IO[bytes]] = {}

    def selector(self, **more: str) -> str:
        """Select what is ours; names are those of our labels with underscores for hyphens."""
        wanted = {names.INSTALLATION: self.installation}
        wanted |= {f"{names.DOMAIN}/{name.replace('_', '-')}": value for name, value in more.items()}
        return ",".join(f"{key}={value}" for key, value in wanted.items())

    def push(self, name: str, image: RoomImage) -> str:
        """Have an image where nodes pull it, and give the reference.

        Raises:
            KubeError: the registry does not answer, or refuses.
        """
        if image.push is None:
            raise KubeError(REGISTRY_REFUSED, f"{name} cannot be pushed")
        return self.pusher.push(name, image.digest, image.push)

    def pods(self, namespace: str, **more: str) -> list[PodState]:
        """List pods of ours that do not leave, the oldest first.

        Raises:
            KubeError: the API server does not answer.
        """
        found = self.objects.list("Pod", namespace, labels=self.selector(**more))
        found.sort(key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
        return [state for pod in found if not (state := read_pod(pod)).is_leaving]

    def reach(
        self,
        name: str,
        namespace: str,
        *,
        port: int,
        service: str | None = None,
        wish: Place | None = None,
        **more: str,
    ) -> Place | None:
        """Have a port of a pod where this platform can reach it.

        Args:
            name: Of the listener, where one is needed.
            namespace: Where the pod is.
            port: Of the pod.
            service: In front of the pod; a platform inside the cluster uses it.
            wish: Where it was reached before.
            more: Labels of the pod.

        Returns:
            The place; None when the wished one is another's, or there is no pod.
        """

        def best(*, also_starting: bool = False) -> PodState | None:
            pods = self.pods(namespace, **more)
            ready = [pod for pod in pods if pod.is_ready]
            if ready:
                return ready[-1]
            # Of those not known to serve, the first one did or will: a later one has to prove itself.
            return next((pod for pod in pods if pod.is_running or (also_starting and pod.is_starting)), None)

        def find() -> Target | None:
            # The kubelet tells up to a second late that a pod runs; asking its port tells it at once.
            pod = best(also_starting=True)
            return Target(namespace, pod.name, port) if pod is not None else None

        if self.options.inside:
            if service is not None:
                place = service_place(service, namespace, port)
                return place if wish in {None, place} else None
            pod = best()
            return Place(pod.address, port) if pod is not None and pod.address else None
        if wish is not None and not wish.is_forwarded:  # the platform was inside before
            return None
        here = self._listen(name, find, None if wish is None else wish.port)
        return None if here is None else Place(HOST, here)

    def _listen(self, name: str, find: Callable[[], Target | None], wish: int | None) -> int | None:
        with self._opening:
            known = self.forwards.port(name)
            if known is not None and (wish is None or wish == known):
                return self.forwards.open(name, find)
            self.leave(name)
            return self._open(name, find, wish)

    def _open(self, name: str, find: Callable[[], Target | None], wish: int | None) -> int | None:
        for _ in range(_PORT_TRIES):
            chosen = self._ports.take() if wish is None else wish
            try:
                port_here = self.forwards.open(name, find, wish=chosen)
            except PortTakenError:
                self._ports.give_back(chosen)
                if wish is not None:
                    return wish if self._is_held_by_a_sibling(wish) else None
            else:
                self._hold(port_here)
                return port_here
        return None

    def leave(self, name: str) -> None:
        """Close a listener; one that is not there is fine."""
        port = self.forwards.port(name)
        self.forwards.close(name)
        if port is not None:
            self._ports.give_back(port)
            with self._lock:
                held = self._held.pop(port, None)
            if held is not None:
                held.close()

    def close(self) -> None:
        """Let go of everything of this process."""
        self.images.close()
        self.logs.close()
        for name in self.forwards.names():
            self.leave(name)
        self.forwards.close_all()
        self.cluster.close()

    def _hold(self, port: int) -> None:
        """Let other processes of this platform see that the port is ours."""
        file = self._lock_file(port)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return
        with self._lock:
            self._held[port] = file

    def _is_held_by_a_sibling(self, port: int) -> bool:
        with self._lock_file(port) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def _lock_file(self, port: int) -> IO[bytes]:
        folder = self.root / "ports"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (folder / f"{port}.lock").open("wb")


def url(note: str) -> str | None:
    """Give the address that an annotation remembers."""
    place = Place.noted(note)
    return None if place is None else place.url


def annotation(manifest: dict[str, Any], key: str) -> str:
    """Read an annotation; empty when it is not there."""
    return str((manifest["metadata"].get("annotations") or {}).get(key, ""))
