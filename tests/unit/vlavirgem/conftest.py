"""Towns that many tests look at; they are immutable, so one of each is enough."""

from __future__ import annotations

import pytest

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.numbering import STRIDE, wijken_count


@pytest.fixture(scope="session")
def hamlet() -> Town:
    """The town of the demo: `gehucht`, seed 1830."""
    return Town.generate(profile="gehucht", seed=1830)


@pytest.fixture(scope="session")
def small_town() -> Town:
    """A town of 150 inhabitants."""
    return Town.generate(profile=small_profile(), seed=7)


@pytest.fixture
def parts_of_one_wijk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a small town stand for one of many parts."""
    monkeypatch.setattr("vlavirgem.parts.ROWS_OF_A_PART", STRIDE)
    monkeypatch.setattr("vlavirgem.export.source.ROWS_OF_A_PART", STRIDE)
    monkeypatch.setattr("vlavirgem.export.source.parts_count", wijken_count)
