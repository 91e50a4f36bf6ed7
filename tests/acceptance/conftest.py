"""One platform for all acceptance tests, and what people did on it before scenarios look."""

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
    "hoofdtaak": {"geboorte", "hoofdtaak"},
    "badge": {"geboorte", "hoofdtaak"},
    "afgewezen": {"afgewezen"},
    "slechte_invoer": {"lastposten"},
}
"""The stories that the scenarios of a feature look at."""


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
    functions = [getattr(item, "function", None) for item in request.session.items]
    features = {Path(one.__scenario__.feature.filename).stem for one in functions if hasattr(one, "__scenario__")}
    ahead = {name for feature in features for name in _AHEAD.get(feature, ())}
    found = Stories(platform, tmp_path_factory.mktemp("lastposten"), ahead=ahead)
    yield found
    found.close()


@pytest.fixture(scope="session")
def laboratory(platform: Platform) -> str:
    """A sandbox of the researcher to send wrong things to."""
    return str(platform.new_sandbox("de onderzoeker", "Laboratorium")["id"])
