"""The generic process: what may follow what."""

from __future__ import annotations

from typing import get_args

import pytest

from vlavirgem.blocks.dossiers.writing import Status
from vlavirgem.process import STATUSES, case_types


def test_the_api_accepts_exactly_the_statuses_of_the_process() -> None:
    """A type cannot be computed, so the list is written twice; this keeps them equal."""
    assert STATUSES == get_args(Status)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Ingediend", ("InVerwerking", "Stopgezet")),
        ("InVerwerking", ("KlaarVoorBeslissing", "Stopgezet")),
        ("KlaarVoorBeslissing", ("Goedgekeurd", "Geweigerd", "Stopgezet")),
        ("Goedgekeurd", ("Uitgevoerd",)),
        ("Uitgevoerd", ()),
        ("Geweigerd", ()),
        ("Stopgezet", ()),
        ("Betaald", ()),
    ],
)
def test_a_permit_walks_its_road(status: str, expected: tuple[str, ...]) -> None:
    """Refused and stopped are ends; nobody withdraws after the decision."""
    assert expected == case_types()["omgevingsvergunning"].following(status)


def test_a_report_is_not_refused() -> None:
    """A report of a hole in the road is decided on, not approved or refused."""
    kind = case_types()["melding"]

    assert ("Beslist",) == kind.following("InVerwerking")
    assert 4 == len(kind.statuses)
