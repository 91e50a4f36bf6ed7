"""The services on a test database, each with a little in it, and the desks of the portal on top of them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from proeftuin.portal.adapters.journal import DatabaseJournal
from support.assessment_world import Component, World, install_kit
from support.conformance_servers import serving, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_kernel.db import Database


@pytest.fixture
def journal(database: Database) -> DatabaseJournal:
    """Progress streams of the test database."""
    return DatabaseJournal(database)


@pytest.fixture
def toetskit(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test kit, found as an installed kit is."""
    monkeypatch.syspath_prepend(install_kit(tmp_path_factory.mktemp("kit")))
    importlib.invalidate_caches()


@pytest.fixture
def component() -> Component:
    """What the component answers."""
    return Component()


@pytest.fixture
def world(database: Database, component: Component, toetskit: None) -> Iterator[World]:
    """An assessment with that component in a sandbox of the vendor."""
    with serving(component) as server:
        yield World.make(database, url_of(server), component)
