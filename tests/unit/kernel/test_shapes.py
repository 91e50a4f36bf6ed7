"""The API takes numbers, dates and settings as they are described, not as pydantic would like to read them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from proeftuin_kernel.auth import VISITOR, Permission, Principal
from proeftuin_kernel.settings import SettingInvalidError, read_settings
from proeftuin_kernel.web import WHOLE, WRITTEN, ApiModel


class Asked(ApiModel):
    size: Annotated[int, Field(ge=1, le=9), WHOLE] = 1
    day: Annotated[date | None, WRITTEN] = None


@pytest.mark.parametrize("size", [2, 2.0])
def test_a_whole_number_may_be_written_with_a_point(size: float) -> None:
    """JSON Schema calls 2.0 an integer."""
    assert 2 == Asked(size=size).size


@pytest.mark.parametrize(
    "sent",
    [
        {"size": True},
        {"size": "2"},
        {"size": 2.5},
        {"size": 0},
        {"size": None},
        {"day": "373"},
        {"day": 0},
        {"day": "x"},
    ],
)
def test_what_is_described_otherwise_is_refused(sent: dict[str, Any]) -> None:
    """Pydantic alone takes true for 1 and 373 for a moment in 1970."""
    with pytest.raises(ValidationError):
        Asked(**sent)


def test_bounds_stand_in_the_description() -> None:
    """Whoever generates requests from it must not be refused."""
    size = Asked.model_json_schema()["properties"]["size"]

    assert ("integer", 1, 9) == (size["type"], size["minimum"], size["maximum"])
    assert date(2026, 11, 21) == Asked(day="2026-11-21").day


def test_a_token_without_scopes_may_do_what_a_visitor_may() -> None:
    """A token is never worth less than no token."""
    bare = Principal(person_id="per-1", name="x", scopes=frozenset())

    assert {one for one in Permission if VISITOR.may(one)} == {one for one in Permission if bare.may(one)}


def test_every_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, with the name that the operator typed."""
    monkeypatch.setenv("PROEFTUIN_PORT", "tachtig")
    monkeypatch.setenv("PROEFTUIN_WORKER", "soms")

    with pytest.raises(SettingInvalidError, match=r"PROEFTUIN_PORT: .+; PROEFTUIN_WORKER: .+"):
        read_settings()


@pytest.mark.parametrize("url", ["mysql://u:geheim@db/x", "db.example/x"])
def test_a_database_that_is_no_postgresql_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Before anything connects, and without the password that is in it."""
    monkeypatch.setenv("PROEFTUIN_DATABASE_URL", url)

    with pytest.raises(SettingInvalidError, match="PROEFTUIN_DATABASE_URL: must begin with postgresql://") as refused:
        read_settings()
    assert "geheim" not in refused.value.detail.en
