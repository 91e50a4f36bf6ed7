"""The command line as a vendor uses it in CI."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from proeftuin_conformance.cli import app
from support.conformance_reference import ReferenceApi
from support.conformance_servers import HANGING, Misbehaving, Request, Response, serving, url_of

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = RUNNER.invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_a_component_that_passes_gives_exit_code_0_and_all_reports(tmp_path: Path) -> None:
    with serving(ReferenceApi()) as server:
        code, out, _ = invoke(
            "run", "--url", f"{url_of(server)}/v1", "--kit", "api-regels", "--report-dir", str(tmp_path / "nieuw")
        )

    assert 0 == code, out
    assert {"events.ndjson", "junit.xml", "report.html", "report.json"} == {
        p.name for p in (tmp_path / "nieuw").iterdir()
    }
    assert "GESLAAGD" in out


def test_a_component_that_fails_gives_exit_code_1_and_json_on_stdout_alone() -> None:
    with serving(ReferenceApi("no_contact")) as server:
        code, out, _ = invoke("run", "--url", f"{url_of(server)}/v1", "--kit", "api-regels", "--format", "json")
        assert 0 == code  # contact is a SHOULD
    with serving(ReferenceApi("invalid_input_is_422")) as server:
        code, out, _ = invoke("run", "--url", f"{url_of(server)}/v1", "--kit", "api-regels", "--format", "json")

    assert 1 == code
    assert "fail" == json.loads(out)["outcome"]


def test_a_component_that_is_away_gives_exit_code_3() -> None:
    with serving(ReferenceApi()) as server:
        url = url_of(server)
    code, out, _ = invoke("run", "--url", url, "--kit", "api-regels", "--lang", "en")

    assert 3 == code
    assert "PT-101" in out
    assert "Check that the component runs" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--url", "geen-adres"),
        ("--kit", "api-regel"),
        ("--mode", "half"),
        ("--lang", "fr"),
        ("--header", "zonder dubbelepunt geheim"),
        ("--format", "pdf"),
        ("--format", "json", "--format", "html"),
        ("--actor", "niemand"),
        ("--reset-url", "ftp://x"),
        ("--report-dir", "/proc/geen-plaats"),
    ],
)
def test_bad_input_is_one_line_on_stderr_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    given = {"--url": "http://127.0.0.1:9", "--kit": "api-regels"}
    rest = [word for name, value in given.items() if name != arguments[0] for word in (name, value)]
    code, out, err = invoke("run", *rest, *arguments)

    assert 2 == code
    assert "" == out
    assert 1 == len(err.strip().splitlines())
    assert "geheim" not in err


def test_an_unknown_kit_names_the_nearest_one() -> None:
    code, _, err = invoke("requirements", "api-regel")

    assert 2 == code
    assert "api-regels" in err


def test_kits_and_requirements_are_listed_in_both_languages() -> None:
    assert "api-regels 1.0.0" in invoke("kits")[1]
    assert "API rules" in invoke("kits", "--lang", "en")[1]
    assert "/core/semver" in invoke("requirements", "api-regels")[1]
    listed = json.loads(invoke("requirements", "api-regels", "--format", "json")[1])
    assert 36 == len(listed)


def test_the_reset_address_is_called_before_phases_that_ask_for_it() -> None:
    from proeftuin_conformance.cli import _reset  # noqa: PLC0415 - looks inside
    from proeftuin_conformance.errors import ConformanceError  # noqa: PLC0415

    def answer(request: Request) -> Response:
        return Response(status=204 if request.path == "/terug" else 500)

    with serving(answer) as server:
        reset = _reset(f"{url_of(server)}/terug", 2)
        assert reset is not None
        reset()
        broken = _reset(f"{url_of(server)}/stuk", 2)
        assert broken is not None
        with pytest.raises(ConformanceError):
            broken()

        assert [("POST", "/terug"), ("POST", "/stuk")] == [(r.method, r.path) for r in server.requests]


def test_interrupting_the_command_still_writes_the_report(tmp_path: Path) -> None:
    """Ctrl-C ends the run in order: nothing of what was learnt is lost."""
    slow = Response.json({})
    slow.delay = HANGING.delay
    with serving(Misbehaving(ReferenceApi(), response=slow, at="/v1/gebouwen")) as server:
        command = [sys.executable, "-m", "proeftuin_conformance", "run", "--url", f"{url_of(server)}/v1"]
        process = subprocess.Popen(
            [*command, "--kit", "api-regels", "--report-dir", str(tmp_path)],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        until = time.monotonic() + 20
        while not any(r.path.startswith("/v1/gebouwen") for r in server.requests) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)

    assert 3 == code
    assert ["PT-203"] == [p["code"] for p in json.loads((tmp_path / "report.json").read_text())["problems"]]
