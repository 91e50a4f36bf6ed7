"""A real Kubernetes for tests: one that runs, else one that the tests start and stop themselves.

A suite that needs it imports the fixtures into its own conftest: `from support.cluster import kubeconfig`. The tests
carry `@pytest.mark.cluster`. Without a cluster they skip with the reason, unless `PROEFTUIN_REQUIRE` has `cluster`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from testcluster.building import Store, needed
from testcluster.cli import FOLDER, default_store
from testcluster.errors import ClusterError
from testcluster.layout import Layout, Network
from testcluster.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

ANY_CLUSTER = "PROEFTUIN_TEST_KUBECONFIG"


@dataclass(frozen=True)
class Kubectl:
    """kubectl on one cluster."""

    program: Path | str
    kubeconfig: Path

    def command(self, *arguments: str) -> list[str]:
        """The whole command line."""
        cache = self.kubeconfig.parent / "cache"
        return [str(self.program), f"--kubeconfig={self.kubeconfig}", f"--cache-dir={cache}", *arguments]

    def run(self, *arguments: str, given: object = "") -> subprocess.CompletedProcess[str]:
        """What became of it, good or bad; what is given may be an object or a list of them."""
        if isinstance(given, list):
            given = {"apiVersion": "v1", "kind": "List", "items": given}
        text = given if isinstance(given, str) else json.dumps(given)
        return subprocess.run(
            self.command(*arguments), input=text, capture_output=True, text=True, timeout=120, check=False
        )

    def __call__(self, *arguments: str, given: object = "") -> str:
        """What it says; it must succeed."""
        done = self.run(*arguments, given=given)
        assert 0 == done.returncode, f"kubectl {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What it says, as JSON."""
        raw = any(each.startswith("--raw=") for each in arguments)
        return json.loads(self(*arguments, *([] if raw else ["--output=json"])))


def required() -> bool:
    """Whether there must be a cluster here, as in continuous integration."""
    return "cluster" in os.environ.get("PROEFTUIN_REQUIRE", "").split(",")


def machine_of(network: Network) -> Machine:
    """The cluster of this network on this machine, whether it runs or not."""
    return Machine(Layout.of(network, FOLDER), Store(default_store()))


@contextlib.contextmanager
def running(network: Network) -> Iterator[Machine]:
    """A cluster that runs as long as anybody uses it; who started it stops it, after the last user.

    Test processes that run side by side share it: each holds a shared lock, and stopping needs the whole lock.
    """
    machine = machine_of(network)
    with Path(tempfile.gettempdir(), f"proeftuin-cluster-{network}.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        ours = not machine.ready()
        if ours:
            must_be_startable(machine)
            machine.up()
        try:
            yield machine
        finally:
            if ours:
                fcntl.flock(users, fcntl.LOCK_EX)
                machine.down()


def must_be_startable(machine: Machine) -> None:
    """Skip with the reason where the cluster cannot be started, unless it is required."""
    missing = [module.name for module in needed(machine.layout.network) if not machine.store.has(module)]
    if not required():
        if missing:
            pytest.skip(f"no test cluster: {', '.join(missing)} not built; `make cluster-up` builds and starts it")
        try:
            machine.check()
        except ClusterError as error:
            pytest.skip(f"no test cluster: {error}")


@pytest.fixture(scope="session")
def kubeconfig() -> Iterator[Path]:
    """Kubeconfig of a cluster with a policy engine."""
    given = os.environ.get(ANY_CLUSTER)
    if given:
        answer = Kubectl("kubectl", Path(given)).run("get", "--raw=/readyz", "--request-timeout=10s")
        assert 0 == answer.returncode, f"the cluster of {ANY_CLUSTER} does not answer: {answer.stderr}"
        yield Path(given)
        return
    with running(Network.CILIUM) as machine:
        yield machine.layout.kubeconfig
