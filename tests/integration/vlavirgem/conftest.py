"""A town in a real PostgreSQL, and its building blocks in this process."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from support.vlavirgem_receiver import Receiver, receiving
from support.vlavirgem_subscriptions import HURRIED
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.blocks.app import make_app
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def town() -> Town:
    """A town of 150 inhabitants."""
    return Town.generate(profile=small_profile(), seed=7)


@pytest.fixture(scope="session")
def template(town: Town, new_database: Callable[[str | None], str]) -> str:
    """The URL of a database that holds the town; nobody connects to it, so that it can be cloned."""
    url = new_database(None)
    load_town(town, url)
    return url


@pytest.fixture(scope="session")
def clone(template: str, new_database: Callable[[str | None], str]) -> Callable[[], str]:
    """Makes one more database with the town and gives its URL."""
    name = template.split("?", maxsplit=1)[0].rpartition("/")[2]
    return lambda: new_database(name)


@pytest.fixture(scope="session")
def loaded(clone: Callable[[], str]) -> str:
    """The URL of a database with the town, to read from only."""
    return clone()


@pytest.fixture(scope="module")
def reading(loaded: str) -> Iterator[TestClient]:
    """The building blocks, for tests that change nothing."""
    with TestClient(make_app(loaded), base_url="http://stad.test", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def writing_url(clone: Callable[[], str]) -> str:
    """The URL of a database of this test alone."""
    return clone()


@pytest.fixture
def writing(writing_url: str) -> Iterator[TestClient]:
    """The building blocks on a database of this test alone; it is 9 March 2026, 8:30 UTC."""
    app = make_app(writing_url, clock=lambda: NOW)
    with TestClient(app, base_url="http://stad.test", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Who is told what happens."""
    with receiving() as one:
        yield one


@pytest.fixture
def client(writing_url: str) -> Iterator[TestClient]:
    """The building blocks on a database of this test alone, with little patience for who does not listen."""
    app = make_app(writing_url, patience=HURRIED)
    with TestClient(app, base_url="http://stad.test", raise_server_exceptions=False) as one:
        yield one
