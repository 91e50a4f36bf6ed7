"""Where everything of one cluster is: folders, addresses, names. Two clusters never share any of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NODE = "proeftuin"

# Addresses that answer on ports 80 and 443 in a namespace behind the node that stands for the world outside: one of
# the internet, the metadata services of clouds, one of every private range. So attacks have a target that lives.
OUTSIDE = (
    "198.51.100.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "10.255.255.1",
    "172.31.255.1",
    "192.168.255.1",
)
OUTSIDE_NODE = "198.51.100.2"


class Network(StrEnum):
    """Who connects the pods, and so whether NetworkPolicy means anything."""

    BRIDGE = "bridge"
    CILIUM = "cilium"


@dataclass(frozen=True)
class Layout:
    """One cluster.

    Attributes:
        network: what connects the pods.
        number: sets its addresses apart from those of other clusters on the machine.
        root: folder of everything that this cluster writes; gone after `down`.
        prefix: first three octets of the link between this machine and the node.
        pods: CIDR of the pods.
        services: first three octets of the addresses of services.
    """

    network: Network
    number: int
    root: Path
    prefix: str
    pods: str
    services: str

    @classmethod
    def of(cls, network: Network, folder: Path, *, number: int | None = None) -> Layout:
        """The cluster of a network below the folder of clusters; with a number of its own (2 to 90) one more of it."""
        usual = list(Network).index(network)
        number = usual if number is None else number
        return cls(
            network=network,
            number=number,
            root=folder / (network if number == usual else f"{network}{number}"),
            prefix=f"10.{201 - number}.0",
            pods=f"10.{246 - number}.0.0/23",
            services=f"10.{97 - number}.0",
        )

    @property
    def node(self) -> str:
        """Address of the node: API server, kubelet, registry."""
        return f"{self.prefix}.1"

    @property
    def host(self) -> str:
        """Address of this machine as the node and its pods see it."""
        return f"{self.prefix}.254"

    @property
    def link(self) -> str:
        """This machine's end of the link to the node."""
        return f"pt-{self.root.name}"

    @property
    def cgroup(self) -> str:
        """Control group of the pods."""
        return f"proeftuin-{self.root.name}"

    @property
    def dns(self) -> str:
        """Address of the DNS service."""
        return f"{self.services}.10"

    @property
    def registry(self) -> str:
        """Name of the registry in image references."""
        return f"{self.node}:5000"

    @property
    def kubeconfig(self) -> Path:
        """Administrator's kubeconfig; holds its keys, so the file may be copied."""
        return self.root / "kubeconfig"

    @property
    def containerd(self) -> Path:
        """Socket of containerd as this machine sees it (the node sees it below /run)."""
        return self.root / "run" / "containerd" / "containerd.sock"

    @property
    def ready(self) -> Path:
        """Exists once the node serves."""
        return self.root / "ready"

    @property
    def record(self) -> Path:
        """Process id and start time of what runs the node."""
        return self.root / "node.json"

    @property
    def linked(self) -> Path:
        """Exists once the link is ours: the machine's other names are then ours too, not another checkout's."""
        return self.root / "linked"

    def log(self, name: str) -> Path:
        """Log of one program of the node."""
        return self.root / "log" / f"{name}.log"

    def credentials(self, name: str) -> Path:
        """Kubeconfig, certificate or key of one program."""
        return self.root / "pki" / name
