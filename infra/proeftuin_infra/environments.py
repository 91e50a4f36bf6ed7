"""Virtual environments by content: the same requirements give the same folder, made once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import platform
import shutil
import sys
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from proeftuin_infra.installing import Installer, InstallError, installer_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from proeftuin_infra.processes import ProcessHost

__all__ = ["EnvironmentCache", "InstallError", "installer_environment"]


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
        self._installer = Installer(host, environment=environment)

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
        yield from self._installer.run(run, create)
        if requirements:
            python = str(fresh / "bin" / "python")
            install = ["pip", "install", "--no-build", "--color", "never", "--no-progress", "--python", python]
            yield from self._installer.run(run, [*install, "--requirement", str(listed)])


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
