"""A run in a process of its own: whatever it does, it is told, and it is gone afterwards."""

from __future__ import annotations

import os
import time
from typing import Any

import psutil
import pytest

from proeftuin_assessment import process
from proeftuin_assessment.process import Hooks, Job, ProcessEndedError, TooLateError, follow
from support.assessment_world import is_alive, still_alive


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MODULE", "support.assessment_child")


def job(kit: str, *, wall_time_s: float = 20) -> Job:
    return Job(run="run-1", kit=kit, target={}, seed=1, mode="full", actor=None, resets=False, wall_time_s=wall_time_s)


def hooks(**changes: Any) -> Hooks:
    return Hooks(**{"reset": lambda: None, "idle": lambda: False} | changes)


def events(kit: str, **changes: Any) -> list[dict[str, Any]]:
    return list(follow(job(kit), hooks=hooks(**changes)))


def test_events_come_in_order_and_the_report_is_the_last() -> None:
    assert [{"event": "Progressed", "message": "é"}, {"event": "report", "report": {"outcome": "pass"}}] == events(
        "good"
    )


def test_many_events_arrive_complete() -> None:
    found = events("chatty")

    assert [str(number) for number in range(5000)] == [event["message"] for event in found[:-1]]


def test_nothing_of_the_platform_leaks_into_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secrets, no database address, no proxy: kits of others run in there."""
    monkeypatch.setenv("PROEFTUIN_SECRET_KEY", "geheim")
    monkeypatch.setenv("HTTPS_PROXY", "http://elders.example")

    report = events("environment")[-1]["report"]

    allowed = {"PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "HOME", "TMPDIR", "LANG", "PYTHONPATH", "LC_CTYPE"}
    assert set(report["names"]) <= allowed
    assert ("run-1", 1, "full") == (report["job"]["run"], report["job"]["seed"], report["job"]["mode"])


@pytest.mark.parametrize(
    ("kit", "says"),
    [("silent", "exit code 0: it said nothing"), ("crash", "exit code 9: no such luck"), ("cut", "exit")],
)
def test_a_process_that_ends_without_a_report_is_told(kit: str, says: str) -> None:
    with pytest.raises(ProcessEndedError, match=says):
        events(kit)


def test_a_line_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that would fill the memory is no report."""
    monkeypatch.setattr(process, "MAX_LINE", 1_000_000)

    with pytest.raises(ProcessEndedError):
        events("endless")


def test_a_process_that_takes_too_long_is_ended_with_all_it_started() -> None:
    seen: list[int] = []
    started = time.monotonic()

    stream = follow(job("deaf", wall_time_s=1), hooks=hooks(), grace_s=0.5)
    family = psutil.Process(int(next(stream)["message"]))
    seen += [family.pid, *(child.pid for child in family.children())]
    with pytest.raises(TooLateError):
        next(stream)

    assert time.monotonic() - started < 10
    assert 2 == len(seen)
    assert [] == still_alive(seen, seconds=5)


def test_a_process_is_ended_on_request() -> None:
    asked = iter([False, True])

    with pytest.raises(ProcessEndedError, match="on request"):
        events("deaf", idle=lambda: next(asked, True))


def test_who_stops_listening_leaves_no_process_behind() -> None:
    stream = follow(job("deaf"), hooks=hooks())
    pid = int(next(stream)["message"])

    stream.close()  # type: ignore[attr-defined]  # it is a generator

    assert not is_alive(pid)
    assert os.getpid() != pid


def test_a_reset_is_done_here_and_answered_there() -> None:
    done: list[str] = []

    assert {"done": True} == events("reset", reset=lambda: done.append("x"))[-1]["report"]
    assert ["x"] == done


def test_a_reset_that_fails_is_answered_with_the_reason() -> None:
    def fail() -> None:
        raise RuntimeError("brand")

    assert {"done": False, "message": "RuntimeError: brand"} == events("reset", reset=fail)[-1]["report"]
