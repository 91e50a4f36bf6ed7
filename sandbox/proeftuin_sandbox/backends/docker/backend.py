"""The Docker backend: rooms with a town and components, as containers in walled networks of one engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from proeftuin_infra.docker.engine import DockerError, Engine
from proeftuin_infra.docker.labels import COMPONENT, KIND, SANDBOX
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Observed, Owned, Planned, Step
from proeftuin_sandbox.backends.containers import TOWN_PORT
from proeftuin_sandbox.backends.docker.capabilities import docker_capabilities
from proeftuin_sandbox.backends.docker.components import Components
from proeftuin_sandbox.backends.docker.desk import Desk
from proeftuin_sandbox.backends.docker.failures import translated
from proeftuin_sandbox.backends.docker.gates import HOST
from proeftuin_sandbox.backends.docker.names import Kind, RoomNames
from proeftuin_sandbox.backends.docker.proving import Provings
from proeftuin_sandbox.backends.docker.towns import TOWN_DIGEST, Towns

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proeftuin_infra.docker.container_state import ContainerState
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder, Failure, SandboxSpec
    from proeftuin_sandbox.backends.images import RoomImages
    from proeftuin_sandbox.backends.promises import Capabilities, Proof

_AT_ONCE = 6


class DockerBackend:
    """Sandboxes as containers and networks of a Docker engine; see `SandboxBackend` for the contract.

    Args:
        root: Folder for what an engine cannot remember; its namespace tells our things from those of another
            platform on the same engine.
        host: Address of the engine, as in `DOCKER_HOST`.
        images: Makes the images of towns and components.
        random_source: Chooses ports.
    """

    name = "docker"

    def __init__(self, root: Path, *, host: str, images: RoomImages, random_source: random.Random) -> None:
        self._engine = Engine(host)
        self._desk = Desk(self._engine, root, images=images, random_source=random_source)
        self._towns = Towns(self._desk)
        self._components = Components(self._desk)
        self._provings = Provings(self._desk)

    def capabilities(self) -> Capabilities:
        """Tell what is enforced here and what is not."""
        return docker_capabilities()

    def plan(self, spec: SandboxSpec) -> tuple[Planned, ...]:
        """Tell what `create` would make."""
        names = self._names(spec.id)
        town = f"{spec.town.profile}, {spec.town.seed}"
        return (
            Planned("network", names.room, "internal, inhibit_ipv4"),
            Planned("network", names.way_in, HOST),
            Planned("volume", names.town, town),
            Planned("container", names.town, town),
            Planned("container", names.gate(names.town), HOST),
        )

    def create(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the sandbox to where its town serves; see `SandboxBackend.create`."""
        yield from self._bring_up(spec, is_to_be_proved=True)

    def _bring_up(self, spec: SandboxSpec, *, is_to_be_proved: bool) -> Iterator[Step]:
        """Bring a sandbox to where its town serves; a proof begins while the town comes up."""
        names = self._names(spec.id)
        town = f"{spec.town.profile}, {spec.town.seed}"
        with translated():
            yield Step("town", Text(nl=f"De gemeente maken ({town})", en=f"Making the town ({town})"), 1, 4)
            image = yield from self._towns.image(spec.town)
            yield Step("network", Text(nl="De kamer afsluiten", en="Closing off the room"), 2, 4)
            self._close_off(names)
            yield Step("start", Text(nl="De bouwstenen starten", en="Starting the building blocks"), 3, 4)
            self._towns.start(names, image)
            if is_to_be_proved:
                self._provings.begin(names)
            try:
                yield Step(
                    "serve", Text(nl="Wachten tot de bouwstenen antwoorden", en="Waiting until they answer"), 4, 4
                )
                yield from self._towns.wait(names)
            except BaseException:
                self._provings.drop(spec.id)
                raise

    def prove(self, sandbox_id: str) -> Proof:
        """Try from inside what this tier promises to stop; see `SandboxBackend.prove`."""
        with translated():
            return self._provings.finish(self._names(sandbox_id))

    def deploy(self, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers; see `SandboxBackend.deploy`."""
        with translated():
            yield from self._components.deploy(self._names(order.sandbox_id), order)

    def observe(self, sandbox_id: str) -> Observed:
        """Report what exists now."""
        names = self._names(sandbox_id)
        with translated():
            found = {state.name: state for state in self._containers(sandbox_id)}
            room = self._desk.networks.find(names.room)
            if not found and room is None:
                return Observed(exists=False)
            town, gate = found.get(names.town), found.get(names.gate(names.town))
            whole = self._desk.containers.inspect(names.gate(names.town)) if gate is not None else None
            components = tuple(
                self._components.view(names, state)
                for _, state in sorted(found.items())
                if state.labels.get(KIND) == Kind.COMPONENT
            )
        port = whole.ports.get(TOWN_PORT) if whole is not None else None
        return Observed(
            exists=True,
            is_serving=town is not None and town.is_running and whole is not None and whole.is_running,
            town_url=f"http://{HOST}:{port}" if port is not None else None,
            town_digest=town.labels.get(TOWN_DIGEST) if town is not None else None,
            components=components,
            drift=() if room is not None and room.is_walled else (names.room,),
        )

    def explain(self, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running."""
        return self._components.explain(self._names(order.sandbox_id), order)

    def logs(self, sandbox_id: str, component: str, *, lines: int) -> list[LogLine]:
        """Give the last lines that a component wrote."""
        return self._components.logs(self._names(sandbox_id), component, lines=lines)

    def follow_logs(self, sandbox_id: str, component: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines, then new ones as they come."""
        return self._components.follow_logs(self._names(sandbox_id), component, lines=lines)

    def stop(self, sandbox_id: str, component: str) -> None:
        """End a component; log and data stay."""
        with translated():
            self._components.stop(self._names(sandbox_id), component)

    def remove(self, sandbox_id: str, component: str) -> None:
        """End a component and take away its container, data and log."""
        with translated():
            self._components.remove(self._names(sandbox_id), component)

    def reset(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the town back to its seed; see `SandboxBackend.reset`."""
        names = self._names(spec.id)
        with translated():
            yield Step("stop", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 4)
            components = self._component_names(spec.id)
            self._each(lambda name: self._components.stop(names, name), components)  # nobody writes to the town now
            yield Step("town", Text(nl="De gemeente nakijken", en="Looking at the town"), 2, 4)
            if not self._serves(names):
                yield from _without_numbers(self._bring_up(spec, is_to_be_proved=False))
            yield Step("database", Text(nl="De databank terugzetten", en="Putting the database back"), 3, 4)
            with ThreadPoolExecutor(1) as pool:
                putting = pool.submit(self._towns.put_back, names)
                self._each(lambda name: self._components.empty(names, name), components)
                putting.result()
            yield Step("serve", Text(nl="Wachten tot de bouwstenen antwoorden", en="Waiting until they answer"), 4, 4)
            yield from self._towns.wait(names)

    def live(self, spec: SandboxSpec, *, until: int) -> Iterator[Step]:
        """Have the town live up to a day; see `SandboxBackend.live`."""
        yield from self._towns.live(self._names(spec.id), until=until)

    def suspend(self, sandbox_id: str) -> Iterator[Step]:
        """Stop everything that runs; the gates stay open, as they hold the components' data."""
        names = self._names(sandbox_id)
        with translated():
            yield Step("components", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 2)
            self._provings.drop(sandbox_id)
            self._each(lambda name: self._components.stop(names, name), self._component_names(sandbox_id))
            yield Step("town", Text(nl="De bouwstenen stoppen", en="Stopping the building blocks"), 2, 2)
            self._desk.stop(names.town)

    def destroy(self, sandbox_id: str) -> Iterator[Step]:
        """Take everything of a sandbox away; see `SandboxBackend.destroy`."""
        with translated():
            yield Step("components", Text(nl="De containers verwijderen", en="Removing the containers"), 1, 3)
            self._provings.drop(sandbox_id)
            containers = self._containers(sandbox_id)
            for state in containers:  # first: what is gone names nothing any more
                self._desk.forget_stop(state.id)
            self._each(self._desk.containers.remove, [state.name for state in containers])
            self._desk.drop_images()
            yield Step("data", Text(nl="De gegevens verwijderen", en="Removing the data"), 2, 3)
            self._each(
                self._desk.volumes.remove,
                [one.name for one in self._desk.volumes.having(**self._names(sandbox_id).having())],
            )
            yield Step("network", Text(nl="De kamer verwijderen", en="Removing the room"), 3, 3)
            self._each(
                self._desk.networks.remove,
                [one.id for one in self._desk.networks.having(**self._names(sandbox_id).having())],
            )

    def inventory(self) -> tuple[Owned, ...]:
        """List everything of ours that exists."""
        with translated():
            mine = {"installation": self._desk.installation}
            containers = self._desk.containers.having(**mine)
            networks = self._desk.networks.having(**mine)
            volumes = self._desk.volumes.having(**mine)
        return (
            *(Owned("container", one.name, one.labels.get(SANDBOX, "")) for one in containers),
            *(Owned("network", one.name, one.labels.get(SANDBOX, "")) for one in networks),
            *(Owned("volume", one.name, one.labels.get(SANDBOX, "")) for one in volumes),
        )

    def close(self) -> None:
        """End what runs of this platform's life; rooms, towns' data and gates stay for the next."""
        self._provings.close()
        self._desk.images.close()
        with suppress(DockerError):  # an engine that is not there runs nothing
            running = [
                state.name
                for state in self._desk.containers.having(installation=self._desk.installation)
                if state.is_running and state.labels.get(KIND) in {Kind.TOWN, Kind.COMPONENT}
            ]
            self._each(self._desk.stop, running)
        self._desk.usage.close()
        self._engine.close()

    def _names(self, sandbox_id: str) -> RoomNames:
        return RoomNames(self._desk.installation, sandbox_id)

    def _serves(self, names: RoomNames) -> bool:
        """Tell whether the town runs within its walls, so that nothing needs making."""
        room = self._desk.networks.find(names.room)
        states = [self._desk.containers.inspect(one) for one in (names.town, names.gate(names.town))]
        return room is not None and room.is_walled and all(one is not None and one.is_running for one in states)

    def _close_off(self, names: RoomNames) -> None:
        """Have both networks; a room whose walls somebody took away is emptied first, and then made anew."""
        room = self._desk.networks.find(names.room)
        if room is not None and not room.is_walled:
            self._each(self._desk.containers.remove, [state.name for state in self._containers(names.sandbox_id)])
            self._desk.networks.remove(room.id)
        self._desk.networks.ensure(names.way_in, labels=names.labels(Kind.WAY_IN), walled=False)
        self._desk.networks.ensure(names.room, labels=names.labels(Kind.ROOM), walled=True)

    def _containers(self, sandbox_id: str) -> list[ContainerState]:
        return self._desk.containers.having(**self._names(sandbox_id).having())

    def _component_names(self, sandbox_id: str) -> list[str]:
        found = self._containers(sandbox_id)
        return [state.labels[COMPONENT] for state in found if state.labels.get(KIND) == Kind.COMPONENT]

    @staticmethod
    def _each(act: Callable[[str], None], names: list[str]) -> None:
        """Do something to each of several things at the same time; the first error is raised when all are done."""
        if names:
            with ThreadPoolExecutor(min(_AT_ONCE, len(names))) as pool:
                for _ in pool.map(act, names):
                    """Errors come out here."""


def _without_numbers(steps: Iterator[Step]) -> Iterator[Step]:
    """Give the news of a plan within another plan."""
    for step in steps:
        if step.number is None:
            yield step
