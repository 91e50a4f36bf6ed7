"""The isolation proof of the local backend: the same small program inside and outside the controls.

Inside, every attack must be stopped. Outside, with a canary planted and no limits, the same program must be
seen to succeed: a probe that cannot see proves nothing.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from proeftuin_infra import proctree
from proeftuin_infra.limits import Limits
from proeftuin_infra.processes import ProcessError, ProcessSpec
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import no_proof
from proeftuin_sandbox.backends.promises import Finding, Proof

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.processes import ProcessHost

_LIMITS = Limits(memory_mib=64, cpu_seconds=5, open_files=32, processes=4, disk_mib=1)
_CANARY = "PROEFTUIN_CANARY"
_PATIENCE_SECONDS = 20.0
_GIVEN = {"LANG", "PATH"}
_BY_PYTHON = {"LC_CTYPE"}

# Prints one JSON object and leaves a grandchild behind. Standard library only, about 20 ms.
_PROGRAM = """
import json, mmap, os, signal, subprocess
found = {"environment": sorted(os.environ)}
left = subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
found["left"] = left.pid
opened = []
try:
    for _ in range(64):
        opened.append(os.open("/dev/null", os.O_RDONLY))
    found["files"] = True
except OSError:
    found["files"] = False
for one in opened:
    os.close(one)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open("groot", "wb") as file:
        file.write(bytes(2 * 1024 * 1024))
    found["size"] = True
except OSError:
    found["size"] = False
try:
    mmap.mmap(-1, 1400 * 1024 * 1024).close()
    found["address"] = True
except OSError:
    found["address"] = False
print(json.dumps(found), flush=True)
os._exit(0)
"""
_ARGV = (sys.executable, "-I", "-S", "-c", _PROGRAM)


def prove(folder: Path, *, host: ProcessHost) -> Proof:
    """Run the probe inside and outside, and compare.

    Args:
        folder: A folder for the probe, made and removed here.
        host: Runs the one inside.

    Raises:
        FailureError: the probe gave no answer.
    """
    try:
        inside = _inside(folder / "binnen", host=host)
        outside = _outside(folder / "buiten")
    except (ProcessError, OSError, ValueError, subprocess.SubprocessError) as error:
        raise FailureError(no_proof(str(error))) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Proof(
        (
            Finding(
                "environment",
                held=not set(inside["environment"]) - _GIVEN - _BY_PYTHON,
                detected=_CANARY in outside["environment"],
                detail=f"inside: {', '.join(inside['environment'])}",
            ),
            Finding(
                "lifeline",
                held=not inside["survived"],
                detected=outside["survived"],
                detail="a grandchild left behind",
            ),
            _stopped("open-files", "files", inside, outside, "64 open files"),
            _stopped("file-size", "size", inside, outside, "a file of 2 MiB"),
            _stopped("memory", "address", inside, outside, "1400 MiB of address space"),
        )
    )


def _inside(folder: Path, *, host: ProcessHost) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"LANG": "C.UTF-8", "PATH": os.defpath}
    spec = ProcessSpec(argv=_ARGV, cwd=folder, environment=environment, limits=_LIMITS)
    answer = "\n".join(host.run(folder, spec, timeout=_PATIENCE_SECONDS))
    found: dict[str, Any] = json.loads(answer)
    return {**found, "survived": _end(found["left"])}


def _outside(folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"LANG": "C.UTF-8", "PATH": os.defpath, _CANARY: secrets.token_hex(8)}
    done = subprocess.run(
        _ARGV,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE_SECONDS,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return {**found, "survived": _end(found["left"])}


def _end(pid: int) -> bool:
    """End what the probe left behind; tells whether there was something to end."""
    process = proctree.identify(pid)
    if process is None:
        return False
    proctree.kill([process])
    return True


def _stopped(control: str, key: str, inside: dict[str, Any], outside: dict[str, Any], what: str) -> Finding:
    return Finding(control, held=not inside[key], detected=outside[key], detail=what)
