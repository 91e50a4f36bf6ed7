"""Build the cluster's programs from the Go modules beside this package; what did not change is not built again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from testcluster.errors import ClusterError
from testcluster.layout import Network

HERE = Path(__file__).parent.parent
KUBE_VERSION = "k8s.io/component-base/version"


@dataclass(frozen=True)
class Module:
    """One Go module and what is built from it.

    Attributes:
        name: the folder that has the go.mod.
        programs: Go package to the name of its program.
        pinned: the dependency whose version is the version of the programs; none for our own.
        stamps: linker variables; `{version}` and `{minor}` are filled in.
        flags: more flags of `go build`.
        sources: files and folders of the pinned module which are needed when it runs, and where they go.
    """

    name: str
    programs: dict[str, str]
    pinned: str = ""
    stamps: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ("-trimpath",)
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where go.mod is."""
        return HERE / self.name

    @property
    def version(self) -> str:
        """The version that go.mod pins.

        Raises:
            ClusterError: when go.mod does not name the module.
        """
        line = rf"^\s*(?:require )?{re.escape(self.pinned)} v(\S+)"
        found = re.search(line, (self.folder / "go.mod").read_text(), re.MULTILINE)
        if not found:
            raise ClusterError(f"{self.name}/go.mod does not pin {self.pinned}")
        return found[1]

    @property
    def linker_flags(self) -> str:
        """Strip symbols and stamp the version: clients parse what a server says it is."""
        version = self.version if self.stamps else ""
        values = {"version": version, "minor": version.partition(".")[2].partition(".")[0]}
        return " ".join(["-s -w", *(f"-X {name}={value.format(**values)}" for name, value in self.stamps.items())])

    @property
    def digest(self) -> str:
        """Of all that decides what comes out, but for the compiler."""
        digest = hashlib.sha256(repr((self.programs, self.linker_flags, self.flags, self.sources)).encode())
        for path in sorted(self.folder.iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]


KUBERNETES = Module(
    name="kubernetes",
    pinned="k8s.io/kubernetes",
    programs={
        f"k8s.io/kubernetes/cmd/{name}": name
        for name in ("kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubectl", "kubelet")
    },
    stamps={
        f"{KUBE_VERSION}.gitVersion": "v{version}",
        f"{KUBE_VERSION}.gitMajor": "1",
        f"{KUBE_VERSION}.gitMinor": "{minor}",
        f"{KUBE_VERSION}.gitTreeState": "clean",
        f"{KUBE_VERSION}.buildDate": "2026-01-01T00:00:00Z",
    },
)
CILIUM = Module(
    name="cilium",
    pinned="github.com/cilium/cilium",
    programs={
        "github.com/cilium/cilium/daemon": "cilium-agent",
        "github.com/cilium/cilium/plugins/cilium-cni": "cilium-cni",
    },
    stamps={"github.com/cilium/cilium/pkg/version.ciliumVersion": "{version}"},
    flags=("-tags=osusergo",),
    sources={  # the agent compiles its programs for the kernel when it runs, and works through these kinds
        "bpf": "bpf",
        "pkg/k8s/apis/cilium.io/client/crds/v2": "crds/v2",
        "pkg/k8s/apis/cilium.io/client/crds/v2alpha1": "crds/v2alpha1",
    },
)
DNS = Module(name="dns", programs={".": "coredns"})
POD = Module(name="pod", programs={".": "pod"})
KWOK = Module(
    name="kwok",
    pinned="sigs.k8s.io/kwok",
    programs={"sigs.k8s.io/kwok/cmd/kwok": "kwok"},
    stamps={"sigs.k8s.io/kwok/pkg/consts.Version": "v{version}"},
    sources={  # what a simulated node and its pods do
        f"kustomize/stage/{name}.yaml": f"stages/{name.rpartition('/')[2]}.yaml"
        for name in ("node/fast/node-initialize", "pod/fast/pod-ready", "pod/fast/pod-complete", "pod/fast/pod-delete")
    },
)
MODULES = {module.name: module for module in (KUBERNETES, CILIUM, DNS, POD, KWOK)}


def needed(network: Network) -> tuple[Module, ...]:
    """The modules that a cluster of this network runs."""
    return (POD, DNS, KUBERNETES, *([CILIUM] if network is Network.CILIUM else []))


@dataclass(frozen=True)
class Store:
    """A folder of built programs; safe to keep between runs and between machines of one kind."""

    folder: Path

    def place(self, module: Module) -> Path:
        """Where a module's programs are, or will be."""
        return self.folder / f"{module.name}-{module.digest}"

    def has(self, module: Module) -> bool:
        """Whether this very module was built."""
        return self.place(module).is_dir()

    def program(self, module: Module, name: str) -> Path:
        """One built program."""
        return self.place(module) / "bin" / name

    def build(self, module: Module) -> Path:
        """Build a module unless it was built.

        Raises:
            ClusterError: when Go is missing or refuses.
        """
        place = self.place(module)
        if place.is_dir():
            return place
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{module.name}-", dir=self.folder) as made:
            folder = Path(made) / "made"
            binaries = folder / "bin"
            binaries.mkdir(parents=True)
            # One call for all programs: Go then links them side by side.
            _go(module, "build", "-buildvcs=false", *module.flags, f"-ldflags={module.linker_flags}",
                f"-o={binaries}/", *module.programs)  # fmt: skip
            for package, name in module.programs.items():
                built = binaries / (package.rpartition("/")[2] if package != "." else module.name)
                built.rename(binaries / name)
            if module.sources:
                origin = Path(_go(module, "list", "-m", "-f={{.Dir}}", module.pinned).strip())
                for source, target in module.sources.items():
                    _copy_writable(origin / source, folder / target)
            try:
                folder.rename(place)
            except OSError:
                if not place.is_dir():  # somebody else was just before us
                    raise
        return place


def _copy_writable(source: Path, target: Path) -> None:
    """Copy a file or folder out of Go's module cache, which is read-only."""
    for path in [source] if source.is_file() else sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copy.chmod(path.stat().st_mode | 0o600)


def _go(module: Module, *arguments: str) -> str:
    go = shutil.which("go")
    if go is None:
        raise ClusterError("Go is not on PATH; the cluster is built with Go 1.26 or newer")
    done = subprocess.run(
        [go, *arguments],
        cwd=module.folder,
        env=os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOWORK": "off"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ClusterError(f"Go could not build {module.name}; what it said stands above")
    return done.stdout
