"""What `proeftuin component init --example` writes does what it claims: the first run of a newcomer passes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from typer.testing import CliRunner

from proeftuin_conformance import Options, Outcome, Target, collect, find_kit, run
from proeftuin_sandbox.cli import app
from proeftuin_sandbox.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def example(tmp_path: Path) -> Path:
    folder = tmp_path / "voorbeeld"
    assert 0 == CliRunner().invoke(app, ["init", str(folder), "--example"]).exit_code
    return folder


@pytest.fixture
def url(example: Path) -> Iterator[str]:
    """The address at which the example answers, as a sandbox would start it."""
    manifest, _ = read_manifest(example)
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    given = {"HOST": "127.0.0.1", "PORT": str(port), "PROEFTUIN_BASE_URL": base, "PATH": os.environ["PATH"]}
    with subprocess.Popen([sys.executable, "server.py"], cwd=example, env=given, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_it_answers(base + manifest.health.path)
            yield base
        finally:
            process.terminate()
            assert 0 == process.wait(5)


def test_the_example_passes_every_kit_that_it_claims(example: Path, url: str) -> None:
    """With the real kits and without a finding, recommendations included; in a sandbox it would earn its badge."""
    manifest, _ = read_manifest(example)
    assert manifest.claims

    for claim in manifest.claims:
        target = Target(base_url=url, openapi_url=manifest.openapi)
        report = collect(run(find_kit(claim.kit), target, Options(actor=claim.actor, wall_time_s=30)))

        assert [] == [finding.to_dict() for finding in report.findings]
        assert (Outcome.PASS, True) == (report.outcome, report.badge_ready)


def _wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(address, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            assert time.monotonic() < deadline, "the example does not answer"
            time.sleep(0.05)
        else:
            return
