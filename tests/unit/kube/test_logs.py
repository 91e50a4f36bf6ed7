"""Logs that outlive their pods."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client.logs import LogKeeper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER = "proeftuin.vlaanderen/component"


def pod(name: str, *, restarts: int = 0, running: bool = True) -> dict:
    state = {"running": {"startedAt": "2026-11-22T02:00:00Z"}} if running else {"terminated": {"exitCode": 1}}
    return {
        "metadata": {"name": name, "uid": name, "namespace": "pt-x", "labels": {OWNER: "klok"}},
        "spec": {},
        "status": {"containerStatuses": [{"state": state, "restartCount": restarts}]},
    }


class FakeCluster:
    """Pods with logs, as an API server shows them: with a moment before each line, and from a second on."""

    def __init__(self) -> None:
        self.pods: dict[str, dict] = {}
        self.written: dict[tuple[str, bool], list[str]] = {}
        self.changed = threading.Event()
        self.cluster = self

    def list(self, _kind: str, _namespace: str, *, labels: str) -> list[dict]:
        assert OWNER in labels
        return list(self.pods.values())

    def get(self, _kind: str, name: str, _namespace: str) -> dict | None:
        return self.pods.get(name)

    def watch(self, _kind: str, _namespace: str, **_: object) -> Iterator[dict]:
        yield from list(self.pods.values())
        self.changed.wait(0.05)
        self.changed.clear()

    def lines(self, path: str, *, query: dict[str, str], silence: float) -> Iterator[bytes]:
        assert silence > 0
        name = path.split("/")[-2]
        since = query.get("sinceTime", "").removesuffix("Z")
        for line in self.written.get((name, "previous" in query), []):
            if line[: len(since)] >= since:
                yield line.encode()


def line(second: int, text: str) -> str:
    return f"2026-11-22T02:00:{second:02}.000000001Z {text}"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def keeper(cluster: FakeCluster, tmp_path: Path) -> Iterator[LogKeeper]:
    keeper = LogKeeper(cluster, tmp_path / "logs", selector="a=b", owner_label=OWNER)  # type: ignore[arg-type]
    yield keeper
    keeper.close()


def texts(keeper: LogKeeper) -> list[str]:
    return [one.text for one in keeper.tail("pt-x", "klok", lines=99)]


def eventually(keeper: LogKeeper, wanted: list[str]) -> None:
    deadline = time.monotonic() + 5
    while texts(keeper) != wanted:
        assert time.monotonic() < deadline, texts(keeper)
        time.sleep(0.02)


def test_a_log_is_there_after_its_pod_is_gone(cluster: FakeCluster, keeper: LogKeeper) -> None:
    """Kubernetes forgets it; we do not."""
    cluster.written["p", False] = [line(1, "een"), line(2, "twee")]
    cluster.pods["p"] = pod("p")
    keeper.start()
    eventually(keeper, ["een", "twee"])
    cluster.pods.clear()

    assert ["een", "twee"] == texts(keeper)


def test_each_line_is_kept_once_however_often_it_is_read(cluster: FakeCluster, keeper: LogKeeper) -> None:
    """Moments have nanoseconds, and what is asked for only seconds."""
    cluster.written["p", False] = [line(1, "een")]
    cluster.pods["p"] = pod("p")
    keeper.start()
    eventually(keeper, ["een"])
    cluster.written["p", False].append(line(1, "nog een").replace("001Z", "002Z"))
    for _ in range(3):
        keeper.catch_up("pt-x", "klok")

    assert ["een", "nog een"] == texts(keeper)


def test_what_a_container_wrote_before_it_was_started_again_comes_first(
    cluster: FakeCluster, keeper: LogKeeper
) -> None:
    """The reason of a crash stands in the log of the container before."""
    cluster.written["p", True] = [line(1, "au")]
    cluster.written["p", False] = [line(3, "opnieuw")]
    cluster.pods["p"] = pod("p", restarts=1)
    keeper.start()

    eventually(keeper, ["au", "opnieuw"])


def test_a_platform_that_restarts_goes_on_where_it_was(cluster: FakeCluster, tmp_path: Path) -> None:
    """Nothing twice, nothing lost."""
    cluster.written["p", False] = [line(1, "een")]
    cluster.pods["p"] = pod("p")
    for _ in range(2):
        keeper = LogKeeper(cluster, tmp_path / "logs", selector="a=b", owner_label=OWNER)  # type: ignore[arg-type]
        keeper.start()
        keeper.catch_up("pt-x", "klok")
        keeper.close()

    assert ["een"] == texts(keeper)


def test_one_process_keeps_and_others_read(cluster: FakeCluster, keeper: LogKeeper, tmp_path: Path) -> None:
    """Two that write would write everything twice."""
    keeper.start()
    other = LogKeeper(cluster, tmp_path / "logs", selector="a=b", owner_label=OWNER)  # type: ignore[arg-type]
    other.start()
    cluster.written["p", False] = [line(1, "een")]
    cluster.pods["p"] = pod("p")
    other.catch_up("pt-x", "klok")
    keeper.catch_up("pt-x", "klok")
    other.close()

    assert ["een"] == texts(other)


def test_a_flood_costs_the_oldest_lines_and_never_the_disk(cluster: FakeCluster, keeper: LogKeeper) -> None:
    """Two files of 2 MiB at most."""
    cluster.written["p", False] = [line(second, "x" * 9000) for second in range(60) for _ in range(12)]
    cluster.written["p", False] = [
        text.replace("000000001Z", f"{number:09}Z") for number, text in enumerate(cluster.written["p", False])
    ]
    cluster.pods["p"] = pod("p")
    keeper.start()
    keeper.catch_up("pt-x", "klok")
    size = sum(path.stat().st_size for path in keeper.path("pt-x", "klok").parent.iterdir())

    assert size <= 4 * 1024 * 1024
    assert 99 == len(texts(keeper))


def test_a_log_that_is_forgotten_leaves_nothing(cluster: FakeCluster, keeper: LogKeeper) -> None:
    """Part of the proof of destruction."""
    keeper.start()
    keeper.note("pt-x", "klok", "begonnen")
    assert ["pt-x"] == keeper.namespaces()
    keeper.forget("pt-x")

    assert [] == keeper.namespaces()
    assert [] == texts(keeper)
