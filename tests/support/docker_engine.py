"""A Docker engine for tests: the one that `DOCKER_HOST` names, or one of our own, shared by everybody who tests now.

Our own has its data, sockets and process file in one folder. Whoever is the last to let go of it ends it, by its
process id, and removes what it left: two engines at once would sweep away each other's firewall rules.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from proeftuin_infra.docker.engine import DockerError, Engine
from proeftuin_infra.oci.base import BASE
from proeftuin_infra.oci.store import ImageStore

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0
_CHAINS = ("DOCKER", "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2", "DOCKER-USER")


def absent(why: str, *, what: str = "docker") -> None:
    """Skip, or fail where the tests that need this must run (`PROEFTUIN_REQUIRE=docker,cluster`)."""
    if what in os.environ.get("PROEFTUIN_REQUIRE", "").split(","):
        pytest.fail(f"PROEFTUIN_REQUIRE names {what}, but {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[str]:
    """The address of a Docker engine."""
    named = os.environ.get("DOCKER_HOST")
    if named:
        if not _answers(named):
            absent(f"the engine of DOCKER_HOST ({named}) does not answer")
        yield named
        return
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        absent("there is no Docker engine: set DOCKER_HOST, or run as root with dockerd installed")
    with any_engine() as host:
        yield host


@pytest.fixture(scope="session")
def image_store() -> ImageStore:
    """The store with the base image, made once by `infra/images/make-base`."""
    store = images_here()
    if store.find(BASE) is None:
        absent(f"there is no base image in {store.folder}: run infra/images/make-base, as root")
    return store


def images_here() -> ImageStore:
    """Open the store of images of this machine, whatever is in it."""
    return ImageStore(Path(os.environ.get("PROEFTUIN_IMAGE_CACHE", REPOSITORY / ".proeftuin" / "images")))


@contextmanager
def any_engine() -> Iterator[str]:
    """Use the engine that `DOCKER_HOST` names, or the shared one of this machine."""
    named = os.environ.get("DOCKER_HOST")
    if named:
        yield named
        return
    with shared_engine(Path(tempfile.gettempdir()) / "proeftuin-test-docker") as host:
        yield host


@contextmanager
def shared_engine(folder: Path) -> Iterator[str]:
    """Use the engine of a folder: the first one to come starts it, the last one to go ends it."""
    users = folder / "users"
    users.mkdir(parents=True, exist_ok=True)
    host, mine = f"unix://{folder}/docker.sock", users / str(os.getpid())
    with _locked(folder):
        mine.touch()
        if not _answers(host):
            _start(folder)
            _wait_for(host, folder)
    try:
        yield host
    finally:
        with _locked(folder):
            mine.unlink(missing_ok=True)
            if not _living(users):
                _stop(folder)


def _start(folder: Path) -> None:
    _stop(folder)  # what is left of one that was killed
    with (folder / "dockerd.log").open("ab") as log:
        subprocess.run(
            [
                *("setsid", "--fork", "dockerd"),  # no child of ours: it may outlive the tests that started it
                *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")),
                *("--pidfile", str(folder / "docker.pid"), "--host", f"unix://{folder}/docker.sock"),
                *("--bridge", "none", "--log-level", "warn"),
                # Without forwarding the engine leaves the machine's own policy for it alone; nothing of ours needs it.
                "--ip-forward=false",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )


def _wait_for(host: str, folder: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _answers(host):
        if time.monotonic() > deadline:
            said = (folder / "dockerd.log").read_text()[-600:]
            absent(f"dockerd does not start: {said}")
        time.sleep(0.05)


def _stop(folder: Path) -> None:
    """End the engine with its containers, and remove its mounts, bridges and firewall rules."""
    process = _process(folder)
    if process is not None:
        _remove_everything(f"unix://{folder}/docker.sock")
        process.send_signal(signal.SIGTERM)
        with suppress(psutil.TimeoutExpired, psutil.NoSuchProcess):
            process.wait(timeout=30)
        with suppress(psutil.NoSuchProcess):
            process.kill()
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for path in sorted((one for one in mounted if one.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "--lazy", path], check=False, capture_output=True)
    if process is not None and not _other_engine():
        _remove_chains()
    for name in ("data", "exec"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("docker.sock", "docker.pid"):
        (folder / name).unlink(missing_ok=True)


def _remove_everything(host: str) -> None:
    """Ask the engine itself to remove containers and networks: it knows their bridges and rules."""
    engine = Engine(host)
    with suppress(DockerError, OSError):
        for container in engine.client.containers(all=True):
            engine.client.remove_container(container["Id"], force=True, v=True)
        engine.client.prune_networks()
    engine.close()


def _remove_chains() -> None:
    for table in ("filter", "nat"):
        rules = subprocess.run(["iptables", "-t", table, "-S"], check=False, capture_output=True, text=True).stdout
        for line in rules.splitlines():
            words = line.split()
            if words[0] == "-A" and any(chain in words for chain in _CHAINS):
                subprocess.run(["iptables", "-t", table, "-D", *words[1:]], check=False, capture_output=True)
        for chain in _CHAINS:
            subprocess.run(["iptables", "-t", table, "-X", chain], check=False, capture_output=True)


def _other_engine() -> bool:
    return any(one.info["name"] == "dockerd" for one in psutil.process_iter(["name"]))


def _process(folder: Path) -> psutil.Process | None:
    with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        process = psutil.Process(int((folder / "docker.pid").read_text()))
        if str(folder / "data") in process.cmdline():
            return process
    return None


def _living(users: Path) -> bool:
    for path in users.iterdir():
        if psutil.pid_exists(int(path.name)):
            return True
        path.unlink(missing_ok=True)
    return False


def _answers(host: str) -> bool:
    engine = Engine(host)
    try:
        engine.facts()
    except DockerError:
        return False
    finally:
        engine.close()
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
