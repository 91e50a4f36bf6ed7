"""From a run and its report to what a badge says."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.badges import KitFacts, RequirementResult, RunFacts
from proeftuin_conformance.outcomes import Level, Outcome
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_assessment.issuer import Authority
    from proeftuin_assessment.views import Run


def clean(value: Any) -> Any:
    """Give `value` without what PostgreSQL and UTF-8 cannot hold: NUL and lone surrogates.

    A report quotes what a component sent, and a component may send anything.
    """
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {clean(key): clean(child) for key, child in value.items()}
    if isinstance(value, list):
        return [clean(child) for child in value]
    return value


def serialise(report: Mapping[str, Any]) -> str:
    """Write a report the one way in which it is stored, served and digested."""
    return json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Give the `sha256:…` of a stored report."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def requirement_results(report: Mapping[str, Any]) -> tuple[RequirementResult, ...]:
    """Read the verdict on each requirement.

    The reason counts only where the report itself says that it takes the place of a test: a requirement that
    blocks a badge has none.
    """
    return tuple(
        RequirementResult(
            id=row["id"],
            title=Text.from_dict(row["title"]),
            level=Level(row["level"]),
            outcome=Outcome(row["outcome"]),
            reason=None if row["blocksBadge"] else Text.from_dict(row["reason"]),
        )
        for row in report["requirements"]
    )


def depth_counts(report: Mapping[str, Any]) -> dict[str, int]:
    """Give the depth of a run as counts by name."""
    return {name: value for name, value in report["depth"].items() if isinstance(value, int)}


def depth_statement(report: Mapping[str, Any]) -> Text:
    """Say in one sentence how deep a run went."""
    depth, results = report["depth"], len(report["requirements"])
    reached, documented = depth["operationsReached"], depth["operationsDocumented"]
    tested, sent = depth["requirementsExercised"], depth["requestsSent"]
    mode = Text("volledig", "full") if report["mode"] == "full" else Text("snel", "quick")
    # A kit with a contract of its own does not read the component's OpenAPI; then there is no "of so many".
    of = Text(nl=f" van {documented}", en=f" of {documented}") if documented else Text("", "")
    return Text(
        nl=f"{tested} van {results} eisen echt nagegaan; {reached}{of.nl} operaties antwoordden met "
        f"succes; {sent} verzoeken; modus {mode.nl}.",
        en=f"{tested} of {results} requirements really verified; {reached}{of.en} operations answered "
        f"successfully; {sent} requests; {mode.en} mode.",
    )


def run_facts(run: Run, report: Mapping[str, Any], *, authority: Authority, release_uri: str | None) -> RunFacts:
    """Give what a badge says of a run; without a listed release the badge is about the component itself."""
    own = authority.url(f"/id/component/{run.component}/{run.component_version}")
    return RunFacts(
        id=authority.url(f"/api/v1/runs/{run.id}"),
        release=release_uri or own,
        release_title=Text(nl=f"{run.title.nl} {run.component_version}", en=f"{run.title.en} {run.component_version}"),
        report_url=authority.url(f"/api/v1/runs/{run.id}/report"),
        report_digest=run.report_digest or "",
        component_digest=run.component_digest,
        town_digest=run.town_digest,
        tier=run.tier,
        depth=depth_statement(report),
        results=requirement_results(report),
    )


def kit_facts(run: Run, report: Mapping[str, Any], *, authority: Authority) -> KitFacts:
    """Give what a badge says of the kit, as the report names it."""
    kit = report["kit"]
    standard = kit["standard"]
    title = Text.from_dict(kit["title"])
    page = authority.url(f"/kits/{run.kit}/{run.kit_version}")
    return KitFacts(
        id=page,
        name=run.kit,
        version=run.kit_version,
        digest=run.kit_digest,
        title=title,
        criteria=Text(
            nl=f"Alle verplichte eisen van {title.nl} zijn getest op de draaiende component, zonder fouten.",
            en=f"All mandatory requirements of {title.en} were tested on the running component, without failures.",
        ),
        criteria_url=page,
        standard_title=Text.same(standard["title"]),
        standard_version=standard["version"],
        standard_url=standard["url"],
    )
