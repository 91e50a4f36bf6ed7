"""The operator's choices reach the sandboxes."""

from __future__ import annotations

import pytest

from proeftuin.sandboxes import allowed_tiers, maintenance_url
from proeftuin_kernel.settings import Settings

PRODUCTION = {"environment": "production", "secret_key": "x" * 40, "oidc_issuer": "https://idp.example"}


@pytest.mark.parametrize(
    ("settings", "tiers"),
    [
        ({}, None),
        (PRODUCTION, {"docker", "kubernetes"}),
        (PRODUCTION | {"sandbox_tiers": "local, docker"}, {"local", "docker"}),
        ({"sandbox_tiers": "kubernetes"}, {"kubernetes"}),
    ],
)
def test_the_local_tier_needs_a_word_from_the_operator_in_production(
    settings: dict[str, str], tiers: set[str] | None
) -> None:
    """Strangers' code does not run as the platform's own user by accident."""
    assert tiers == allowed_tiers(Settings(**settings))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@db:5432/proeftuin?sslmode=require", "postgresql://u:p@db:5432/postgres?sslmode=require"),
        ("postgresql://postgres@/proeftuin?host=%2Ftmp%2Fx", "postgresql://postgres@/postgres?host=%2Ftmp%2Fx"),
    ],
)
def test_towns_live_on_the_platforms_own_server(url: str, expected: str) -> None:
    """Only the name of the database changes."""
    assert expected == maintenance_url(url)
