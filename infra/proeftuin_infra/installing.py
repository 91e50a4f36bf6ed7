"""The installer of Python packages: `uv`, which installs ready-built wheels only.

No code of a package runs while it is installed: the installer sees the variables that reach the machine's
package index, and a package may not.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

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


class Installer:
    """Runs `uv` under a warden, and tells what it says without addresses and folders.

    Args:
        host: Runs it.
        environment: The platform's own environment, from which the installer gets what it needs.
    """

    def __init__(self, host: ProcessHost, *, environment: Mapping[str, str]) -> None:
        self._host = host
        self._environment = installer_environment(environment)

    def run(self, folder: Path, arguments: Sequence[str]) -> Iterator[str]:
        """Run `uv` to its end and give its lines as they come.

        Args:
            folder: A folder of this run alone, which is there already.
            arguments: What `uv` is told.

        Raises:
            InstallError: it failed.
        """
        yield from self.program(folder, (sys.executable, "-I", "-m", "uv", *arguments))

    def program(self, folder: Path, argv: Sequence[str]) -> Iterator[str]:
        """Run another step of an installation in the same way.

        Raises:
            InstallError: it failed.
        """
        spec = ProcessSpec(argv=tuple(argv), cwd=folder, environment=self._environment, grace_seconds=1.0)
        said: list[str] = []
        try:
            for line in self._host.run(folder, spec, timeout=_PATIENCE_SECONDS):
                clean = _FOLDER.sub("…", _ADDRESS.sub("…", line)).strip()
                if clean:
                    said.append(clean)
                    yield clean
        except ProcessError as error:
            raise InstallError("install-timeout", said[-_SAID:]) from error
        status = self._host.observe(folder)
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
