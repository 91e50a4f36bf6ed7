"""A cluster that was stopped, or died, leaves nothing on the machine but the programs that were built."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from support.cluster import machine_of, must_be_startable
from testcluster.building import HERE
from testcluster.errors import ClusterError
from testcluster.layout import Layout, Network
from testcluster.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

# Where the programs of a cluster leave things when they run on a machine as they are.
HABITS = (
    "/etc/cni", "/opt/cni", "/run/cilium", "/run/netns", "/sys/fs/bpf/tc", "/sys/fs/bpf/cilium",
    "/usr/libexec/kubernetes", "/var/lib/cni", "/var/lib/etcd", "/var/lib/kubelet", "/var/lib/registry",
    "/var/log/containers", "/var/log/pods",
)  # fmt: skip


UP = """
import sys
import time
from pathlib import Path
from testcluster.building import Store
from testcluster.layout import Layout, Network
from testcluster.machine import Machine
folder, number, built = sys.argv[1:]
Machine(Layout.of(Network.BRIDGE, Path(folder), number=int(number)), Store(Path(built))).up()
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A cluster of this test alone, beside those that may run."""
    store = machine_of(Network.BRIDGE).store
    machine = Machine(Layout.of(Network.BRIDGE, tmp_path, number=7), store)
    must_be_startable(machine)
    yield machine
    machine.down()


def start_twice_at_once(machine: Machine) -> None:
    """As two test processes would: one starts it, the other waits for it."""
    arguments = [str(machine.layout.root.parent), str(machine.layout.number), str(machine.store.folder)]
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    both = [subprocess.Popen([sys.executable, "-c", UP, *arguments], env=environment) for _ in range(2)]

    assert [0, 0] == [each.wait(120) for each in both]


def processes(machine: Machine, namespace: str) -> list[str]:
    """Command lines of what lives in the node's process namespace, or in one of its pods."""
    found = []
    for process in psutil.process_iter():
        place = Path(f"/proc/{process.pid}")
        try:
            in_a_pod = f"/{machine.layout.cgroup}/" in (place / "cgroup").read_text()
            if in_a_pod or str((place / "ns" / "pid").readlink()) == namespace:
                found.append(" ".join(process.cmdline()))
        except (OSError, psutil.Error):
            continue
    return found


def namespace_of(machine: Machine) -> str:
    """The process namespace of a running node."""
    keeper = psutil.Process(json.loads(machine.layout.record.read_text())["pid"])
    return str(Path(f"/proc/{keeper.children()[0].pid}/ns/pid").readlink())


def traces(machine: Machine, habits: set[str]) -> list[str]:
    """Everything that reminds of the cluster."""
    layout = machine.layout

    def output(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    return [
        *(line for line in output("ip", "-oneline", "link").splitlines() if layout.link in line),
        *(line for line in output("ip", "route").splitlines() if layout.prefix in line),
        *(line for line in output("iptables-save").splitlines() if "KUBE-" in line or "CILIUM_" in line),
        *(line for line in Path("/proc/self/mounts").read_text().splitlines() if str(layout.root) in line),
        *(str(path) for path in Path("/sys/fs/cgroup").glob(f"**/{layout.cgroup}")),
        *(each for each in HABITS if Path(each).exists() and each not in habits),
        *(str(path) for path in layout.root.parent.iterdir()),
    ]


def test_nothing_stays_after_down_and_all_is_there_before(machine: Machine) -> None:
    """Also with a pod that runs; the same look finds a lot while the cluster runs, so it is no blind one."""
    habits = {each for each in HABITS if Path(each).exists()}
    machine.up()
    namespace = namespace_of(machine)
    seen = traces(machine, habits)
    assert any("kubelet" in line for line in processes(machine, namespace))
    assert any("Corefile" in line for line in processes(machine, namespace))
    assert any(machine.layout.link in line for line in seen)
    assert any("cgroup" in line for line in seen)

    machine.down()

    assert [] == processes(machine, namespace)
    assert [] == traces(machine, habits)
    machine.down()  # twice is not an error


def test_a_killed_cluster_takes_everything_with_it_and_starts_again(machine: Machine, tmp_path: Path) -> None:
    """`kill -9` of the process that holds the node ends all of it; the next start sweeps what the kernel cannot.

    Another checkout that starts and stops one of the same name is refused, and takes nothing of this one away.
    """
    start_twice_at_once(machine)
    elsewhere = Machine(Layout.of(Network.BRIDGE, tmp_path / "elsewhere", number=7), machine.store)
    with pytest.raises(ClusterError, match="another checkout"):
        elsewhere.up()
    elsewhere.down()
    assert Path(f"/sys/class/net/{machine.layout.link}").exists()
    namespace = namespace_of(machine)
    record = json.loads(machine.layout.record.read_text())
    machine.up()
    assert record == json.loads(machine.layout.record.read_text()), "starting what runs must change nothing"

    psutil.Process(record["pid"]).send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while processes(machine, namespace):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not machine.ready()

    machine.up()
    assert machine.ready()
    assert record != json.loads(machine.layout.record.read_text())


def test_a_program_that_dies_at_once_is_named_and_nothing_stays(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The start fails in seconds with a line that tells which program it was, and where the logs are."""
    broken = tmp_path_factory.mktemp("path") / "etcd"
    broken.write_text("#!/bin/sh\necho no space left >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
    habits = {each for each in HABITS if Path(each).exists()}

    with pytest.raises(ClusterError, match="etcd ended with code 3"):
        machine.up()

    assert "no space left\n" == machine.layout.log("etcd").read_text()
    assert not machine.runs()
    machine.down()
    assert [] == traces(machine, habits)
