"""What the operators that the platform may lean on accept: the fields that we use, from their documentation.

Their own definitions cannot be installed on a cluster without the internet. A field that we mistype is found here,
because no other field is allowed. CloudNativePG 1.26 and later (API reference, `postgresql.cnpg.io/v1`), its Barman
Cloud plugin 0.11 (`barmancloud.cnpg.io/v1`), KEDA 2.15 and later (`keda.sh/v1alpha1`, PostgreSQL scaler).
"""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
NUMBER: dict[str, Any] = {"type": "integer", "minimum": 1}
QUANTITY: dict[str, Any] = {"type": "string", "pattern": "^[0-9]+(Mi|Gi|Ti)$"}
NAME: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Describe an object that has these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": sorted(required),
        "additionalProperties": False,
    }


REFERENCE = closed({"name": NAME, "key": TEXT})
PLUGIN = closed(
    {"name": {"const": "barman-cloud.cloudnative-pg.io"}},
    {"isWALArchiver": {"type": "boolean"}, "parameters": closed({"barmanObjectName": NAME})},
)
SPECS: dict[str, dict[str, Any]] = {
    "Cluster": closed(
        {"instances": NUMBER, "storage": closed({"size": QUANTITY}, {"storageClass": TEXT})},
        {
            "bootstrap": closed({"initdb": closed({"database": TEXT, "owner": TEXT}, {"encoding": TEXT})}),
            "plugins": {"type": "array", "items": PLUGIN, "minItems": 1},
        },
    ),
    "ScheduledBackup": closed(
        {
            # Six fields: seconds come first.
            "schedule": {"type": "string", "pattern": r"^\S+( \S+){5}$"},
            "cluster": closed({"name": NAME}),
        },
        {
            "backupOwnerReference": {"enum": ["none", "self", "cluster"]},
            "method": {"enum": ["barmanObjectStore", "volumeSnapshot", "plugin"]},
            "pluginConfiguration": closed({"name": {"const": "barman-cloud.cloudnative-pg.io"}}),
        },
    ),
    "ObjectStore": closed(
        {
            "configuration": closed(
                {
                    "destinationPath": {"type": "string", "pattern": "^s3://"},
                    "s3Credentials": closed({"accessKeyId": REFERENCE, "secretAccessKey": REFERENCE}),
                },
                {
                    "endpointURL": {"type": "string", "pattern": "^https?://"},
                    "wal": closed({"compression": {"enum": ["bzip2", "gzip", "lz4", "snappy", "xz", "zstd"]}}),
                    "data": closed({"compression": {"enum": ["bzip2", "gzip", "snappy"]}}),
                },
            )
        },
        {"retentionPolicy": {"type": "string", "pattern": "^[1-9][0-9]*[dwm]$"}},
    ),
    "TriggerAuthentication": closed(
        {
            "secretTargetRef": {
                "type": "array",
                "minItems": 1,
                "items": closed({"parameter": {"const": "connection"}, "name": NAME, "key": TEXT}),
            }
        }
    ),
    "ScaledObject": closed(
        {
            "scaleTargetRef": closed({"name": NAME}, {"apiVersion": TEXT, "kind": TEXT}),
            "triggers": {
                "type": "array",
                "minItems": 1,
                "items": closed(
                    {
                        "type": {"const": "postgresql"},
                        # All values of a trigger are texts.
                        "metadata": closed(
                            {"query": TEXT, "targetQueryValue": {"type": "string", "pattern": "^[0-9.]+$"}}
                        ),
                        "authenticationRef": closed({"name": NAME}),
                    }
                ),
            },
        },
        {
            "minReplicaCount": {"type": "integer", "minimum": 0},
            "maxReplicaCount": NUMBER,
            "pollingInterval": NUMBER,
            "cooldownPeriod": NUMBER,
            "fallback": closed({"failureThreshold": NUMBER, "replicas": NUMBER}),
        },
    ),
}
VERSIONS = {
    "Cluster": "postgresql.cnpg.io/v1",
    "ScheduledBackup": "postgresql.cnpg.io/v1",
    "ObjectStore": "barmancloud.cnpg.io/v1",
    "TriggerAuthentication": "keda.sh/v1alpha1",
    "ScaledObject": "keda.sh/v1alpha1",
}
