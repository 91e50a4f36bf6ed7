"""The manifests that were last agreed upon, in `tests/unit/kube/golden`; run this program to write them anew."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, room_manifests
from support import stack_specs
from support.kube_specs import CLUSTER, FULL, HARD_CLUSTER, PLAIN, TOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin_infra.kube.skeleton.names import Manifest

FOLDER = Path(__file__).parent.parent / "unit" / "kube" / "golden"

RENDERED = {
    "room": room_manifests(PLAIN),
    "room-with-town": room_manifests(replace(PLAIN, town=TOWN)),
    "room-with-everything": room_manifests(FULL),
    "cluster": cluster_manifests(CLUSTER),
    "cluster-with-everything": cluster_manifests(HARD_CLUSTER),
    **stack_specs.RENDERED,
}


def as_yaml(manifests: Sequence[Manifest]) -> str:
    """Write manifests as a person reads them, each in its own document."""

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - a method of PyYAML
            return True

    return yaml.dump_all(manifests, Dumper=Plain, sort_keys=False, width=118, explicit_start=True)


if __name__ == "__main__":
    for name, manifests in RENDERED.items():
        (FOLDER / f"{name}.yaml").write_text(as_yaml(manifests))
