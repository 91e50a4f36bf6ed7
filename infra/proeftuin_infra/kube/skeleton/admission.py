"""What the API server refuses in every room, whoever asks: admission policies, one per idea.

Pod Security `restricted` leaves much open: service account tokens in projected volumes, other runtimes, tolerations,
fixed nodes, images of any origin, services that open ports of nodes. Each rule here closes one such way. Its message
begins with the rule's id, so that a program can tell which one refused (`denied_rule`).

The rules are CEL. `object` is what would be stored, `namespaceObject` the room.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.admission_rules import Rule, cel_list, pod_rules

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import ClusterSpec

_VERSION = "admissionregistration.k8s.io/v1"
_DENIED = re.compile(r"proeftuin/([a-z-]+): ")
_GROUPS = ["", "apps", "batch", "networking.k8s.io", "discovery.k8s.io", "rbac.authorization.k8s.io", "policy"]
_FINALIZERS = ("kubernetes.io/pvc-protection", "batch.kubernetes.io/job-tracking", "foregroundDeletion", "orphan")


def denied_rule(message: str) -> str | None:
    """Tell which of our rules refused, from the API server's words; None when it was none of ours."""
    found = _DENIED.search(message)
    return found.group(1) if found else None


def admission_policies(spec: ClusterSpec) -> tuple[Manifest, ...]:
    """List the policies and their bindings; each policy stands before its binding."""
    policies = (pods(spec), services(spec), claims(spec), marks(spec), guards(spec), rooms(spec), doors(spec))
    return tuple(manifest for policy in policies for manifest in policy)


