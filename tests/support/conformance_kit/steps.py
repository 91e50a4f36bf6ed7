"""Steps of the test kit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_bdd import parsers, then, when

from proeftuin_conformance import Fail, Omit

if TYPE_CHECKING:
    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.exchanges import Exchange


@pytest.fixture
def broken() -> None:
    """A fixture that crashes."""
    raise RuntimeError("stuk")


@when("ik de lijst vraag", target_fixture="answer")
def ask(http: RecordingClient) -> Exchange:
    return http.get("/gebouwen")


@then(parsers.parse("staan er {count:d} gebouwen in"))
def counted(answer: Exchange, count: int) -> None:
    found = len(answer.json()["gebouwen"])
    if found != count:
        raise Fail("Verkeerd aantal.", "Wrong number.", expected=str(count), actual=str(found))


@then("sla ik dit over")
def skipping() -> None:
    pytest.skip("geen gegevens")


@when("ik iets stuks gebruik")
def breaking(broken: None) -> None:
    """Never reached."""


@when("dit hier niet geldt")
def omitting() -> None:
    raise Omit("Geldt hier niet.", "Does not apply here.")
