"""From a manifest to a Pulumi resource of the Kubernetes provider, and nothing lost on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_kubernetes as k8s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin_infra.kube.skeleton.names import Manifest

_PATIENCE = pulumi.CustomTimeouts(create="2m", update="2m", delete="2m")
_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


class Part(pulumi.ComponentResource):
    """A component that registers manifests as its children.

    Args:
        kind: Of the component, such as `TenantNamespace`.
        name: Of the component in its stack.
        opts: As Pulumi's.
    """

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"proeftuin:sandbox:{kind}", name, {}, opts)

    def register(
        self,
        manifest: Manifest,
        *,
        deleted_with: pulumi.Resource | None = None,
        depends_on: Sequence[pulumi.Resource] = (),
        patch: bool = False,
        protect: bool = False,
    ) -> pulumi.CustomResource:
        """Register one object.

        Args:
            manifest: Its whole content; the name in it is the name that it gets.
            deleted_with: Its namespace: when that goes, this goes with it, and is not deleted by itself.
            depends_on: What must stand first.
            patch: The object is Kubernetes' own; only the fields of the manifest become ours.
            protect: Pulumi refuses to delete it.
        """
        kind, _, name = manifest["kind"], manifest["metadata"].get("namespace"), manifest["metadata"]["name"]
        options = pulumi.ResourceOptions(
            parent=self,
            deleted_with=deleted_with,
            depends_on=list(depends_on),
            custom_timeouts=_PATIENCE,
            protect=protect or None,
            additional_secret_outputs=["data", "stringData"] if kind == "Secret" else None,
        )
        fields = {_UPPER.sub(r"_\1", key).lower(): value for key, value in manifest.items()}
        if kind == "Secret":
            fields["data"] = pulumi.Output.secret(fields["data"])
        resource = resource_class(manifest["apiVersion"], kind, patch=patch)
        if resource is k8s.apiextensions.CustomResource:
            fields |= {"api_version": manifest["apiVersion"], "kind": kind}
        made: pulumi.CustomResource = resource(f"{kind}/{name}", opts=options, **fields)
        return made


def resource_class(api_version: str, kind: str, *, patch: bool = False) -> Any:
    """Find the class of the Kubernetes provider for objects of a kind; a group that it does not know is an operator's.

    Raises:
        AttributeError: the provider knows the group, and no such kind in it.
    """
    group, _, version = api_version.rpartition("/")
    if "." in group and not group.endswith(".k8s.io"):
        return k8s.apiextensions.CustomResource
    module: Any = k8s
    for part in ((group or "core").split(".")[0], version):
        module = getattr(module, part)
    return getattr(module, f"{kind}Patch" if patch else kind)
