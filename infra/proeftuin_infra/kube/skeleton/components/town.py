"""The reference municipality in a room: where its data lives, and what serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton import town as manifests
from proeftuin_infra.kube.skeleton.components.objects import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from proeftuin_infra.kube.skeleton.spec import RoomSpec, TownSpec


class TownVolume(Part):
    """The volume that keeps the town's data; a town without one begins at its seed with every pod."""

    def __init__(
        self,
        spec: RoomSpec,
        town: TownSpec,
        *,
        namespace: pulumi.Resource,
        depends_on: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("TownVolume", "town-volume", opts)
        if town.storage_class is not None:
            claim = manifests.volume_claim(spec, town, town.storage_class)
            self.register(claim, deleted_with=namespace, depends_on=[namespace, *depends_on])
        self.register_outputs({})


class BuildingBlocks(Part):
    """The pod that serves the building blocks, its service and the token of its control endpoint."""

    def __init__(
        self,
        spec: RoomSpec,
        town: TownSpec,
        *,
        namespace: pulumi.Resource,
        depends_on: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("BuildingBlocks", "town", opts)
        first = [namespace, *depends_on]
        before = [
            self.register(manifest, deleted_with=namespace, depends_on=first)
            for manifest in (manifests.control_secret(spec, town), manifests.service(spec))
        ]
        self.register(manifests.deployment(spec, town), deleted_with=namespace, depends_on=[*first, *before])
        self.register_outputs({"image": town.image})
