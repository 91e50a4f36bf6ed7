"""Who may talk to whom: nothing, then the room itself, names, the platform, and on request the internet.

Kubernetes adds policies up: each next one opens something that `00-default-deny` closed. A `namespaceSelector`
always names one namespace; an empty one would mean them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.room import metadata

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import Internet, RoomSpec


def network_policies(spec: RoomSpec) -> tuple[Manifest, ...]:
    """List the policies of a room, the closing one first."""
    policies = [default_deny(spec), same_namespace(spec)]
    if spec.cluster_dns:
        policies.append(dns(spec))
    if spec.platform_clients:
        policies += [from_platform(spec), control_from_platform(spec)]
    if spec.internet is not None:
        policies.append(public_egress(spec, spec.internet))
    return tuple(policies)


def default_deny(spec: RoomSpec) -> Manifest:
    """Close everything, both ways."""
    return _policy(spec, "00-default-deny", podSelector={}, policyTypes=["Ingress", "Egress"])


def same_namespace(spec: RoomSpec) -> Manifest:
    """Let the pods of the room talk among themselves."""
    return _policy(
        spec,
        "10-same-namespace",
        podSelector={},
        policyTypes=["Ingress", "Egress"],
        ingress=[{"from": [{"podSelector": {}}]}],
        egress=[{"to": [{"podSelector": {}}]}],
    )


def dns(spec: RoomSpec) -> Manifest:
    """Let pods ask the cluster's name server, and nothing else of its namespace."""
    return _policy(spec, "20-dns", podSelector={}, policyTypes=["Egress"], egress=[to_name_server()])


def to_name_server() -> dict[str, Any]:
    """Open the way to the cluster's name server."""
    server = {
        "namespaceSelector": {"matchLabels": {names.NAMESPACE_NAME: "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},  # in one element: both must hold
    }
    ports = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    return {"to": [server], "ports": ports}


def from_platform(spec: RoomSpec) -> Manifest:
    """Let the platform's own clients reach the pods that are exposed, on the declared ports."""
    ports = [{"protocol": "TCP", "port": port} for port in spec.exposed_ports]
    return _policy(
        spec,
        "30-from-platform",
        podSelector={"matchLabels": {names.EXPOSED: "true"}},
        policyTypes=["Ingress"],
        ingress=[{"from": [_clients(spec)], "ports": ports}],
    )


def control_from_platform(spec: RoomSpec) -> Manifest:
    """Let them reach the control endpoint of the town; of components that port stays closed."""
    return _policy(
        spec,
        "31-control-from-platform",
        podSelector={"matchLabels": {names.KIND: names.TOWN}},
        policyTypes=["Ingress"],
        ingress=[{"from": [_clients(spec)], "ports": [{"protocol": "TCP", "port": spec.control_port}]}],
    )


def public_egress(spec: RoomSpec, internet: Internet) -> Manifest:
    """Let pods that ask for it reach allowed addresses outside, and never those of the cluster or its cloud."""
    blocks = [{"ipBlock": _block(internet, allowed)} for allowed in internet.allowed]
    ports = [{"protocol": "TCP", "port": port} for port in internet.ports]
    return _policy(
        spec,
        "40-public-egress",
        podSelector={"matchLabels": {names.INTERNET: "true"}},
        policyTypes=["Egress"],
        egress=[{"to": blocks, "ports": ports}],
    )


def _clients(spec: RoomSpec) -> dict[str, Any]:
    return {
        "namespaceSelector": {"matchLabels": {names.NAMESPACE_NAME: spec.platform_namespace}},
        "podSelector": {
            "matchExpressions": [
                {"key": "app.kubernetes.io/name", "operator": "In", "values": list(spec.platform_clients)}
            ]
        },
    }


def _block(internet: Internet, allowed: str) -> dict[str, Any]:
    exceptions = internet.exceptions(allowed)
    return {"cidr": allowed, **({"except": list(exceptions)} if exceptions else {})}


def _policy(spec: RoomSpec, name: str, **rules: Any) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(spec, name),
        "spec": rules,
    }
