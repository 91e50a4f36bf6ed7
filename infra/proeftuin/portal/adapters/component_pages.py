"""One deployed component as a page shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from proeftuin.portal.adapters.run_pages import kit_title
from proeftuin.portal.views.evidence import Evidence, Mark
from proeftuin.portal.views.progress import text_in
from proeftuin.portal.views.sandboxes import Claim, ComponentRow, ComponentView, LogLine, Trouble
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from proeftuin.portal.views.progress import Progress
    from proeftuin.portal.views.runs import RunRow
    from proeftuin_infra.rotating_log import LogLine as WrittenLine
    from proeftuin_sandbox.views import DeploymentView

_STREAMS = {"out": "stdout", "err": "stderr"}


def component_row(found: DeploymentView) -> ComponentRow:
    """One component in the list of its sandbox."""
    return ComponentRow(
        name=found.name,
        title=found.manifest.title,
        version=found.manifest.version,
        state=found.state.value,
        url=found.base_url if found.state.value == "running" else None,
        deployment_id=found.id,
        trouble=trouble(found.cause),
    )


def component_view(
    found: DeploymentView,
    *,
    sandbox_name: str,
    logs: Iterable[WrittenLine],
    runs: Sequence[RunRow],
    progress: Progress,
    trouble: Trouble | None,
    may_manage: bool,
) -> ComponentView:
    """Everything on the page of one component."""
    manifest = found.manifest
    running = found.state.value == "running"
    return ComponentView(
        sandbox_id=found.sandbox_id,
        sandbox_name=sandbox_name,
        name=found.name,
        title=manifest.title,
        description=manifest.description,
        version=manifest.version,
        supplier=manifest.supplier.name,
        licence=manifest.licence,
        state=found.state.value,
        url=found.base_url if running else None,
        openapi=found.openapi_url if running else None,
        claims=tuple(
            Claim(kit=claim.kit, title=kit_title(claim.kit), evidence=_known(claim.kit, runs))
            for claim in manifest.claims
        ),
        logs=tuple(
            LogLine(text=line.text, at=_moment(line.at), stream=_STREAMS.get(line.stream, line.stream))
            for line in logs
        ),
        runs=tuple(runs),
        progress=progress,
        health=_health(found),
        trouble=trouble,
        may_manage=may_manage,
        deployment_id=found.id,
    )


def trouble(cause: Mapping[str, Any] | None) -> Trouble | None:
    """Read why something failed: `{"code", "cause", "remedy"}`."""
    if cause is None:
        return None
    return Trouble(
        code=str(cause["code"]),
        cause=text_in(cause["cause"]) or Text(nl="", en=""),
        remedy=text_in(cause.get("remedy")),
    )


def _known(kit: str, runs: Sequence[RunRow]) -> Evidence:
    """What the newest run with a verdict says of a claim; nothing but the claim when there is none."""
    last = next((run for run in runs if run.kit == kit and run.state in {"pass", "fail"}), None)
    if last is None:
        return Evidence(mark=Mark.CLAIMED, kit=kit, title=kit_title(kit))
    mark = Mark.TESTED if last.state == "pass" else Mark.FAILED
    return Evidence(mark=mark, kit=kit, title=kit_title(kit), at=last.at, run_id=last.id, badge_id=last.badge_id)


def _health(found: DeploymentView) -> Text | None:
    process = found.process
    if process is None or not process.alive:
        return None
    return Text(
        nl=f"gebruikt {process.memory_mib:.0f} MiB geheugen en {process.cpu_seconds:.0f} s rekentijd",
        en=f"uses {process.memory_mib:.0f} MiB of memory and {process.cpu_seconds:.0f} s of processor time",
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
