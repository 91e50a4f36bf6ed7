"""A client on a site with made-up desks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from support.portal_site import MadeUp, make_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="session")
def site() -> FastAPI:
    """One site for all tests; each test gets a desk of its own."""
    return make_site()


@pytest.fixture(scope="session")
def site_of_a_visitor() -> FastAPI:
    """The same, for a reader who is not signed in."""
    return make_site(principal=None)


@pytest.fixture
def desk() -> MadeUp:
    """The made-up desk behind the pages; remembers what was asked."""
    return MadeUp()


@pytest.fixture
def client(site: FastAPI, desk: MadeUp) -> Iterator[TestClient]:
    """A signed-in reader with a browser that takes HTML and follows nothing by itself."""
    site.state.desk = desk
    with TestClient(site, headers=HTML, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def visitor(site_of_a_visitor: FastAPI, desk: MadeUp) -> Iterator[TestClient]:
    """A reader who is not signed in."""
    site_of_a_visitor.state.desk = desk
    with TestClient(site_of_a_visitor, headers=HTML, follow_redirects=False) as client:
        yield client
