"""Why a container ended, read from what the engine tells."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from proeftuin_infra.docker.container_state import from_inspection
from proeftuin_infra.limits import Limits
from proeftuin_infra.process_status import Ended
from proeftuin_sandbox.backends.docker.failures import component_ended


def told(**state: Any) -> dict[str, Any]:
    return {
        "Id": "c1",
        "Name": "/pt-x-c-klok",
        "Image": "sha256:1",
        "Config": {"Labels": {"a": "b"}, "Env": ["A=b=c"]},
        "HostConfig": {"PortBindings": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "21000"}]}},
        "NetworkSettings": {"Networks": {"room": {"IPAddress": "10.208.0.2"}}},
        "State": {
            "Running": False,
            "StartedAt": "2026-11-22T12:00:00.123456789Z",
            "FinishedAt": "2026-11-22T12:00:01Z",
            "ExitCode": 0,
            "OOMKilled": False,
            "Error": "",
            **state,
        },
    }


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"ExitCode": 3}, Ended("exited", exit_code=3)),
        ({"ExitCode": 137, "OOMKilled": True}, Ended("memory-limit", exit_code=137)),
        ({"ExitCode": 139}, Ended("signalled", signal=signal.SIGSEGV)),
        ({"ExitCode": 152}, Ended("cpu-limit", signal=signal.SIGXCPU)),
        ({"ExitCode": 255}, Ended("exited", exit_code=255)),
        (
            {"StartedAt": "0001-01-01T00:00:00Z", "ExitCode": 127, "Error": "x: not found"},
            Ended("not-started", detail="x: not found"),
        ),
    ],
)
def test_the_cause_of_an_end_follows_from_what_the_engine_says(state: dict[str, Any], expected: Ended) -> None:
    """A supplier is told what happened, not an exit code."""
    assert expected == from_inspection(told(**state)).ended()


def test_a_running_container_has_no_end_and_knows_its_ports_and_addresses() -> None:
    """Everything that the platform must find again is read from the engine."""
    state = from_inspection(told(Running=True))

    assert state.ended() is None
    assert ({8080: 21000}, {"room": "10.208.0.2"}, {"A": "b=c"}) == (state.ports, state.addresses, state.environment)
    assert "pt-x-c-klok" == state.name
    assert 1795348800.123456 == pytest.approx(state.started_at)


@pytest.mark.parametrize(
    ("ended", "said", "code"),
    [
        (Ended("exited", exit_code=1), "au", "component-exited"),
        (Ended("exited", exit_code=127), "[FATAL tini (7)] exec ./x failed: No such file", "program-not-found"),
        (
            Ended("exited", exit_code=126),
            "[FATAL tini (7)] exec ./x failed: Permission denied",
            "program-not-executable",
        ),
        (
            Ended("exited", exit_code=126),
            "[FATAL tini (7)] exec ./x failed: Exec format error",
            "program-not-executable",
        ),
        (Ended("not-started", detail='exec: "x": executable file not found in $PATH'), "", "program-not-found"),
        (Ended("memory-limit", exit_code=137), "", "memory-limit"),
        (Ended("cpu-limit"), "", "cpu-limit"),
        (Ended("signalled", signal=11), "", "component-signalled"),
    ],
)
def test_an_end_is_explained_in_the_codes_that_every_backend_uses(ended: Ended, said: str, code: str) -> None:
    """Components move between backends; their failures keep their names."""
    failure = component_ended(ended, limits=Limits(), said=said, was_asked=False)

    assert code == failure.code
    assert not failure.is_transient


def test_what_the_platform_ended_itself_is_nobodys_fault() -> None:
    """After a restart of the platform a component comes back at once, and nothing is counted against it."""
    failure = component_ended(Ended("signalled", signal=15), limits=Limits(), said="", was_asked=True)

    assert ("component-stopped", True) == (failure.code, failure.is_transient)
