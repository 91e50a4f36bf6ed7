"""Fixtures shared by every suite: the standards data, an embedded PostgreSQL, empty databases."""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import psycopg
import pytest

from proeftuin_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.warm_engines import WarmEngines

REPOSITORY = Path(__file__).parent.parent
_HURRIED = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # it visits every database that was ever used, and here those are hundreds
}
"""Settings of a server that need not outlive the machine."""
sys.path.insert(0, str(Path(__file__).parent))  # `support` holds builders used by more than one suite
pytest_plugins = ["support.docker_engine"]
# How long an example takes says something of the machine, not of the rule.
hypothesis.settings.register_profile("rules", deadline=None)
hypothesis.settings.load_profile("rules")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that take long where files are shared out, so that nobody waits for the last one."""
    if not hasattr(config, "workerinput"):
        return
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def standards_data() -> Path:
    """The folder with official shapes, contexts and vectors; skips where it is absent."""
    folder = Path(os.environ.get("PROEFTUIN_STANDARDS_DATA", REPOSITORY.parent / "shared" / "standards-data"))
    if not folder.is_dir():
        pytest.skip(f"the official standards data is not at {folder}; set PROEFTUIN_STANDARDS_DATA")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL's maintenance database, one server per test process."""
    external = os.environ.get("PROEFTUIN_TEST_DATABASE_URL")
    if external:
        yield external
        return
    # Not in pytest's own folder: every pytest that starts closes that for other users, also for PostgreSQL's.
    with (
        tempfile.TemporaryDirectory(prefix="proeftuin-test-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "data") as server,
    ):
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for name, value in _HURRIED.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")
        yield server.url()


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Callable[[str | None], str]:
    """Make a database, empty or cloned from the named template, and give its URL."""

    def make(template: str | None = None) -> str:
        name = f"t_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            suffix = f' TEMPLATE "{template}"' if template else ""
            connection.execute(f'CREATE DATABASE "{name}"{suffix}')
        base, _, query = postgres.partition("?")
        return f"{base.rsplit('/', 1)[0]}/{name}{'?' + query if query else ''}"

    return make


@pytest.fixture
def empty_database(new_database: Callable[[str | None], str]) -> str:
    """The URL of an empty database of this test alone."""
    return new_database(None)


@pytest.fixture(scope="session")
def warm_engines() -> Iterator[WarmEngines]:
    """Processes that have imported the engines of conformance kits."""
    from support.warm_engines import WarmEngines  # noqa: PLC0415 - for the few tests that judge often

    with WarmEngines() as engines:
        yield engines


@pytest.fixture
def quick_engines(warm_engines: WarmEngines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines run in a fork of such a process, for tests that are not about how an engine is started or ended."""
    for engine in ("bdd", "shacl", "schemathesis"):
        monkeypatch.setattr(f"proeftuin_conformance.engines.{engine}_engine.run_child", warm_engines.run_child)
