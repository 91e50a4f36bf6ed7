"""A provider of its own for each module, and who signs in there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from support.openid_client import ORIGIN, Application, MovableClock, register
from vlavirgem.blocks.app import make_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem import Town


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    """The clock of the provider."""
    return MovableClock()


@pytest.fixture(scope="module")
def served(clone: Callable[[], str], clock: MovableClock) -> Iterator[TestClient]:
    """A town of these tests alone."""
    with TestClient(make_app(clone(), clock=clock), base_url=ORIGIN) as client:
        yield client


@pytest.fixture
def browser(served: TestClient, clock: MovableClock) -> TestClient:
    """A browser without cookies."""
    clock.ahead = timedelta()
    served.cookies.clear()
    return served


@pytest.fixture
def application(browser: TestClient) -> Application:
    """An application with a secret."""
    return register(browser)


@pytest.fixture(scope="module")
def citizen(town: Town) -> str:
    """An adult."""
    person = town.tables["personen"].sort("geboortedatum")[20]
    return f"persoon/{person['id'][0]}"


@pytest.fixture(scope="module")
def official(town: Town) -> str:
    """Somebody at the desk, who works there today."""
    staff = town.tables["medewerkers"].filter(dienst="Burgerzaken")
    return f"medewerker/{staff.filter(staff['tot'].is_null())['id'][0]}"
