"""Who waits for the cluster looks again after a pause that grows with the wait."""

from __future__ import annotations

import pytest

from proeftuin_infra.kube.client.pauses import pause


@pytest.mark.parametrize(("waited", "expected"), [(0.0, 0.1), (1.0, 0.1), (5.0, 0.5), (10.0, 1.0), (600.0, 1.0)])
def test_a_pause_is_a_tenth_of_the_wait_between_bounds(waited: float, expected: float) -> None:
    """What is quick is seen at once; what is slow is not made slower by thousands who look."""
    assert expected == pause(waited, least=0.1)
