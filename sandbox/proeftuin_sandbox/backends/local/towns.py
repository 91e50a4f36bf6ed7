"""Towns for sandboxes: generated once, loaded once into a template, cloned for each sandbox, and served."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proeftuin_infra.databases import DatabaseServerError
from proeftuin_infra.process_status import LOG
from proeftuin_infra.processes import ProcessError, ProcessSpec
from proeftuin_infra.rotating_log import tail
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure, FailureError, Step
from proeftuin_sandbox.backends.failures import AGAIN, TOWN_CANNOT_LIVE, town_failure
from proeftuin_sandbox.backends.health import Address, wait_until_town_answers
from proeftuin_sandbox.backends.living import stretches
from proeftuin_sandbox.backends.local.rooms import read_note, write_note
from vlavirgem import GENERATOR_VERSION
from vlavirgem.errors import EarlierTownError, VlavirgemError
from vlavirgem.manifest import read_manifest
from vlavirgem.store.living import day_of, live_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.databases import ClonedDatabases
    from proeftuin_infra.ports import Ports
    from proeftuin_infra.processes import ProcessHost
    from proeftuin_sandbox.backends.base import TownSpec
    from proeftuin_sandbox.backends.local.rooms import Room, Rooms

HOST = "127.0.0.1"
_GENERATE_SECONDS = 3600.0
_START_SECONDS = 60.0


class Towns:
    """Makes towns and serves them, one database and one server per sandbox."""

    def __init__(self, rooms: Rooms, *, host: ProcessHost, databases: ClonedDatabases, ports: Ports) -> None:
        self._rooms = rooms
        self._host = host
        self._databases = databases
        self._ports = ports

    def folder(self, spec: TownSpec) -> Path:
        """Give the folder of a generated town, whether it is there or not."""
        return self._rooms.towns / f"{spec.profile}-{spec.seed}-{GENERATOR_VERSION}"

    def generate(self, spec: TownSpec) -> None:
        """Generate the town when it is not there; a run that was killed leaves nothing that counts.

        Raises:
            FailureError: the generator failed.
        """
        folder = self.folder(spec)
        if folder.is_dir():
            return
        self._rooms.towns.mkdir(parents=True, exist_ok=True)
        with _exclusive(self._rooms.towns / f"{folder.name}.lock"):
            if folder.is_dir():
                return
            # vlavirgem writes beside its target and moves it into place when it is whole.
            argv = ("generate", "--profile", spec.profile, "--seed", str(spec.seed), "--to", "parquet", str(folder))
            self._vlavirgem(argv, run=self._rooms.towns / f".{folder.name}.run", code="town-generation-failed")

    def digest(self, spec: TownSpec) -> str:
        """Give the digest of a generated town.

        Raises:
            FailureError: the folder does not hold a whole town.
        """
        try:
            return read_manifest(self.folder(spec)).digest
        except (VlavirgemError, OSError) as error:
            raise FailureError(town_failure("town-generation-failed", str(error))) from error

    def prepare_template(self, spec: TownSpec, digest: str) -> None:
        """Load the town into a template database when that is not there.

        Raises:
            FailureError: loading failed, or the database server does not answer.
        """
        template = self._databases.template(digest)

        def fill(url: str) -> None:
            argv = ("load", str(self.folder(spec)), "--database-url", url)
            self._vlavirgem(argv, run=self._rooms.towns / f".{template}.run", code="town-load-failed")

        with _database_errors():
            if not self._databases.has(template):
                self._databases.build_template(template, fill)

    def clone(self, sandbox_id: str, digest: str) -> None:
        """Give a sandbox its database when it has none.

        Raises:
            FailureError: the database server does not answer.
        """
        with _database_errors():
            self._databases.clone(self._databases.template(digest), self._databases.name(sandbox_id))

    def serve(self, room: Room, sandbox_id: str, digest: str) -> Iterator[Step]:
        """Have the town's server run and answer; one that does is left alone.

        Raises:
            FailureError: it does not start.
        """
        seen = self._host.observe(room.town)
        note = read_note(room.note) or {}
        if seen is not None and seen.alive and note.get("digest") == digest:
            port = int(note["port"])
        else:
            port = self._ports.take(wish=note.get("port"))
            write_note(room.note, {"digest": digest, "port": port})
            self._start(room, sandbox_id, port)
        yield from wait_until_town_answers(
            Address(HOST, port, "/gezondheid"),
            timeout=_START_SECONDS,
            status=lambda: self._host.observe(room.town),
            gone=lambda: FailureError(town_failure("town-start-failed", _last_line(room.town))),
        )

    def live(self, sandbox_id: str, *, until: int) -> Iterator[Step]:
        """Have the town live up to a day, in its database.

        Raises:
            FailureError: the database server does not answer, or the town cannot live on.
        """
        url = self._databases.url(self._databases.name(sandbox_id))

        def live_to(day: int) -> int:
            try:
                for _ in live_until(url, day):
                    """Each is a day."""
                return day_of(url)
            except EarlierTownError as error:
                raise FailureError(TOWN_CANNOT_LIVE) from error
            except VlavirgemError as error:
                raise FailureError(town_failure("town-live-failed", str(error))) from error

        yield from stretches(live_to, until=until)

    def stop(self, room: Room) -> None:
        """End the town's server; one that is not there is not an error."""
        self._host.stop(room.town)

    def drop(self, sandbox_id: str, *, with_role: bool) -> None:
        """Remove a sandbox's database, and its role when it will not come back.

        Raises:
            FailureError: the database server does not answer.
        """
        with _database_errors():
            name = self._databases.name(sandbox_id)
            if with_role:
                self._databases.drop(name)
            else:
                self._databases.drop_database(name)

    def _start(self, room: Room, sandbox_id: str, port: int) -> None:
        with _database_errors():
            url, password = self._databases.open_for(self._databases.name(sandbox_id))
        argv = ("serve", "--database-url", url, "--host", HOST, "--port", str(port))
        room.town.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = {
            **_plain_environment(room.town),
            "PGPASSWORD": password,  # libpq reads it; on the command line every user of the machine could
            "PROEFTUIN_SANDBOX": sandbox_id,
            "PROEFTUIN_DATA_DIR": str(room.town),
        }
        self._host.start(room.town, ProcessSpec(argv=_program(argv), cwd=room.town, environment=environment))

    def _vlavirgem(self, argv: tuple[str, ...], *, run: Path, code: str) -> None:
        """Run the generator. What it says is for machines (a folder, a digest), so nobody is told of it."""
        run.mkdir(parents=True, exist_ok=True)
        try:
            spec = ProcessSpec(argv=_program(argv), cwd=run, environment=_plain_environment(run), grace_seconds=1.0)
            said = list(self._host.run(run, spec, timeout=_GENERATE_SECONDS))
            status = self._host.observe(run)
            if status is None or status.ended is None or status.ended.exit_code != 0:
                raise FailureError(town_failure(code, said[-1].replace(f"{self._rooms.towns}/", "") if said else ""))
        except ProcessError as error:
            raise FailureError(town_failure(code, str(error))) from error
        shutil.rmtree(run, ignore_errors=True)


def _program(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return (sys.executable, "-I", "-m", "vlavirgem.cli", *arguments)


def _plain_environment(home: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(home)}


def _last_line(run: Path) -> str:
    return next((line.text for line in reversed(tail(run / LOG, lines=20)) if line.stream != "sys"), "")


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except DatabaseServerError as error:
        raise FailureError(
            Failure(
                "database-unreachable",
                Text(
                    nl="De databankserver van de gemeenten antwoordt niet of weigert.",
                    en="The database server of the towns does not answer or refuses.",
                ),
                AGAIN,
                is_transient=True,
            )
        ) from error


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
