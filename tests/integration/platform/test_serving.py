"""`proeftuin serve`: whatever ends it, nothing of it stays; and it refuses in one line what cannot be."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin.cli import main
from support.acceptance_cli import PROEFTUIN
from support.acceptance_client import Api
from support.platform_process import Serving, environment, token_of, with_a_component_in_a_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WITHIN = 10


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Serving]:
    """A platform, not started yet."""
    serving = Serving(tmp_path)
    yield serving
    serving.kill()


@pytest.mark.slow
def test_nothing_stays_of_a_platform_that_ended(platform: Serving, tmp_path: Path) -> None:
    """Database, worker, town and component go with it, also when it gets no chance to end them.

    The next start brings back what was there, and Ctrl-C ends it again.
    """
    with_a_component_in_a_sandbox(platform.start(), tmp_path / "source")
    running = " ".join(platform.processes())
    assert ["postgres", "vlavirgem", "server.py"] == [
        name for name in ("postgres", "vlavirgem", "server.py") if name in running
    ]

    assert -signal.SIGKILL == platform.send(signal.SIGKILL)

    assert [] == platform.left(seconds=WITHIN)
    platform.start()
    platform.wait_for_process("server.py", seconds=60)
    assert 0 == platform.send(signal.SIGINT)
    assert [] == platform.left(seconds=WITHIN)


def test_an_open_stream_is_closed_in_order_when_the_platform_stops(platform: Serving) -> None:
    """Its reader gets a whole answer, not a broken connection, and the platform does not wait for it."""
    url = platform.start()
    with contextlib.closing(Api(url, token_of(url, "test-startup"))) as api:
        asked = api.post("/api/v1/sandboxes", {"name": "Proef"})
        with api.http.stream("GET", f"/api/v1/sandboxes/{asked['id']}/events") as stream:
            lines = stream.iter_lines()
            first = next(lines)
            stopping = threading.Thread(target=platform.send, args=[signal.SIGINT])
            stopping.start()
            rest = list(lines)
            stopping.join()

    assert first.startswith("id: ")
    assert "event: end" not in rest
    assert [] == platform.left(seconds=WITHIN)


def refused(folder: Path, *arguments: str) -> list[str]:
    """Start a platform that cannot be, and give what it says on standard error."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [PROEFTUIN, "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(folder),
    )
    assert 2 == done.returncode, done.stderr
    assert "" == done.stdout
    return done.stderr.splitlines()


def test_a_second_platform_on_the_same_folder_is_refused(platform: Serving, tmp_path: Path) -> None:
    """Two would spoil each other's sandboxes; the first one notices nothing."""
    url = platform.start()

    lines = refused(tmp_path, "--port", "0")

    assert 1 == len(lines)
    assert "[platform-runs-already]" in lines[0]
    assert 200 == httpx.get(f"{url}/health/ready", trust_env=False).status_code


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    """With the port in the message, and nothing left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        lines = refused(tmp_path, "--port", port)

    assert 1 == len(lines)
    assert port in lines[0]
    assert "[unavailable]" in lines[0]
    assert [] == Serving(tmp_path).left(seconds=WITHIN)


@pytest.mark.parametrize(
    ("settings", "mentions"),
    [
        ({"PROEFTUIN_PORT": "tachtig"}, "PROEFTUIN_PORT"),
        ({"PROEFTUIN_ENVIRONMENT": "production"}, "PROEFTUIN_SECRET_KEY"),
        ({"PROEFTUIN_DATABASE_URL": "postgresql://127.0.0.1:1/niets"}, "PROEFTUIN_DATABASE_URL"),
        ({"PROEFTUIN_DATA_DIR": "/dev/null/hier"}, "PROEFTUIN_DATA_DIR"),
    ],
)
def test_a_wrong_setting_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    settings: dict[str, str],
    mentions: str,
) -> None:
    """One line that names the setting; never a stack trace."""
    monkeypatch.setattr("sys.argv", ["proeftuin", "migrate"])
    for name, value in (environment(tmp_path) | settings).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as end:
        main()

    said = capsys.readouterr()
    assert (2, "") == (end.value.code, said.out)
    assert 1 == len(said.err.splitlines())
    assert mentions in said.err
    assert re.search(r"\[[a-z-]+\]$", said.err)
