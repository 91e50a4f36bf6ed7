"""The node from the inside: process 1 of its own process, network and mount namespaces.

All that it starts, mounts, links and routes lives in those namespaces, and the kernel takes everything away at the
moment that this process ends: stopping a node is killing one process. The node sees its own /run and /var, which are
folders of the layout on the machine.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from testcluster.archives import static_image
from testcluster.building import CILIUM, DNS, HERE, KUBERNETES, POD
from testcluster.errors import ClusterError
from testcluster.layout import NODE, OUTSIDE, OUTSIDE_NODE, Network
from testcluster.programs import DNS_IMAGE, PAUSE_IMAGE, Program, Programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from testcluster.building import Store
    from testcluster.layout import Layout

PATIENCE = 90.0


def live(layout: Layout, store: Store) -> None:
    """Start everything, say so, and stay until something ends.

    Raises:
        ClusterError: when a program ended or did not become ready.
    """
    node = Node(layout, store)
    node.settle()
    node.start_all()
    layout.ready.touch()
    node.watch()


class Node:
    """What runs on the node."""

    def __init__(self, layout: Layout, store: Store) -> None:
        self.layout = layout
        self.store = store
        self._running: dict[int, tuple[Program, subprocess.Popen[bytes]]] = {}

    def settle(self) -> None:
        """Own folders and links."""
        root = self.layout.root
        _run("mount", "--make-rshared", "/")
        for name in ("run", "var"):
            _run("mount", "--bind", str(root / name), f"/{name}")
        _run("mount", "-t", "bpf", "bpf", str(root / "bpf"))
        _run("mount", "-t", "cgroup2", "cgroup2", str(root / "cgroup2"))
        self._until(lambda: Path("/proc/sys/net/ipv4/conf/eth0").exists(), "the link to the machine")
        _run("ip", "netns", "add", "outside")
        _run("ip", "-batch", "-", given=f"""
            link set lo up
            addr add {self.layout.node}/24 dev eth0
            link set eth0 up
            link add outside type veth peer name eth0 netns outside
            addr add {OUTSIDE_NODE}/24 dev outside
            link set outside up
            route add default via {OUTSIDE[0]}
        """)  # fmt: skip
        _run("ip", "-netns", "outside", "-batch", "-", given="\n".join([
            "link set lo up",
            f"addr add {OUTSIDE[0]}/24 dev eth0",
            *(f"addr add {address}/32 dev eth0" for address in OUTSIDE[1:]),
            "link set eth0 up",
            f"route add default via {OUTSIDE_NODE}",
        ]))  # fmt: skip
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")

    def start_all(self) -> None:
        """Everything in the order in which each needs the other."""
        programs = Programs(self.layout, self.store)
        for program in (
            programs.etcd(),
            programs.apiserver(),
            programs.containerd(),
            programs.registry(),
            programs.outside(),
        ):
            self._start(program)
        self._until(_listens("/run/containerd/containerd.sock"), "containerd")
        self._import_image(PAUSE_IMAGE, self.store.program(POD, "pod"))
        self._import_image(DNS_IMAGE, self.store.program(DNS, "coredns"))
        self._until(self._api_ready, "the API server")
        cilium = self.layout.network is Network.CILIUM
        for program in (
            programs.controller_manager(),
            programs.scheduler(),
            programs.kubelet(),
            _with_modules_file(programs.cilium()) if cilium else programs.proxy(),
        ):
            self._start(program)
        if cilium:  # the agent waits for the kinds that it works with, and for its node
            self._kubectl("create", "--recursive", "--filename", str(self.store.place(CILIUM) / "crds"))
            self._kubectl("wait", "--for=condition=Established", "crd/ciliumnodes.cilium.io", "--timeout=30s")
            self._apply("cilium-node")
        self._apply("dns")
        self._kubectl("wait", "--for=create", f"node/{NODE}", "--timeout=90s")
        self._kubectl("wait", "--for=condition=Ready", f"node/{NODE}", "--timeout=90s")
        self._kubectl("rollout", "status", "--namespace=kube-system", "deployment/coredns", "--timeout=90s")

    def watch(self) -> None:
        """Bury what ends, as process 1 must, until one of ours does.

        Raises:
            ClusterError: always, in the end.
        """
        while True:
            pid, status = os.wait()
            if pid in self._running:
                program, _ = self._running[pid]
                raise ClusterError(_epitaph(program, os.waitstatus_to_exitcode(status)))

    def _start(self, program: Program) -> None:
        with self.layout.log(program.name).open("wb") as log:
            process = subprocess.Popen(
                program.command,
                env=os.environ | program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._running[process.pid] = (program, process)

    def _until(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            for program, process in self._running.values():
                if (code := process.poll()) is not None:
                    raise ClusterError(_epitaph(program, code))
            if time.monotonic() > deadline:
                raise ClusterError(f"waited {PATIENCE:.0f} s for {what}")
            time.sleep(0.05)

    def _api_ready(self) -> bool:
        pki = self.layout.credentials
        context = ssl.create_default_context(cafile=pki("ca.crt"))
        context.load_cert_chain(pki("admin.crt"), pki("admin.key"))
        with contextlib.closing(
            http.client.HTTPSConnection(self.layout.node, 6443, context=context, timeout=5)
        ) as connection:
            try:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == http.HTTPStatus.OK
            except OSError:
                return False

    def _import_image(self, name: str, program: Path) -> None:
        import_image(Path("/run/containerd/containerd.sock"), static_image(name, program))

    def _apply(self, manifest: str) -> None:
        text = (HERE / "manifests" / f"{manifest}.yaml").read_text()
        for mark, value in {"DNS": self.layout.dns, "NODE": self.layout.node, "PODS": self.layout.pods}.items():
            text = text.replace(f"@{mark}@", value)
        self._kubectl("apply", "--server-side", "--filename=-", given=text)

    def _kubectl(self, *arguments: str, given: str = "") -> None:
        kubectl = str(self.store.program(KUBERNETES, "kubectl"))
        _run(kubectl, f"--kubeconfig={self.layout.kubeconfig}", "--cache-dir=/run/kubectl", *arguments, given=given)


def import_image(containerd: Path, archive: bytes | Path) -> str:
    """Load a docker or OCI archive where the kubelet finds it; gives what `ctr` says of it.

    Raises:
        ClusterError: when it is no image.
    """
    source = str(archive) if isinstance(archive, Path) else "-"
    done = subprocess.run(
        ["ctr", f"--address={containerd}", "--namespace=k8s.io", "images", "import", source],
        input=b"" if isinstance(archive, Path) else archive,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ClusterError(f"containerd refuses the image: {done.stderr.decode().strip()}")
    return done.stdout.decode().strip()


def pretend_modules(command: list[str]) -> None:
    """Become the command, with a view of /proc that has an empty `modules`; for a mount namespace of its own.

    Cilium refuses to start where that file is missing, as on a kernel that has everything built in.
    """
    folder = Path("/run/proc-with-modules")
    real, view = folder / "real", folder / "view"
    real.mkdir(parents=True)
    view.mkdir()
    _run("mount", "--rbind", "/proc", str(real))
    for entry in real.iterdir():
        if not entry.name.isdecimal() or entry.name == str(os.getpid()):
            (view / entry.name).symlink_to(entry)
    (view / "modules").touch()
    _run("mount", "--bind", str(view), "/proc")
    os.execvp(command[0], command)  # noqa: S606 - no shell is what we want


def _with_modules_file(cilium: Program) -> Program:
    """Cilium's agent as this machine can run it: finding clang 16 under the name `clang`."""
    shim = Path("/run/shim")
    shim.mkdir()
    (shim / "clang").symlink_to(str(shutil.which("clang-16")))
    environment = cilium.environment | {"PATH": f"{shim}:{os.environ['PATH']}"}
    command = cilium.command
    if not Path("/proc/modules").exists():
        wrapper = ["unshare", "--mount", "--propagation=slave", sys.executable, str(HERE), "pretend-modules"]
        command = [*wrapper, *command]
    return Program(cilium.name, command, environment)


def _listens(address: str) -> Callable[[], bool]:
    def listens() -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(address) == 0

    return listens


def _epitaph(program: Program, code: int) -> str:
    return f"{program.name} ended with code {code}"


def _run(*command: str, given: str = "") -> None:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        name = " ".join(Path(word).name for word in command[:4])
        raise ClusterError(f"{name} …: {done.stderr.strip() or done.stdout.strip()}")
