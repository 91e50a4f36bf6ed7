"""What the backend `kubernetes` needs: a cluster, rights on it, a policy engine, a registry, and perhaps Pulumi."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from proeftuin.doctor.containers import numbers
from proeftuin.doctor.findings import Finding, Subject
from proeftuin_infra.kube.skeleton.automation.settings import OLDEST_PROGRAM
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_OLDEST = (1, 30)
_PINNED = (1, 34)
_SHOWN = 6
_PULUMI = "https://www.pulumi.com/docs/iac/download-install"

POLICY_ENGINES = {
    "cilium": "Cilium",
    "calico-node": "Calico",
    "antrea": "Antrea",
    "kube-router": "kube-router",
    "weave-net": "Weave Net",
    "kindnet": "kindnet",
    "kube-ovn": "Kube-OVN",
    "ovnkube-node": "OVN-Kubernetes",
    "azure-npm": "Azure NPM",
    "aws-node": "Amazon VPC CNI",
    "dpv2": "GKE Dataplane V2",
    "anetd": "GKE Dataplane V2",
}
"""Programs on nodes that keep network policies, by the beginning of the name of their daemon set."""


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What a cluster says of itself.

    Attributes:
        address: Of its API server.
        version: As it tells it: `v1.34.4`.
        user: By which name it knows us.
        missing_rights: What we need and may not, such as `create pods`.
        daemons: Names of its daemon sets in `kube-system` and elsewhere; of its pods where it has none.
        nodes: For each node the container runtime and kernel, as the kubelet tells them.
    """

    address: str
    version: str
    user: str
    missing_rights: tuple[str, ...]
    daemons: tuple[str, ...]
    nodes: tuple[str, ...]


def cluster(facts: ClusterFacts | None, error: str) -> list[Finding]:
    """Judge a cluster.

    Args:
        facts: What it says; None when it does not answer or does not know us.
        error: Why not.
    """
    subject = Subject("kubernetes-cluster", "kubernetes", Text("Cluster", "Cluster"))
    if facts is None:
        return [
            subject.missing(
                error,
                Text(
                    "Wijs met PROEFTUIN_KUBECONFIG een cluster aan (kind, k3d en beheerde clusters zijn goed), en "
                    "kijk na of kubectl het bereikt.",
                    "Point PROEFTUIN_KUBECONFIG at a cluster (kind, k3d and managed clusters will do), and check that "
                    "kubectl reaches it.",
                ),
            )
        ]
    seen = f"{facts.version} {facts.address}"
    return [_version(subject, facts.version, seen), _rights(facts), policy_engine(facts.daemons), _nodes(facts.nodes)]


def policy_engine(daemons: Iterable[str]) -> Finding:
    """Tell which program keeps network policies, as far as names tell; the isolation proof tells for certain."""
    subject = Subject("kubernetes-policy-engine", "kubernetes", Text("Netwerkpolicy's", "Network policies"))
    found = sorted({POLICY_ENGINES[sign] for name in daemons for sign in POLICY_ENGINES if name.startswith(sign)})
    if found:
        return subject.ok(", ".join(found))
    return subject.advice(
        "none that we know",
        Text(
            "Zonder netwerkplug-in die policy's afdwingt (bijvoorbeeld Cilium of Calico) wordt een proeftuin van de "
            "tier hard niet klaar. Het bewijs van afscherming van de eerste proeftuin zegt het met zekerheid.",
            "Without a network plugin that keeps policies (Cilium or Calico, for instance) a sandbox of the tier hard "
            "does not become ready. The isolation proof of the first sandbox tells for certain.",
        ),
    )


def registry(address: str | None) -> Finding:
    """Judge whether images can reach the cluster."""
    subject = Subject("kubernetes-registry", "kubernetes", Text("Register", "Registry"))
    if address:
        return subject.ok(address)
    return subject.missing(
        "PROEFTUIN_KUBERNETES_REGISTRY",
        Text(
            "Noem het register waar het platform images zet en de cluster ze haalt: PROEFTUIN_KUBERNETES_REGISTRY.",
            "Name the registry where the platform puts images and the cluster pulls them: "
            "PROEFTUIN_KUBERNETES_REGISTRY.",
        ),
    )


