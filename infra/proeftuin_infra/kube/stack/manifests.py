"""All manifests of a platform on a cluster, in the order in which they are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, in_order
from proeftuin_infra.kube.stack import configuration, database, network, scaling, serving
from proeftuin_infra.kube.stack.spec import ManagedDatabase

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.stack.spec import StackSpec


def stack_manifests(spec: StackSpec) -> tuple[Manifest, ...]:
    """List every object of a platform: what stands on the cluster once for it, and what is in its namespace."""
    made = [
        *cluster_manifests(spec.cluster),
        *network.network_policies(spec),
        *configuration_manifests(spec),
        *database_manifests(spec),
        serving.service(spec),
        serving.api_deployment(spec),
        serving.worker_deployment(spec),
        serving.disruption_budget(spec, serving.API),
        serving.disruption_budget(spec, serving.WORKER),
    ]
    if spec.entrance is not None:
        made.append(serving.ingress(spec, spec.entrance))
    if spec.scaling is not None:
        made += [scaling.trigger_authentication(spec), scaling.scaled_object(spec, spec.scaling)]
    return in_order(made)


def configuration_manifests(spec: StackSpec) -> tuple[Manifest, ...]:
    """List what the pods read."""
    login = spec.login
    return (
        configuration.settings(spec),
        configuration.secrets(spec),
        *(() if login is None else (configuration.pull_secret(spec, login),)),
        *((configuration.image_volume(spec),) if spec.image_class else ()),
    )


def database_manifests(spec: StackSpec) -> tuple[Manifest, ...]:
    """List the database, where it is ours, and its backups; each stands before what needs it."""
    chosen = spec.database
    if isinstance(chosen, ManagedDatabase):
        dumps = chosen.dumps
        return () if dumps is None else (database.dump_volume(spec, dumps), database.dump_job(spec, dumps))
    if chosen.backups is None:
        return (database.operator_database(spec, chosen),)
    return (
        database.object_store_secret(spec, chosen.backups),
        database.object_store(spec, chosen.backups),
        database.operator_database(spec, chosen),
        database.scheduled_backup(spec, chosen.backups),
    )
