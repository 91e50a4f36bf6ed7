"""Components in a room on an engine: an image, a gate, a container, and waiting until it answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from proeftuin_infra.docker.engine import DockerError
from proeftuin_infra.docker.labels import COMPONENT, DOMAIN
from proeftuin_infra.docker.specs import USER, Bounds, ContainerSpec
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import ComponentView, FailureError, Step
from proeftuin_sandbox.backends.containers import COMPONENT_PORT, environment_of
from proeftuin_sandbox.backends.docker.failures import (
    NO_ROOM,
    component_ended,
    failure_of,
    image_refused,
    translated,
    wrong_architecture,
)
from proeftuin_sandbox.backends.docker.gates import HOST
from proeftuin_sandbox.backends.docker.names import DEAD_END, TOWN_ALIAS, Kind
from proeftuin_sandbox.backends.failures import COMPONENT_STOPPED
from proeftuin_sandbox.backends.health import Address, Listening, wait_until_healthy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.docker.container_state import ContainerState
    from proeftuin_infra.limits import Limits
    from proeftuin_infra.process_status import ProcessStatus
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder, Failure
    from proeftuin_sandbox.backends.docker.desk import Desk
    from proeftuin_sandbox.backends.docker.names import RoomNames
    from proeftuin_sandbox.backends.images import RoomImage

REVISION: Final = f"{DOMAIN}/revision"
DIGEST: Final = f"{DOMAIN}/digest"
_TMP_MIB: Final = 64
_THREADS: Final = 128
_CPUS: Final = 1.0


def bounds_of(limits: Limits) -> Bounds:
    """Give what a container with these limits may use.

    What it keeps in its data folder and in /tmp is in memory, so that it has a size that cannot be passed; it
    is counted with its memory. An engine counts threads as processes.
    """
    return Bounds(
        memory_mib=limits.memory_mib + limits.disk_mib + _TMP_MIB,
        processes=limits.processes + _THREADS,
        cpus=_CPUS,
        open_files=limits.open_files,
        cpu_seconds=limits.cpu_seconds,
    )


class Components:
    """Runs components in rooms.

    Args:
        desk: The engine, and what this platform remembers beside it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def deploy(self, names: RoomNames, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers; see `SandboxBackend.deploy`."""
        name = order.manifest.name
        container = names.component(name)
        yield Step("image", Text(nl="Het image klaarmaken", en="Making the image ready"), 1, 3)
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(self._open, names, order)  # while the image is made
            image = yield from self._desk.images.component(order)
            self._load(image)
            port = opening.result()
        yield Step("start", Text(nl="De component starten", en="Starting the component"), 2, 3)
        self._start(names, order, image, port)
        words = order.manifest.health.path
        yield Step("wait", Text(nl=f"Wachten tot {words} antwoordt", en=f"Waiting until {words} answers"), 3, 3)
        try:
            yield from wait_until_healthy(
                Address(HOST, port, words, inside=COMPONENT_PORT),
                timeout=order.manifest.health.timeout_seconds,
                status=lambda: self._status(container),
                gone=lambda: FailureError(self.explain(names, order)),
                listening=lambda _: self._listening(names, container),
            )
        except FailureError:
            with translated():
                self._desk.containers.stop(container)
            raise

    def view(self, names: RoomNames, state: ContainerState) -> ComponentView:
        """Report what exists of a component, from its container."""
        containers = self._desk.containers
        whole = containers.inspect(state.name) or state
        gate = containers.inspect(names.gate(state.name))
        usage = self._desk.usage.of(whole)
        port = gate.ports.get(COMPONENT_PORT) if gate is not None else None
        return ComponentView(
            name=state.labels.get(COMPONENT, ""),
            digest=state.labels.get(DIGEST, ""),
            revision=int(state.labels.get(REVISION, "0")),
            base_url=f"http://{HOST}:{port}" if port is not None else "",
            # Without its gate nobody reaches it: then deploying it again helps, which opens the gate.
            status=replace(whole.as_process(usage), alive=whole.is_running and gate is not None and gate.is_running),
        )

    def explain(self, names: RoomNames, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running."""
        container = names.component(order.manifest.name)
        with translated():
            state = self._desk.containers.inspect(container)
            ended = state.ended() if state is not None else None
            if state is None or ended is None:
                return COMPONENT_STOPPED
            lines = self._desk.logs.tail(container, lines=50)
        said = next((line.text for line in reversed(lines) if line.text.strip()), "")
        was_asked = self._desk.was_stopped(state.id)
        return component_ended(ended, limits=order.manifest.limits, said=said[:300], was_asked=was_asked)

    def logs(self, names: RoomNames, component: str, *, lines: int) -> list[LogLine]:
        """Give the last lines of the log."""
        with translated():
            return self._desk.logs.tail(names.component(component), lines=lines)

    def follow_logs(self, names: RoomNames, component: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines and then new ones, until the component has ended."""
        container = names.component(component)

        def is_over() -> bool:
            state = self._desk.containers.inspect(container)
            return state is None or not state.is_running

        with translated():
            yield from self._desk.logs.follow(container, lines=lines, is_over=is_over)

    def stop(self, names: RoomNames, component: str) -> None:
        """End a component; one that does not run is not an error."""
        self._desk.stop(names.component(component))

    def remove(self, names: RoomNames, component: str) -> None:
        """End a component and take away its container, gate and data; its log goes with it."""
        container = names.component(component)
        seen = self._desk.containers.inspect(container)
        self.stop(names, component)
        if seen is not None:
            self._desk.forget_stop(seen.id)
        for one in (container, names.gate(container)):
            self._desk.containers.remove(one)
        self._desk.volumes.remove(container)
        self._desk.drop_images()

    def empty(self, names: RoomNames, component: str) -> None:
        """End a component and empty what it wrote."""
        self.stop(names, component)
        gate = names.gate(names.component(component))
        seen = self._desk.containers.inspect(gate)
        if seen is not None and seen.is_running:  # what it held is gone when it does not run
            self._desk.gates.empty(gate)

    def _open(self, names: RoomNames, order: DeploymentOrder) -> int:
        name = order.manifest.name
        container = names.component(name)
        with translated():
            if self._desk.networks.find(names.room) is None:
                raise FailureError(NO_ROOM)
            self._desk.volumes.ensure_bounded(
                container, labels=names.labels(Kind.DATA, name), mib=order.manifest.limits.disk_mib, owner=USER
            )
            ports = self._desk.gates.open(names, container, inside=(COMPONENT_PORT,), data=container, component=name)
        return ports[COMPONENT_PORT]

    def _load(self, image: RoomImage) -> None:
        try:
            own = self._desk.architecture()
            if image.architecture and image.architecture != own:
                raise FailureError(wrong_architecture(image.architecture, own))
            self._desk.load(image)
        except DockerError as error:
            known = error.code == "image-refused"
            raise FailureError(image_refused(error) if known else failure_of(error)) from error

    def _start(self, names: RoomNames, order: DeploymentOrder, image: RoomImage, port: int) -> None:
        container = names.component(order.manifest.name)
        seen = self._desk.containers.inspect(container)
        if seen is not None:
            self._desk.forget_stop(seen.id)
        spec = self._spec(names, order, image, port)
        try:
            try:
                self._desk.containers.run(spec)
            except DockerError as error:
                if error.code != "not-found":
                    raise
                self._load(image)  # taken away with the last component of another sandbox that ran it
                self._desk.containers.run(spec)
        except DockerError as error:
            if error.code == "not-startable":
                raise FailureError(self.explain(names, order)) from error
            raise FailureError(failure_of(error)) from error
        if seen is not None and seen.image != image.id:
            self._desk.drop_images()

    def _spec(self, names: RoomNames, order: DeploymentOrder, image: RoomImage, port: int) -> ContainerSpec:
        name, limits = order.manifest.name, order.manifest.limits
        container = names.component(name)
        own = (name,) if name != TOWN_ALIAS else ()
        return ContainerSpec(
            name=container,
            image=image.id,
            network=names.room,
            aliases=(names.alias(container), *own),
            bounds=bounds_of(limits),
            environment=environment_of(order, base_url=f"http://{HOST}:{port}", town=TOWN_ALIAS),
            labels={
                **names.labels(Kind.COMPONENT, name),
                REVISION: str(order.revision),
                DIGEST: order.digest,
            },
            tmpfs={"/tmp": _TMP_MIB, **dict.fromkeys(image.places, _TMP_MIB)},  # noqa: S108 - inside the container
            volumes={"/data": container},
            dns=DEAD_END,
        )

    def _status(self, container: str) -> ProcessStatus | None:
        with translated():
            state = self._desk.containers.inspect(container)
        return state.as_process({}) if state is not None else None

    def _listening(self, names: RoomNames, container: str) -> Listening:
        try:
            return self._desk.listening(names, container)
        except DockerError:  # it ended meanwhile, or the engine is slow: then we simply do not know
            return Listening()
