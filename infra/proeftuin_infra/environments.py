"""Virtual environments by content: the same requirements give the same folder, made once.

`uv` installs ready-built wheels only, so that no code of a package runs while it is installed: the
installer sees the variables that reach the machine's package index, and a package may not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import sys
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from proeftuin_infra.processes import ProcessError, ProcessSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from proeftuin_infra.processes import ProcessHost

_PASSED_ON = re.compile(
    r"(UV_|PIP_|SSL_CERT_|XDG_).*|HOME|PATH|LANG|NETRC|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|((HTTP|HTTPS|ALL|NO)_PROXY)|((http|https|all|no)_proxy)"
)
# pip's names for what uv calls differently; a machine that is set up for pip works for uv too.
_FROM_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
    "PIP_TRUSTED_HOST": "UV_INSECURE_HOST",
}
_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://\S+")
_FOLDER = re.compile(r"(?<!\S)[`'\"(]*/\S+")  # where things stand on this machine is nobody's business
_PATIENCE_SECONDS = 600.0
_SAID = 12


class InstallError(Exception):
    """Requirements could not be installed.

    Attributes:
        code: `requirement-unknown`, `requirement-no-wheel`, `requirement-conflict`, `index-unreachable`,
            `install-timeout` or `install-failed`.
        said: What the installer said, without addresses.
    """

    def __init__(self, code: str, said: Sequence[str]) -> None:
        super().__init__(f"{code}: {' '.join(said)}")
        self.code = code
        self.said = tuple(said)


class EnvironmentCache:
    """Makes and keeps virtual environments.

    An environment is built beside its final place and moved there when it is whole; a build that was
    killed leaves a folder that the next build of the same environment removes.

    Args:
        folder: Where they are kept.
        host: Runs the installer.
        environment: The platform's own environment, from which the installer gets what it needs.
    """

    def __init__(self, folder: Path, *, host: ProcessHost, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._host = host
        self._environment = installer_environment(environment)

    def place(self, requirements: Sequence[str]) -> Path:
        """Give the folder of the environment for these requirements, whether it is there or not."""
        wanted = {
            "requirements": sorted({str(Requirement(line)) for line in requirements}),
            "python": platform.python_version(),
            "implementation": sys.implementation.name,
            "platform": f"{sys.platform}-{platform.machine()}-{platform.libc_ver()[0]}",
        }
        digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
        return self._folder / digest[:32]

    def build(self, requirements: Sequence[str]) -> Iterator[str]:
        """Make the environment when it is not there; gives the installer's lines as they come.

        Raises:
            InstallError: a requirement cannot be installed.
        """
        place = self.place(requirements)
        if place.is_dir():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with _exclusive(self._folder / f"{place.name}.lock"):
            if place.is_dir():  # somebody else made it while we waited
                return
            for stale in self._folder.glob(f".{place.name}.*"):
                shutil.rmtree(stale, ignore_errors=True)
            fresh = self._folder / f".{place.name}.{uuid.uuid4().hex[:8]}"
            try:
                yield from self._make(fresh, requirements)
                fresh.replace(place)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)

    def _make(self, fresh: Path, requirements: Sequence[str]) -> Iterator[str]:
        run = fresh / "var" / "install"
        run.mkdir(parents=True)
        listed = run / "requirements.txt"
        listed.write_text("".join(f"{line}\n" for line in requirements))
        # Relocatable, because it is moved to its final place. `--allow-existing`: `var` is there already.
        create = ["venv", "--quiet", "--relocatable", "--allow-existing", "--python", sys.executable, str(fresh)]
        yield from self._uv(run, create)
        if requirements:
            python = str(fresh / "bin" / "python")
            install = ["pip", "install", "--no-build", "--color", "never", "--no-progress", "--python", python]
            yield from self._uv(run, [*install, "--requirement", str(listed)])

    def _uv(self, run: Path, arguments: Sequence[str]) -> Iterator[str]:
        spec = ProcessSpec(
            argv=(sys.executable, "-I", "-m", "uv", *arguments),
            cwd=run,
            environment=self._environment,
            grace_seconds=1.0,
        )
        said: list[str] = []
        try:
            for line in self._host.run(run, spec, timeout=_PATIENCE_SECONDS):
                clean = _FOLDER.sub("…", _ADDRESS.sub("…", line)).strip()
                if clean:
                    said.append(clean)
                    yield clean
        except ProcessError as error:
            raise InstallError("install-timeout", said[-_SAID:]) from error
        status = self._host.observe(run)
        if status is None or status.ended is None or status.ended.exit_code != 0:
            raise InstallError(_classify(" ".join(said)), said[-_SAID:])


def installer_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Choose what the installer gets to see of the platform's environment; a component gets none of it."""
    chosen = {name: value for name, value in environment.items() if _PASSED_ON.fullmatch(name)}
    for theirs, ours in _FROM_PIP.items():
        if theirs in chosen:
            chosen.setdefault(ours, chosen[theirs])
    chosen.setdefault("PATH", os.defpath)
    chosen.pop("UV_PROJECT_ENVIRONMENT", None)
    return chosen


def _classify(said: str) -> str:
    for code, signs in (
        ("index-unreachable", ("error sending request", "dns error", "Connection refused", "Failed to fetch")),
        ("requirement-no-wheel", ("no usable wheels", "building is disabled", "no wheels with a matching")),
        ("requirement-unknown", ("not found in the package registry", "there is no version of")),
        ("requirement-conflict", ("unsatisfiable", "No solution found")),
    ):
        if any(sign in said for sign in signs):
            return code
    return "install-failed"


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
