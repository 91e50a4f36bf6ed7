"""Write what stands on a cluster once per platform, for an administrator to read and `kubectl apply`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
import yaml

from proeftuin_infra.kube.skeleton.manifests import cluster_manifests
from proeftuin_infra.kube.skeleton.names import PLATFORM_ACCOUNT
from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpecError


def manifests(
    *,
    installation: Annotated[
        str, typer.Option(help="Name of the platform on the cluster: 4 to 20 letters and digits.")
    ],
    image_prefix: Annotated[list[str], typer.Option(help="Images of rooms begin so; may be given again.")],
    namespace: Annotated[str, typer.Option(help="Namespace of the platform.")] = "proeftuin-system",
    user: Annotated[
        list[str] | None, typer.Option(help="User of a platform outside the cluster; default: its account inside.")
    ] = None,
    hard_runtime_class: Annotated[str | None, typer.Option(help="Runtime class of the tier hard: gvisor.")] = None,
    user_namespaces: Annotated[bool, typer.Option(help="The tier hard demands user namespaces.")] = False,
) -> None:
    """Write the manifests as YAML."""
    try:
        spec = ClusterSpec(
            installation=installation,
            platform_users=tuple(user or [f"system:serviceaccount:{namespace}:{PLATFORM_ACCOUNT}"]),
            image_prefixes=tuple(image_prefix),
            platform_namespace=namespace,
            hard_runtime_class=hard_runtime_class,
            hard_user_namespaces=user_namespaces,
            platform_inside=not user,
        )
    except RoomSpecError as error:
        typer.echo(f"proeftuin: {error}", err=True)
        raise typer.Exit(2) from error
    yaml.safe_dump_all(cluster_manifests(spec), sys.stdout, sort_keys=False, width=118, explicit_start=True)


if __name__ == "__main__":
    typer.run(manifests)
