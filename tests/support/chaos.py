"""Platforms that come and die: each with SIGKILL, at a moment where none before it died, until one gets through."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from sqlalchemy import select

from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.jobs import JobQueue
from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_kernel.tables import JournalEntry, LeaseRow
from proeftuin_sandbox import repository
from proeftuin_sandbox.policy import Policy
from support.chaos_moments import Fate, Moments, told_of
from support.sandbox_world import SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from proeftuin_sandbox.backends.base import SandboxBackend

LEASE_SECONDS = 0.5
POLICY = Policy(orphan_grace=timedelta(0))
SEED = "PROEFTUIN_CHAOS_SEED"
_MOST_DEATHS = 120
_THROUGH = "through"
_PATIENCE_SECONDS = 180.0
_processes = multiprocessing.get_context("forkserver")
# Loaded once: each platform is a copy of a process that has the product in memory and nothing else.
_processes.set_forkserver_preload(
    [
        "pytest",
        "proeftuin.schema",
        "proeftuin_sandbox.service",
        "proeftuin_sandbox.backends.docker",
        "proeftuin_sandbox.backends.kubernetes",
        "proeftuin_sandbox.backends.local",
        "proeftuin_sandbox.backends.stored_images",
        "sqlalchemy.dialects.postgresql.psycopg",
    ]
)


class Ground(Protocol):
    """Where sandboxes stand, and how to see what is there without asking the product. Goes to other processes."""

    component: str
    """What the component in its sandboxes is called."""
    ends_with_platform: bool
    """Something that a platform started ends when its process does: rooms, or the way to them."""
    keeps_data: bool
    """Of components, while they rest."""
    room: list[str]
    """The kinds of all that a sandbox consists of, sorted."""
    with_component: list[str]
    """The same, with a component."""

    def backend(self, root: Path) -> SandboxBackend:
        """Make the backend of a platform that keeps its things in a folder."""
        ...

    def left(self, root: Path) -> set[str]:
        """List all that stands on this ground because of a platform; what is kept for the next sandbox left out."""
        ...


@dataclass(frozen=True)
class Place:
    """All by which one platform finds what the one before it left."""

    ground: Ground
    folder: Path
    database_url: str

    def platform(
        self, *, lease_seconds: float = LEASE_SECONDS, policy: Policy = POLICY, **options: Any
    ) -> SandboxWorld:
        """Start a platform here; `options` go to the reconciler."""
        database = Database(self.database_url, clock=SystemClock(), jobs=JobQueue(self.database_url), pool_size=2)
        backend = self.ground.backend(self.folder / "sandboxes")
        return SandboxWorld.on(database, backend, self.folder, policy=policy, lease_seconds=lease_seconds, **options)


def _live(place: Place, sandbox_id: str, passed: frozenset[str], fate: Fate, tell: Connection) -> None:
    """Be a platform that has one sandbox brought about; die on the way, or afterwards."""
    try:
        world = place.platform()
        moments = Moments(passed, fate, tell.send)
        moments.watch()
        settle(world, sandbox_id)
        while moments.is_doomed:  # it was quicker than the death that waits for it
            time.sleep(0.01)
        tell.send(_THROUGH)
    except BaseException:  # noqa: BLE001 - told to the test
        tell.send(traceback.format_exc())
    os.kill(os.getpid(), signal.SIGKILL)


def settle(world: SandboxWorld, sandbox_id: str) -> None:
    """Bring a sandbox about: once a dead platform's lease has run out, and again after each pause that it needs."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        assert time.monotonic() < deadline, "it does not come to rest"
        try:
            world.service.converge(sandbox_id)
        except LeaseHeldError:
            time.sleep(0.05)
            continue
        with world.database.read() as session:
            rows = [repository.get_sandbox(session, sandbox_id), *repository.deployments(session, sandbox_id)]
        if all(row.next_attempt_at is None for row in rows):
            return
        time.sleep(0.1)


def _live_on(place: Place, sandbox_id: str, tell: Connection) -> None:
    """Be a platform that has brought a sandbox about and goes on."""
    settle(place.platform(), sandbox_id)
    tell.send(os.getpid())
    signal.pause()


