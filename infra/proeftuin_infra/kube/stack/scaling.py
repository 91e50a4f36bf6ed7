"""More workers when more jobs wait: KEDA asks the database how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.stack.configuration import database_secret
from proeftuin_infra.kube.stack.serving import WORKER

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.stack.spec import Scaling, StackSpec

QUERY = (
    "SELECT count(*) FROM procrastinate_jobs"
    " WHERE status = 'doing' OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))"
)
"""Jobs that are due or in hand: a worker that is at work is not taken away because nothing waits."""
_KEDA = "keda.sh/v1alpha1"
_QUIET_SECONDS = 300


def trigger_authentication(spec: StackSpec) -> Manifest:
    """Let KEDA read the address of the database."""
    name, key = database_secret(spec)
    return {
        "apiVersion": _KEDA,
        "kind": "TriggerAuthentication",
        "metadata": spec.metadata(WORKER, part=WORKER),
        "spec": {"secretTargetRef": [{"parameter": "connection", "name": name, "key": key}]},
    }


def scaled_object(spec: StackSpec, scaling: Scaling) -> Manifest:
    """Have as many workers as there is work for: one for each `concurrency` jobs."""
    trigger = {
        "type": "postgresql",
        "metadata": {"query": QUERY, "targetQueryValue": str(spec.concurrency)},
        "authenticationRef": {"name": WORKER},
    }
    return {
        "apiVersion": _KEDA,
        "kind": "ScaledObject",
        "metadata": spec.metadata(WORKER, part=WORKER),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": WORKER},
            "minReplicaCount": scaling.least,
            "maxReplicaCount": scaling.most,
            "pollingInterval": 15,
            "cooldownPeriod": _QUIET_SECONDS,
            # Without an answer of the database nobody knows how much work there is.
            "fallback": {"failureThreshold": 4, "replicas": scaling.least},
            "triggers": [trigger],
        },
    }
