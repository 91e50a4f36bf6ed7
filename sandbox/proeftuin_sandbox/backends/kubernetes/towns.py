"""The town in a room: how the platform reaches it, and brings it back to its seed."""

from __future__ import annotations

import http.client
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from proeftuin_infra.kube.client.reaching import Place
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.containers import CONTROL_PORT, TOWN_PORT, live, put_back
from proeftuin_sandbox.backends.failures import town_failure
from proeftuin_sandbox.backends.kubernetes.desk import annotation
from proeftuin_sandbox.backends.kubernetes.failures import translated
from proeftuin_sandbox.backends.kubernetes.rooms import TOWN_DIGEST, TOWN_LOCAL_PORT
from proeftuin_sandbox.backends.living import stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_sandbox.backends.base import Step
    from proeftuin_sandbox.backends.images import RoomImage
    from proeftuin_sandbox.backends.kubernetes.desk import Desk
    from proeftuin_sandbox.backends.kubernetes.rooms import Rooms

_KIND: Final = "town"
_ANSWER_SECONDS: Final = 15.0
_STOP_SECONDS: Final = 20.0
_OK: Final = range(200, 300)


class Towns:
    """Reaches the town of each room.

    Args:
        desk: The cluster.
        rooms: Where the towns are.
    """

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk = desk
        self._rooms = rooms

    def open(self, sandbox_id: str, image: RoomImage) -> Place:
        """Have the town where this platform can reach it, and remember where and which it is.

        Raises:
            KubeError: the cluster does not answer.
            FailureError: no port is free.
        """
        namespace = namespace_of(sandbox_id)
        found = self._desk.objects.get("Namespace", namespace)
        wish = Place.noted(annotation(found, TOWN_LOCAL_PORT)) if found is not None else None
        place = self._listen(sandbox_id, wish=wish) or self._listen(sandbox_id, wish=None)
        if place is None:
            raise FailureError(town_failure("town-start-failed", "port"))
        marks = {TOWN_LOCAL_PORT: place.note, TOWN_DIGEST: image.town_digest}
        self._desk.objects.patch("Namespace", namespace, "", {"metadata": {"annotations": marks}})
        return place

    def wait(self, place: Place) -> None:
        """See the building blocks answer.

        Raises:
            FailureError: they do not, though their pod is ready.
        """
        deadline = time.monotonic() + _ANSWER_SECONDS
        said = ""
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection(place.host, place.port, timeout=5)
            try:
                connection.request("GET", "/gezondheid")
                status = connection.getresponse().status
                if status in _OK:
                    return
                said = str(status)
            except (OSError, http.client.HTTPException) as error:
                said = type(error).__name__
            finally:
                connection.close()
            time.sleep(0.1)
        raise FailureError(town_failure("town-start-failed", said))

    def place(self, namespace: Manifest) -> Place | None:
        """Give where a town is reached, and have it listen there when another process did before."""
        wish = Place.noted(annotation(namespace, TOWN_LOCAL_PORT))
        sandbox_id = names.sandbox_of(namespace["metadata"]["name"])
        return self._listen(sandbox_id, wish=wish) if wish else None

    def is_ready(self, sandbox_id: str) -> bool:
        """Tell whether the building blocks run.

        Raises:
            KubeError: the cluster does not answer.
        """
        return any(pod.is_ready for pod in self._desk.pods(namespace_of(sandbox_id), kind=_KIND))

    def stop(self, sandbox_id: str) -> None:
        """Stop the town and wait until its pod is gone.

        Raises:
            KubeError: the cluster does not answer.
        """
        namespace = namespace_of(sandbox_id)
        change = {"spec": {"replicas": 0}}
        if self._desk.objects.patch("Deployment", names.TOWN, namespace, change) is None:
            return
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline and self._desk.objects.list(
            "Pod", namespace, labels=self._desk.selector(kind=_KIND)
        ):
            time.sleep(0.2)

    def put_back(self, sandbox_id: str) -> None:
        """Bring the town back to its seed: its server drops its database and clones it again.

        Raises:
            FailureError: it refuses or does not answer.
        """
        with self._control(sandbox_id) as (place, token):
            put_back(place.host, place.port, token=token)

    def live(self, sandbox_id: str, *, until: int) -> Iterator[Step]:
        """Have the town live up to a day.

        Raises:
            FailureError: it refuses or does not answer.
        """

        def live_to(day: int) -> int:
            with self._control(sandbox_id) as (place, token):
                return live(place.host, place.port, token=token, until=day)

        yield from stretches(live_to, until=until)

    @contextmanager
    def _control(self, sandbox_id: str) -> Iterator[tuple[Place, str]]:
        """Give where the town takes orders, and with what token, while the block runs."""
        namespace = namespace_of(sandbox_id)
        name = f"{namespace}/control"
        with translated():
            token = self._rooms.token(sandbox_id)
            place = self._desk.reach(name, namespace, port=CONTROL_PORT, kind=_KIND)
        if place is None:
            raise FailureError(town_failure("town-start-failed", "no pod"))
        try:
            yield place, token
        finally:
            self._desk.leave(name)

    def close(self, sandbox_id: str) -> None:
        """Stop listening for a town."""
        self._desk.leave(_listener(sandbox_id))

    def _listen(self, sandbox_id: str, *, wish: Place | None) -> Place | None:
        namespace = namespace_of(sandbox_id)
        return self._desk.reach(
            _listener(sandbox_id), namespace, port=TOWN_PORT, service=names.TOWN, wish=wish, kind=_KIND
        )


def _listener(sandbox_id: str) -> str:
    return f"{namespace_of(sandbox_id)}/town"
