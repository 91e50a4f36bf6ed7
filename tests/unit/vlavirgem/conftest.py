"""Towns that many tests look at; they are immutable, so one of each is enough."""

from __future__ import annotations

import pytest

from support.vlavirgem_towns import small_profile
from vlavirgem import Town


@pytest.fixture(scope="session")
def hamlet() -> Town:
    """The town of the demo: `gehucht`, seed 1830."""
    return Town.generate(profile="gehucht", seed=1830)


@pytest.fixture(scope="session")
def small_town() -> Town:
    """A town of 150 inhabitants."""
    return Town.generate(profile=small_profile(), seed=7)
