"""A badge names a digest, so what is deployed after a run must be what was deployed when it was asked for."""

from __future__ import annotations

import pytest

from proeftuin_assessment.identity import Standing, Upload, compare
from proeftuin_assessment.targets import Deployed

TESTED = Upload(digest="sha256:a", revision=3)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (Deployed(digest="sha256:a", revision=3, is_running=True), Standing.SAME),
        (Deployed(digest="sha256:a", revision=3, is_running=False), Standing.GONE),
        (Deployed(digest="sha256:a", revision=3, is_running=True, is_at_seed=False), Standing.LIVED),
        (Deployed(digest="sha256:b", revision=4, is_running=True, is_at_seed=False), Standing.REPLACED),
        (None, Standing.GONE),
        (Deployed(digest="sha256:b", revision=4, is_running=True), Standing.REPLACED),
        (Deployed(digest="sha256:a", revision=5, is_running=True), Standing.REPLACED),
        (Deployed(digest="sha256:b", revision=3, is_running=True), Standing.REPLACED),
        (Deployed(digest="sha256:b", revision=4, is_running=False), Standing.REPLACED),
    ],
    ids=[
        "same",
        "stopped",
        "in a town that lived",
        "another in such a town",
        "removed",
        "another",
        "another and back",
        "same number",
        "another that does not run",
    ],
)
def test_only_the_same_upload_that_still_runs_is_the_same(now: Deployed | None, expected: Standing) -> None:
    """Digest and revision together: another and back has the digest of the first; a restored database the revision."""
    assert expected is compare(TESTED, now)
