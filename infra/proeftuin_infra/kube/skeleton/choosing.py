"""Which engine a platform uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from proeftuin_infra.kube.skeleton.automation.engine import PulumiEngine
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_infra.kube.skeleton.engine import MISSING, EngineError

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.objects import Objects
    from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings
    from proeftuin_infra.kube.skeleton.engine import SkeletonEngine

EngineChoice = Literal["auto", "pulumi", "direct"]


def choose_engine(choice: EngineChoice, *, objects: Objects, pulumi: PulumiSettings) -> SkeletonEngine:
    """Make the engine that a setting asks for; `auto` takes Pulumi where its program is.

    Raises:
        EngineError: Pulumi is asked for and its program is not there.
    """
    has_program = pulumi.find_executable() is not None
    if choice == "pulumi" and not has_program:
        raise EngineError(MISSING, "the program pulumi is not on PATH; the engine `direct` does without")
    if choice == "pulumi" or (choice == "auto" and has_program):
        return PulumiEngine(pulumi)
    return DirectEngine(objects)
