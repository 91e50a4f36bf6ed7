"""Where everything is kept: the operator's PostgreSQL and its backups, or our dumps of somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton.pods import hardened_container, pod_security, resources, scratch
from proeftuin_infra.kube.stack.configuration import DATABASE, database_address, opaque_secret, pull_access

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.stack.spec import Dumps, ObjectStore, OperatorDatabase, StackSpec

DUMPS = "proeftuin-backup"
"""Name of the job that makes dumps, of its pods and of their volume."""
_FOLDER = "/backups"
_BARMAN = "barman-cloud.cloudnative-pg.io"
_CNPG = "postgresql.cnpg.io/v1"


def operator_database(spec: StackSpec, database: OperatorDatabase) -> Manifest:
    """Ask CloudNativePG for a PostgreSQL; it makes the secret with the address itself."""
    storage: dict[str, Any] = {"size": database.size}
    if database.storage_class:
        storage["storageClass"] = database.storage_class
    archive = {}
    if database.backups is not None:
        plugin = {"name": _BARMAN, "isWALArchiver": True, "parameters": {"barmanObjectName": DATABASE}}
        archive = {"plugins": [plugin]}
    return {
        "apiVersion": _CNPG,
        "kind": "Cluster",
        "metadata": spec.metadata(DATABASE, part=DATABASE),
        "spec": {
            "instances": database.instances,
            "storage": storage,
            "bootstrap": {"initdb": {"database": "proeftuin", "owner": "proeftuin", "encoding": "UTF8"}},
            **archive,
        },
    }


def object_store(spec: StackSpec, backups: ObjectStore) -> Manifest:
    """Tell the Barman plugin of CloudNativePG where backups and the log go."""
    keys = {"accessKeyId": "ACCESS_KEY_ID", "secretAccessKey": "ACCESS_SECRET_KEY"}
    content: dict[str, Any] = {
        "destinationPath": backups.destination,
        "s3Credentials": {field: {"name": _backup_secret(), "key": key} for field, key in keys.items()},
        "wal": {"compression": "gzip"},
        "data": {"compression": "gzip"},
    }
    if backups.endpoint:
        content["endpointURL"] = backups.endpoint
    return {
        "apiVersion": "barmancloud.cnpg.io/v1",
        "kind": "ObjectStore",
        "metadata": spec.metadata(DATABASE, part=DATABASE),
        "spec": {"configuration": content, "retentionPolicy": backups.retention},
    }


def object_store_secret(spec: StackSpec, backups: ObjectStore) -> Manifest:
    """Hold the keys of the place where backups go."""
    held = {"ACCESS_KEY_ID": backups.access_key, "ACCESS_SECRET_KEY": backups.secret_key}
    return opaque_secret(spec.metadata(_backup_secret(), part=DATABASE), held)


def scheduled_backup(spec: StackSpec, backups: ObjectStore) -> Manifest:
    """Have a whole backup made by the clock."""
    return {
        "apiVersion": _CNPG,
        "kind": "ScheduledBackup",
        "metadata": spec.metadata(DATABASE, part=DATABASE),
        "spec": {
            "schedule": backups.schedule,
            "backupOwnerReference": "self",
            "cluster": {"name": DATABASE},
            "method": "plugin",
            "pluginConfiguration": {"name": _BARMAN},
        },
    }


def dump_volume(spec: StackSpec, dumps: Dumps) -> Manifest:
    """Keep dumps on a volume."""
    chosen = {"storageClassName": dumps.storage_class} if dumps.storage_class else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": spec.metadata(DUMPS, part=DUMPS),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": dumps.size}},
            **chosen,
        },
    }


def dump_job(spec: StackSpec, dumps: Dumps) -> Manifest:
    """Dump the database by the clock, and keep the last few; two never run at once."""
    container = hardened_container(
        "backup",
        image=spec.image,
        pull_policy=spec.pull_policy,
        resources=resources(requests_cpu="100m", limits_cpu="1", memory="512Mi"),
        args=["python", "-m", "proeftuin", "backup", _FOLDER, "--keep", str(dumps.keep)],
        env=[database_address(spec), {"name": "HOME", "value": "/tmp"}],  # noqa: S108 - in its pod
        volumeMounts=[
            {"name": "backups", "mountPath": _FOLDER},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - idem
        ],
    )
    pod = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(),
        **pull_access(spec),
        "containers": [container],
        "volumes": [
            {"name": "backups", "persistentVolumeClaim": {"claimName": DUMPS}},
            scratch("tmp", size="64Mi"),
        ],
    }
    job = {
        "backoffLimit": 2,
        "activeDeadlineSeconds": 3600,
        "template": {"metadata": {"labels": spec.labels(DUMPS)}, "spec": pod},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": spec.metadata(DUMPS, part=DUMPS),
        "spec": {
            "schedule": dumps.schedule,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 3600,
            "successfulJobsHistoryLimit": 2,
            "failedJobsHistoryLimit": 2,
            "jobTemplate": {"spec": job},
        },
    }


def _backup_secret() -> str:
    return f"{DATABASE}-backup"
