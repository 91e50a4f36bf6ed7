"""Runs and badges as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin.portal.adapters.run_pages import run_row, run_view
from proeftuin.portal.adapters.standards import stored_report, with_addresses, words
from proeftuin.portal.desks import Slice
from proeftuin.portal.views.badges import BadgeCheck, BadgeView
from proeftuin_assessment.errors import ReportNotReadyError
from proeftuin_assessment.views import stream_of
from proeftuin_conformance.badges import subject_of
from proeftuin_conformance.reports.html import html_report
from proeftuin_conformance.reports.junit import junit_report
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin.portal.desks import Journal
    from proeftuin.portal.views.runs import RunRow, RunView
    from proeftuin_assessment.badges import BadgeService
    from proeftuin_assessment.service import RunService
    from proeftuin_assessment.views import Badge
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.text import Language
    from proeftuin_sandbox.service import SandboxService


class Assessment:
    """The desk of runs and badges."""

    def __init__(
        self,
        runs: RunService,
        badges: BadgeService,
        *,
        journal: Journal,
        sandboxes: SandboxService | None,
        public_url: str,
    ) -> None:
        self._runs = runs
        self._badges = badges
        self._journal = journal
        self._sandboxes = sandboxes
        self._public_url = public_url

    def request(self, principal: Principal, *, deployment_id: str, kit: str) -> str:
        """Ask for a run; gives its id."""
        return self._runs.request(principal, deployment_id, kit=kit).id

    def runs(self, principal: Principal, *, deployment_id: str, limit: int) -> Sequence[RunRow]:
        """The newest runs of a deployment."""
        return [run_row(run) for run in self._runs.page(principal, deployment=deployment_id, limit=limit)]

    def run_list(
        self, principal: Principal, *, deployment_id: str | None, cursor: str | None, limit: int
    ) -> Slice[RunRow]:
        """The runs that somebody may see, newest first; of one deployment when that is asked."""
        found = self._runs.page(principal, deployment=deployment_id, before=cursor, limit=limit + 1)
        shown = found[:limit]
        return Slice([run_row(run) for run in shown], shown[-1].id if len(found) > limit else None)

    def run(self, principal: Principal, run_id: str) -> RunView:
        """One run, with its report once it has one."""
        found = self._runs.get(principal, run_id)
        try:
            report = stored_report(self._runs.report(principal, run_id))
        except ReportNotReadyError:
            report = None
        return run_view(
            found,
            report,
            entries=self._journal.read(stream_of(run_id)),
            sandbox_name=self._sandbox_name(principal, found.sandbox),
        )

    def report(self, principal: Principal, run_id: str, form: str, *, language: Language) -> tuple[bytes, str]:
        """The report as a file: content and media type."""
        text = self._runs.report(principal, run_id)
        if form == "json":
            return text.encode(), "application/json"
        report = with_addresses(stored_report(text), public_url=self._public_url)
        if form == "junit":
            return junit_report(report, language=language).encode(), "application/xml"
        return html_report(report, language=language).encode(), "text/html; charset=utf-8"

    def badge(self, principal: Principal, badge_id: str) -> BadgeView:
        """One badge, verified now."""
        found = self._badges.get(principal, badge_id)
        verification = self._badges.verify(principal, badge_id)
        subject = words(subject_of(found.credential))
        achievement = found.credential["credentialSubject"]["achievement"]
        kit = f"{found.kit} {found.kit_version}"
        path = f"/api/v1/badges/{badge_id}"
        first = next((check for check in verification.checks if check.code == verification.code), None)
        return BadgeView(
            id=badge_id,
            subject=subject,
            version=found.component_version,
            achievement=_either(achievement["criteria"]["narrative"]),
            statement=Text(nl=f"{subject.nl} is getest met {kit}", en=f"{subject.en} was tested with {kit}"),
            kit=found.kit,
            kit_version=found.kit_version,
            issuer=str(found.credential["issuer"]["id"]),
            issuer_name=str(found.credential["issuer"]["name"]),
            issued=found.issued_at,
            until=found.valid_until,
            state=verification.state.value if verification.state else "ongeldig",
            valid=verification.valid,
            verdict=Text(nl=first.text.nl, en=first.text.en) if first else _HOLDS,
            checks=tuple(
                BadgeCheck(
                    name=check.name,
                    answer=check.answer.value,
                    code=check.code,
                    text=Text(nl=check.text.nl, en=check.text.en),
                )
                for check in verification.checks
            ),
            checked_at=verification.checked_at,
            depth=_either(_fact(found, "depth")),
            tier=_fact(found, "isolation-tier"),
            credential_url=path,
            svg_url=f"{path}/image.svg",
            credential_address=f"{self._public_url}{path}",
            svg_address=f"{self._public_url}{path}/image.svg",
            page_address=f"{self._public_url}/badges/{badge_id}",
            run_id=found.run,
            solution_slug=self._solution_slug(found),
            revoked_because=Text(nl=found.revoked_reason, en=found.revoked_reason) if found.revoked_reason else None,
        )

    def _solution_slug(self, badge: Badge) -> str | None:
        """The solution in our catalogue that the badge is about; None for a component that is not listed."""
        about = str(badge.credential["credentialSubject"]["id"])
        here = f"{self._public_url}/oplossingen/"
        return about.removeprefix(here).partition("#")[0] if about.startswith(here) else None

    def _sandbox_name(self, principal: Principal, sandbox_id: str | None) -> str | None:
        """The name of the sandbox, for who may see it; it may be gone long since."""
        if sandbox_id is None or self._sandboxes is None:
            return None
        try:
            return self._sandboxes.get(principal, sandbox_id).name
        except ProeftuinError:
            return None


_HOLDS = Text(nl="De badge is geldig.", en="The badge is valid.")


def _fact(badge: Badge, name: str) -> str:
    """One of the facts that a badge states beside its verdicts, such as the isolation tier."""
    results: list[dict[str, Any]] = badge.credential["credentialSubject"]["result"]
    return next((str(one["value"]) for one in results if one["resultDescription"].endswith(f"/facts#{name}")), "")


def _either(words: str) -> Text:
    """Take the two languages of a credential apart; it writes `Nederlands / English` in one text."""
    dutch, _, english = words.partition(" / ")
    return Text(nl=dutch, en=english or dutch)
