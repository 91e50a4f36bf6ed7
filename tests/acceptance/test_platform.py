"""The platform's promises, as scenarios on one real platform; a file of its own, so that one process runs them all."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios

pytest.register_assert_rewrite(
    "support.acceptance_steps_afgewezen",
    "support.acceptance_steps_badge",
    "support.acceptance_steps_hoofdtaak",
    "support.acceptance_steps_slechte_invoer",
)

from support import (  # noqa: E402 - after their asserts were registered for rewriting
    acceptance_steps_afgewezen,
    acceptance_steps_badge,
    acceptance_steps_hoofdtaak,
    acceptance_steps_slechte_invoer,
)

# pytest-bdd looks for steps among the names of this module, under names of its own making.
for steps in (
    acceptance_steps_hoofdtaak,
    acceptance_steps_badge,
    acceptance_steps_afgewezen,
    acceptance_steps_slechte_invoer,
):
    globals().update({name: value for name, value in vars(steps).items() if name.startswith("pytestbdd_")})

scenarios("hoofdtaak.feature", "afgewezen.feature", "slechte_invoer.feature", "badge.feature")
