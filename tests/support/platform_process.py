"""`proeftuin serve` as an operator starts it, with what it leaves behind."""

from __future__ import annotations

import io
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2

from proeftuin_sandbox.bundles import pack
from support.acceptance_cli import PROEFTUIN, clean_environment
from support.acceptance_client import Api
from support.acceptance_processes import family, living, of_folder
from support.identity_app import choose_person
from support.sandbox_bundles import component

if TYPE_CHECKING:
    import signal
    from pathlib import Path

    import psutil

_SAYS_WHERE = "proeftuin: http"


@dataclass
class Serving:
    """A platform in a process of its own.

    Attributes:
        folder: Everything of it is below this.
        lines: What it printed.
        known: Processes that were seen to belong to it.
    """

    folder: Path
    lines: list[str] = field(default_factory=list)
    known: set[psutil.Process] = field(default_factory=set)
    _process: subprocess.Popen[str] | None = None

    def start(self, *, seconds: float = 60) -> str:
        """Start it, and give its address once it serves."""
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [PROEFTUIN, "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(self.folder),
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=[self._process], daemon=True).start()
        deadline = time.monotonic() + seconds
        while not (found := [line for line in self.lines if line.startswith(_SAYS_WHERE)]):
            assert self._process.poll() is None, "\n".join(self.lines)
            assert time.monotonic() < deadline, "\n".join(self.lines)
            time.sleep(0.05)
        return found[0].removeprefix("proeftuin: ")

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            self.lines.extend(line.rstrip("\n") for line in process.stdout)

    def processes(self) -> list[str]:
        """Describe what of it runs now."""
        assert self._process is not None
        self.known |= {*family(self._process.pid), *of_folder(self.folder)}
        return living(self.known)

    def wait_for_process(self, name: str, *, seconds: float) -> None:
        """Wait until a process with this in its command line works for it."""
        deadline = time.monotonic() + seconds
        while not any(name in one for one in self.processes()):
            assert time.monotonic() < deadline, f"no {name} within {seconds} s"
            time.sleep(0.1)

    def send(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end, and give the exit code."""
        assert self._process is not None
        self.processes()
        self._process.send_signal(number)
        return self._process.wait(timeout=30)

    def left(self, *, seconds: float) -> list[str]:
        """Describe what of it still runs after so long; returns as soon as there is nothing."""
        deadline = time.monotonic() + seconds
        while left := living({*self.known, *of_folder(self.folder)}):
            if time.monotonic() > deadline:
                return left
            time.sleep(0.1)
        return []

    def kill(self) -> None:
        """End what is left, so that a failed test troubles nobody."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for process in {*self.known, *of_folder(self.folder)}:
            if process.is_running():
                process.kill()


def environment(folder: Path) -> dict[str, str]:
    """Give the environment of a command that works on this folder."""
    places = {"PROEFTUIN_DATA_DIR": str(folder / "data"), "TMPDIR": str(folder / "tmp"), "PYTHONUNBUFFERED": "1"}
    return clean_environment() | places


def token_of(url: str, person: str) -> str:
    """Make a token as a person does: sign in with a browser, ask for it."""
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    with httpx2.Client(base_url=url, headers=headers, follow_redirects=True, trust_env=False) as browser:
        choose_person(browser, browser.get("/aanmelden").url, person)
        me = browser.get("/api/v1/me").json()["organisations"][0]
        made = browser.post(
            "/api/v1/tokens", json={"organisation": me["id"], "name": "proef", "scopes": me["permissions"]}
        )
        assert 201 == made.status_code, made.text
        secret: str = made.json()["secret"]
        return secret


def with_a_component_in_a_sandbox(url: str, source: Path) -> None:
    """Have a sandbox with a component run."""
    api = Api(url, token_of(url, "test-startup"))
    try:
        asked = api.post("/api/v1/sandboxes", {"name": "Proef"})
        sandbox = f"/api/v1/sandboxes/{asked['id']}"
        assert "ready" == api.settled(sandbox)["state"]
        packed = io.BytesIO()
        pack(component(source, name="klok"), packed)
        assert 202 == api.put_bundle(f"{sandbox}/components/klok", packed.getvalue()).status_code
        assert "running" == api.settled(f"{sandbox}/components/klok")["state"]
    finally:
        api.close()
