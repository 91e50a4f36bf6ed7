"""What components used lately, as pictures on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.portal.views.usage import ComponentUsage, Reading, shares, spark
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proeftuin_sandbox.usage import Sample
    from proeftuin_sandbox.views import DeploymentView

_MEMORY = Text(nl="Geheugen", en="Memory")
_PROCESSOR = Text(nl="Processor", en="Processor")
_DISK = Text(nl="Schijf", en="Disk")


def usage_of(
    deployments: Sequence[DeploymentView], samples: Mapping[str, Sequence[Sample]]
) -> tuple[ComponentUsage, ...]:
    """Show what each component used, of those that ran lately."""
    return tuple(_one(found, samples[found.name]) for found in deployments if samples.get(found.name))


def _one(found: DeploymentView, samples: Sequence[Sample]) -> ComponentUsage:
    limits = found.manifest.limits
    memory = [Reading(at=one.at, value=one.memory_mib) for one in samples]
    disk = [Reading(at=one.at, value=one.disk_mib) for one in samples]
    busy = shares([Reading(at=one.at, value=one.cpu_seconds) for one in samples])
    sparks = [spark(memory, title=_MEMORY, unit="MiB", limit=limits.memory_mib)]
    if busy:
        sparks.append(spark(busy, title=_PROCESSOR, unit="%"))
    sparks.append(spark(disk, title=_DISK, unit="MiB", limit=limits.disk_mib))
    return ComponentUsage(
        name=found.name,
        title=found.manifest.title,
        at=samples[-1].at,
        seconds=(samples[-1].at - samples[0].at).total_seconds(),
        sparks=tuple(sparks),
    )
