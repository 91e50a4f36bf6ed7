"""The local backend: rooms with a town and components, as processes, folders and databases."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proeftuin_infra import proctree
from proeftuin_infra.databases import ClonedDatabases, DatabaseServerError
from proeftuin_infra.environments import EnvironmentCache
from proeftuin_infra.ports import Ports
from proeftuin_infra.processes import ProcessError, ProcessHost
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure, FailureError, Observed, Owned, Planned, Step
from proeftuin_sandbox.backends.failures import AGAIN
from proeftuin_sandbox.backends.installation import installation_of
from proeftuin_sandbox.backends.local.capabilities import local_capabilities
from proeftuin_sandbox.backends.local.components import Components
from proeftuin_sandbox.backends.local.probe import prove
from proeftuin_sandbox.backends.local.rooms import Rooms, read_note
from proeftuin_sandbox.backends.local.towns import HOST, Towns
from proeftuin_sandbox.bundles import BundleLimits

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder, SandboxSpec
    from proeftuin_sandbox.backends.promises import Capabilities, Proof

_LABEL = "PROEFTUIN_SANDBOX"


class LocalBackend:
    """Sandboxes as processes, folders and databases of this machine; see `SandboxBackend` for the contract.

    Args:
        root: Folder for rooms, towns and virtual environments; only this backend writes in it.
        postgres_url: A maintenance database of the server on which the towns live; its user may make
            databases and roles.
        environment: The platform's environment; only the installer of packages gets a part of it.
        random_source: Chooses ports.
        bundle_limits: How large a component may be.
    """

    name = "local"

    def __init__(
        self,
        root: Path,
        *,
        postgres_url: str,
        environment: Mapping[str, str],
        random_source: random.Random,
        bundle_limits: BundleLimits | None = None,
    ) -> None:
        self._rooms = Rooms(root)
        self._host = ProcessHost()
        self._databases = ClonedDatabases(postgres_url, prefix=f"pt_{installation_of(root)}_")
        ports = Ports(random_source)
        self._towns = Towns(self._rooms, host=self._host, databases=self._databases, ports=ports)
        self._components = Components(
            host=self._host,
            environments=EnvironmentCache(self._rooms.environments, host=self._host, environment=environment),
            ports=ports,
            bundle_limits=bundle_limits or BundleLimits(),
        )

    def capabilities(self) -> Capabilities:
        """Tell what is enforced here and what is not."""
        return local_capabilities()

    def plan(self, spec: SandboxSpec) -> tuple[Planned, ...]:
        """Tell what `create` would make."""
        return (
            Planned("folder", spec.id, "0700"),
            Planned("database", self._databases.name(spec.id), f"{spec.town.profile}, {spec.town.seed}"),
            Planned("role", self._databases.name(spec.id)),
            Planned("process", "vlavirgem serve", HOST),
        )

    def create(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the sandbox to where its town serves; see `SandboxBackend.create`."""
        room = self._rooms.room(spec.id)
        town = f"{spec.town.profile}, {spec.town.seed}"
        with _translated():
            yield Step("town", Text(nl=f"De gemeente maken ({town})", en=f"Making the town ({town})"), 1, 4)
            self._towns.generate(spec.town)
            digest = self._towns.digest(spec.town)
            yield Step("template", Text(nl="De gemeente in een sjabloon laden", en="Loading the town to clone"), 2, 4)
            self._towns.prepare_template(spec.town, digest)
            yield Step("database", Text(nl="De databank klonen", en="Cloning the database"), 3, 4)
            room.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._towns.clone(spec.id, digest)
            yield Step("serve", Text(nl="De bouwstenen starten", en="Starting the building blocks"), 4, 4)
            yield from self._towns.serve(room, spec.id, digest)

    def prove(self, sandbox_id: str) -> Proof:
        """Try from inside what this tier promises to stop; see `SandboxBackend.prove`."""
        return prove(self._rooms.room(sandbox_id).folder / "proof", host=self._host)

    def deploy(self, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers; see `SandboxBackend.deploy`."""
        with _translated():
            yield from self._components.deploy(self._rooms.room(order.sandbox_id), order)

    def observe(self, sandbox_id: str) -> Observed:
        """Report what exists now."""
        room = self._rooms.room(sandbox_id)
        if not room.folder.is_dir():
            return Observed(exists=False)
        town = self._host.observe(room.town)
        note = read_note(room.note) or {}
        return Observed(
            exists=True,
            is_serving=town is not None and town.alive,
            town_url=f"http://{HOST}:{note['port']}" if "port" in note else None,
            town_digest=note.get("digest"),
            components=tuple(self._components.view(room, name) for name in room.components()),
        )

    def explain(self, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running."""
        place = self._rooms.room(order.sandbox_id).component(order.manifest.name)
        return self._components.explain(place, order)

    def logs(self, sandbox_id: str, component: str, *, lines: int) -> list[LogLine]:
        """Give the last lines that a component wrote."""
        return self._components.logs(self._rooms.room(sandbox_id).component(component), lines=lines)

    def follow_logs(self, sandbox_id: str, component: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines, then new ones as they come."""
        return self._components.follow_logs(self._rooms.room(sandbox_id).component(component), lines=lines)

    def stop(self, sandbox_id: str, component: str) -> None:
        """End a component; log and data stay."""
        with _translated():
            self._components.stop(self._rooms.room(sandbox_id).component(component))

    def remove(self, sandbox_id: str, component: str) -> None:
        """End a component and take away its code, data and log."""
        place = self._rooms.room(sandbox_id).component(component)
        with _translated():
            self._components.stop(place)
            _remove(place.folder)

    def reset(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the town back to its seed; see `SandboxBackend.reset`."""
        room = self._rooms.room(spec.id)
        with _translated():
            yield Step("stop", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 4)
            for name in room.components():
                self._components.empty(room.component(name))
            yield Step("drop", Text(nl="De databank verwijderen", en="Removing the database"), 2, 4)
            self._towns.stop(room)
            self._towns.drop(spec.id, with_role=False)
            yield Step("database", Text(nl="De databank klonen", en="Cloning the database"), 3, 4)
            digest = (read_note(room.note) or {}).get("digest") or self._towns.digest(spec.town)
            self._towns.clone(spec.id, digest)
            yield Step("serve", Text(nl="De bouwstenen starten", en="Starting the building blocks"), 4, 4)
            yield from self._towns.serve(room, spec.id, digest)

    def live(self, spec: SandboxSpec, *, until: int) -> Iterator[Step]:
        """Have the town live up to a day; see `SandboxBackend.live`."""
        yield from self._towns.live(spec.id, until=until)

    def suspend(self, sandbox_id: str) -> Iterator[Step]:
        """Stop everything that runs; folders and the database stay."""
        room = self._rooms.room(sandbox_id)
        with _translated():
            yield Step("components", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 2)
            for name in room.components():
                self._components.stop(room.component(name))
            yield Step("town", Text(nl="De bouwstenen stoppen", en="Stopping the building blocks"), 2, 2)
            self._towns.stop(room)

    def destroy(self, sandbox_id: str) -> Iterator[Step]:
        """Take everything of a sandbox away; see `SandboxBackend.destroy`."""
        room = self._rooms.room(sandbox_id)
        with _translated():
            yield Step("components", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 4)
            for name in room.components():
                self._components.stop(room.component(name))
            yield Step("town", Text(nl="De bouwstenen stoppen", en="Stopping the building blocks"), 2, 4)
            self._towns.stop(room)
            proctree.kill(process for process, owner in self._processes() if owner == sandbox_id)
            yield Step("database", Text(nl="De databank verwijderen", en="Removing the database"), 3, 4)
            self._towns.drop(sandbox_id, with_role=True)
            yield Step("files", Text(nl="De bestanden verwijderen", en="Removing the files"), 4, 4)
            _remove(room.folder)

    def inventory(self) -> tuple[Owned, ...]:
        """List everything of ours that exists."""
        with _translated():
            databases, roles = self._databases.owned()
        return (
            *(Owned("process", str(process.pid), owner) for process, owner in self._processes()),
            *(Owned("database", name, self._owner(name)) for name in sorted(databases)),
            *(Owned("role", name, self._owner(name)) for name in sorted(roles)),
            *(Owned("folder", name, name) for name in self._rooms.ids()),
        )

    def close(self) -> None:
        """End every process of this platform's life."""
        self._host.close()

    def _processes(self) -> list[tuple[proctree.ProcessId, str]]:
        """Find our processes by the label in their environment, whoever started them and whenever."""
        inside = f"{self._rooms.root}{os.sep}"
        return [
            (process, environment[_LABEL])
            for process, environment in proctree.labelled(_LABEL)
            if environment.get("PROEFTUIN_DATA_DIR", "").startswith(inside)
        ]

    def _owner(self, database: str) -> str:
        """Give the sandbox whose database or role this is."""
        rest = database.removeprefix(self._databases.name("")).removesuffix("_new")
        return rest.replace("_", "-", 1)


def _remove(folder: Path) -> None:
    """Remove a folder whole, also when a component took away its own right to write in it."""

    def unlock(_function: object, path: str, _error: object) -> None:
        parent = os.path.dirname(path)  # noqa: PTH120 - shutil gives texts
        os.chmod(parent, 0o700)  # noqa: PTH101 - idem
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114 - idem
            os.chmod(path, 0o700)  # noqa: PTH101 - idem
            shutil.rmtree(path)
        else:
            os.unlink(path)  # noqa: PTH108 - idem

    if folder.exists():
        shutil.rmtree(folder, onerror=unlock)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the layer below raises into a failure with a cause and a remedy."""
    try:
        yield
    except (ProcessError, OSError, DatabaseServerError) as error:
        raise FailureError(
            Failure(
                "machine-trouble",
                Text(
                    nl="De machine waarop de proeftuinen draaien, weigert iets.",
                    en="The machine on which the sandboxes run refuses something.",
                ),
                AGAIN,
                is_transient=True,
            )
        ) from error
