"""What the Kubernetes backend promises, by the tier that the operator chose."""

from __future__ import annotations

from typing import Final

from proeftuin_infra.kube.skeleton.spec import Tier
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.promises import Capabilities, Control, Level

TIERS: Final = {Tier.HARD: "kubernetes", Tier.STANDARD: "kubernetes-standard"}
BY_NETWORK: Final = frozenset(
    {
        "rooms",
        "cluster-api",
        "node",
        "metadata",
        "platform",
        "egress",
        "names",
        "policy-race",
    }
)
"""Controls that the cluster's network plugin keeps; one that ignores policies keeps none."""
BY_NODE: Final = frozenset({"processes"})
"""Controls that the kubelet's settings keep."""


def kubernetes_capabilities(tier: Tier, *, keeps_data: bool, sandboxed: bool = False) -> Capabilities:
    """Give the controls.

    Args:
        tier: On `standard`, what depends on the cluster's network plugin and nodes is advisory.
        keeps_data: Data is on volumes.
        sandboxed: Pods have a sandboxed runtime, such as gVisor.
    """
    controls = [_control(*row, tier=tier) for row in _CONTROLS]
    own = (_data(keeps_data=keeps_data), _kernel(sandboxed=sandboxed))
    return Capabilities("kubernetes", TIERS[tier], (*controls, *own))


def _control(name: str, level: Level, title: Text, explanation: Text, *, tier: Tier) -> Control:
    if tier is Tier.STANDARD and name in BY_NETWORK | BY_NODE:
        return Control(
            name,
            Level.ADVISORY,
            title,
            Text(
                nl=f"{explanation.nl} De beheerder koos het niveau standard: wordt geprobeerd, niet beloofd.",
                en=f"{explanation.en} The operator chose the tier standard: it is tried, not promised.",
            ),
        )
    return Control(name, level, title, explanation)


def _data(*, keeps_data: bool) -> Control:
    if keeps_data:
        explanation = Text(
            nl="Gegevens staan op een volume en overleven een nieuwe pod.",
            en="Data is on a volume and outlives a pod.",
        )
        return Control("data-lasts", Level.ENFORCED, Text(nl="Gegevens blijven", en="Data stays"), explanation)
    explanation = Text(
        nl="Zonder storage class eindigen de gegevens van een component met zijn pod; de gemeente begint opnieuw.",
        en="Without a storage class a component's data ends with its pod; the town begins at its seed.",
    )
    return Control("data-lasts", Level.ABSENT, Text(nl="Gegevens blijven", en="Data stays"), explanation)


def _kernel(*, sandboxed: bool) -> Control:
    title = Text(nl="Eigen kernel", en="Kernel of its own")
    if sandboxed:
        explanation = Text(
            nl="Pods draaien in de runtime die de beheerder koos; de proef ziet alleen dat die er is.",
            en="Pods run in the runtime that the operator chose; the isolation proof only sees that it is there.",
        )
        return Control("kernel", Level.ADVISORY, title, explanation)
    explanation = Text(
        nl="Pods delen de kernel van hun node; een fout daarin geldt voor allemaal.",
        en="Pods share the kernel of their node; a fault in it is everybody's.",
    )
    return Control("kernel", Level.ABSENT, title, explanation)


