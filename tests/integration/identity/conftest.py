"""The identity services with the synthetic persons, on a database of each test alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.identity_world import World

if TYPE_CHECKING:
    from proeftuin_kernel.db import Database


@pytest.fixture
def world(database: Database) -> World:
    """The synthetic organisations and persons."""
    return World(database)
