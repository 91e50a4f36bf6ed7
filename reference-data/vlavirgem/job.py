"""The manifest of a Kubernetes Indexed Job that makes a town in partitions, and of the Job that joins them.

Source of the fields: Kubernetes documentation, `batch/v1` Job; a back-off limit per index is stable since 1.33.
"""

from __future__ import annotations

from typing import Any

import yaml

from vlavirgem.errors import VlavirgemError

_MOST = 10_000
_FOLDER = "/data"
_SCRATCH = "/tmp"  # noqa: S108 - the pod's own, and empty
_DAY = 86_400
_LABEL = "app.kubernetes.io/name"


def job_manifests(
    *, profile: str, seed: int, partitions: int, image: str, claim: str, name: str, identifiers: str = "safe"
) -> str:
    """Write the manifests as YAML: one Job with a pod per partition, and a suspended one that joins.

    All pods write into one volume; each partition has a folder of its own there. A pod that fails is tried again by
    itself: it goes on where it stopped, and is done at once where its partition is finished.

    Args:
        profile: Name of the profile.
        seed: The town's seed.
        partitions: How many pods share the work.
        image: An image that has `vlavirgem` on its path.
        claim: Name of a PersistentVolumeClaim that every pod can write to (ReadWriteMany).
        name: Name of the Job.
        identifiers: `safe` or `realistic`.

    Raises:
        VlavirgemError: the number of partitions is none that a Job can have.
    """
    if not 1 <= partitions <= _MOST:
        raise VlavirgemError(f"A job has 1 to {_MOST} partitions, not {partitions}.")
    town = ["--profile", profile, "--seed", str(seed), "--identifiers", identifiers]
    # Kubernetes puts the index in the place of $(JOB_COMPLETION_INDEX).
    part = f"{_FOLDER}/{name}-part-$(JOB_COMPLETION_INDEX)"
    make = _job(
        name,
        image=image,
        claim=claim,
        arguments=["generate", part, *town, "--partition", f"$(JOB_COMPLETION_INDEX)+1/{partitions}"],
        spec={
            "completionMode": "Indexed",
            "completions": partitions,
            "parallelism": partitions,
            "backoffLimitPerIndex": 3,
        },
    )
    parts = [f"{_FOLDER}/{name}-part-{index}" for index in range(partitions)]
    join = _job(
        f"{name}-join",
        image=image,
        claim=claim,
        arguments=["join", f"{_FOLDER}/{name}", *parts],
        spec={"suspend": True, "backoffLimit": 3},
    )
    note = (
        f"# kubectl apply -f -\n# kubectl wait --for=condition=complete --timeout=-1s job/{name}\n"
        f'# kubectl patch job/{name}-join --patch \'{{"spec": {{"suspend": false}}}}\'\n'
    )
    return note + yaml.safe_dump_all([make, join], sort_keys=False, allow_unicode=True)


def _job(name: str, *, image: str, claim: str, arguments: list[str], spec: dict[str, Any]) -> dict[str, Any]:
    container = {
        "name": "vlavirgem",
        "image": image,
        "command": ["vlavirgem"],
        "args": arguments,
        "volumeMounts": [{"name": "town", "mountPath": _FOLDER}, {"name": "scratch", "mountPath": _SCRATCH}],
        "resources": {"requests": {"cpu": "1", "memory": "400Mi"}, "limits": {"memory": "1Gi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": {_LABEL: "vlavirgem"}},
        "spec": {
            **spec,
            "ttlSecondsAfterFinished": _DAY,
            "template": {
                "metadata": {"labels": {_LABEL: "vlavirgem"}},
                "spec": {
                    "restartPolicy": "Never",
                    "automountServiceAccountToken": False,
                    "securityContext": {
                        "runAsUser": 10001,
                        "runAsGroup": 10001,
                        "fsGroup": 10001,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "containers": [container],
                    "volumes": [
                        {"name": "town", "persistentVolumeClaim": {"claimName": claim}},
                        {"name": "scratch", "emptyDir": {}},
                    ],
                },
            },
        },
    }
