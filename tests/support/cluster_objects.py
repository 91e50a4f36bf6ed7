"""Kubernetes objects of the cluster's own tests, with the cluster's own program in them."""

from __future__ import annotations

from typing import Any

IMAGE = "localhost/pod:1"


def pod(name: str, *arguments: str, image: str = IMAGE, **security: object) -> dict[str, Any]:
    """A pod that satisfies the restricted standard, unless `security` of its container says otherwise."""
    container = {
        "name": "program",
        "image": image,
        "args": list(arguments),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        | security,
        "resources": {"limits": {"cpu": "200m", "memory": "64Mi"}},
    }
    if arguments[:1] == ("serve",):
        container["readinessProbe"] = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 1,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 10001,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
        },
    }


def service(name: str, *, of: str) -> dict[str, Any]:
    """A service in front of a pod, with another name: a pod's own name is in its hosts file."""
    spec = {"selector": {"app": of}, "ports": [{"port": 80, "targetPort": 8080}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def default_deny() -> dict[str, Any]:
    """No pod of the namespace may talk or be talked to."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }


def only_three_replicas() -> list[dict[str, Any]]:
    """An admission policy with its binding: no deployment in the labelled namespaces has more than three replicas."""
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "proeftuin-test-replicas"}}
    return [
        kind
        | {
            "kind": "ValidatingAdmissionPolicy",
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule]},
                "validations": [{"expression": "object.spec.replicas <= 3", "message": "three is enough"}],
            },
        },
        kind
        | {
            "kind": "ValidatingAdmissionPolicyBinding",
            "spec": {
                "policyName": "proeftuin-test-replicas",
                "validationActions": ["Deny"],
                "matchResources": {"namespaceSelector": {"matchLabels": {"proeftuin-test": "replicas"}}},
            },
        },
    ]
