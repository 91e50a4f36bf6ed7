"""What is said of a program that does not answer in time."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.process_status import ProcessStatus
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import town_failure
from proeftuin_sandbox.backends.health import Address, wait_until_healthy, wait_until_town_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_sandbox.backends.base import Step


@pytest.fixture
def silent() -> Iterator[Address]:
    """Somebody who takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Address("127.0.0.1", server.getsockname()[1], "/gezondheid")


def waited(wait: Callable[..., Iterator[Step]], address: Address) -> FailureError:
    alive = ProcessStatus(
        alive=True,
        spec="",
        warden=None,
        process=None,
        started_at=0,
        ended_at=None,
        ended=None,
        memory_mib=0,
        cpu_seconds=0,
        disk_mib=0,
        processes=1,
    )
    with pytest.raises(FailureError) as caught:
        list(wait(address, timeout=0.2, status=lambda: alive, gone=lambda: FailureError(town_failure("gone", ""))))
    return caught.value


def test_a_component_that_hangs_is_its_suppliers_to_mend(silent: Address) -> None:
    """Trying again would not help."""
    failure = waited(wait_until_healthy, silent).failure

    assert ("health-no-answer", False) == (failure.code, failure.is_transient)


def test_a_town_that_is_too_slow_is_tried_again(silent: Address) -> None:
    """On a busy machine it may take a minute; nobody who asked for a sandbox can do anything about that."""
    failure = waited(wait_until_town_answers, silent).failure

    assert ("town-start-failed", True) == (failure.code, failure.is_transient)
    assert "component" not in failure.remedy.en
