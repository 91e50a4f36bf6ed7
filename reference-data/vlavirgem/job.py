"""The manifest of a Kubernetes Indexed Job that makes a town in partitions, and of the Job that joins them.

Source of the fields: Kubernetes documentation, `batch/v1` Job; a back-off limit per index is stable since 1.33.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from vlavirgem.errors import VlavirgemError

_MOST = 10_000
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?")
"""A DNS label (RFC 1123) that leaves room for `-join`, and for the index in the host name of a pod."""
_CLAIM = re.compile(r"(?=.{1,253}$)[a-z0-9]([-.a-z0-9]*[a-z0-9])?")
"""A DNS subdomain (RFC 1123), as for the names of most objects."""
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
        VlavirgemError: a Job cannot have that many partitions, or that name, image or claim.
    """
    if not 1 <= partitions <= _MOST:
        raise VlavirgemError(f"A job has 1 to {_MOST} partitions, not {partitions}.")
    if not _NAME.fullmatch(name):
        raise VlavirgemError(f"A job is named with at most 57 of a-z, 0-9 and - (not first or last), not {name!r}.")
    if not _CLAIM.fullmatch(claim):
        raise VlavirgemError(f"A claim is named with a-z, 0-9, - and . (not first or last), not {claim!r}.")
    if not re.fullmatch(r"\S+", image):
        raise VlavirgemError(f"{image!r} is no image; write one as in registry.example/vlavirgem:1.0.")
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
