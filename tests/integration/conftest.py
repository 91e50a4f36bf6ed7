"""A migrated database for every integration test, cloned from one template (about 0.1 s)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from proeftuin.schema import migrate
from proeftuin_kernel.clock import FixedClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.jobs import JobQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def template_database(new_database: Callable[[str | None], str]) -> str:
    """The name of a migrated database to clone from."""
    url = new_database(None)
    migrate(url)
    return url.rsplit("/", 1)[1].partition("?")[0]


@pytest.fixture
def database_url(new_database: Callable[[str | None], str], template_database: str) -> str:
    """The URL of a migrated database of this test alone."""
    return new_database(template_database)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that the test moves."""
    return FixedClock(NOW)


@pytest.fixture
def jobs(database_url: str) -> JobQueue:
    """The job queue on the test's database; nothing runs until the test runs it."""
    return JobQueue(database_url)


@pytest.fixture
def database(database_url: str, clock: FixedClock, jobs: JobQueue) -> Iterator[Database]:
    """A migrated database of this test alone, with its queue and a clock that stands still."""
    database = Database(database_url, clock=clock, jobs=jobs)
    yield database
    database.close()
