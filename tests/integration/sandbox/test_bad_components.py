"""Components that misbehave: each gets a cause with a stable code, and leaves no process behind."""

from __future__ import annotations

import json
import os
import random
import time
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra import proctree
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import DeploymentOrder, FailureError, SandboxSpec, TownSpec
from proeftuin_sandbox.backends.local import LocalBackend
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.manifest import read_manifest
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LISTEN = "import os, socket, time; s = socket.create_server((os.environ['HOST'], int(os.environ['PORT'])));"
ANSWER_500 = (
    LISTEN
    + """
while True:
    c = s.accept()[0]; c.recv(999); c.sendall(b'HTTP/1.0 500 X\\r\\n\\r\\n'); c.close()
"""
)
NO_HTTP = (
    LISTEN
    + """
while True:
    c = s.accept()[0]; c.sendall(b'geen http\\r\\n\\r\\n'); c.close()
"""
)
OTHER_PORT = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(60)"
PYTHON = "  python: {requirements: [%s], command: [python, server.py]}"


@pytest.fixture(scope="module")
def backend(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    backend = LocalBackend(
        tmp_path_factory.mktemp("bad"),
        postgres_url=postgres,
        environment=os.environ,
        random_source=random.Random(),  # noqa: S311 - chooses ports
    )
    yield backend
    backend.close()


@pytest.fixture(scope="module")
def sandbox(backend: LocalBackend) -> Iterator[SandboxSpec]:
    spec = SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830))
    list(backend.create(spec))
    yield spec
    list(backend.destroy(spec.id))


@pytest.fixture
def order(sandbox: SandboxSpec, tmp_path: Path) -> Callable[..., DeploymentOrder]:
    def make(**options) -> DeploymentOrder:
        folder = component(tmp_path / "slecht", name="slecht", **options)
        with (tmp_path / "slecht.tar.gz").open("wb") as target:
            digest = pack(folder, target)
        manifest = read_manifest(folder)[0]
        return DeploymentOrder(
            sandbox.id, manifest, tmp_path / "slecht.tar.gz", digest, revision=random.getrandbits(30)
        )

    return make


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"program": "import sys; sys.exit('kapot')"}, "component-exited"),
        ({"program": "pass"}, "component-exited"),
        ({"program": "import os; os.abort()"}, "component-signalled"),
        ({"program": "import time; time.sleep(60)", "timeout": 1}, "port-not-open"),
        ({"program": OTHER_PORT, "timeout": 1}, "wrong-port"),
        ({"program": LISTEN + "time.sleep(60)", "timeout": 1}, "health-no-answer"),
        ({"program": ANSWER_500, "timeout": 1}, "health-refused"),
        ({"program": NO_HTTP, "timeout": 1}, "health-no-answer"),
        ({"program": "x = bytearray(200 * 1024 * 1024)\nimport time; time.sleep(60)", "memory": 64}, "memory-limit"),
        ({"program": "import os\nwhile True: os.fork()", "processes": 8}, "process-limit"),
        ({"program": "while True: print('x' * 1000)", "timeout": 2}, "port-not-open"),
        ({"program": "import time; time.sleep(60)", "run": "  command: [./bestaat-niet]"}, "program-not-found"),
        ({"run": "  command: [./server.py]"}, "program-not-executable"),
        ({"run": PYTHON % "proeftuin-bestaat-nergens-xyz==9.9.9"}, "requirement-unknown"),
        ({"run": PYTHON % "'idna==3.10', 'idna==3.9'"}, "requirement-conflict"),
    ],
)
def test_what_goes_wrong_is_named_with_a_remedy_and_nothing_is_left(
    options: dict, code: str, backend: LocalBackend, sandbox: SandboxSpec, order: Callable[..., DeploymentOrder]
) -> None:
    """The supplier learns the cause within seconds, in two languages."""
    with pytest.raises(FailureError) as caught:
        list(backend.deploy(order(**options)))
    failure = caught.value.failure

    assert code == failure.code
    assert all((failure.cause.nl, failure.cause.en, failure.remedy.nl, failure.remedy.en))
    assert [] == [
        process
        for process, environment in proctree.labelled("PROEFTUIN_COMPONENT")
        if environment.get("PROEFTUIN_SANDBOX") == sandbox.id
    ]


def test_a_component_that_is_silent_is_explained_within_ten_seconds(
    backend: LocalBackend, sandbox: SandboxSpec, order: Callable[..., DeploymentOrder]
) -> None:
    """Who waits for a minute is told after five seconds what to look at."""
    steps = backend.deploy(order(program="import time; time.sleep(60)", timeout=30))
    began = time.monotonic()
    words = next(step.message.nl for step in steps if step.code == "waiting")

    assert "PORT" in words
    assert time.monotonic() - began < 10
    backend.stop(sandbox.id, "slecht")


def test_a_component_gets_exactly_the_documented_environment(
    backend: LocalBackend, sandbox: SandboxSpec, order: Callable[..., DeploymentOrder], monkeypatch
) -> None:
    """Nothing of the platform leaks, and what is promised is there."""
    monkeypatch.setenv("PROEFTUIN_SECRET_KEY", "geheim")
    program = "import json, os; print(json.dumps(dict(os.environ)), flush=True); raise SystemExit(1)"
    with pytest.raises(FailureError):
        list(backend.deploy(order(program=program)))
    line = next(line.text for line in backend.logs(sandbox.id, "slecht", lines=9) if line.text.startswith("{"))
    seen = json.loads(line)

    assert {
        "HOST", "PORT", "PROEFTUIN_BASE_URL", "PROEFTUIN_TOWN_URL", "PROEFTUIN_SANDBOX", "PROEFTUIN_COMPONENT",
        "PROEFTUIN_DATA_DIR", "HOME", "TMPDIR", "PATH", "LANG", "GROET",
    } == seen.keys() - {"LC_CTYPE"}  # fmt: skip
    assert seen["PROEFTUIN_BASE_URL"] == f"http://{seen['HOST']}:{seen['PORT']}"


def test_following_a_log_ends_when_the_component_has_ended(
    backend: LocalBackend, sandbox: SandboxSpec, order: Callable[..., DeploymentOrder]
) -> None:
    """A reader gets the last words and is let go."""
    with pytest.raises(FailureError):
        list(backend.deploy(order(program="print('laatste woord'); raise SystemExit(1)")))
    lines = [line.text for line in backend.follow_logs(sandbox.id, "slecht", lines=99) if line is not None]

    assert "laatste woord" in lines
    assert "ended: exited" == lines[-1]