@dataclass
class Chaos:
    """A place over which platforms come and are killed.

    Attributes:
        place: It.
        world: The platform of the moment, through which people ask; it dies with none of the others.
        fate: Decides when they die.
        deaths: Where they did.
    """

    place: Place
    world: SandboxWorld
    fate: Fate
    deaths: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, ground: Ground, folder: Path, database_url: str, **fate: Any) -> Chaos:
        """Begin at an empty place; `fate` is what the seed does not decide."""
        place = Place(ground, folder, database_url)
        seed = int(os.environ.get(SEED) or int.from_bytes(os.urandom(4), "big"))
        return cls(place, place.platform(), Fate(seed, **fate))

    def dies_at_every_moment(self, sandbox_id: str) -> list[str]:
        """Have platforms die on the way to what is wanted of a sandbox, at each moment that is new; one gets there.

        Returns:
            The moments.
        """
        began = self._newest_entry()
        if self.place.ground.ends_with_platform:
            self._close()
        before = len(self.deaths)
        while (moment := self._one_life(sandbox_id)) is not None:
            if len(self.deaths) > before:  # the first that came after a dead one waited in earnest
                self._leases_run_out()
            self.deaths.append(moment)
            assert len(self.deaths) < before + _MOST_DEATHS, f"no platform gets through: {self.history}"
        if self.place.ground.ends_with_platform:
            self.world = self.place.platform()
        settle(self.world, sandbox_id)
        self._died_at_every_step(after=began)
        return self.deaths[before:]

    def successor(self) -> None:
        """Start the next platform, as after a crash of this one."""
        self._close()
        self.world = self.place.platform()

    @contextmanager
    def living(self, sandbox_id: str) -> Iterator[int]:
        """Have a platform in a process of its own that has brought a sandbox about; gives the process id."""
        ours, theirs = _processes.Pipe(duplex=False)
        process: Any = _processes.Process(target=_live_on, args=(self.place, sandbox_id, theirs))
        process.start()
        theirs.close()
        try:
            assert ours.poll(_PATIENCE_SECONDS)
            yield ours.recv()
        finally:
            ours.close()
            process.kill()
            process.join()
            process.close()

    def nothing_is_left(self, sandbox_id: str) -> None:
        """Check that no trace of a destroyed sandbox is on the ground, and no lock or open end in the rows."""
        for path in (self.place.folder / "bundles").rglob("*"):
            os.utime(path, (0, 0))  # for an hour it might be an upload that is under way
        self.world.service.sweep()
        root = self.place.folder / "sandboxes"
        deadline = time.monotonic() + 10
        while (left := self.place.ground.left(root)) and time.monotonic() < deadline:
            time.sleep(0.2)  # a process that is ended is a zombie for a moment
        assert set() == left, self.history
        assert [] == [path for path in (self.place.folder / "bundles").rglob("*") if path.is_file()]
        with self.world.database.read() as session:
            assert [] == list(session.scalars(select(LeaseRow.name))), self.history
            row = repository.get_sandbox(session, sandbox_id)
            states = {row.state, *(one.state for one in repository.deployments(session, sandbox_id))}
        assert states <= {"destroyed", "stopped"}, self.history
        assert [] == row.destruction["residue"]

    def close(self) -> None:
        """Take everything away, also after a failure."""
        backend = self.world.backend
        for sandbox_id in {thing.sandbox_id for thing in backend.inventory()}:
            list(backend.destroy(sandbox_id))
        self._close()

    @property
    def history(self) -> str:
        """Tell how to have the same again."""
        return f"{SEED}={self.fate.seed}; {len(self.deaths)} died, at {self.deaths}"

    def _one_life(self, sandbox_id: str) -> str | None:
        """Have one platform live; give the moment at which it died, or None when it got through."""
        ours, theirs = _processes.Pipe(duplex=False)
        arguments = (self.place, sandbox_id, frozenset(self.deaths), self.fate, theirs)
        process: Any = _processes.Process(target=_live, args=arguments)
        process.start()
        theirs.close()
        try:
            said = ours.recv() if ours.poll(_PATIENCE_SECONDS + 20) else "it says nothing"
        except EOFError:
            said = "it ended without a word"
        finally:
            ours.close()
        process.join(20)
        ended = process.exitcode
        process.kill()
        process.join()
        process.close()
        assert said.startswith(("before ", "after ", "during ", _THROUGH)), f"{said}\n{self.history}"
        assert -signal.SIGKILL == ended, self.history
        return None if said == _THROUGH else said

    def _leases_run_out(self) -> None:
        """Have the time pass in which what the dead one held is still his."""
        with psycopg.connect(self.place.database_url) as connection:
            connection.execute("UPDATE kernel_lease SET expires_at = least(expires_at, clock_timestamp())")

    def _died_at_every_step(self, *, after: int) -> None:
        """Check against what people were told that no announced step went without its deaths."""
        with self.world.database.read() as session:
            entries = session.scalars(select(JournalEntry).where(JournalEntry.id > after, JournalEntry.kind == "step"))
            announced = {told for entry in entries if self.fate.only in (told := told_of(entry))}
        died = {moment.rpartition(" ")[2] for moment in self.deaths if moment.startswith("after ")}
        assert announced, "nothing was announced"
        assert announced <= died, self.history

    def _newest_entry(self) -> int:
        with self.world.database.read() as session:
            return session.scalar(select(JournalEntry.id).order_by(JournalEntry.id.desc()).limit(1)) or 0

    def _close(self) -> None:
        self.world.service.close()
        self.world.database.close()