_CONTROLS: Final = (
    (
        "environment",
        Level.ENFORCED,
        Text(nl="Omgevingsvariabelen", en="Environment variables"),
        Text(
            nl="De component krijgt alleen de gedocumenteerde variabelen, en het adres van de Kubernetes-API, "
            "die hij niet bereikt.",
            en="The component gets the documented variables only, and the address of the Kubernetes API, "
            "which it cannot reach.",
        ),
    ),
    (
        "rooms",
        Level.ENFORCED,
        Text(nl="Andere proeftuinen", en="Other sandboxes"),
        Text(
            nl="Een NetworkPolicy sluit elke kamer af, in beide richtingen (TCP en UDP).",
            en="A NetworkPolicy closes every room off, both ways (TCP and UDP).",
        ),
    ),
    (
        "cluster-api",
        Level.ENFORCED,
        Text(nl="Kubernetes-API", en="Kubernetes API"),
        Text(nl="De API-server is onbereikbaar vanuit de kamer.", en="The API server is out of reach of the room."),
    ),
    (
        "node",
        Level.ENFORCED,
        Text(nl="Nodes", en="Nodes"),
        Text(
            nl="Kubelet, etcd en andere diensten van de node zijn onbereikbaar.",
            en="Kubelet, etcd and other services of the node are out of reach.",
        ),
    ),
    (
        "metadata",
        Level.ENFORCED,
        Text(nl="Metadata van de cloud", en="Cloud metadata"),
        Text(
            nl="De metadata-adressen van clouds zijn onbereikbaar.",
            en="The metadata addresses of clouds are out of reach.",
        ),
    ),
    (
        "platform",
        Level.ENFORCED,
        Text(nl="Het platform", en="The platform"),
        Text(
            nl="Het platform, zijn databank en zijn register zijn onbereikbaar.",
            en="The platform, its database and its registry are out of reach.",
        ),
    ),
    (
        "egress",
        Level.ENFORCED,
        Text(nl="Internet en privénetwerken", en="Internet and private networks"),
        Text(nl="Er is geen uitgaand verkeer.", en="There is no outgoing traffic."),
    ),
    (
        "names",
        Level.ENFORCED,
        Text(nl="Namen van de cluster", en="Names of the cluster"),
        Text(
            nl="De naamserver van de cluster is onbereikbaar; de pod kent alleen zijn gemeente.",
            en="The cluster's name server is out of reach; the pod knows only its town.",
        ),
    ),
    (
        "policy-race",
        Level.ENFORCED,
        Text(nl="Gesloten vanaf het begin", en="Closed from the start"),
        Text(
            nl="De kamer gaat pas open nadat een proefpod zag dat de regels gelden.",
            en="The room opens only after a probe pod saw that the rules hold.",
        ),
    ),
    (
        "packets",
        Level.ENFORCED,
        Text(nl="Vervalste pakketten", en="Forged packets"),
        Text(nl="NET_RAW is ingetrokken.", en="NET_RAW is dropped."),
    ),
    (
        "admission",
        Level.ENFORCED,
        Text(nl="Wat de cluster weigert", en="What the cluster refuses"),
        Text(
            nl="Pod Security restricted, eigen toelatingsregels en quota weigeren voorrechten, hostpaden, vreemde "
            "images en te grote pods.",
            en="Pod Security restricted, our own admission rules and quotas refuse privileges, host paths, foreign "
            "images and pods that are too large.",
        ),
    ),
    (
        "rights",
        Level.ENFORCED,
        Text(nl="Rechten op de cluster", en="Rights on the cluster"),
        Text(nl="Het account van de pods heeft geen enkel recht.", en="The account of the pods has no right at all."),
    ),
    (
        "api-token",
        Level.ENFORCED,
        Text(nl="Token van de Kubernetes-API", en="Token of the Kubernetes API"),
        Text(nl="Pods krijgen geen token.", en="Pods get no token."),
    ),
    (
        "privileges",
        Level.ENFORCED,
        Text(nl="Voorrechten", en="Privileges"),
        Text(
            nl="Geen root, geen capabilities, no_new_privs.",
            en="Not root, no capabilities, no_new_privs.",
        ),
    ),
    (
        "system-calls",
        Level.ENFORCED,
        Text(nl="Systeemaanroepen", en="System calls"),
        Text(
            nl="Seccomp RuntimeDefault; geen mount, geen naamruimten, geen instellingen van de kernel.",
            en="Seccomp RuntimeDefault; no mount, no namespaces, no kernel settings.",
        ),
    ),
    (
        "files",
        Level.ENFORCED,
        Text(nl="Bestanden van anderen", en="Files of others"),
        Text(
            nl="Eigen bestandssysteem, alleen-lezen; schrijven kan in /data en /tmp.",
            en="A file system of its own, read-only; writing is possible in /data and /tmp.",
        ),
    ),
    (
        "neighbours",
        Level.ENFORCED,
        Text(nl="Processen van anderen", en="Processes of others"),
        Text(nl="Eigen procesnaamruimte.", en="A process namespace of its own."),
    ),
    (
        "memory",
        Level.ENFORCED,
        Text(nl="Geheugen", en="Memory"),
        Text(
            nl="Begrensd door de kernel (cgroup); daarboven wordt de component beëindigd.",
            en="Bounded by the kernel (cgroup); above it the component is ended.",
        ),
    ),
    (
        "cpu",
        Level.ENFORCED,
        Text(nl="Rekentijd", en="Processor time"),
        Text(
            nl="Hoogstens een halve processor per component; het totaal (cpuSeconds) wordt niet geteld.",
            en="At most half a processor per component; the total (cpuSeconds) is not counted.",
        ),
    ),
    (
        "processes",
        Level.ENFORCED,
        Text(nl="Aantal processen", en="Number of processes"),
        Text(
            nl="Begrensd door de kubelet (podPidsLimit), per pod en niet per component.yaml.",
            en="Bounded by the kubelet (podPidsLimit), per pod and not by component.yaml.",
        ),
    ),
    (
        "disk",
        Level.ADVISORY,
        Text(nl="Schijfruimte", en="Disk space"),
        Text(
            nl="De kubelet meet elke tien seconden en zet de pod eruit die te veel schrijft.",
            en="The kubelet measures every ten seconds and evicts a pod that writes too much.",
        ),
    ),
    (
        "log-size",
        Level.ENFORCED,
        Text(nl="Grootte van het logboek", en="Size of the log"),
        Text(
            nl="De kubelet wisselt bestanden van 10 MiB; het platform bewaart twee van 2 MiB.",
            en="The kubelet rotates files of 10 MiB; the platform keeps two of 2 MiB.",
        ),
    ),
    (
        "open-files",
        Level.ABSENT,
        Text(nl="Open bestanden", en="Open files"),
        Text(
            nl="Kubernetes kent er geen grens voor; die van de container-runtime geldt.",
            en="Kubernetes has no bound for them; that of the container runtime holds.",
        ),
    ),
    (
        "bandwidth",
        Level.ABSENT,
        Text(nl="Bandbreedte", en="Bandwidth"),
        Text(
            nl="Componenten delen de netwerkkaart van hun node; Kubernetes begrenst dat niet.",
            en="Components share the network card of their node; Kubernetes does not bound that.",
        ),
    ),
    (
        "connections",
        Level.ABSENT,
        Text(nl="Aantal verbindingen", en="Number of connections"),
        Text(
            nl="Binnen de kamer niet begrensd; van buiten laat het platform er 512 tegelijk toe.",
            en="Not bounded within the room; from outside the platform lets in 512 at a time.",
        ),
    ),
)
