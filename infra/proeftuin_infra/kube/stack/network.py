"""Who may talk to whom in the platform's namespace: nobody, then one opening for each need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.network import to_name_server
from proeftuin_infra.kube.stack.configuration import DATABASE
from proeftuin_infra.kube.stack.database import DUMPS
from proeftuin_infra.kube.stack.serving import API
from proeftuin_infra.kube.stack.spec import PORT, ROOM_PORTS, ManagedDatabase, Outlet

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.stack.spec import OperatorDatabase, StackSpec

_POSTGRES = 5432
_NAME = "app.kubernetes.io/name"
_OPERATOR_STATUS = 8000


def network_policies(spec: StackSpec) -> tuple[Manifest, ...]:
    """List the policies of the platform's namespace, the closing one first."""
    policies = [default_deny(spec), names_of_hosts(spec)]
    if spec.entrance is not None:
        policies.append(from_entrance(spec, spec.entrance.namespace))
    policies += [to_rooms(spec), to_outside(spec), to_database(spec)]
    if not isinstance(spec.database, ManagedDatabase):
        policies.append(of_operator_database(spec, spec.database))
    return tuple(policies)


def default_deny(spec: StackSpec) -> Manifest:
    """Close everything, both ways."""
    return _policy(spec, "00-default-deny", podSelector={}, policyTypes=["Ingress", "Egress"])


def names_of_hosts(spec: StackSpec) -> Manifest:
    """Let pods ask the cluster's name server."""
    return _policy(spec, "10-dns", podSelector={}, policyTypes=["Egress"], egress=[to_name_server()])


def from_entrance(spec: StackSpec, namespace: str) -> Manifest:
    """Let the ingress controller reach the API, and nobody else."""
    return _policy(
        spec,
        "20-from-entrance",
        podSelector={"matchLabels": {_NAME: API}},
        policyTypes=["Ingress"],
        ingress=[{"from": [{"namespaceSelector": _named(namespace)}], "ports": _tcp(PORT)}],
    )


def to_rooms(spec: StackSpec) -> Manifest:
    """Let the platform reach what runs in its own rooms: components, building blocks, control endpoints."""
    rooms = {"namespaceSelector": {"matchLabels": {names.INSTALLATION: spec.installation}}}
    return _policy(
        spec,
        "30-to-rooms",
        podSelector=_platform(),
        policyTypes=["Egress"],
        egress=[{"to": [rooms], "ports": _tcp(*ROOM_PORTS)}],
    )


def to_outside(spec: StackSpec) -> Manifest:
    """Let the platform reach the API server, its registry and its OpenID provider."""
    return _policy(
        spec,
        "40-to-outside",
        podSelector=_platform(),
        policyTypes=["Egress"],
        egress=[_outlet(one) for one in spec.outlets],
    )


def to_database(spec: StackSpec) -> Manifest:
    """Let the platform and its backups reach the database."""
    if isinstance(spec.database, ManagedDatabase):
        rule = _outlet(Outlet(spec.database.port, spec.database.addresses))
    else:
        rule = {"to": [{"podSelector": {"matchLabels": _instances()}}], "ports": _tcp(_POSTGRES)}
    return _policy(
        spec,
        "50-to-database",
        podSelector=_platform(DUMPS),
        policyTypes=["Egress"],
        egress=[rule],
    )


def of_operator_database(spec: StackSpec, database: OperatorDatabase) -> Manifest:
    """Let the instances of the database be used, replicate, be looked after, and put their backups away."""
    clients: list[dict[str, Any]] = [{"podSelector": _platform()}]
    if spec.scaling is not None:
        clients.append({"namespaceSelector": _named(spec.scaling.namespace)})
    siblings = {"podSelector": {"matchLabels": _instances()}}
    operator = {"namespaceSelector": _named(database.operator_namespace)}
    return _policy(
        spec,
        "60-database",
        podSelector={"matchLabels": _instances()},
        policyTypes=["Ingress", "Egress"],
        ingress=[
            {"from": [*clients, siblings, operator], "ports": _tcp(_POSTGRES)},
            {"from": [siblings, operator], "ports": _tcp(_OPERATOR_STATUS)},
        ],
        egress=[
            {"to": [siblings], "ports": _tcp(_POSTGRES, _OPERATOR_STATUS)},
            *(_outlet(one) for one in spec.outlets),  # the API server, and where backups go
        ],
    )


def _outlet(outlet: Outlet) -> dict[str, Any]:
    """Open one port, to some addresses or to all."""
    to = {"to": [{"ipBlock": {"cidr": address}} for address in outlet.addresses]} if outlet.addresses else {}
    return {**to, "ports": _tcp(outlet.port)}


def _platform(*more: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": _NAME, "operator": "In", "values": [*names.PLATFORM_PODS, *more]}]}


def _instances() -> dict[str, str]:
    return {"cnpg.io/cluster": DATABASE}


def _named(namespace: str) -> dict[str, Any]:
    return {"matchLabels": {names.NAMESPACE_NAME: namespace}}


def _tcp(*ports: int) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port} for port in ports]


def _policy(spec: StackSpec, name: str, **rules: Any) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": spec.metadata(name),
        "spec": rules,
    }
