"""Who we are to a cluster, and what of our work it does not allow us."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.connection import Cluster

NEEDED = (
    ("", "namespaces", ("create", "get", "list", "watch", "patch", "delete")),
    ("", "serviceaccounts", ("create", "patch")),
    ("", "resourcequotas", ("create", "list", "watch", "patch")),
    ("", "limitranges", ("create", "list", "watch", "patch")),
    ("", "secrets", ("create", "get", "list", "watch", "patch", "delete")),
    ("", "services", ("create", "get", "list", "watch", "patch", "delete")),
    ("", "persistentvolumeclaims", ("list", "watch")),
    ("", "pods", ("create", "get", "list", "watch", "delete")),
    ("", "pods/log", ("get",)),
    ("", "pods/portforward", ("get", "create")),
    ("", "events", ("list",)),
    ("apps", "deployments", ("create", "get", "list", "watch", "patch", "delete")),
    ("networking.k8s.io", "networkpolicies", ("create", "get", "list", "watch", "patch", "delete")),
)
"""Group, resource and verbs without which no sandbox can be made; `cluster.platform_role` gives them."""


def who_am_i(cluster: Cluster) -> str:
    """Give the name by which the API server knows us.

    Raises:
        KubeError: it does not answer, or does not know us.
    """
    answer = cluster.request(
        "POST",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        body={"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
    )
    return str(answer["status"]["userInfo"].get("username", ""))


def missing_rights(cluster: Cluster) -> tuple[str, ...]:
    """List what we may not do and need, such as `create pods`.

    Raises:
        KubeError: the API server does not answer.
    """
    asked = [(group, resource, verb) for group, resource, verbs in NEEDED for verb in verbs]
    with ThreadPoolExecutor(max_workers=8) as workers:
        answers = list(workers.map(lambda one: may(cluster, *one), asked))
    return tuple(
        f"{verb} {resource}" for (_, resource, verb), allowed in zip(asked, answers, strict=True) if not allowed
    )


def may(cluster: Cluster, group: str, resource: str, verb: str, *, namespace: str = "") -> bool:
    """Tell whether we may do something.

    Raises:
        KubeError: the API server does not answer.
    """
    plain, _, part = resource.partition("/")
    attributes = {"group": group, "resource": plain, "subresource": part, "verb": verb, "namespace": namespace}
    answer = cluster.request(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        body={
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        },
    )
    return bool(answer["status"].get("allowed"))


def may_account(cluster: Cluster, *, namespace: str, account: str, verb: str, resource: str, group: str = "") -> bool:
    """Tell whether a service account may do something in a namespace (empty: anywhere).

    Raises:
        KubeError: we may not ask, or the API server does not answer.
    """
    plain, _, part = resource.partition("/")
    answer = cluster.request(
        "POST",
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        body={
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": f"system:serviceaccount:{namespace}:{account}",
                "groups": ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"],
                "resourceAttributes": {
                    "namespace": namespace,
                    "verb": verb,
                    "group": group,
                    "resource": plain,
                    "subresource": part,
                },
            },
        },
    )
    return bool(answer["status"].get("allowed"))
