"""A kit and its requirements as pages show them."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from proeftuin.portal.views.standards import (
    WAYS,
    RequirementView,
    StandardView,
    anchor_of,
    clause_address,
)
from proeftuin_conformance.errors import UnknownKitError
from proeftuin_conformance.kit import find_kit
from proeftuin_conformance.report import Report
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from proeftuin.portal.views.catalogue import SolutionRow
    from proeftuin_conformance.kit import Kit
    from proeftuin_conformance.requirements import Requirement
    from proeftuin_conformance.texts import Text as KitText


def standard_view(kit: Kit, *, asked: str | None, solutions: tuple[SolutionRow, ...]) -> StandardView:
    """Everything on the page of one standard."""
    return StandardView(
        kit=kit.id,
        version=kit.version,
        asked=asked or kit.version,
        title=words(kit.title),
        summary=words(kit.summary),
        digest=kit.digest,
        standard_title=words(kit.standard.title),
        standard_version=kit.standard.version,
        standard_url=kit.standard.url,
        requirements=tuple(_requirement(one) for one in kit.requirements),
        solutions=solutions,
    )


def past_standard_view(report: Report) -> StandardView:
    """What a report remembers of a kit that is no longer installed here."""
    return StandardView(
        kit=report.kit,
        version=report.kit_version,
        asked=report.kit_version,
        title=Text(nl=report.kit_title["nl"], en=report.kit_title["en"]),
        summary=None,
        digest=report.kit_digest,
        standard_title=words(report.standard_title),
        standard_version=report.standard["version"],
        standard_url=report.standard["url"],
        requirements=tuple(_requirement(verdict.requirement) for verdict in report.verdicts),
        is_installed=False,
    )


def stored_report(text: str) -> Report:
    """Read a report that the platform keeps as JSON, because badges quote its digest.

    Reports of earlier versions have the Dutch name of the standard only; the installed kit knows both.
    """
    report = Report.from_dict(json.loads(text))
    with contextlib.suppress(UnknownKitError):
        installed = find_kit(report.kit).standard.title
        if installed.nl == report.standard_title.nl:
            return replace(report, standard_title=installed)
    return report


def words(text: KitText) -> Text:
    """Take over a text of the conformance tool, which has its own type because it runs alone."""
    return Text(nl=text.nl, en=text.en)


def with_addresses(report: Report, *, public_url: str) -> Report:
    """Let every clause of a report be found from anywhere, also those that the kit wrote itself."""

    def found(requirement: Requirement) -> Requirement:
        address = clause_address(
            requirement.clause_url, kit=report.kit, version=report.kit_version, requirement=requirement.id
        )
        return replace(requirement, clause_url=f"{public_url}{address}" if address.startswith("/") else address)

    return replace(
        report,
        verdicts=tuple(
            replace(
                verdict,
                requirement=found(verdict.requirement),
                findings=tuple(replace(one, requirement=found(one.requirement)) for one in verdict.findings),
            )
            for verdict in report.verdicts
        ),
    )


def _requirement(one: Requirement) -> RequirementView:
    reason = one.not_tested_reason
    return RequirementView(
        id=one.id,
        anchor=anchor_of(one.id),
        level=one.level.value,
        title=words(one.title),
        text=words(one.text),
        clause_url=one.clause_url if "://" in one.clause_url else None,
        ways=tuple(WAYS[engine] for engine in one.tested_by),
        reason=words(reason) if reason else None,
    )
