"""Rules of admission: what one is, and those of the pods."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.pods import GRACE_SECONDS
from proeftuin_infra.kube.skeleton.spec import Tier

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.spec import ClusterSpec

MAX_GRACE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is refused.

    Attributes:
        id: Stable; a denial begins with it.
        expression: CEL that is true for what is allowed.
        message: What a denial says.
    """

    id: str
    expression: str
    message: str

    def as_validation(self) -> dict[str, Any]:
        """Give the form that stands in a policy."""
        return {
            "expression": self.expression,
            "message": f"proeftuin/{self.id}: {self.message}",
            "reason": "Forbidden",
        }


def pod_rules(spec: ClusterSpec) -> list[Rule]:
    """List what a pod must be; `variables.containers` and `variables.volumes` are all of it."""
    return [*_common_rules(), *_runtime_rules(spec), *_image_rules(spec)]


def cel_text(value: str) -> str:
    """Write a text as CEL does; JSON's escapes are among those of CEL."""
    return json.dumps(value)


def cel_list(values: tuple[str, ...]) -> str:
    """Write a list of texts as CEL does."""
    return "[" + ", ".join(cel_text(value) for value in values) + "]"


def _common_rules() -> list[Rule]:
    tolerated = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
    return [
        Rule(
            "api-token",
            "object.spec.?automountServiceAccountToken.orValue(true) == false",
            "a pod of a room has no token of the Kubernetes API (automountServiceAccountToken: false)",
        ),
        Rule(
            "account",
            f"object.spec.?serviceAccountName.orValue('') == '{names.WORKLOAD_ACCOUNT}'",
            f"a pod of a room runs as the account {names.WORKLOAD_ACCOUNT}",
        ),
        Rule(
            "volumes",
            "variables.volumes.all(v, has(v.configMap) || has(v.secret) || has(v.downwardAPI)"
            " || has(v.persistentVolumeClaim) || (has(v.emptyDir) && has(v.emptyDir.sizeLimit)))",
            "volumes are configMap, secret, downwardAPI, persistentVolumeClaim, or emptyDir with a sizeLimit",
        ),
        Rule(
            "devices",
            "!has(object.spec.resourceClaims)"
            " && variables.containers.all(c, c.?volumeDevices.orValue([]).size() == 0)",
            "a pod of a room has no devices",
        ),
        Rule(
            "non-root",
            "object.spec.?securityContext.?runAsNonRoot.orValue(false) == true"
            " && object.spec.?securityContext.?runAsUser.orValue(1) > 0"
            " && variables.containers.all(c, c.?securityContext.?runAsUser.orValue(1) > 0"
            " && c.?securityContext.?runAsNonRoot.orValue(true) == true)",
            "a pod of a room does not run as root (runAsNonRoot: true), also not in a user namespace",
        ),
        Rule(
            "scheduling",
            "(request.operation != 'CREATE' || object.spec.?nodeName.orValue('') == '')"
            " && object.spec.?schedulerName.orValue('default-scheduler') == 'default-scheduler'"
            f" && object.spec.?tolerations.orValue([]).all(t, t.?key.orValue('') in {cel_list(tolerated)}"
            " && t.?effect.orValue('') == 'NoExecute')",
            "a pod of a room does not choose its node, its scheduler, or nodes that are set apart",
        ),
        Rule(
            "priority",
            f"object.spec.?priorityClassName.orValue('') == '{names.PRIORITY_CLASS}'",
            f"a pod of a room has the priority class {names.PRIORITY_CLASS}",
        ),
        Rule(
            "grace",
            f"object.spec.?terminationGracePeriodSeconds.orValue(30) <= {MAX_GRACE_SECONDS}",
            f"a pod of a room stops within {MAX_GRACE_SECONDS} seconds; the platform's own take {GRACE_SECONDS}",
        ),
    ]


def _runtime_rules(spec: ClusterSpec) -> list[Rule]:
    hard = f"namespaceObject.metadata.?labels.orValue({{}})[?'{names.ISOLATION_TIER}'].orValue('') == '{Tier.HARD}'"
    runtime = "object.spec.?runtimeClassName.orValue('')"
    rules = [
        Rule(
            "runtime-class",
            f"{runtime} in {cel_list(('', *spec.allowed_runtime_classes))}",
            "a pod of a room asks for no other runtime than those of the platform",
        )
    ]
    if spec.hard_runtime_class is not None:
        rules.append(
            Rule(
                "hard-runtime",
                f"!({hard}) || {runtime} == '{spec.hard_runtime_class}'",
                f"a pod of the tier hard has the runtime class {spec.hard_runtime_class}",
            )
        )
    if spec.hard_user_namespaces:
        rules.append(
            Rule(
                "user-namespace",
                f"!({hard}) || object.spec.?hostUsers.orValue(true) == false",
                "a pod of the tier hard has a user namespace of its own (hostUsers: false)",
            )
        )
    return rules


def _image_rules(spec: ClusterSpec) -> list[Rule]:
    prefixes = "|".join(re.escape(prefix) for prefix in spec.image_prefixes)
    pattern = f"^({prefixes})[a-z0-9._/:-]*@sha256:[a-f0-9]{{64}}$"
    rules = [
        Rule(
            "image",
            f"variables.containers.all(c, c.image.matches({cel_text(pattern)}))",
            "every image comes from a registry of the platform and is pinned by digest",
        )
    ]
    if spec.always_pull:
        rules.append(
            Rule(
                "image-pull",
                "variables.containers.all(c, c.?imagePullPolicy.orValue('') == 'Always')",
                "every image is pulled always, so that a private one on a shared node serves only its owner",
            )
        )
    return rules
