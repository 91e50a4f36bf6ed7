"""Waiting until a component in a room answers, and saying what is wrong as soon as the cluster shows it."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Final

from proeftuin_infra.kube.client import trouble
from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.kube.workloads import ANSWERED, REVISION, object_name
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import PULSE, FailureError, Step
from proeftuin_sandbox.backends.failures import COMPONENT_STOPPED
from proeftuin_sandbox.backends.kubernetes.desk import annotation
from proeftuin_sandbox.backends.kubernetes.failures import component_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.client.pods import PodState
    from proeftuin_infra.kube.client.reaching import Place
    from proeftuin_infra.kube.client.trouble import Trouble
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_sandbox.backends.base import DeploymentOrder, Failure
    from proeftuin_sandbox.backends.kubernetes.desk import Desk

_LOOK_SECONDS: Final = 0.1
_PULSE_SECONDS: Final = 0.5
_FIRST_WORD_AFTER_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 10.0
_ASK_SECONDS: Final = 1.0
_PULL_SECONDS: Final = 300.0
_SCHEDULE_SECONDS: Final = 8.0
_LAST_LINES: Final = 50
_GOOD: Final = range(200, 400)
_SILENCE: Final = Text(nl="", en="")


class Arrivals:
    """Watches components come up.

    Args:
        desk: The cluster.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def wait(self, order: DeploymentOrder, place: Place) -> Iterator[Step]:
        """Wait until the new revision is ready; tell what is wrong as soon as the cluster shows it.

        The time that an image needs to get to its node is not the component's: its patience begins when it runs.

        Args:
            order: What was deployed.
            place: Where it is to answer.

        Raises:
            FailureError: it does not come up; with the cause and what to do.
            KubeError: the cluster does not answer.
        """
        namespace, name = namespace_of(order.sandbox_id), object_name(order.manifest.name)
        began = pulsed = time.monotonic()
        ran_at: float | None = None
        told = False
        while True:
            deployment = self._desk.objects.get("Deployment", name, namespace)
            if deployment is None:
                raise FailureError(COMPONENT_STOPPED)
            pods, others = self._pods(order)
            if any(pod.is_ready for pod in pods):
                break
            if not others and self._answers_us(order, place, pods):
                return
            found = _trouble(pods, deployment, patience_is_over=False)
            now = time.monotonic()
            if found is not None:
                raise FailureError(self._explained(order, found))
            if ran_at is None and any(pod.is_running for pod in pods):
                ran_at = now
            limit = order.manifest.health.timeout_seconds
            if (ran_at is not None and now - ran_at > limit) or now - began > _patience(pods, limit):
                raise FailureError(self._never_ready(order, pods))
            if not told and now - began > _FIRST_WORD_AFTER_SECONDS:
                told = True
                failure = self._never_ready(order, pods)
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
        _see_it_answer(place, order.manifest.health.path)

    def explain(self, order: DeploymentOrder, deployment: Manifest) -> Failure | None:
        """Say what is wrong with a component that should run; None when the cluster shows nothing.

        Raises:
            KubeError: the cluster does not answer.
        """
        found = _trouble(self._pods(order)[0], deployment, patience_is_over=True)
        return None if found is None else self._explained(order, found)

    def _answers_us(self, order: DeploymentOrder, place: Place, pods: list[PodState]) -> bool:
        """Ask the only pod there is, as the kubelet asks once a second and says so a second later.

        Which pod answered is noted, for whoever looks before the kubelet says that it runs.
        """
        if not place.is_forwarded or len(pods) != 1 or not (pods[0].is_running or pods[0].is_starting):
            return False
        if not _answers(place, order.manifest.health.path, patience=_ASK_SECONDS):
            return False
        note = {"metadata": {"annotations": {ANSWERED: pods[0].uid}}}
        name, namespace = object_name(order.manifest.name), namespace_of(order.sandbox_id)
        self._desk.objects.patch("Deployment", name, namespace, note)
        return True

    def _pods(self, order: DeploymentOrder) -> tuple[list[PodState], bool]:
        """List the pods of this very revision that stay, and tell whether there are pods of another one."""
        labels = self._desk.selector(component=order.manifest.name)
        found = self._desk.objects.list("Pod", namespace_of(order.sandbox_id), labels=labels)
        mine = [read_pod(pod) for pod in found if annotation(pod, REVISION) == str(order.revision)]
        return [pod for pod in mine if not pod.is_leaving], len(mine) < len(found)

    def _never_ready(self, order: DeploymentOrder, pods: list[PodState]) -> Failure:
        known = trouble.of_pods(pods, patience_is_over=True)
        if known is None and pods:
            fields = f"involvedObject.name={pods[-1].name}"
            events = self._desk.objects.list("Event", namespace_of(order.sandbox_id), fields=fields)
            known = trouble.of_probes(events)
        return self._explained(order, known or trouble.Trouble(trouble.NO_PLACE))

    def _explained(self, order: DeploymentOrder, found: Trouble) -> Failure:
        said = ""
        if found.code == trouble.EXITED:
            place = namespace_of(order.sandbox_id), order.manifest.name
            self._desk.logs.catch_up(*place)
            written = self._desk.logs.tail(*place, lines=_LAST_LINES)
            said = next((line.text for line in reversed(written) if line.stream != "sys" and line.text.strip()), "")
            found = trouble.by_last_words(found, said)
        return component_failure(found, limits=order.manifest.limits, said=said[:300])


def _trouble(pods: list[PodState], deployment: Manifest, *, patience_is_over: bool) -> Trouble | None:
    found = trouble.of_pods(pods, patience_is_over=patience_is_over)
    return found or (None if pods else trouble.of_deployment(deployment))


def _patience(pods: list[PodState], limit: float) -> float:
    """Say how long a component may take from its first moment, by what it waits for."""
    if not pods or any(pod.unscheduled for pod in pods):
        return _SCHEDULE_SECONDS
    return _PULL_SECONDS + limit


def _see_it_answer(place: Place, path: str) -> None:
    """See the answer at the address that is given out: the way through the API server is then known to work."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline and not _answers(place, path):
        time.sleep(_LOOK_SECONDS)


def _answers(place: Place, path: str, *, patience: float = 5.0) -> bool:
    connection = http.client.HTTPConnection(place.host, place.port, timeout=patience)
    try:
        connection.request("GET", path, headers={"Accept": "*/*", "User-Agent": "proeftuin-health"})
        return connection.getresponse().status in _GOOD
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
