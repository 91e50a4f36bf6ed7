"""All that the parts of this backend work with: the engine, images, ports, and what we ended ourselves."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Final

from proeftuin_infra.docker.container_logs import ContainerLogs
from proeftuin_infra.docker.containers import Containers
from proeftuin_infra.docker.images import Images
from proeftuin_infra.docker.networks import Networks
from proeftuin_infra.docker.specs import Bounds, ContainerSpec
from proeftuin_infra.docker.usage import Usage
from proeftuin_infra.docker.volumes import Volumes
from proeftuin_infra.ports import Ports
from proeftuin_sandbox.backends.docker.gates import Gates
from proeftuin_sandbox.backends.docker.names import Kind
from proeftuin_sandbox.backends.health import Listening
from proeftuin_sandbox.backends.installation import installation_of

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from proeftuin_infra.docker.engine import Engine
    from proeftuin_sandbox.backends.docker.names import RoomNames
    from proeftuin_sandbox.backends.images import RoomImage, RoomImages

_LOOK_BOUNDS: Final = Bounds(memory_mib=64, processes=16, cpus=1.0, open_files=64, cpu_seconds=10)
_LOOK_SECONDS: Final = 20

# Prints the ports on which anybody in this network listens: for all, and on the loopback address only.
_LOOK: Final = """
import json
found = {"ports": set(), "own": set()}
for name, loopback in (("tcp", "0100007F"), ("tcp6", "0" * 24 + "01000000")):
    try:
        lines = open("/proc/net/" + name).read().splitlines()[1:]
    except OSError:
        continue
    for line in lines:
        fields = line.split()
        address, port = fields[1].split(":")
        if fields[3] == "0A" and not address.endswith("0B00007F"):  # not the engine's own resolver, 127.0.0.11
            found["own" if address == loopback else "ports"].add(int(port, 16))
print(json.dumps({key: sorted(ports) for key, ports in found.items()}))
"""


class Desk:
    """What the parts of the backend share.

    Args:
        engine: Where sandboxes live.
        root: A folder of this platform, for what an engine cannot remember.
        images: Makes images.
        random_source: Chooses ports.
    """

    def __init__(self, engine: Engine, root: Path, *, images: RoomImages, random_source: random.Random) -> None:
        self.engine = engine
        self.images = images
        self.installation = installation_of(root)
        self.networks = Networks(engine)
        self.containers = Containers(engine)
        self.usage = Usage(self.containers)
        self.volumes = Volumes(engine)
        self.logs = ContainerLogs(engine)
        self.engine_images = Images(engine)
        self.gates = Gates(
            containers=self.containers, networks=self.networks, ports=Ports(random_source), base=self.base
        )
        self._stopped = root / "stopped"
        self._loaded = root / "loaded"
        self._lock = threading.Lock()
        self._architecture = ""

    def base(self) -> str:
        """Have the base image on the engine and give its digest.

        Raises:
            FailureError: there is none.
            DockerError: the engine refuses it.
        """
        image = self.images.base()
        with self._lock:  # one at a time loads it
            return self.engine_images.ensure(image.id, image.archive).id

    def load(self, image: RoomImage) -> None:
        """Have a component's image on the engine, and remember that it came from us.

        Raises:
            DockerError: the engine refuses it.
        """
        self._loaded.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._loaded / image.id.removeprefix("sha256:")).touch()  # first, so that no crash leaves it unknown
        self.engine_images.ensure(image.id, image.archive)

    def drop_images(self) -> None:
        """Take away the components' images that nothing of this platform runs any more.

        Raises:
            DockerError: the engine refuses.
        """
        if not self._loaded.is_dir():
            return
        used = {state.image for state in self.containers.having(installation=self.installation)}
        for note in sorted(self._loaded.iterdir()):
            digest = f"sha256:{note.name}"
            if digest not in used and self.engine_images.remove(digest):
                note.unlink(missing_ok=True)

    def architecture(self) -> str:
        """Give the architecture of the engine's machine."""
        if not self._architecture:
            self._architecture = self.engine_images.own_architecture()
        return self._architecture

    def stop(self, container: str) -> None:
        """End a container and remember that it was us; one that does not run is not an error.

        Raises:
            DockerError: the engine refuses.
        """
        seen = self.containers.inspect(container)
        if seen is None or not seen.is_running:
            return
        self._stopped.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._stopped / seen.id).touch()
        self.containers.stop(container)

    def was_stopped(self, container_id: str) -> bool:
        """Tell whether it was us that ended a container."""
        return (self._stopped / container_id).exists()

    def forget_stop(self, container_id: str) -> None:
        """Forget that we ended a container, because it starts again or is gone."""
        (self._stopped / container_id).unlink(missing_ok=True)

    def listening(self, names: RoomNames, container: str) -> Listening:
        """Look where a running container listens, from a container of ours in the same network.

        Raises:
            DockerError: it does not run any more.
        """
        spec = ContainerSpec(
            name=f"{container}-look",
            image=self.base(),
            network=f"container:{container}",
            bounds=_LOOK_BOUNDS,
            command=("python3", "-I", "-S", "-c", _LOOK),
            labels=names.labels(Kind.PROOF),
        )
        self.containers.remove(spec.name)
        try:
            self.containers.run(spec)
            self.containers.wait(spec.name, timeout=_LOOK_SECONDS)
            said = next((line.text for line in self.logs.tail(spec.name, lines=5) if line.stream == "out"), "{}")
        finally:
            self.containers.remove(spec.name)
        found = json.loads(said)
        return Listening(frozenset(found.get("ports", ())), frozenset(found.get("own", ())))
