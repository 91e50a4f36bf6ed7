"""One platform for all acceptance tests, and the steps that several features share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.acceptance_platform import platform_running
from support.acceptance_stories import Stories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.acceptance_platform import Platform

_AHEAD = {
    "test_hoofdtaak.py": {"geboorte", "hoofdtaak"},
    "test_badge.py": {"geboorte", "hoofdtaak"},
    "test_afgewezen.py": {"afgewezen"},
    "test_slechte_invoer.py": {"lastposten"},
}


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """A whole platform: web, worker, embedded PostgreSQL."""
    with platform_running() as running:
        yield running


@pytest.fixture(scope="session")
def stories(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Stories]:
    """What people did on it; what the chosen tests will look at starts at once."""
    chosen = {Path(item.path).name for item in request.session.items}
    ahead = {name for module, names in _AHEAD.items() if module in chosen for name in names}
    found = Stories(platform, tmp_path_factory.mktemp("lastposten"), ahead=ahead)
    yield found
    found.close()
