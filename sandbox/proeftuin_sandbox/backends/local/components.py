"""Components in a local sandbox: unpack, install, start, wait until they answer."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from proeftuin_infra.environments import InstallError
from proeftuin_infra.process_status import LOG
from proeftuin_infra.processes import ProcessSpec
from proeftuin_infra.rotating_log import follow, tail
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import ComponentView, Failure, FailureError, Step
from proeftuin_sandbox.backends.explain import explain_end, explain_install
from proeftuin_sandbox.backends.failures import BUNDLE_LOST, ENDPOINT_NOT_POSSIBLE, requirements_invalid
from proeftuin_sandbox.backends.health import Address, wait_until_healthy
from proeftuin_sandbox.backends.local.rooms import read_note, write_note
from proeftuin_sandbox.backends.local.towns import HOST
from proeftuin_sandbox.bundles import content_digest, unpack
from proeftuin_sandbox.manifest import EndpointRun, ImageRun, PythonRun
from proeftuin_sandbox.requirements import requirements_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from proeftuin_infra.environments import EnvironmentCache
    from proeftuin_infra.ports import Ports
    from proeftuin_infra.processes import ProcessHost
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder
    from proeftuin_sandbox.backends.local.rooms import ComponentPlace, Room
    from proeftuin_sandbox.bundles import BundleLimits

_PATH = "/usr/local/bin:/usr/bin:/bin"
_PORT_TRIES = 3


class Components:
    """Runs components in rooms."""

    def __init__(
        self, *, host: ProcessHost, environments: EnvironmentCache, ports: Ports, bundle_limits: BundleLimits
    ) -> None:
        self._host = host
        self._environments = environments
        self._ports = ports
        self._bundle_limits = bundle_limits

    def deploy(self, room: Room, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers; see `SandboxBackend.deploy`."""
        run = order.manifest.run
        if isinstance(run, EndpointRun):
            raise FailureError(ENDPOINT_NOT_POSSIBLE)
        if isinstance(run, ImageRun):
            raise FailureError(_IMAGE)
        place = room.component(order.manifest.name)
        steps = _Counter(4 if isinstance(run, PythonRun) else 3)
        yield steps.next("unpack", Text(nl="De bundel uitpakken", en="Unpacking the bundle"))
        code = self._unpack(place, order)
        path = _PATH
        if isinstance(run, PythonRun):
            yield steps.next("install", Text(nl="De pakketten installeren", en="Installing the packages"))
            environment = yield from self._install(run, code)
            path = f"{environment / 'bin'}:{_PATH}"
        yield steps.next("start", Text(nl="De component starten", en="Starting the component"))
        for attempt in range(1, _PORT_TRIES + 1):
            port = self._start(room, place, order, path=path, fresh_port=attempt > 1)
            if attempt == 1:
                words = order.manifest.health.path
                yield steps.next(
                    "wait",
                    Text(nl=f"Wachten tot {words} antwoordt", en=f"Waiting until {words} answers"),
                )
            try:
                yield from self._wait(place, order, port)
            except FailureError as error:
                self.stop(place)
                if error.failure.code == "port-taken" and attempt < _PORT_TRIES:
                    continue
                raise
            break
        for old in place.folder.glob("code-*"):
            if old != code:
                shutil.rmtree(old, ignore_errors=True)

    def view(self, room: Room, name: str) -> ComponentView:
        """Report what exists of a component."""
        place = room.component(name)
        note = read_note(place.note) or {}
        return ComponentView(
            name=name,
            digest=note.get("digest", ""),
            revision=note.get("revision", 0),
            base_url=f"http://{HOST}:{note['port']}" if "port" in note else "",
            status=self._host.observe(place.run),
        )

    def logs(self, place: ComponentPlace, *, lines: int) -> list[LogLine]:
        """Give the last lines of the log."""
        return tail(place.run / LOG, lines=lines)

    def follow_logs(self, place: ComponentPlace, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines and then new ones, until the component has ended."""
        over = False
        for line in follow(place.run / LOG, lines=lines):
            yield line
            if line is None:
                if over:
                    return
                status = self._host.observe(place.run)
                over = status is None or not status.alive

    def stop(self, place: ComponentPlace) -> None:
        """End a component; one that does not run is not an error."""
        self._host.stop(place.run)

    def empty(self, place: ComponentPlace) -> None:
        """End a component and empty what it wrote."""
        self.stop(place)
        shutil.rmtree(place.data, ignore_errors=True)

    def explain(self, place: ComponentPlace, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running."""
        status = self._host.observe(place.run)
        if status is None or status.ended is None:
            return _NEVER_STARTED
        said = next((line.text for line in reversed(self.logs(place, lines=50)) if line.stream != "sys"), "")
        return explain_end(status.ended, limits=order.manifest.limits, said=said[:300])

    def _unpack(self, place: ComponentPlace, order: DeploymentOrder) -> Path:
        code = place.code(order.digest)
        # A component may write in its own code; a deployment always runs what was uploaded.
        if code.is_dir() and content_digest(code) == order.digest:
            return code
        self.stop(place)
        shutil.rmtree(code, ignore_errors=True)
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with order.bundle.open("rb") as packed:
                bundle = unpack(packed, code, limits=self._bundle_limits)
        except (ProeftuinError, OSError) as error:
            raise FailureError(BUNDLE_LOST) from error
        if bundle.digest != order.digest:
            shutil.rmtree(code, ignore_errors=True)
            raise FailureError(BUNDLE_LOST)
        return code

    def _install(self, run: PythonRun, code: Path) -> Generator[Step, None, Path]:
        try:
            requirements = requirements_of(run, code)
        except ProeftuinError as error:
            raise FailureError(requirements_invalid(error.detail)) from error
        try:
            for line in self._environments.build(requirements):
                yield Step("install-news", Text(nl=line, en=line))
        except InstallError as error:
            raise FailureError(explain_install(error)) from error
        return self._environments.place(requirements)

    def _start(self, room: Room, place: ComponentPlace, order: DeploymentOrder, *, path: str, fresh_port: bool) -> int:
        note = read_note(place.note) or {}
        seen = self._host.observe(place.run)
        if seen is not None and seen.alive and note.get("revision") == order.revision and not fresh_port:
            return int(note["port"])
        self.stop(place)
        port = self._ports.take(wish=None if fresh_port else note.get("port"))
        write_note(place.note, {"digest": order.digest, "revision": order.revision, "port": port})
        home, temporary = place.data / "home", place.data / "tmp"
        for folder in (home, temporary):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        town = read_note(room.note) or {}
        run = order.manifest.run
        assert not isinstance(run, EndpointRun | ImageRun)  # noqa: S101 - refused above
        self._host.start(
            place.run,
            ProcessSpec(
                argv=run.command,
                cwd=place.code(order.digest),
                environment={
                    **order.manifest.environment,
                    "HOST": HOST,
                    "PORT": str(port),
                    "PROEFTUIN_BASE_URL": f"http://{HOST}:{port}",
                    "PROEFTUIN_TOWN_URL": f"http://{HOST}:{town.get('port', 0)}",
                    "PROEFTUIN_SANDBOX": order.sandbox_id,
                    "PROEFTUIN_COMPONENT": order.manifest.name,
                    "PROEFTUIN_DATA_DIR": str(place.data),
                    "HOME": str(home),
                    "TMPDIR": str(temporary),
                    "PATH": path,
                    "LANG": "C.UTF-8",
                },
                limits=order.manifest.limits,
                data_folder=place.data,
            ),
        )
        return port

    def _wait(self, place: ComponentPlace, order: DeploymentOrder, port: int) -> Iterator[Step]:
        yield from wait_until_healthy(
            Address(HOST, port, order.manifest.health.path),
            timeout=order.manifest.health.timeout_seconds,
            status=lambda: self._host.observe(place.run),
            gone=lambda: FailureError(self.explain(place, order)),
        )


class _Counter:
    """Numbers the steps of a plan whose length is known."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._number = 0

    def next(self, code: str, message: Text) -> Step:
        self._number += 1
        return Step(code, message, self._number, self._total)


_IMAGE = Failure(
    "image-not-possible",
    Text(
        nl="Deze proeftuin draait programma's op een gewone machine, geen container-images.",
        en="This sandbox runs programs on an ordinary machine, no container images.",
    ),
    Text(
        nl="Gebruik run.python of run.command, of een platform met Docker of Kubernetes.",
        en="Use run.python or run.command, or a platform with Docker or Kubernetes.",
    ),
)
_NEVER_STARTED = Failure(
    "component-stopped",
    Text(nl="De component is niet gestart.", en="The component was not started."),
    Text(nl="Rol de component opnieuw uit.", en="Deploy the component again."),
    is_transient=True,
)
