"""A catalogue on a migrated database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_catalogue.service import CatalogueService
from support.catalogue_builders import KITS, Names

if TYPE_CHECKING:
    from proeftuin_kernel.db import Database


@pytest.fixture
def names() -> Names:
    """The directory of organisations."""
    return Names()


@pytest.fixture
def catalogue(database: Database, names: Names) -> CatalogueService:
    """A catalogue that was just started."""
    service = CatalogueService(database, kits=KITS, organisations=names)
    service.start()
    return service
