"""The command line of the test cluster takes what its help says."""

from __future__ import annotations

import pytest

from testcluster import cli


@pytest.mark.parametrize("named", [[], ["dns"], ["kubernetes", "cilium"]])
def test_modules_to_build_may_be_named_or_left_out(named: list[str]) -> None:
    """Without a name all that a cluster needs is built."""
    assert named == cli._parser().parse_args(["build", *named]).modules


def test_a_module_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """One line that says what there is, and exit code 2."""
    with pytest.raises(SystemExit) as left:
        cli._parser().parse_args(["build", "nonsense"])

    assert 2 == left.value.code
    assert "nonsense is none of kubernetes, cilium" in capsys.readouterr().err
