"""Runs: who may ask for one, see one, or have one stopped. `worker` carries them out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from proeftuin_assessment import repository
from proeftuin_assessment.ends import end_cancelled, put_in_queue
from proeftuin_assessment.errors import (
    KitActorUnknownError,
    KitUnknownError,
    ReportNotReadyError,
    RunEndedError,
    RunNotFoundError,
    RunQuotaError,
)
from proeftuin_assessment.models import RunRow
from proeftuin_assessment.views import Run, RunState, stream_of
from proeftuin_conformance.errors import UnknownKitError
from proeftuin_conformance.kit import find_kit
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from proeftuin_assessment.targets import TargetFacts, Targets
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork

MAX_UNFINISHED: Final = 20
_OF_TARGET: Final = ("base_url", "openapi_url", "health_url", "town_url", "pages", "title", "release_uri", "revision")


class RunService:
    """Requests, cancels and shows runs.

    Args:
        database: where runs are kept.
        targets: knows what runs where.

    Attributes:
        database: for the edge, which streams the journal of a run.
    """

    def __init__(self, database: Database, targets: Targets) -> None:
        self._database = self.database = database
        self._targets = targets

    def request(
        self,
        principal: Principal,
        deployment: str,
        *,
        kit: str,
        actor: str | None = None,
        mode: str = "full",
        seed: int = 1830,
    ) -> Run:
        """Ask for a run of one kit on a deployment. Asking the same while it waits or runs gives the same run.

        Args:
            principal: who asks.
            deployment: on what.
            kit: with which kit.
            actor: in which role of the kit; None means as claimed, or all.
            mode: `quick` or `full`.
            seed: the same seed on the same data gives the same requests.

        Raises:
            KitUnknownError: no installed kit has this name.
            KitActorUnknownError: the kit knows no such role.
            RunQuotaError: too many runs of the organisation are waiting.
            NotFoundError: there is no such deployment, or it is not yours.
        """
        principal.require(Permission.RUN_REQUEST)
        facts = self._targets.find(principal, deployment)
        return self.request_on(principal, facts, kit=kit, actor=actor, mode=mode, seed=seed)

    def request_on(
        self,
        principal: Principal,
        facts: TargetFacts,
        *,
        kit: str,
        actor: str | None = None,
        mode: str = "full",
        seed: int = 1830,
    ) -> Run:
        """As `request`, on facts that the caller vouches for. Not for facts that came in over the API.

        Raises:
            KitUnknownError: no installed kit has this name.
            KitActorUnknownError: the kit knows no such role.
            RunQuotaError: too many runs of the organisation are waiting.
        """
        principal.require(Permission.RUN_REQUEST, organisation=facts.organisation)
        version, digest, role = _kit(kit, actor=actor, facts=facts)
        with self._database.begin() as work:
            if facts.deployment is not None:
                same = repository.same_unfinished(work.session, facts, kit=kit, actor=role, mode=mode, seed=seed)
                if same is not None:
                    return repository.run_view(same, badge=None)
            if repository.count_unfinished(work.session, facts.organisation) >= MAX_UNFINISHED:
                raise RunQuotaError(
                    Text(
                        nl=f"Er wachten al {MAX_UNFINISHED} toetsen van uw organisatie. Probeer later opnieuw.",
                        en=f"{MAX_UNFINISHED} runs of your organisation are waiting already. Try again later.",
                    ),
                    retry_after=60,
                )
            row = _row(principal, facts, work, kit=(kit, version, digest), actor=role, mode=mode, seed=seed)
            work.session.add(row)
            work.audit(principal, "run.request", row.id, organisation=row.organisation, kit=kit, mode=mode)
            work.tell(
                stream_of(row.id),
                "queued",
                message={"nl": "De toets staat in de wachtrij.", "en": "The run is waiting."},
            )
            put_in_queue(work, row)
            work.session.flush()
            return repository.run_view(row, badge=None)

    def get(self, principal: Principal, run: str) -> Run:
        """Give a run. A run that earned a badge is public; others are for their organisation.

        Raises:
            RunNotFoundError: there is none, or it is not for this reader.
        """
        with self._database.read() as session:
            return self._visible(principal, session, run)[1]

    def page(
        self, principal: Principal, *, deployment: str | None = None, before: str | None = None, limit: int = 20
    ) -> Sequence[Run]:
        """List the runs that a reader may see, newest first."""
        theirs = None
        if not principal.is_operator:
            theirs = [one for one in principal.organisations if principal.may(Permission.RUN_READ, organisation=one)]
        with self._database.read() as session:
            return repository.runs(session, organisations=theirs, deployment=deployment, before=before, limit=limit)

    def report(self, principal: Principal, run: str) -> str:
        """Give the report of a run: the exact text of which the digest is quoted.

        Raises:
            RunNotFoundError: there is no such run, or it is not for this reader.
            ReportNotReadyError: it has no report.
        """
        with self._database.read() as session:
            row, _ = self._visible(principal, session, run)
            if row.report is None:
                raise ReportNotReadyError(
                    Text(nl="Deze toets heeft geen rapport (of nog niet).", en="This run has no report (or not yet).")
                )
            return row.report

    def cancel(self, principal: Principal, run: str) -> Run:
        """Have a run stop. One that waits ends now, one that runs within a second or so.

        Raises:
            RunNotFoundError: there is no such run, or it is not for this reader.
            RunEndedError: it has ended already.
        """
        with self._database.begin() as work:
            row, _ = self._visible(principal, work.session, run, lock=True)
            principal.require(Permission.RUN_REQUEST, organisation=row.organisation)
            if RunState(row.state).is_final:
                raise RunEndedError(Text(nl="Deze toets is al klaar.", en="This run has ended already."))
            row.cancel_requested = True
            work.audit(principal, "run.cancel", run, organisation=row.organisation)
            if row.state == RunState.QUEUED:
                end_cancelled(work, row)
            return repository.run_view(row, badge=None)

    def _visible(self, principal: Principal, session: Session, run: str, *, lock: bool = False) -> tuple[RunRow, Run]:
        row = repository.run_row(session, run, lock=lock)
        badge = repository.badges_of(session, [run]).get(run)
        if row is None or (badge is None and not principal.may(Permission.RUN_READ, organisation=row.organisation)):
            if not principal.is_signed_in:
                principal.require(Permission.RUN_READ)
            raise RunNotFoundError(
                Text(nl="Er is geen toets met dit nummer.", en="There is no run with this number."),
            )
        return row, repository.run_view(row, badge=badge)


def _kit(kit: str, *, actor: str | None, facts: TargetFacts) -> tuple[str, str, str | None]:
    """Look a kit up; give its version, its digest and the role to test in."""
    try:
        found = find_kit(kit)
    except UnknownKitError as error:
        raise KitUnknownError(
            Text(nl=f"Er is geen kit met de naam {kit!r}.", en=f"There is no kit named {kit!r}."),
            log_message=str(error),
        ) from error
    role = actor or dict(facts.claims).get(kit)
    if role is not None and role not in {requirement.actor for requirement in found.requirements}:
        raise KitActorUnknownError(
            Text(nl=f"De kit {kit} kent de rol {role!r} niet.", en=f"The kit {kit} does not know the role {role!r}.")
        )
    return found.version, found.digest, role


def _row(
    principal: Principal,
    facts: TargetFacts,
    work: UnitOfWork,
    *,
    kit: tuple[str, str, str],
    actor: str | None,
    mode: str,
    seed: int,
) -> RunRow:
    target = {name: value for name, value in asdict(facts).items() if name in _OF_TARGET}
    return RunRow(
        id=new_id("run"),
        organisation=facts.organisation,
        requested_by=principal.person_id,
        requested_at=work.now,
        deployment=facts.deployment,
        sandbox=facts.sandbox,
        solution=facts.solution,
        release=facts.release,
        component=facts.component,
        component_version=facts.component_version,
        component_digest=facts.component_digest,
        town_digest=facts.town_digest,
        tier=facts.tier,
        target=target | {"pages": list(facts.pages)},
        kit=kit[0],
        kit_version=kit[1],
        kit_digest=kit[2],
        actor=actor,
        mode=mode,
        seed=seed,
        state=RunState.QUEUED,
        attempts=0,
        cancel_requested=False,
        withheld=[],
    )
