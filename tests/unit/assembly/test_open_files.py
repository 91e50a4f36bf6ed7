"""A platform with many sandboxes holds many listeners."""

from __future__ import annotations

import resource

from proeftuin.platform import allow_many_files


def test_a_platform_may_open_as_many_files_as_the_system_lets_it() -> None:
    """1024 files are enough for some five hundred sandboxes on a cluster, and then nothing more could be reached."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        allow_many_files()
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert (65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard), hard) == raised
