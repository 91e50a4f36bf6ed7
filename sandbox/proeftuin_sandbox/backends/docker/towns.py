"""The town in a room: a container with its own database server and the building blocks."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from proeftuin_infra.docker.engine import DockerError
from proeftuin_infra.docker.labels import DOMAIN
from proeftuin_infra.docker.specs import Bounds, ContainerSpec
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.containers import CONTROL_PORT, TOWN_PORT, live, put_back
from proeftuin_sandbox.backends.docker.failures import failure_of, image_refused, translated
from proeftuin_sandbox.backends.docker.gates import HOST
from proeftuin_sandbox.backends.docker.names import DEAD_END, TOWN_ALIAS, Kind
from proeftuin_sandbox.backends.failures import town_failure
from proeftuin_sandbox.backends.health import Address, wait_until_town_answers
from proeftuin_sandbox.backends.living import stretches

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from proeftuin_infra.process_status import ProcessStatus
    from proeftuin_sandbox.backends.base import Step, TownSpec
    from proeftuin_sandbox.backends.docker.desk import Desk
    from proeftuin_sandbox.backends.docker.names import RoomNames
    from proeftuin_sandbox.backends.images import RoomImage

TOWN_DIGEST: Final = f"{DOMAIN}/town-digest"
_TOKEN: Final = "PROEFTUIN_CONTROL_TOKEN"  # noqa: S105 - the name of a variable
_BOUNDS: Final = Bounds(memory_mib=2048, processes=256, cpus=1.0, open_files=4096)
_TMP_MIB: Final = 64
_START_SECONDS: Final = 60.0


class Towns:
    """Runs the town of each room.

    Args:
        desk: The engine, and what this platform remembers beside it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def image(self, spec: TownSpec) -> Generator[Step, None, RoomImage]:
        """Have the image of a town on the engine.

        Raises:
            FailureError: it cannot be made or loaded.
        """
        image = yield from self._desk.images.town(spec)
        try:
            self._desk.engine_images.ensure(image.id, image.archive)
        except DockerError as error:
            refused = error.code == "image-refused"
            raise FailureError(image_refused(error) if refused else failure_of(error)) from error
        return image

    def start(self, names: RoomNames, image: RoomImage) -> None:
        """Have the town run, with the data that it had, and its gate open.

        Raises:
            DockerError: the engine refuses.
        """
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(self._desk.gates.open, names, names.town, inside=(TOWN_PORT, CONTROL_PORT))
            self._run(names, image)
            opening.result()

    def wait(self, names: RoomNames) -> Iterator[Step]:
        """Wait until the building blocks answer.

        Raises:
            FailureError: they do not.
        """
        with translated():
            gate = self._desk.containers.inspect(names.gate(names.town))
        if gate is None:
            raise FailureError(town_failure("town-start-failed", ""))
        yield from wait_until_town_answers(
            Address(HOST, gate.ports[TOWN_PORT], "/gezondheid", inside=TOWN_PORT),
            timeout=_START_SECONDS,
            status=lambda: self._status(names),
            gone=lambda: FailureError(town_failure("town-start-failed", self._last_line(names))),
            listening=lambda _: self._desk.listening(names, names.town),
        )

    def put_back(self, names: RoomNames) -> None:
        """Bring the town back to its seed: its server drops its database and clones it again.

        Raises:
            FailureError: it refuses or does not answer.
        """
        port, token = self._control(names)
        put_back(HOST, port, token=token)

    def live(self, names: RoomNames, *, until: int) -> Iterator[Step]:
        """Have the town live up to a day.

        Raises:
            FailureError: it refuses or does not answer.
        """
        port, token = self._control(names)
        yield from stretches(lambda day: live(HOST, port, token=token, until=day), until=until)

    def _control(self, names: RoomNames) -> tuple[int, str]:
        """Give where the town takes orders, and with what token."""
        with translated():
            gate = self._desk.containers.inspect(names.gate(names.town))
            town = self._desk.containers.inspect(names.town)
        if gate is None or town is None or CONTROL_PORT not in gate.ports:
            raise FailureError(town_failure("town-start-failed", ""))
        return gate.ports[CONTROL_PORT], (town.environment or {}).get(_TOKEN, "")

    def _run(self, names: RoomNames, image: RoomImage) -> None:
        self._desk.volumes.ensure(names.town, labels=names.labels(Kind.DATA))
        seen = self._desk.containers.inspect(names.town)
        known = (seen.environment or {}).get(_TOKEN) if seen is not None else None
        self._desk.containers.run(
            ContainerSpec(
                name=names.town,
                image=image.id,
                network=names.room,
                aliases=(TOWN_ALIAS, names.alias(names.town)),
                bounds=_BOUNDS,
                environment={
                    "HOST": "0.0.0.0",  # noqa: S104 - inside a network of its own
                    "PORT": str(TOWN_PORT),
                    "CONTROL_PORT": str(CONTROL_PORT),
                    _TOKEN: known or secrets.token_urlsafe(32),
                    "PROEFTUIN_SANDBOX": names.sandbox_id,
                    "PROEFTUIN_DATA_DIR": "/data",
                    "HOME": "/data",
                    "TMPDIR": "/tmp",  # noqa: S108 - inside the container
                    "LANG": "C.UTF-8",
                },
                labels={**names.labels(Kind.TOWN), TOWN_DIGEST: image.town_digest},
                tmpfs={"/tmp": _TMP_MIB},  # noqa: S108 - idem
                volumes={"/data": names.town},
                dns=DEAD_END,
            )
        )

    def _status(self, names: RoomNames) -> ProcessStatus | None:
        with translated():
            state = self._desk.containers.inspect(names.town)
        return state.as_process({}) if state is not None else None

    def _last_line(self, names: RoomNames) -> str:
        with translated():
            lines = self._desk.logs.tail(names.town, lines=20)
        return next((line.text[:300] for line in reversed(lines) if line.text.strip()), "")
