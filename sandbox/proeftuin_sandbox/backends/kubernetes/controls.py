"""The control pods: the same probe where nothing stops it, and targets that live. One namespace per platform.

The namespace has everything of a room but its network policies: a difference in what the probe sees is the policies'.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.kube.client.errors import TERMINATING, KubeError
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.kube.skeleton.pods import hardened_container, hardened_pod, resources, scratch
from proeftuin_infra.kube.skeleton.room import metadata
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import no_proof
from proeftuin_sandbox.backends.programs import compose

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.pods import PodState
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import RoomSpec
    from proeftuin_sandbox.backends.kubernetes.desk import Desk
    from proeftuin_sandbox.backends.kubernetes.rooms import Rooms

KIND: Final = "control"
PORT: Final = 8080
_SERVICE: Final = "control"
_READY_SECONDS: Final = 40.0
_TRY_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.15


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A pod of somebody else that lives.

    Attributes:
        address: Its IP.
        service: Address of a service in front of it.
    """

    address: str
    service: str


class Controls:
    """Keeps the control pods.

    Args:
        desk: The cluster.
        rooms: Knows how a room is described.
    """

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk = desk
        self._rooms = rooms
        self._lock = threading.Lock()

    @property
    def namespace(self) -> str:
        """Where they are."""
        return namespace_of(self._rooms.control_id)

    def begin(self, image: str) -> None:
        """Have the control pods made; does not wait for them.

        Raises:
            KubeError: the cluster refuses.
        """
        spec = self._rooms.spec(self._rooms.control_id)
        with self._lock:
            pods = [pod for pod in self._pods() if pod.is_running]
            if len(pods) > 1:
                return
            manifests = [one for one in room_manifests(spec) if one["kind"] != "NetworkPolicy"]
            for manifest in [*manifests, _service(spec), _deployment(spec, image=image)]:
                self._apply(manifest)

    def ready(self, image: str) -> Neighbour:
        """Wait until they answer.

        Raises:
            FailureError: they do not.
            KubeError: the cluster refuses.
        """
        self.begin(image)
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            pods = [pod for pod in self._pods() if pod.is_ready and pod.address]
            if len(pods) > 1:
                service = self._desk.objects.get("Service", _SERVICE, self.namespace) or {"spec": {}}
                return Neighbour(pods[0].address, str(service["spec"].get("clusterIP", "")))
            time.sleep(_LOOK_SECONDS)
        raise FailureError(no_proof("the control pods do not start"))

    def attempt(self, attacks: list[dict[str, Any]]) -> dict[str, tuple[bool, str]]:
        """Try attacks where nothing stops them.

        Raises:
            FailureError: the control pod gives no answer.
            KubeError: the cluster does not answer.
        """
        name = f"{self.namespace}/prober"
        place = self._desk.reach(name, self.namespace, port=PORT, kind=KIND)
        if place is None:
            raise FailureError(no_proof("control: no pod"))
        connection = http.client.HTTPConnection(place.host, place.port, timeout=_TRY_SECONDS)
        try:
            connection.request("POST", "/", body=json.dumps(attacks), headers={"Content-Type": "application/json"})
            found = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FailureError(no_proof(f"control: {type(error).__name__}")) from error
        finally:
            connection.close()
        return {key: (bool(value[0]), str(value[1])) for key, value in found.items()}

    def remove(self) -> None:
        """Take the control pods away, with their namespace; does not wait.

        Raises:
            KubeError: the cluster refuses.
        """
        self._desk.leave(f"{self.namespace}/prober")
        self._desk.objects.delete("Namespace", self.namespace)

    def _pods(self) -> list[PodState]:
        return self._desk.pods(self.namespace, kind=KIND)

    def _apply(self, manifest: Manifest) -> None:
        """Apply, and again while a former namespace of this name is still going."""
        deadline = time.monotonic() + _READY_SECONDS
        while True:
            try:
                applied = self._desk.objects.apply(manifest)
                if "deletionTimestamp" not in applied["metadata"] or time.monotonic() > deadline:
                    return
            except KubeError as error:
                if error.code != TERMINATING or time.monotonic() > deadline:
                    raise
            time.sleep(_LOOK_SECONDS)


def probe_pod(spec: RoomSpec, *, name: str, image: str, arguments: dict[str, Any], kind: str) -> dict[str, Any]:
    """Describe a pod that plays a role of the probe program; without `kind` and `apiVersion`."""
    container = hardened_container(
        "probe",
        image=image,
        resources=resources(requests_cpu="25m", limits_cpu="500m", memory="96Mi"),
        command=["python3", "-I", "-S", "-c", program(), json.dumps(arguments)],
        volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - in its pod
    )
    pod = hardened_pod(spec, containers=[container], volumes=[scratch("tmp", size="16Mi")], grace_seconds=1)
    return {"metadata": metadata(spec, name, kind=kind), "spec": pod}


def program() -> str:
    """Give the source of the probe."""
    return compose("proeftuin_sandbox.backends.kubernetes", "probe_program.py")


def _service(spec: RoomSpec) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(spec, _SERVICE, kind=KIND),
        "spec": {
            "type": "ClusterIP",
            "selector": {names.KIND: KIND},
            "ports": [{"name": "http", "protocol": "TCP", "port": PORT}],
        },
    }


def _deployment(spec: RoomSpec, *, image: str) -> Manifest:
    pod = probe_pod(spec, name="control", image=image, arguments={"role": "control", "port": PORT}, kind=KIND)
    container = pod["spec"]["containers"][0]
    container["ports"] = [{"name": "http", "containerPort": PORT, "protocol": "TCP"}]
    container["readinessProbe"] = {"httpGet": {"path": "/", "port": PORT}, "periodSeconds": 1, "timeoutSeconds": 2}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(spec, "control", kind=KIND),
        "spec": {
            "replicas": 2,
            "revisionHistoryLimit": 0,
            "selector": {"matchLabels": {names.KIND: KIND}},
            "template": {"metadata": {"labels": spec.labels(KIND)}, "spec": pod["spec"]},
        },
    }
