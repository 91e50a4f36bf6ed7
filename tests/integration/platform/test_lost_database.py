"""The database goes away under a running platform, and comes back: clear answers meanwhile, and nothing lost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest

from proeftuin import platform
from proeftuin.bootstrap import build
from proeftuin.platform import running
from proeftuin_kernel.settings import Settings
from proeftuin_postgres import EmbeddedPostgres
from support.acceptance_client import eventually, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proeftuin.application import Application


class Database:
    """The embedded server of a platform, to kill and to bring back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def kill(self) -> None:
        """End every process of the server at once, as a machine out of memory would."""
        server = psutil.Process(int((self._folder / "postmaster.pid").read_text().split("\n", 1)[0]))
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=10)

    def start_again(self) -> EmbeddedPostgres:
        """Start the server on the same folder."""
        return EmbeddedPostgres(self._folder)


def settings_of(folder: Path) -> Settings:
    """A platform with everything in one folder."""
    return Settings(data_dir=folder, database_url=None, port=0, base_url=None, log_level="ERROR")


@pytest.fixture
def done() -> list[str]:
    """What the job `test.mark` was asked to write down."""
    return []


@pytest.fixture
def application(done: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Application]:
    """Have the platform know one more job."""

    def with_a_job(*given: Any, **named: Any) -> Application:
        made = build(*given, **named)
        made.jobs.register("test.mark", lambda *, word: done.append(word))
        return made

    monkeypatch.setattr(platform, "build", with_a_job)
    return with_a_job


@pytest.fixture
def site(
    application: Callable[..., Application], tmp_path: Path
) -> Iterator[tuple[Application, httpx.Client, Database]]:
    """A platform on its own embedded database."""
    with (
        running(settings_of(tmp_path)) as (inside, url),
        httpx.Client(base_url=url, timeout=20, trust_env=False) as client,
    ):
        yield inside.application, client, Database(tmp_path / "postgres")


def test_nothing_is_lost_when_the_database_goes_and_comes_back(
    site: tuple[Application, httpx.Client, Database], done: list[str]
) -> None:
    """Programs get a problem document, people a page; afterwards work goes on where it was."""
    application, client, database = site
    assert 200 == client.get("/health/ready").status_code
    with application.database.begin() as work:
        work.defer("test.mark", word="bewaard", delay_seconds=2)

    database.kill()

    for path in ("/api/v1/solutions", "/api/v1/me", "/health/ready"):
        answer = client.get(path, headers={"Accept": "application/json", "Authorization": f"Bearer {_TOKEN}"})
        assert (503, "unavailable") == (answer.status_code, problem_of(answer)["code"])
    for path in ("/", "/catalogus", "/mijn"):
        page = client.get(path, headers={"Accept": "text/html", "Cookie": "proeftuin=" + "a" * 43})
        assert 503 == page.status_code
        assert page.headers["content-type"].startswith("text/html")
        assert "unavailable" in page.text
    assert 200 == client.get("/health/live").status_code
    assert [] == done

    with database.start_again():
        eventually(lambda: client.get("/health/ready").status_code, lambda status: status == 200, seconds=20)
        assert 200 == client.get("/api/v1/solutions").status_code
        eventually(lambda: list(done), lambda seen: seen == ["bewaard"], seconds=40)
        with application.database.begin() as work:
            work.defer("test.mark", word="nieuw")
        eventually(lambda: list(done), lambda seen: seen == ["bewaard", "nieuw"], seconds=20)


def test_a_platform_that_lost_its_database_still_stops(
    application: Callable[..., Application], tmp_path: Path
) -> None:
    """The worker waits for a database; whoever stops the platform does not."""
    with running(settings_of(tmp_path)):
        Database(tmp_path / "postgres").kill()
        time.sleep(1)  # by now the worker has noticed
        began = time.monotonic()

    assert time.monotonic() - began < 15


_TOKEN = "pt_" + "0" * 26 + "_" + "a" * 43
