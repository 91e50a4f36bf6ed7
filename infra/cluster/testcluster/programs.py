"""What the node runs: command lines and configuration files, as plain functions of the layout.

Configuration is written as JSON, which every reader of YAML here accepts.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from testcluster.building import CILIUM, KUBERNETES, POD
from testcluster.errors import ClusterError
from testcluster.layout import NODE, Network

if TYPE_CHECKING:
    from pathlib import Path

    from testcluster.building import Store
    from testcluster.layout import Layout

PLUGINS = "/usr/lib/cni"
PAUSE_IMAGE = "localhost/pod:1"
DNS_IMAGE = "localhost/coredns:1"
DEBIAN = {  # program to the package that has it
    "etcd": "etcd-server",
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "docker-registry": "docker-registry",
    "ip": "iproute2",
    "iptables": "iptables",
    "conntrack": "conntrack",
    "unshare": "util-linux",
}
DEBIAN_CILIUM = {"clang-16": "clang-16", "bpftool": "bpftool", "ipset": "ipset"}


@dataclass(frozen=True)
class Program:
    """Something that runs as long as the node does; its end is the end of the node."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def check_machine(network: Network) -> None:
    """Refuse early, naming every Debian package that is missing.

    Raises:
        ClusterError: when a program is missing.
    """
    wanted = DEBIAN | (DEBIAN_CILIUM if network is Network.CILIUM else {})
    missing = {package for program, package in wanted.items() if shutil.which(program) is None}
    if shutil.which("bridge", path=PLUGINS) is None:
        missing.add("containernetworking-plugins")
    if missing:
        raise ClusterError(f"missing Debian packages: {' '.join(sorted(missing))}")


@dataclass(frozen=True)
class Programs:
    """The programs of one cluster."""

    layout: Layout
    store: Store

    def _kubernetes(self, name: str, *flags: str) -> Program:
        return Program(name, [str(self.store.program(KUBERNETES, name)), *flags])

    def _credentials(self, name: str) -> str:
        return str(self.layout.credentials(name))

    def outside(self) -> Program:
        """What answers for the world outside, in a network namespace of its own."""
        serve = [str(self.store.program(POD, "pod")), "serve", ":80", ":443"]
        return Program("outside", ["ip", "netns", "exec", "outside", *serve])

    def etcd(self) -> Program:
        """The store of the API server; nothing here outlives the machine, so it need not wait for the disk."""
        url = "http://127.0.0.1:2379"
        return Program(
            "etcd",
            ["etcd", "--data-dir=/var/lib/etcd", "--unsafe-no-fsync", f"--listen-client-urls={url}",
             f"--advertise-client-urls={url}", "--listen-peer-urls=http://127.0.0.1:2380"],
        )  # fmt: skip

    def apiserver(self) -> Program:
        """The API server."""
        pki = self._credentials
        return self._kubernetes(
            "kube-apiserver",
            "--etcd-servers=http://127.0.0.1:2379",
            f"--advertise-address={self.layout.node}",
            "--secure-port=6443",
            f"--service-cluster-ip-range={self.layout.services}.0/20",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--anonymous-auth=false",
            "--allow-privileged=true",
            f"--client-ca-file={pki('ca.crt')}",
            f"--tls-cert-file={pki('apiserver.crt')}",
            f"--tls-private-key-file={pki('apiserver.key')}",
            f"--kubelet-certificate-authority={pki('ca.crt')}",
            f"--kubelet-client-certificate={pki('apiserver-kubelet.crt')}",
            f"--kubelet-client-key={pki('apiserver-kubelet.key')}",
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={pki('accounts.pub')}",
            f"--service-account-signing-key-file={pki('accounts.key')}",
            "--enable-aggregator-routing=true",  # the node itself has no way to the addresses of services
            # Every watch from the beginning would be taken for a stream of a list, and broken off: Debian's etcd 3.4
            # cannot tell how far such a stream is. So kwok lost sight of its pods and leases, for minutes.
            "--feature-gates=WatchList=false",
        )

    def controller_manager(self) -> Program:
        """The controllers."""
        return self._kubernetes(
            "kube-controller-manager",
            f"--kubeconfig={self._credentials('controller-manager.kubeconfig')}",
            f"--root-ca-file={self._credentials('ca.crt')}",
            f"--service-account-private-key-file={self._credentials('accounts.key')}",
            "--use-service-account-credentials=true",
            "--leader-elect=false",
        )

    def scheduler(self) -> Program:
        """The scheduler."""
        return self._kubernetes(
            "kube-scheduler", f"--kubeconfig={self._credentials('scheduler.kubeconfig')}", "--leader-elect=false"
        )

    def kubelet(self) -> Program:
        """The kubelet."""
        return self._kubernetes(
            "kubelet",
            f"--kubeconfig={self._credentials('kubelet.kubeconfig')}",
            f"--config={self.layout.root / 'kubelet.json'}",
            f"--hostname-override={NODE}",
            f"--node-ip={self.layout.node}",
        )

    def proxy(self) -> Program:
        """The addresses of services, on the network that does not know them; Cilium does them itself."""
        return self._kubernetes(
            "kube-proxy",
            f"--kubeconfig={self._credentials('proxy.kubeconfig')}",
            f"--hostname-override={NODE}",
            f"--cluster-cidr={self.layout.pods}",
            "--proxy-mode=iptables",
            "--conntrack-max-per-core=0",  # of the machine, not of our namespace
        )

    def containerd(self) -> Program:
        """The container runtime."""
        return Program("containerd", ["containerd", f"--config={self.layout.root / 'containerd.toml'}"])

    def registry(self) -> Program:
        """A registry without TLS or users."""
        return Program("registry", ["docker-registry", "serve", str(self.layout.root / "registry.json")])

    def cilium(self) -> Program:
        """Cilium's agent: pods by native routing, services and policies in the kernel, nothing else."""
        layout = self.layout
        flags = {
            "k8s-kubeconfig-path": layout.credentials("cilium.kubeconfig"),
            "lib-dir": self.store.place(CILIUM),
            "state-dir": "/run/cilium",
            "bpf-root": layout.root / "bpf",
            "cgroup-root": layout.root / "cgroup2",
            "cluster-name": "default",
            "cluster-id": 0,
            "ipam": "cluster-pool",
            "identity-allocation-mode": "crd",
            "enable-ipv6": "false",
            "routing-mode": "native",
            "ipv4-native-routing-cidr": layout.pods,
            "auto-direct-node-routes": "false",
            "devices": "eth0",
            "direct-routing-device": "eth0",
            "kube-proxy-replacement": "false",
            "bpf-lb-sock": "false",
            "enable-ipv4-masquerade": "false",
            "enable-policy": "default",
            "enable-l7-proxy": "false",
            "enable-hubble": "false",
            "enable-health-checking": "false",
            "enable-endpoint-health-checking": "false",
            "enable-k8s-terminating-endpoint": "false",
            "enable-bpf-clock-probe": "false",
            "enable-xt-socket-fallback": "false",
            "bpf-map-dynamic-size-ratio": 0,
            "prometheus-serve-addr": "",
        }
        agent = str(self.store.program(CILIUM, "cilium-agent"))
        settings = [f"--{name}={value}" for name, value in flags.items()]
        return Program("cilium", [agent, *settings], {"K8S_NODE_NAME": NODE})


