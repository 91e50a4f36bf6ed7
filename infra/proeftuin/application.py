"""The running platform as one value: settings, database, jobs, events, and the services by type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.events import EventBus
from proeftuin_kernel.jobs import JobQueue
from proeftuin_kernel.outbox import RELAY_JOB, Outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_kernel.clock import Clock
    from proeftuin_kernel.settings import Settings

Service = TypeVar("Service")


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that one process of the platform shares.

    Attributes:
        registry: The services by their type; routes find theirs with `proeftuin_kernel.web.provided`.
        on_start: Called, in order, before the first request.
        on_drain: Called when the platform is asked to stop, before anything else: long jobs should come to an end.
            More than once is possible.
        on_stop: Called, last first, after the last request.
    """

    settings: Settings
    clock: Clock
    database: Database
    jobs: JobQueue
    bus: EventBus
    outbox: Outbox
    registry: dict[type, Any] = field(default_factory=dict)
    on_start: list[Callable[[], None]] = field(default_factory=list)
    on_drain: list[Callable[[], None]] = field(default_factory=list)
    on_stop: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def on(cls, database_url: str, settings: Settings, *, clock: Clock | None = None) -> Application:
        """Make an application without areas on a migrated database; `bootstrap.build` adds the areas."""
        clock = clock or SystemClock()
        jobs = JobQueue(database_url)
        database = Database(database_url, clock=clock, jobs=jobs)
        bus = EventBus()
        application = cls(settings, clock, database, jobs, bus, Outbox(database, bus))
        jobs.register(RELAY_JOB, lambda: _relay(application.outbox), cron="* * * * *", lock=RELAY_JOB)
        return application

    def add(self, service: Service) -> Service:
        """Register a service under its own type and give it back."""
        self.registry[type(service)] = service
        return service

    def get(self, kind: type[Service]) -> Service:
        """Give the service of a type."""
        service: Service = self.registry[kind]
        return service

    def start(self) -> None:
        """Run what must happen before the first request."""
        for action in self.on_start:
            action()

    def drain(self) -> None:
        """Ask long jobs and open streams to come to an end, so that the worker and the web server can stop soon."""
        self.database.closing.set()
        for action in self.on_drain:
            action()

    def stop(self) -> None:
        """Undo it, last first, and close the database."""
        for action in reversed(self.on_stop):
            action()
        self.database.close()


def _relay(outbox: Outbox) -> None:
    while outbox.relay():
        """Handlers may have emitted events of their own; go on until nothing is due."""
