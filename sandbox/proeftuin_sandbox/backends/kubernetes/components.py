"""Components in a room: their image, their deployment, their log and their end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from proeftuin_infra.kube.client.pods import PodState, read_pod
from proeftuin_infra.kube.client.reaching import Place
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.kube.workloads import DIGEST, PORT, REVISION, Workload, object_name, workload_manifests
from proeftuin_infra.rotating_log import follow
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import ComponentView, FailureError, Step
from proeftuin_sandbox.backends.containers import COMPONENT_PORT, environment_of
from proeftuin_sandbox.backends.failures import COMPONENT_STOPPED
from proeftuin_sandbox.backends.kubernetes.arrivals import Arrivals
from proeftuin_sandbox.backends.kubernetes.desk import annotation
from proeftuin_sandbox.backends.kubernetes.failures import translated
from proeftuin_sandbox.backends.kubernetes.views import running_pod, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder, Failure
    from proeftuin_sandbox.backends.kubernetes.desk import Desk
    from proeftuin_sandbox.backends.kubernetes.rooms import Rooms

KIND: Final = "component"
_LOOK_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 20.0
_OVER: Final = frozenset({"Failed", "Succeeded"})


class Components:
    """Runs components in rooms.

    Args:
        desk: The cluster.
        rooms: Where they run.
    """

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk = desk
        self._rooms = rooms
        self._arrivals = Arrivals(desk)

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
        fallback = before if before is not None and self._ran(namespace, name, before) else None
        place = self._listen(order.sandbox_id, name, before)
        workload = self._workload(order, image=reference, places=image.places, place=place)
        for manifest in workload_manifests(self._rooms.spec(order.sandbox_id), workload):
            self._desk.objects.apply(manifest)
        words = order.manifest.health.path
        yield Step("wait", Text(nl=f"Wachten tot {words} antwoordt", en=f"Waiting until {words} answers"), 4, 4)
        try:
            yield from self._arrivals.wait(order, place)
        except FailureError:
            self._desk.logs.catch_up(namespace, name)
            self._roll_back(order, fallback)
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
        pods = self._desk.objects.list("Pod", namespace, labels=self._desk.selector(kind=KIND))
        return self.seen(sandbox_id, deployments, pods)

    def seen(
        self, sandbox_id: str, deployments: Sequence[Manifest], pods: Sequence[Manifest]
    ) -> tuple[ComponentView, ...]:
        """Report the same from what somebody read already; what is no component's is left out."""
        components = [one for one in deployments if names.COMPONENT in one["metadata"]["labels"]]
        if not components:
            return ()
        self._desk.logs.start()
        found = []
        for deployment in components:
            name = deployment["metadata"]["labels"][names.COMPONENT]
            wish = Place.noted(annotation(deployment, PORT))
            place = self._reach(sandbox_id, name, wish) if wish and deployment["spec"].get("replicas") else None
            mine = [pod for pod in pods if pod["metadata"]["labels"].get(names.COMPONENT) == name]
            found.append(view_of(deployment, mine, is_reachable=place is not None, usage=self._desk.usage))
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
        return self._arrivals.explain(order, deployment) or COMPONENT_STOPPED

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
        """End a component and wait until nothing of it runs; its log is complete then.

        Raises:
            KubeError: the cluster does not answer.
        """
        self._end(sandbox_id, component, is_over=lambda pods: all(map(_has_ended, pods)))

    def _end(self, sandbox_id: str, component: str, *, is_over: Callable[[list[PodState]], bool]) -> None:
        namespace = namespace_of(sandbox_id)
        self._desk.logs.catch_up(namespace, component)
        change = {"spec": {"replicas": 0}}
        if self._desk.objects.patch("Deployment", object_name(component), namespace, change) is None:
            return
        deadline = time.monotonic() + _STOP_SECONDS
        labels = self._desk.selector(component=component)
        while time.monotonic() < deadline:
            pods = [read_pod(pod) for pod in self._desk.objects.list("Pod", namespace, labels=labels)]
            for pod in pods:
                if pod.phase in _OVER and not pod.is_leaving:  # evicted: nobody but us takes those away
                    self._desk.objects.delete("Pod", pod.name, namespace, grace=0)
            if is_over(pods):
                return
            time.sleep(_LOOK_SECONDS)

    def remove(self, sandbox_id: str, component: str) -> None:
        """End a component and take away its objects, data and log.

        Raises:
            KubeError: the cluster does not answer.
        """
        namespace = namespace_of(sandbox_id)
        self.stop(sandbox_id, component)
        self._desk.leave(_listener(sandbox_id, component))
        for kind in ("Deployment", "Service", "PersistentVolumeClaim", "Secret"):
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
        """Empty what a component wrote, once it is stopped: without a volume, its data went with its pod.

        Raises:
            KubeError: the cluster does not answer.
        """
        if self._desk.options.storage_class is not None:
            self._end(sandbox_id, component, is_over=lambda pods: not pods)  # who holds the volume
            self._desk.objects.delete("PersistentVolumeClaim", object_name(component), namespace_of(sandbox_id))

    def leave(self, sandbox_id: str) -> None:
        """Stop listening for all components of a room."""
        prefix = _listener(sandbox_id, "")
        for name in self._desk.forwards.names():
            if name.startswith(prefix):
                self._desk.leave(name)

    def _workload(self, order: DeploymentOrder, *, image: str, places: tuple[str, ...], place: Place) -> Workload:
        town = self._desk.objects.get("Service", names.TOWN, namespace_of(order.sandbox_id))
        address = town["spec"].get("clusterIP", "") if town is not None else ""
        limits = order.manifest.limits
        return Workload(
            name=order.manifest.name,
            image=image,
            revision=order.revision,
            digest=order.digest,
            environment=environment_of(order, base_url=place.url, town=names.TOWN),
            memory_mib=limits.memory_mib,
            disk_mib=limits.disk_mib,
            health_path=order.manifest.health.path,
            health_seconds=order.manifest.health.timeout_seconds,
            reached_at=place.note,
            is_service=not place.is_forwarded,
            places=places,
            hosts={names.TOWN: address} if address else {},
            storage_class=self._desk.options.storage_class,
        )

    def _listen(self, sandbox_id: str, component: str, deployment: Manifest | None) -> Place:
        wish = Place.noted(annotation(deployment, PORT)) if deployment is not None else None
        kept = self._reach(sandbox_id, component, wish) if wish is not None else None
        place = kept or self._reach(sandbox_id, component, None)
        if place is None:
            raise FailureError(COMPONENT_STOPPED)
        return place

    def _reach(self, sandbox_id: str, component: str, wish: Place | None) -> Place | None:
        return self._desk.reach(
            _listener(sandbox_id, component),
            namespace_of(sandbox_id),
            port=COMPONENT_PORT,
            service=object_name(component),
            wish=wish,
            kind=KIND,
            component=component,
        )

    def _ran(self, namespace: str, name: str, deployment: Manifest) -> bool:
        """Tell whether a revision runs, or answered so lately that the cluster does not say so yet."""
        if not deployment["spec"].get("replicas"):
            return False
        if (deployment.get("status") or {}).get("availableReplicas"):
            return True
        pods = self._desk.objects.list("Pod", namespace, labels=self._desk.selector(component=name))
        return running_pod(deployment, pods) is not None

    def _roll_back(self, order: DeploymentOrder, before: Manifest | None) -> None:
        """Leave nothing of a failed revision running; an earlier one that ran comes back."""
        with translated():
            if before is None:
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


def _has_ended(pod: PodState) -> bool:
    """Tell whether nothing of a pod runs any more; that it is also forgotten takes the kubelet another second."""
    return pod.is_leaving and pod.phase in _OVER


def _listener(sandbox_id: str, component: str) -> str:
    return f"{namespace_of(sandbox_id)}/c/{component}"
