"""Containers: made from a specification, found by labels, started, stopped and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.docker.container_state import ContainerState, from_inspection, from_list
from proeftuin_infra.docker.engine import DockerError, engine_errors
from proeftuin_infra.docker.labels import SPEC, selection
from proeftuin_infra.docker.specs import STOP_SECONDS

if TYPE_CHECKING:
    from proeftuin_infra.docker.engine import Engine
    from proeftuin_infra.docker.specs import ContainerSpec


class Containers:
    """Runs containers. All methods may be called twice; a name says which container is meant."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, spec: ContainerSpec) -> ContainerState:
        """Have a container run with this specification; one that does already is left alone.

        One that ended is started again; one of another specification is replaced.

        Raises:
            DockerError: it cannot be started; code `not-startable` when its program is at fault, `port-taken`
                when a port is in use. It is left as it is, with its words in its state.
        """
        seen = self.inspect(spec.name)
        if seen is not None and seen.labels.get(SPEC) != spec.digest:
            self.remove(spec.name)
            seen = None
        if seen is None:
            self._create(spec)
        self._join(spec, seen)  # whoever created it may have been killed before it joined them all
        if seen is not None and seen.is_running:
            return seen
        with engine_errors():
            self._engine.client.start(spec.name)
        started = self.inspect(spec.name)
        if started is None:
            raise DockerError("not-found", f"{spec.name} was taken away while it started")
        return started

    def inspect(self, name: str) -> ContainerState | None:
        """Give all that is known of a container; None when there is none."""
        try:
            with engine_errors():
                return from_inspection(self._engine.client.inspect_container(name))
        except DockerError as error:
            if error.code == "not-found":
                return None
            raise

    def having(self, **labels: str) -> list[ContainerState]:
        """Give the containers with these labels, running or not; how they ended is only known by `inspect`."""
        with engine_errors():
            told = self._engine.client.containers(all=True, filters=selection(**labels))
        return [from_list(one) for one in told]

    def stop(self, name: str, *, grace: int = STOP_SECONDS) -> None:
        """End a container: SIGTERM, the grace, SIGKILL; one that does not run is not an error."""
        self._unless_absent(lambda: self._engine.client.stop(name, timeout=grace))

    def remove(self, name: str) -> None:
        """End and take away a container with its nameless volumes; one that is not there is not an error."""
        try:
            self._unless_absent(lambda: self._engine.client.remove_container(name, force=True, v=True))
        except DockerError as error:
            if "already in progress" not in error.said:  # somebody else is taking it away
                raise

    def call(self, name: str, command: tuple[str, ...]) -> tuple[int, str]:
        """Run a program in a running container and give its exit code and what it wrote.

        Raises:
            DockerError: the container does not run.
        """
        with engine_errors():
            client = self._engine.client
            act = client.exec_create(name, list(command))["Id"]
            said = client.exec_start(act)
            code = client.exec_inspect(act)["ExitCode"]
        return int(code), said.decode(errors="replace")

    def wait(self, name: str, *, timeout: int) -> ContainerState:
        """Wait until a container has ended.

        Raises:
            DockerError: it takes longer than this, or is taken away.
        """
        with engine_errors():
            self._engine.client.wait(name, timeout=timeout)
        ended = self.inspect(name)
        if ended is None:
            raise DockerError("not-found", f"{name} was taken away")
        return ended

    def usage(self, name: str) -> dict[str, Any]:
        """Measure what a running container uses now; empty when it does not run."""
        try:
            with engine_errors():
                told: dict[str, Any] = self._engine.client.stats(name, stream=False, one_shot=True)
        except DockerError as error:
            if error.code in {"not-found", "conflict"}:
                return {}
            raise
        return told

    def _create(self, spec: ContainerSpec) -> None:
        with engine_errors():
            client = self._engine.client
            client.create_container_from_config(spec.creation(), spec.name)  # type: ignore[no-untyped-call]  # stubs

    def _join(self, spec: ContainerSpec, seen: ContainerState | None) -> None:
        known = seen.networks if seen is not None else frozenset()
        with engine_errors():
            for network in spec.also_on:
                if network not in known:
                    self._engine.client.connect_container_to_network(spec.name, network)

    def _unless_absent(self, act: Any) -> None:
        try:
            with engine_errors():
                act()
        except DockerError as error:
            if error.code != "not-found":
                raise
