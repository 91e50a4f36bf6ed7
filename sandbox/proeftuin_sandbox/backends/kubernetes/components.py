"""Components in a room: their image, their deployment, and waiting until they answer."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Final

from proeftuin_infra.kube.client import trouble
from proeftuin_infra.kube.client.forward import HOST
from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.kube.workloads import DIGEST, PORT, REVISION, Workload, object_name, workload_manifests
from proeftuin_infra.rotating_log import follow
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import PULSE, ComponentView, FailureError, Step
from proeftuin_sandbox.backends.containers import COMPONENT_PORT, environment_of
from proeftuin_sandbox.backends.failures import COMPONENT_STOPPED
from proeftuin_sandbox.backends.kubernetes.desk import annotation
from proeftuin_sandbox.backends.kubernetes.failures import component_failure, translated
from proeftuin_sandbox.backends.kubernetes.views import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.client.pods import PodState
    from proeftuin_infra.kube.client.trouble import Trouble
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder, Failure
    from proeftuin_sandbox.backends.kubernetes.desk import Desk
    from proeftuin_sandbox.backends.kubernetes.rooms import Rooms

KIND: Final = "component"
_LOOK_SECONDS: Final = 0.25
_PULSE_SECONDS: Final = 0.5
_FIRST_WORD_AFTER_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 20.0
_ANSWER_SECONDS: Final = 10.0
_PULL_SECONDS: Final = 300.0
_SCHEDULE_SECONDS: Final = 8.0
_OVER: Final = frozenset({"Failed", "Succeeded"})
_GOOD: Final = range(200, 400)
_SILENCE: Final = Text(nl="", en="")


class Components:
    """Runs components in rooms.

    Args:
        desk: The cluster.
        rooms: Where they run.
    """

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk = desk
        self._rooms = rooms

    def deploy(self, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers; see `SandboxBackend.deploy`."""
        self._desk.logs.start()
        name, namespace = order.manifest.name, namespace_of(order.sandbox_id)
        yield Step("image", Text(nl="Het image maken", en="Making the image"), 1, 4)
        image = yield from self._desk.images.component(order)
        yield Step("push", Text(nl="Het image naar de cluster brengen", en="Bringing the image to the cluster"), 2, 4)
        reference = self._desk.push(f"component/{name}", image)
        yield Step("start", Text(nl="De component starten", en="Starting the component"), 3, 4)
        before = self._desk.objects.get("Deployment", object_name(name), namespace)
        port = self._listen(order.sandbox_id, name, before)
        workload = self._workload(order, image=reference, places=image.places, port=port)
        for manifest in workload_manifests(self._rooms.spec(order.sandbox_id), workload):
            self._desk.objects.apply(manifest)
        words = order.manifest.health.path
        yield Step("wait", Text(nl=f"Wachten tot {words} antwoordt", en=f"Waiting until {words} answers"), 4, 4)
        try:
            yield from self._wait(order, port)
        except FailureError:
            self._desk.logs.catch_up(namespace, name)
            self._roll_back(order, before)
            raise

    def views(self, sandbox_id: str) -> tuple[ComponentView, ...]:
        """Report what exists of the components of a room.

        Raises:
            KubeError: the cluster does not answer.
        """
        namespace = namespace_of(sandbox_id)
        deployments = self._desk.objects.list("Deployment", namespace, labels=self._desk.selector(kind=KIND))
        if not deployments:
            return ()
        self._desk.logs.start()
        pods = self._desk.objects.list("Pod", namespace, labels=self._desk.selector(kind=KIND))
        found = []
        for deployment in deployments:
            name = deployment["metadata"]["labels"][names.COMPONENT]
            wish = int(annotation(deployment, PORT) or 0)
            port = self._reach(sandbox_id, name, wish) if wish and deployment["spec"].get("replicas") else None
            mine = [pod for pod in pods if pod["metadata"]["labels"].get(names.COMPONENT) == name]
            found.append(view_of(deployment, mine, is_reachable=port is not None, usage=self._desk.usage))
        return tuple(sorted(found, key=lambda view: view.name))

    def explain(self, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running.

        Raises:
            KubeError: the cluster does not answer.
        """
        name, namespace = order.manifest.name, namespace_of(order.sandbox_id)
        deployment = self._desk.objects.get("Deployment", object_name(name), namespace)
        if deployment is None or not deployment["spec"].get("replicas"):
            return COMPONENT_STOPPED
        found = self._trouble(order, deployment, patience_is_over=True)
        if found is None:
            return COMPONENT_STOPPED
        return self._explained(order, found)

    def logs(self, sandbox_id: str, component: str, *, lines: int) -> list[LogLine]:
        """Give the last lines of a log."""
        namespace = namespace_of(sandbox_id)
        self._desk.logs.catch_up(namespace, component)
        return self._desk.logs.tail(namespace, component, lines=lines)

    def follow_logs(self, sandbox_id: str, component: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines and then new ones, until the component has ended."""
        namespace = namespace_of(sandbox_id)
        self._desk.logs.catch_up(namespace, component)
        looked, over = time.monotonic(), False
        for line in follow(self._desk.logs.path(namespace, component), lines=lines):
            yield line
            if line is None:
                if over:
                    return
                if time.monotonic() - looked > 1.0:
                    looked = time.monotonic()
                    over = self._has_ended(namespace, component)
                    if over:
                        self._desk.logs.catch_up(namespace, component)

    def stop(self, sandbox_id: str, component: str) -> None:
        """End a component and wait until its pods are gone; its log is complete then.

        Raises:
            KubeError: the cluster does not answer.
        """
        namespace = namespace_of(sandbox_id)
        self._desk.logs.catch_up(namespace, component)
        change = {"spec": {"replicas": 0}}
        if self._desk.objects.patch("Deployment", object_name(component), namespace, change) is None:
            return
        deadline = time.monotonic() + _STOP_SECONDS
        labels = self._desk.selector(component=component)
        while time.monotonic() < deadline and (pods := self._desk.objects.list("Pod", namespace, labels=labels)):
            for pod in map(read_pod, pods):
                if pod.phase in _OVER:  # evicted: nobody but us takes those away
                    self._desk.objects.delete("Pod", pod.name, namespace, grace=0)
            time.sleep(_LOOK_SECONDS)

    def remove(self, sandbox_id: str, component: str) -> None:
        """End a component and take away its objects, data and log.

        Raises:
            KubeError: the cluster does not answer.
        """
        namespace = namespace_of(sandbox_id)
        self.stop(sandbox_id, component)
        self._desk.leave(_listener(sandbox_id, component))
        for kind in ("Deployment", "PersistentVolumeClaim", "Secret"):
            self._desk.objects.delete(kind, object_name(component), namespace)
        self._desk.logs.forget(namespace, component)

    def names(self, sandbox_id: str) -> list[str]:
        """List the components of a room.

        Raises:
            KubeError: the cluster does not answer.
        """
        labels = self._desk.selector(kind=KIND)
        found = self._desk.objects.list("Deployment", namespace_of(sandbox_id), labels=labels)
        return sorted(one["metadata"]["labels"][names.COMPONENT] for one in found)

    def empty(self, sandbox_id: str, component: str) -> None:
        """End a component and empty what it wrote.

        Raises:
            KubeError: the cluster does not answer.
        """
        self.stop(sandbox_id, component)
        self._desk.objects.delete("PersistentVolumeClaim", object_name(component), namespace_of(sandbox_id))

    def leave(self, sandbox_id: str) -> None:
        """Stop listening for all components of a room."""
        prefix = _listener(sandbox_id, "")
        for name in self._desk.forwards.names():
            if name.startswith(prefix):
                self._desk.leave(name)

    def _workload(self, order: DeploymentOrder, *, image: str, places: tuple[str, ...], port: int) -> Workload:
        town = self._desk.objects.get("Service", names.TOWN, namespace_of(order.sandbox_id))
        address = town["spec"].get("clusterIP", "") if town is not None else ""
        limits = order.manifest.limits
        return Workload(
            name=order.manifest.name,
            image=image,
            revision=order.revision,
            digest=order.digest,
            environment=environment_of(order, base_url=f"http://{HOST}:{port}", town=names.TOWN),
            memory_mib=limits.memory_mib,
            disk_mib=limits.disk_mib,
            health_path=order.manifest.health.path,
            health_seconds=order.manifest.health.timeout_seconds,
            local_port=port,
            places=places,
            hosts={names.TOWN: address} if address else {},
            storage_class=self._desk.options.storage_class,
        )

    def _listen(self, sandbox_id: str, component: str, deployment: Manifest | None) -> int:
        wish = int(annotation(deployment, PORT) or 0) if deployment is not None else 0
        port = (self._reach(sandbox_id, component, wish) if wish else None) or self._reach(sandbox_id, component, None)
        if port is None:
            raise FailureError(COMPONENT_STOPPED)
        return port

    def _reach(self, sandbox_id: str, component: str, wish: int | None) -> int | None:
        return self._desk.reach(
            _listener(sandbox_id, component),
            namespace_of(sandbox_id),
            port=COMPONENT_PORT,
            wish=wish,
            kind=KIND,
            component=component,
        )

    def _wait(self, order: DeploymentOrder, port: int) -> Iterator[Step]:
        """Wait until the new revision is ready; tell what is wrong as soon as the cluster shows it.

        The time that an image needs to get to its node is not the component's: its patience begins when it runs.
        """
        namespace, name = namespace_of(order.sandbox_id), object_name(order.manifest.name)
        began = pulsed = time.monotonic()
        ran_at: float | None = None
        told = False
        while True:
            deployment = self._desk.objects.get("Deployment", name, namespace)
            if deployment is None:
                raise FailureError(COMPONENT_STOPPED)
            pods = self._pods(order)
            if any(pod.is_ready for pod in pods):
                break
            found = self._trouble(order, deployment, pods=pods, patience_is_over=False)
            now = time.monotonic()
            if found is not None:
                raise FailureError(self._explained(order, found))
            if ran_at is None and any(pod.is_running for pod in pods):
                ran_at = now
            limit = order.manifest.health.timeout_seconds
            if (ran_at is not None and now - ran_at > limit) or now - began > _patience(pods, limit):
                raise FailureError(self._explained(order, self._never_ready(order, pods)))
            if not told and now - began > _FIRST_WORD_AFTER_SECONDS:
                told = True
                failure = self._explained(order, self._never_ready(order, pods))
                yield Step(
                    "waiting",
                    Text(
                        nl=f"Nog geen goed antwoord. {failure.cause.nl} {failure.remedy.nl}",
                        en=f"No good answer yet. {failure.cause.en} {failure.remedy.en}",
                    ),
                )
            if now - pulsed > _PULSE_SECONDS:
                pulsed = now
                yield Step(PULSE, _SILENCE)
            time.sleep(_LOOK_SECONDS)
        _see_it_answer(port, order.manifest.health.path)

    def _pods(self, order: DeploymentOrder) -> list[PodState]:
        """List the pods of this very revision."""
        namespace = namespace_of(order.sandbox_id)
        labels = self._desk.selector(component=order.manifest.name)
        found = [
            read_pod(pod)
            for pod in self._desk.objects.list("Pod", namespace, labels=labels)
            if annotation(pod, REVISION) == str(order.revision)
        ]
        return [pod for pod in found if not pod.is_leaving]

    def _trouble(
        self,
        order: DeploymentOrder,
        deployment: Manifest,
        *,
        pods: list[PodState] | None = None,
        patience_is_over: bool,
    ) -> Trouble | None:
        mine = self._pods(order) if pods is None else pods
        return trouble.of_pods(mine, patience_is_over=patience_is_over) or (
            None if mine else trouble.of_deployment(deployment)
        )

    def _never_ready(self, order: DeploymentOrder, pods: list[PodState]) -> Trouble:
        known = trouble.of_pods(pods, patience_is_over=True)
        if known is not None or not pods:
            return known or trouble.Trouble(trouble.NO_PLACE)
        fields = f"involvedObject.name={pods[-1].name}"
        return trouble.of_probes(self._desk.objects.list("Event", namespace_of(order.sandbox_id), fields=fields))

    def _explained(self, order: DeploymentOrder, found: Trouble) -> Failure:
        said = ""
        if found.code == trouble.EXITED:
            written = self.logs(order.sandbox_id, order.manifest.name, lines=50)
            said = next((line.text for line in reversed(written) if line.stream != "sys" and line.text.strip()), "")
            found = trouble.by_last_words(found, said)
        return component_failure(found, limits=order.manifest.limits, said=said[:300])

    def _roll_back(self, order: DeploymentOrder, before: Manifest | None) -> None:
        """Leave nothing of a failed revision running; an earlier one that ran comes back."""
        with translated():
            if before is None or not before["spec"].get("replicas") or not _ran(before):
                self.stop(order.sandbox_id, order.manifest.name)
                return
            namespace, name = namespace_of(order.sandbox_id), object_name(order.manifest.name)
            marks = {key: annotation(before, key) for key in (REVISION, DIGEST, PORT)}
            self._desk.objects.patch(
                "Deployment",
                name,
                namespace,
                {"metadata": {"annotations": marks}, "spec": {"template": before["spec"]["template"]}},
            )

    def _has_ended(self, namespace: str, component: str) -> bool:
        with translated():
            return not any(pod.is_running for pod in self._desk.pods(namespace, component=component))


def _patience(pods: list[PodState], limit: float) -> float:
    """Say how long a component may take from its first moment, by what it waits for."""
    if not pods:
        return _SCHEDULE_SECONDS
    if any(pod.unscheduled for pod in pods):
        return _SCHEDULE_SECONDS
    return _PULL_SECONDS + limit


def _ran(deployment: Manifest) -> bool:
    return bool((deployment.get("status") or {}).get("availableReplicas"))


def _see_it_answer(port: int, path: str) -> None:
    """See the answer at the address that is given out: the way through the API server is then known to work."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", path, headers={"Accept": "*/*", "User-Agent": "proeftuin-health"})
            if connection.getresponse().status in _GOOD:
                return
        except (OSError, http.client.HTTPException):
            """The pod is ready; the way to it may need another moment."""
        finally:
            connection.close()
        time.sleep(0.1)


def _listener(sandbox_id: str, component: str) -> str:
    return f"{namespace_of(sandbox_id)}/c/{component}"
