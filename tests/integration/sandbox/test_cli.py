"""The command line, against a platform that really listens."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner

from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import install_problems
from proeftuin_sandbox.api import router
from proeftuin_sandbox.cli import app as component_app
from proeftuin_sandbox.cli_sandbox import app as sandbox_app
from proeftuin_sandbox.service import NewSandbox, SandboxService
from support.sandbox_bundles import component
from support.sandbox_fake import FakeBackend, failure
from support.sandbox_world import OPERATOR, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.db import Database

RUN = CliRunner().invoke


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, FakeBackend(), tmp_path)


@pytest.fixture
def platform(world: SandboxWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web server with the API, and a worker that brings about whatever is asked."""
    app = FastAPI()
    app.state.registry = {SandboxService: world.service}
    app.state.authenticate = lambda request: STARTUP if "Bearer pt_x" in str(request.headers) else VISITOR
    install_problems(app)
    app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    web = threading.Thread(target=server.run)
    web.start()
    while not server.started:
        time.sleep(0.01)
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            for view in world.service.page(STARTUP):
                world.service.converge(view.id)

    worker = threading.Thread(target=work)
    worker.start()
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    monkeypatch.setenv("PROEFTUIN_URL", url)
    monkeypatch.setenv("PROEFTUIN_TOKEN", "pt_x")
    monkeypatch.setenv("PROEFTUIN_LANG", "nl")
    yield url
    done.set()
    worker.join()
    server.should_exit = True
    web.join()


def test_a_vendor_goes_from_nothing_to_a_running_component_and_back(platform: str, tmp_path: Path) -> None:
    """The whole way by command line, with progress and the right exit codes."""
    assert 0 == RUN(component_app, ["init", str(tmp_path / "c"), "--example"]).exit_code
    assert "mijn-component 0.1.0 sha256:" in RUN(component_app, ["validate", str(tmp_path / "c")]).output
    created = RUN(sandbox_app, ["create", "Proef"])
    sandbox = created.stdout.strip()  # progress goes to stderr, so that `id=$(… create)` works
    assert "[1/2] stad" in created.stderr
    deployed = RUN(component_app, ["deploy", str(tmp_path / "c"), "--sandbox", sandbox])
    assert (0, True) == (deployed.exit_code, "antwoordt op" in deployed.output), deployed.output
    assert "klaar" in RUN(component_app, ["logs", "mijn-component", "--sandbox", sandbox]).output
    assert sandbox in RUN(sandbox_app, ["list"]).output
    assert '"mijn-component"' in RUN(sandbox_app, ["show", sandbox]).output
    assert 0 == RUN(sandbox_app, ["reset", sandbox]).exit_code
    assert 0 == RUN(component_app, ["stop", "mijn-component", "--sandbox", sandbox]).exit_code
    destroyed = RUN(sandbox_app, ["destroy", sandbox])
    assert (0, True) == (destroyed.exit_code, "niets blijft achter" in destroyed.output)
    assert 0 == RUN(sandbox_app, ["destroy", sandbox]).exit_code


def test_a_sandbox_rests_comes_back_and_is_proved_by_command_line(platform: str) -> None:
    """Each command says when it is done; saying it twice is no error."""
    planned = RUN(sandbox_app, ["plan"])
    assert (0, True, True) == (planned.exit_code, "folder" in planned.output, "meteen" in planned.output)
    sandbox = RUN(sandbox_app, ["create", "Proef"]).stdout.strip()
    for command, said in (
        ("suspend", "is gepauzeerd"),
        ("suspend", "al gepauzeerd"),
        ("resume", "is klaar"),
        ("resume", "draaide al"),
        ("prove", "opnieuw bewezen"),
        ("live", "30"),
    ):
        done = RUN(sandbox_app, [command, sandbox])
        assert (0, True) == (done.exit_code, said in done.output), done.output


def test_a_request_that_waits_shows_its_turn_in_the_list(
    world: SandboxWorld, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits sees where they stand, and may take the request back."""
    world.service.operating.cordon(OPERATOR, Text(nl="Onderhoud.", en="Maintenance."))
    waiting = world.service.create(STARTUP, NewSandbox(name="Proef")).id
    assert "als nummer 2" in RUN(sandbox_app, ["plan"]).output
    assert "queued 1" in RUN(sandbox_app, ["list"]).output

    assert 0 == RUN(sandbox_app, ["destroy", waiting]).exit_code


def test_a_component_that_does_not_start_ends_with_one_and_a_remedy(
    platform: str, world: SandboxWorld, tmp_path: Path
) -> None:
    """A build server can tell 'does not work' from 'was refused'."""
    world.backend.failing["deploy"] = failure("port-not-open")
    sandbox = RUN(sandbox_app, ["create"]).stdout.strip()
    result = RUN(component_app, ["deploy", str(component(tmp_path / "c")), "--sandbox", sandbox])

    assert (1, "maak [port-not-open]") == (result.exit_code, result.stderr.splitlines()[-1])


def test_bad_input_is_one_line_and_two(platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a person does wrong, no stack trace follows."""
    bad = component(tmp_path / "bad", run="  pyton: 1")
    good = component(tmp_path / "good")
    tries = [
        (component_app, ["validate", str(bad)], "component.yaml:10:3:"),
        (component_app, ["validate", str(tmp_path / "weg")], "component.yaml:1:1:"),
        (component_app, ["init", str(good)], "bestaat al"),
        (component_app, ["deploy", str(bad), "--sandbox", "x"], "component-yaml-invalid"),
        (component_app, ["deploy", str(good), "--sandbox", "x"], "bad-input"),
        (component_app, ["deploy", str(good), "--sandbox", "sbx-00000000000000000000000000"], "sandbox-not-found"),
        (component_app, ["logs", "klok", "--sandbox", "sbx-00000000000000000000000000"], "sandbox-not-found"),
        (sandbox_app, ["create", "--profile", "metropool"], "metropool"),
        (sandbox_app, ["list", "--url", "http://127.0.0.1:1"], "antwoordt niet"),
        (sandbox_app, ["list", "--token", "verkeerd"], "unauthenticated"),
    ]
    for program, arguments, words in tries:
        result = RUN(program, arguments)
        assert 2 == result.exit_code, (arguments, result.output)
        assert words in result.stderr
        assert "Traceback" not in result.output
        if arguments[0] != "validate":
            assert 1 == len(result.stderr.splitlines())
