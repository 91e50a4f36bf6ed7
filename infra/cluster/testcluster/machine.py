"""The cluster from the outside: start it, stop it, tell how it is.

On the machine itself a running cluster is one process tree, one network link, one control group and one folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from testcluster.building import HERE, KUBERNETES, needed
from testcluster.errors import ClusterError
from testcluster.layout import NODE
from testcluster.pki import Authority, new_key, private_pem, public_pem
from testcluster.programs import check_machine, write_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testcluster.building import Store
    from testcluster.layout import Layout

CONTROL_GROUPS = Path("/sys/fs/cgroup")
_LETS_GO_SECONDS = 30.0
NAMESPACES = ("--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "--propagation=private")
USERS = {  # who may use the API, and what Kubernetes calls them
    "admin": ("proeftuin-admin", ("system:masters",)),
    "apiserver-kubelet": ("proeftuin-apiserver", ("system:masters",)),
    "cilium": ("proeftuin-cilium", ("system:masters",)),
    "controller-manager": ("system:kube-controller-manager", ()),
    "kubelet": (f"system:node:{NODE}", ("system:nodes",)),
    "proxy": ("system:kube-proxy", ()),
    "scheduler": ("system:kube-scheduler", ()),
}


@dataclass(frozen=True)
class Machine:
    """One cluster on this machine."""

    layout: Layout
    store: Store

    def runs(self) -> bool:
        """Whether the process that holds the node is there; the record knows a recycled process id by its start."""
        return self._keeper() is not None

    def ready(self) -> bool:
        """Whether the node runs and serves."""
        return self.runs() and self.layout.ready.exists()

    def up(self, *, patience: float = 200.0) -> None:
        """Start the cluster unless it runs; build first what is not built.

        Raises:
            ClusterError: when it cannot be started here; nothing runs then, and the logs stay until the next start.
        """
        with self._alone():
            if self.ready():
                return
            self.check()
            for module in needed(self.layout.network):
                self.store.build(module)
            self._clear()
            self._prepare()
            try:
                self._start(patience)
            except BaseException:
                self._stop()
                raise

    def down(self) -> None:
        """Stop the cluster and remove everything that it made; does nothing where there is none.

        Raises:
            ClusterError: when a process does not end.
        """
        with self._alone():
            self._clear()

    def check(self) -> None:
        """Refuse early where no cluster can run.

        Raises:
            ClusterError: what is missing.
        """
        if os.geteuid() != 0:
            raise ClusterError("a cluster needs root: it makes namespaces, links and control groups")
        check_machine(self.layout.network)
        places = (self.layout.root, self.store.folder, HERE, Path(sys.prefix))
        hidden = [place for place in places if _is_hidden(place)]
        if hidden:
            raise ClusterError(f"{hidden[0]} lies under /run or /var, which the node replaces by its own")

    def _prepare(self) -> None:
        root = self.layout.root
        for name in ("bpf", "cgroup2", "log", "pki", "run/lock", "var/lib", "var/log", "var/tmp"):
            (root / name).mkdir(parents=True)
        for name in ("run", "lock"):
            (root / "var" / name).symlink_to("/run" if name == "run" else "/run/lock")
        self._issue_credentials()
        write_configuration(self.layout, self.store)
        (root / "kubectl").symlink_to(self.store.program(KUBERNETES, "kubectl"))
        for group in self._control_groups():
            group.mkdir(exist_ok=True)

    def _issue_credentials(self) -> None:
        layout = self.layout
        pki = layout.root / "pki"
        pki.chmod(0o700)
        authority = Authority(now=dt.datetime.now(dt.UTC))
        (pki / "ca.crt").write_bytes(authority.certificate)
        for name, (user, groups) in USERS.items():
            credential = authority.issue(user, groups=groups)
            credential.write(pki / name)
            kubeconfig = layout.kubeconfig if name == "admin" else pki / f"{name}.kubeconfig"
            kubeconfig.touch(mode=0o600)
            kubeconfig.write_text(authority.kubeconfig(f"https://{layout.node}:6443", credential))
        names = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost")
        addresses = (layout.node, f"{layout.services}.1", "127.0.0.1")
        authority.issue("kube-apiserver", hosts=(*names, *addresses)).write(pki / "apiserver")
        authority.issue(NODE, hosts=(NODE, layout.node)).write(pki / "kubelet")
        accounts = new_key()
        (pki / "accounts.key").write_bytes(private_pem(accounts))
        (pki / "accounts.pub").write_bytes(public_pem(accounts))

    def _start(self, patience: float) -> None:
        layout = self.layout
        inside = [sys.executable, str(HERE), "live", layout.network, str(layout.number),
                  f"--folder={layout.root.parent}", f"--built={self.store.folder}"]  # fmt: skip
        with layout.log("node").open("wb") as log:
            process = subprocess.Popen(
                ["unshare", *NAMESPACES, *inside],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is not for the cluster
            )
        deadline = time.monotonic() + patience
        try:
            # Without its link the node gives up by itself, so nobody stays behind if we end before the record is.
            layout.record.write_text(json.dumps({"pid": process.pid, "started": _started(process.pid)}))
            self._link(process.pid)
            while not layout.ready.exists():
                if process.poll() is not None:
                    last = layout.log("node").read_text().strip().rpartition("\n")[2]
                    raise ClusterError(f"the node did not start: {last}; see {layout.root / 'log'}")
                if time.monotonic() > deadline:
                    raise ClusterError(f"the node was not ready within {patience:.0f} s; see {layout.root / 'log'}")
                time.sleep(0.05)
        finally:
            process.returncode = 0  # it outlives us on purpose; without this Python would warn

    def _link(self, pid: int) -> None:
        """Connect this machine and the node, and tell this machine where the pods are."""
        layout = self.layout
        ours = Path("/proc/self/ns/net").readlink()
        while Path(f"/proc/{pid}/ns/net").readlink() == ours:
            time.sleep(0.01)
        batch = f"""
            link add {layout.link} type veth peer name eth0 netns {pid}
            addr add {layout.host}/24 dev {layout.link}
            link set {layout.link} up
            route add {layout.pods} via {layout.node} dev {layout.link}
        """
        done = subprocess.run(["ip", "-batch", "-"], input=batch, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ClusterError(f"no link to the node, does another checkout run one? {done.stderr.strip()}")
        layout.linked.touch()

    def _keeper(self) -> psutil.Process | None:
        """The process that holds the namespaces, if it is still that one."""
        try:
            record = json.loads(self.layout.record.read_text())
            keeper = psutil.Process(record["pid"])
            alive = _started(keeper.pid) == record["started"] and keeper.status() != psutil.STATUS_ZOMBIE
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return keeper if alive else None

    def _stop(self) -> None:
        """End process 1 of the node: the kernel ends all others, and only then lets its parent go."""
        keeper = self._keeper()
        if keeper is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            for victim in keeper.children() or [keeper]:
                victim.send_signal(signal.SIGKILL)
        try:
            keeper.wait(timeout=30)
        except psutil.TimeoutExpired as error:
            raise ClusterError(f"process {keeper.pid} does not end") from error

    def _clear(self) -> None:
        if not self.layout.root.exists():  # then what has our names, if anything, is of another checkout
            return
        self._stop()
        if self.layout.linked.exists():
            # The kernel removes the link with the node, but takes its time.
            link = ["ip", "link", "delete", self.layout.link]
            subprocess.run(link, stderr=subprocess.DEVNULL, check=False)
            for group in self._control_groups():
                _remove_control_group(group)
        shutil.rmtree(self.layout.root)

    def _control_groups(self) -> list[Path]:
        """The group of the pods: one folder, or in the first version of control groups one for each controller."""
        if (CONTROL_GROUPS / "cgroup.controllers").exists():
            return [CONTROL_GROUPS / self.layout.cgroup]
        hierarchies = [path for path in CONTROL_GROUPS.iterdir() if path.is_dir() and not path.is_symlink()]
        return [path / self.layout.cgroup for path in hierarchies]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or stop at a time."""
        folder = self.layout.root.parent
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _started(pid: int) -> int:
    """Start of a process in ticks since the machine started (proc(5), field 22 of stat)."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def _is_hidden(path: Path) -> bool:
    return any(path.resolve().is_relative_to(place) for place in ("/run", "/var"))


def _remove_control_group(group: Path) -> None:
    """Remove a group and its subgroups; a busy kernel lets go of the last process a while after its end."""
    deadline = time.monotonic() + _LETS_GO_SECONDS
    for folder, _, _ in os.walk(group, topdown=False):
        while True:
            try:
                Path(folder).rmdir()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
