"""The gates of a sandbox: how the platform reaches a program in a room that has no way in or out."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from proeftuin_infra.docker.engine import DockerError
from proeftuin_infra.docker.specs import Bounds, ContainerSpec
from proeftuin_sandbox.backends.docker.names import DEAD_END, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_infra.docker.container_state import ContainerState
    from proeftuin_infra.docker.containers import Containers
    from proeftuin_infra.docker.networks import Networks
    from proeftuin_infra.ports import Ports
    from proeftuin_sandbox.backends.docker.names import RoomNames

HOST: Final = "127.0.0.1"
_BOUNDS: Final = Bounds(memory_mib=96, processes=32, cpus=1.0, open_files=4096)
_PORT_TRIES: Final = 5

_EMPTY: Final = """
import os, shutil, sys
def unlock(function, path, error):
    os.chmod(os.path.dirname(path), 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        shutil.rmtree(path)
    else:
        os.unlink(path)
for entry in os.scandir("/data"):
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, onerror=unlock)
    else:
        os.unlink(entry.path)
os.mkdir("/data/home")
"""


class Gates:
    """Opens and closes gates. One gate per program, so that none can disturb another.

    The gate also holds the program's data, which is in memory: it lasts while somebody has it.

    Args:
        base: Gives the digest of the image in which gates run.
    """

    def __init__(self, *, containers: Containers, networks: Networks, ports: Ports, base: Callable[[], str]) -> None:
        self._containers = containers
        self._networks = networks
        self._ports = ports
        self._base = base

    def open(
        self,
        names: RoomNames,
        container: str,
        *,
        inside: tuple[int, ...],
        data: str | None = None,
        component: str | None = None,
    ) -> dict[int, int]:
        """Have the gate of a container open; one that is keeps its ports.

        Args:
            names: Of the sandbox.
            container: To whom it leads, whether that runs or not.
            inside: Ports of the container.
            data: A volume to hold.
            component: For its label.

        Returns:
            Ports on `HOST`, by those of the container.

        Raises:
            DockerError: the engine refuses.
        """
        seen = self._containers.inspect(names.gate(container))
        published = seen.ports if seen is not None and set(seen.ports) == set(inside) else {}
        for attempt in range(1, _PORT_TRIES + 1):
            given = {port: self._ports.take() for port in inside if port not in published}
            published = {**published, **given}
            try:
                self._containers.run(self._spec(names, container, published, data=data, component=component))
            except DockerError as error:
                for port in given.values():
                    self._ports.give_back(port)
                self._containers.remove(names.gate(container))
                if error.code != "port-taken" or attempt == _PORT_TRIES:
                    raise
                published = {}
            else:
                break
        return published

    def empty(self, gate: str) -> None:
        """Empty the data that a gate holds.

        Raises:
            DockerError: the gate does not run, or something cannot be removed.
        """
        code, said = self._containers.call(gate, ("python3", "-I", "-S", "-c", _EMPTY))
        if code != 0:
            raise DockerError("engine-refused", said[-300:])

    def _spec(
        self, names: RoomNames, container: str, published: dict[int, int], *, data: str | None, component: str | None
    ) -> ContainerSpec:
        way_in = self._networks.find(names.way_in)
        if way_in is None:
            raise DockerError("not-found", f"no network {names.way_in}")
        pairs = tuple(f"{port}={names.alias(container)}:{port}" for port in sorted(published))
        return ContainerSpec(
            name=names.gate(container),
            image=self._base(),
            network=names.way_in,
            also_on=(names.room,),
            bounds=_BOUNDS,
            command=("python3", "-I", "-S", "-c", _program(), way_in.gateway, *pairs),
            labels=names.labels(Kind.GATE, component),
            volumes={"/data": data} if data else {},
            publish=published,
            dns=DEAD_END,
            restart=True,
        )


def address(gate: ContainerState | None, inside: int) -> str | None:
    """Give the base URL behind a gate; None when it has none."""
    return f"http://{HOST}:{gate.ports[inside]}" if gate is not None and inside in gate.ports else None


def _program() -> str:
    return files("proeftuin_sandbox.backends.docker").joinpath("gate_program.py").read_text()