def pulumi(
    version: str | None,
    plugins: Sequence[Mapping[str, Any]],
    *,
    engine: Literal["auto", "pulumi", "direct"],
    oldest: tuple[int, ...] = OLDEST_PROGRAM,
) -> list[Finding]:
    """Judge Pulumi.

    Args:
        version: What its program says; None when there is none.
        plugins: What `pulumi plugin ls --json` gives.
        engine: What the setting asks for.
        oldest: The version that it must have at least.
    """
    program = Subject("pulumi", "kubernetes", Text("Pulumi", "Pulumi"))
    if version is None or not (oldest <= numbers(version) < (4,)):
        needed = f"{oldest[0]}.{oldest[1]}"
        remedy = Text(
            f"Installeer de CLI van Pulumi, {needed} of een latere 3 ({_PULUMI}), "
            "of kies PROEFTUIN_KUBERNETES_ENGINE=direct.",
            f"Install Pulumi's CLI, {needed} or a later 3 ({_PULUMI}), or choose PROEFTUIN_KUBERNETES_ENGINE=direct.",
        )
        without = Text(
            f"Het platform bouwt dan zonder Pulumi. {remedy.nl}", f"The platform then builds without. {remedy.en}"
        )
        seen = version or "pulumi"
        return [program.missing(seen, remedy) if engine == "pulumi" else program.advice(seen, without)]
    return [program.ok(version), _plugin(plugins)]


def read_plugins(text: str) -> list[dict[str, Any]]:
    """Read what `pulumi plugin ls --json` gave; nothing when it gave something else."""
    try:
        told = json.loads(text)
    except ValueError:
        return []
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _plugin(plugins: Sequence[Mapping[str, Any]]) -> Finding:
    subject = Subject("pulumi-kubernetes", "kubernetes", Text("Pulumi-plug-in voor Kubernetes", "Pulumi plugin"))
    found = sorted(str(one.get("version", "?")) for one in plugins if one.get("name") == "kubernetes")
    if found:
        return subject.ok(", ".join(found))
    return subject.advice(
        "kubernetes",
        Text(
            "De eerste keer haalt Pulumi ze zelf op. Zonder internet: pulumi plugin install resource kubernetes.",
            "Pulumi fetches the plugin the first time. Without internet: pulumi plugin install resource kubernetes.",
        ),
    )


def _version(subject: Subject, version: str, seen: str) -> Finding:
    if numbers(version) < _OLDEST:
        return subject.missing(
            seen,
            Text("Kubernetes 1.30 of nieuwer is nodig: admission policies.", "Kubernetes 1.30 or later is needed."),
        )
    if numbers(version)[:2] < _PINNED:
        return subject.advice(
            seen,
            Text(
                "Vanaf Kubernetes 1.34 weigert Pod Security ook probes naar andere machines.",
                "From Kubernetes 1.34 on Pod Security also refuses probes to other machines.",
            ),
        )
    return subject.ok(seen)


def _rights(facts: ClusterFacts) -> Finding:
    subject = Subject("kubernetes-rights", "kubernetes", Text("Rechten", "Rights"))
    if not facts.missing_rights:
        return subject.ok(facts.user)
    more = len(facts.missing_rights) - _SHOWN
    shown = ", ".join(facts.missing_rights[:_SHOWN]) + (f" (+{more})" if more > 0 else "")
    return subject.missing(
        f"{facts.user}: {shown}",
        Text(
            "Geef deze gebruiker de ClusterRole van het platform (infra/README.md, Kubernetes).",
            "Give this user the platform's ClusterRole (infra/README.md, Kubernetes).",
        ),
    )


def _nodes(nodes: Iterable[str]) -> Finding:
    subject = Subject("kubernetes-nodes", "kubernetes", Text("Nodes", "Nodes"))
    seen = sorted(set(nodes))
    if seen:
        return subject.ok("; ".join(seen))
    return subject.missing("0", Text("De cluster heeft geen nodes.", "The cluster has no nodes."))
