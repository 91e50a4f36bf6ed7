"""What the isolation proof tries over the network, and to which control each attempt belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.skeleton import names

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.kubernetes.controls import Neighbour
    from proeftuin_sandbox.backends.kubernetes.desk import Desk

METADATA = ("169.254.169.254", "168.63.129.16", "100.100.100.200")
INTERNET = (("1.1.1.1", 443), ("8.8.8.8", 53), ("9.9.9.9", 443))
_NODE_PORTS = (10250, 10255, 2379, 9100)


@dataclass(frozen=True, slots=True)
class Attack:
    """One attempt over the network.

    Attributes:
        id: Stable name, after the list of attacks.
        control: What should stop it.
        kind: `tcp`, `udp`, `dns` or `name`.
        host: Address or name.
        port: Port.
        must_live: The control pod must be able to; else the probe is blind.
        question: Name to ask for, of kind `dns`.
    """

    id: str
    control: str
    kind: str
    host: str
    port: int
    must_live: bool = False
    question: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the form that the probe reads."""
        return {"id": self.id, "kind": self.kind, "host": self.host, "port": self.port, "name": self.question}


def network_attacks(desk: Desk, neighbour: Neighbour) -> tuple[Attack, ...]:
    """List the attacks that apply to this cluster.

    Raises:
        KubeError: the cluster does not answer.
    """
    found = [
        Attack("N1-neighbour-pod", "rooms", "tcp", neighbour.address, 8080, must_live=True),
        Attack("N13-neighbour-udp", "rooms", "udp", neighbour.address, 8080, must_live=True),
    ]
    if neighbour.service:
        found.append(Attack("N2-neighbour-service", "rooms", "tcp", neighbour.service, 8080, must_live=True))
    found.extend(_api_server(desk))
    found.extend(_nodes(desk))
    found.extend(Attack(f"N3-metadata-{host}", "metadata", "tcp", host, 80) for host in METADATA)
    found.extend(Attack(f"N8-internet-{host}", "egress", "tcp", host, port) for host, port in INTERNET)
    found.extend(_names(desk))
    host, port = desk.options.registry.address
    found.append(Attack("N6-registry", "platform", "tcp", host, port))
    found.extend(
        Attack(f"N6-{target.attack}", target.control, "tcp", target.host, target.port, must_live=target.must_live)
        for target in desk.options.targets
    )
    return tuple(found)


def _api_server(desk: Desk) -> list[Attack]:
    service = desk.objects.get("Service", "kubernetes", "default")
    found = []
    if service is not None:
        host = service["spec"]["clusterIP"]
        found.append(Attack("N4-api-service", "cluster-api", "tcp", host, 443, must_live=True))
    try:
        endpoints = desk.objects.get("Endpoints", "kubernetes", "default") or {}
    except KubeError:  # we may not read them; the service leads to the same
        endpoints = {}
    for subset in endpoints.get("subsets") or []:
        port = subset["ports"][0]["port"]
        found.extend(
            Attack(f"N4-api-{one['ip']}", "cluster-api", "tcp", one["ip"], port, must_live=True)
            for one in subset.get("addresses") or []
        )
    return found


def _nodes(desk: Desk) -> list[Attack]:
    try:
        nodes = desk.objects.list("Node")[:3]
    except KubeError:
        return []
    hosts = [
        one["address"]
        for node in nodes
        for one in (node.get("status") or {}).get("addresses") or []
        if one["type"] == "InternalIP"
    ]
    return [Attack(f"N5-node-{host}-{port}", "node", "tcp", host, port) for host in hosts for port in _NODE_PORTS]


def _names(desk: Desk) -> list[Attack]:
    service = desk.objects.get("Service", "kube-dns", "kube-system")
    if service is None:
        return []
    host = service["spec"]["clusterIP"]
    name = "kubernetes.default.svc.cluster.local"
    return [Attack("N10-cluster-names", "names", "dns", host, 53, question=name)]


WORKLOAD_RIGHTS = (
    ("", "secrets", "get"),
    ("", "secrets", "list"),
    ("", "pods", "create"),
    ("", "pods/exec", "create"),
    ("", "configmaps", "create"),
    ("", "resourcequotas", "update"),
    ("", "namespaces", "patch"),
    ("networking.k8s.io", "networkpolicies", "delete"),
    ("rbac.authorization.k8s.io", "rolebindings", "create"),
    ("apps", "deployments", "create"),
)
"""What the account of a room's pods must not be allowed (C1, C2)."""

ACCOUNT = names.WORKLOAD_ACCOUNT
