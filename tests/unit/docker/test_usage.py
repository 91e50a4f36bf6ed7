"""What containers use is asked of an engine that takes a second to answer; nobody waits for it twice."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from proeftuin_infra.docker.container_state import ContainerState
from proeftuin_infra.docker.usage import Usage

RUNNING = ContainerState("abc", "klok", "sha256:1", {}, is_running=True, ports={}, started_at=100.0)


class Engine:
    """Counts how often it measures; the test decides when it has."""

    def __init__(self) -> None:
        self.measured = 0
        self.done = threading.Event()

    def usage(self, _name: str) -> dict:
        self.measured += 1
        number = self.measured
        self.done.set()
        return {"number": number}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("proeftuin_infra.docker.usage.time.monotonic", lambda: now[0])
    return now


def test_a_second_look_shows_what_the_first_one_saw_and_measures_meanwhile(clock: list[float]) -> None:
    engine = Engine()
    usage = Usage(engine)
    first = usage.of(RUNNING)
    again = usage.of(RUNNING)
    engine.done.clear()
    clock[0] += 5
    later = usage.of(RUNNING)
    assert engine.done.wait(5)
    usage.close()

    assert [{"number": 1}] * 3 == [first, again, later]
    assert {"number": 2} == usage.of(RUNNING)


def test_what_is_old_or_of_an_earlier_life_is_not_shown(clock: list[float]) -> None:
    """A container that started anew begins at nothing."""
    usage = Usage(Engine())
    usage.of(RUNNING)
    clock[0] += 60
    old = usage.of(RUNNING)
    restarted = usage.of(replace(RUNNING, started_at=200.0))
    usage.close()

    assert ({"number": 2}, {"number": 3}) == (old, restarted)


def test_what_does_not_run_uses_nothing() -> None:
    engine = Engine()

    assert {} == Usage(engine).of(replace(RUNNING, is_running=False))
    assert 0 == engine.measured