def write_configuration(layout: Layout, store: Store) -> None:
    """Write the files that the programs read."""
    root = layout.root
    (root / "containerd.toml").write_text(_containerd(layout))
    _write(root / "kubelet.json", _kubelet(layout))
    _write(root / "registry.json", _registry(layout))
    (root / "resolv.conf").write_text("# the node knows no name server\n")
    hosts = root / "registries" / layout.registry / "hosts.toml"
    hosts.parent.mkdir(parents=True)
    url = f"http://{layout.registry}"
    hosts.write_text(f'server = "{url}"\n[host."{url}"]\n')  # without the second line containerd refuses the first

    plugins = root / "cni" / "bin"
    plugins.mkdir(parents=True)
    for name in ("loopback", "bridge", "host-local"):
        (plugins / name).symlink_to(f"{PLUGINS}/{name}")
    if layout.network is Network.CILIUM:
        (plugins / "cilium-cni").symlink_to(store.program(CILIUM, "cilium-cni"))
    conflist = root / "cni" / "net.d" / "10-pods.conflist"
    conflist.parent.mkdir()
    _write(conflist, _pod_network(layout))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1))


def _kubelet(layout: Layout) -> object:
    """The kubelet's settings: who may ask it something is decided by the API server, and pods are bounded."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": layout.node,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(layout.credentials("ca.crt"))},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(layout.credentials("kubelet.crt")),
        "tlsPrivateKeyFile": str(layout.credentials("kubelet.key")),
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{layout.cgroup}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [layout.dns],
        "clusterDomain": "cluster.local",
        "resolvConf": str(layout.root / "resolv.conf"),
        "volumePluginDir": "/var/lib/kubelet/plugins/volume",
        "makeIPTablesUtilChains": False,
        "maxPods": 250,
        "podPidsLimit": 256,
        "seccompDefault": True,
        "serializeImagePulls": False,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "volumeStatsAggPeriod": "5s",  # by default a minute: until then nobody sees that a volume is full
        "imageGCHighThresholdPercent": 100,  # images were loaded by hand; nobody can load them again
    }


def _registry(layout: Layout) -> object:
    return {
        "version": 0.1,
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": "/var/lib/registry"},
            "delete": {"enabled": True},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": {"addr": layout.registry},
    }


def _pod_network(layout: Layout) -> object:
    if layout.network is Network.CILIUM:
        return {"cniVersion": "0.3.1", "name": "cilium", "plugins": [{"type": "cilium-cni"}]}
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isDefaultGateway": True,
        "hairpinMode": True,
        "ipam": {"type": "host-local", "ranges": [[{"subnet": layout.pods}]]},
    }
    return {"cniVersion": "0.4.0", "name": "bridge", "plugins": [bridge]}


def _containerd(layout: Layout) -> str:
    root = layout.root
    return f"""version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", \
"io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE_IMAGE}"
  restrict_oom_score_adj = true  # a machine may not let us lower the score of a process
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{root}/cni/bin"
    conf_dir = "{root}/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{root}/registries"
"""
