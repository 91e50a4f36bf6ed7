"""Contract tests of the catalogue run on a migrated database, as integration tests do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin.schema import migrate
from proeftuin_kernel.clock import FixedClock
from proeftuin_kernel.db import Database
from support.catalogue_builders import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def database(new_database: Callable[[str | None], str]) -> Iterator[Database]:
    """One migrated database for a module: these tests only read what the module wrote."""
    url = new_database(None)
    migrate(url)
    database = Database(url, clock=FixedClock(NOW))
    yield database
    database.close()