def pods(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Refuse pods that could look or reach further than their room."""
    return _policy(
        spec,
        "pods",
        rules=[_on("pods", operations=["CREATE", "UPDATE"])],
        variables={
            "containers": "object.spec.containers + object.spec.?initContainers.orValue([])",
            "volumes": "object.spec.?volumes.orValue([])",
        },
        validations=pod_rules(spec),
    )


def services(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Refuse services that open anything outside their room, or stand for an address elsewhere."""
    return _policy(
        spec,
        "services",
        rules=[_on("services", operations=["CREATE", "UPDATE"])],
        validations=[
            Rule(
                "service-type",
                "object.spec.?type.orValue('ClusterIP') == 'ClusterIP' && !has(object.spec.externalName)"
                " && object.spec.?externalIPs.orValue([]).size() == 0",
                "a service of a room is of type ClusterIP, without external addresses",
            )
        ],
    )


def claims(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Refuse claims on a volume that exists already: it could hold another room's data."""
    return _policy(
        spec,
        "claims",
        rules=[_on("persistentvolumeclaims", operations=["CREATE"])],
        validations=[
            Rule(
                "claim-volume",
                "object.spec.?volumeName.orValue('') == '' && !has(object.spec.dataSource)"
                " && !has(object.spec.dataSourceRef) && !has(object.spec.selector)",
                "a room cannot choose the volume of a claim, nor fill it from elsewhere",
            )
        ],
    )


def marks(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Keep the platform's labels and annotations true, and refuse what would keep a room from going."""
    everything = {
        "apiGroups": _GROUPS,
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["*"],
        "scope": "Namespaced",
    }
    same_room = (
        f"!('{names.SANDBOX_ID}' in object.metadata.?labels.orValue({{}}))"
        f" || object.metadata.labels['{names.SANDBOX_ID}']"
        f" == namespaceObject.metadata.?labels.orValue({{}})[?'{names.SANDBOX_ID}'].orValue('')"
    )
    return _policy(
        spec,
        "marks",
        rules=[everything],
        variables=_marks(spec),
        validations=[
            Rule(
                "reserved-keys",
                "variables.trusted || variables.unmoved",
                f"only the platform sets labels and annotations under {names.DOMAIN} and {names.POD_SECURITY}",
            ),
            Rule("other-sandbox", same_room, "the object is labelled as another sandbox's"),
            Rule(
                "finalizers",
                f"object.metadata.?finalizers.orValue([]).all(f, f in {cel_list(_FINALIZERS)})",
                "an object of a room cannot have a finalizer: it would keep the room from being destroyed",
            ),
        ],
    )


def guards(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Let only the platform touch what holds a room: quota, limits, network policies, accounts, rights, routes."""
    every = ["CREATE", "UPDATE", "DELETE"]
    held = Rule(
        "guard-objects",
        "variables.platform || (request.operation == 'DELETE' && variables.controller)"
        " || (request.resource.resource in ['serviceaccounts', 'endpoints', 'endpointslices']"
        " && variables.controller)",
        "only the platform changes what guards a room",
    )
    return _policy(
        spec,
        "guards",
        rules=[
            _on("resourcequotas", "limitranges", "serviceaccounts", "endpoints", operations=every),
            _on("networkpolicies", "ingresses", group="networking.k8s.io", operations=every),
            _on("roles", "rolebindings", group="rbac.authorization.k8s.io", operations=every),
            _on("endpointslices", group="discovery.k8s.io", operations=every),
        ],
        variables=_who(spec),
        validations=[held],
    )


def rooms(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Let only the platform make, mark and remove rooms; matches a room also when its labels would be taken away."""
    rule = {
        "apiGroups": [""],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE"],
        "resources": ["namespaces", "namespaces/finalize"],
        "scope": "Cluster",
    }
    return _policy(
        spec,
        "rooms",
        rules=[rule],
        is_room=True,
        variables=_marks(spec),
        validations=[
            Rule(
                "room",
                "variables.trusted || (request.operation == 'UPDATE' && request.?subResource.orValue('') != 'finalize'"
                " && variables.unmoved)",
                "only the platform makes, marks and removes a room",
            )
        ],
    )


def doors(spec: ClusterSpec) -> tuple[Manifest, Manifest]:
    """Let nobody run a program in somebody's container, and only the platform reach a port of one."""
    connect = _on(
        "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", operations=["CONNECT"]
    )
    debug = _on("pods/ephemeralcontainers", operations=["CREATE", "UPDATE"])
    return _policy(
        spec,
        "doors",
        rules=[connect, debug],
        variables=_who(spec),
        validations=[
            Rule(
                "no-exec",
                "!(request.?subResource.orValue('') in ['exec', 'attach', 'ephemeralcontainers'])",
                "nobody runs a program in a container of a room",
            ),
            Rule("platform-only", "variables.platform", "only the platform reaches a port of a room from outside"),
        ],
    )


def _who(spec: ClusterSpec) -> dict[str, str]:
    """Tell who asks: the platform, or a controller of Kubernetes itself."""
    return {
        "platform": f"request.userInfo.username in {cel_list(spec.platform_users)}",
        "controller": "request.userInfo.username == 'system:kube-controller-manager'"
        " || request.userInfo.username.startsWith('system:serviceaccount:kube-system:')",
        "trusted": "variables.platform || variables.controller",
    }


def _marks(spec: ClusterSpec) -> dict[str, str]:
    """Tell who asks, and whether the reserved labels and annotations stay what they were."""
    reserved = f"(k.startsWith('{names.DOMAIN}/') || k.startsWith('{names.POD_SECURITY}/'))"
    variables = _who(spec)
    comparisons = []
    for kind in ("labels", "annotations"):
        variables[f"old_{kind}"] = f"oldObject == null ? {{}} : oldObject.metadata.?{kind}.orValue({{}})"
        variables[f"new_{kind}"] = f"object == null ? {{}} : object.metadata.?{kind}.orValue({{}})"
        for one, other in (("old", "new"), ("new", "old")):
            kept = f"variables.{other}_{kind}[?k].orValue('') == variables.{one}_{kind}[k]"
            comparisons.append(f"variables.{one}_{kind}.all(k, !{reserved} || {kept})")
    return {**variables, "unmoved": " && ".join(comparisons)}


def _on(*resources: str, operations: list[str], group: str = "") -> dict[str, Any]:
    return {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": operations,
        "resources": list(resources),
        "scope": "Namespaced",
    }


def _policy(
    spec: ClusterSpec,
    what: str,
    *,
    rules: list[dict[str, Any]],
    validations: list[Rule],
    variables: dict[str, str] | None = None,
    is_room: bool = False,
) -> tuple[Manifest, Manifest]:
    name = names.cluster_name(spec.installation, what)
    ours = {"matchLabels": {names.INSTALLATION: spec.installation}}
    tiered = {**ours, "matchExpressions": [{"key": names.ISOLATION_TIER, "operator": "Exists"}]}
    # The labels of a namespace that is changed are read from its new form, so that taking them away would escape a
    # namespaceSelector; an objectSelector looks at both forms.
    where = {"objectSelector": tiered} if is_room else {"namespaceSelector": tiered}
    policy = {
        "apiVersion": _VERSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name, "labels": spec.labels()},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"matchPolicy": "Equivalent", "resourceRules": rules},
            **(
                {"variables": [{"name": key, "expression": text} for key, text in variables.items()]}
                if variables
                else {}
            ),
            "validations": [rule.as_validation() for rule in validations],
        },
    }
    binding = {
        "apiVersion": _VERSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name, "labels": spec.labels()},
        "spec": {"policyName": name, "validationActions": ["Deny", "Audit"], "matchResources": where},
    }
    return policy, binding
