"""Ask of a sandbox that it rests, comes back, is reset, lives on, or proves its isolation anew."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin_kernel.text import Text
from proeftuin_sandbox import access, refusals, streams
from proeftuin_sandbox.models import ProofRow
from proeftuin_sandbox.scheduling import defer_converge
from proeftuin_sandbox.states import COMING_OR_THERE, Desired, SandboxState
from proeftuin_sandbox.views import ProofView
from vlavirgem.living import MOST_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.admission import Admission
    from proeftuin_sandbox.models import SandboxRow

_COMES_BACK = frozenset({SandboxState.SUSPENDED, SandboxState.FAILED})


class Upkeep:
    """Rest, return and proofs; part of `SandboxService`."""

    def __init__(self, database: Database, *, admission: Admission) -> None:
        self._database = database
        self._admission = admission

    def suspend(self, principal: Principal, sandbox_id: str) -> SandboxRow:
        """Have everything in a sandbox stop, in the background; see `SandboxService.suspend`."""
        with self._database.begin() as work:
            row = access.manageable(work, principal, sandbox_id)
            if row.state == SandboxState.SUSPENDED:
                return row
            if row.state != SandboxState.READY:
                raise refusals.not_ready(row.state)
            work.audit(principal, "sandbox.suspend", row.id, organisation=row.organisation)
            lay_to_rest(work, row, Text(nl="De proeftuin wordt gepauzeerd.", en="The sandbox is being suspended."))
            return row

    def resume(self, principal: Principal, sandbox_id: str) -> SandboxRow:
        """Have a sandbox come back, in the background; see `SandboxService.resume`."""
        with self._database.begin() as work:
            row = access.manageable(work, principal, sandbox_id)
            if row.state in COMING_OR_THERE:
                return row
            if row.state not in _COMES_BACK:
                raise refusals.not_ready(row.state)
            row.desired, row.cause, row.repaired_at, row.repairs_lately = Desired.READY, None, None, 0
            row.attempts, row.next_attempt_at = 0, None
            work.audit(principal, "sandbox.resume", row.id, organisation=row.organisation)
            words = Text(
                nl="De proeftuin wordt hervat, met zijn gegevens.", en="The sandbox is resumed, with its data."
            )
            _tell(work, row, "resume-requested", words)
            self._admission.enter(work, row)
            return row

    def reset(self, principal: Principal, sandbox_id: str) -> SandboxRow:
        """Have the town brought back to its seed, in the background; see `SandboxService.reset`."""
        with self._ready(principal, sandbox_id) as (work, row):
            if row.resets_wanted == row.resets_done:
                row.resets_wanted += 1
            row.town_day_wanted = 0
            work.audit(principal, "sandbox.reset", row.id, organisation=row.organisation)
            _tell(work, row, "reset-requested", Text(nl="Terugzetten is aangevraagd.", en="A reset is requested."))
            return row

    def prove(self, principal: Principal, sandbox_id: str) -> SandboxRow:
        """Have the isolation proved anew, in the background; see `SandboxService.prove`."""
        with self._ready(principal, sandbox_id) as (work, row):
            if row.proofs_wanted == row.proofs_done:
                row.proofs_wanted += 1
            words = Text(
                nl="Een nieuw bewijs van de afscherming is gevraagd.", en="A new isolation proof is requested."
            )
            work.audit(principal, "sandbox.prove", row.id, organisation=row.organisation)
            _tell(work, row, "proof-requested", words)
            return row

    def live(self, principal: Principal, sandbox_id: str, *, days: int) -> SandboxRow:
        """Have the town live on, in the background; see `SandboxService.live`."""
        with self._ready(principal, sandbox_id) as (work, row):
            until = row.town_day_wanted + days
            if until > MOST_DAYS:
                raise refusals.town_too_old(MOST_DAYS)
            row.town_day_wanted = until
            words = Text(nl=f"De gemeente leeft verder, tot dag {until}.", en=f"The town lives on, to day {until}.")
            work.audit(principal, "sandbox.live", row.id, organisation=row.organisation, until=until)
            _tell(work, row, "live-requested", words)
            return row

    @contextmanager
    def _ready(self, principal: Principal, sandbox_id: str) -> Iterator[tuple[UnitOfWork, SandboxRow]]:
        """Ask something of a sandbox that runs; it is done in the background, also when earlier attempts failed."""
        with self._database.begin() as work:
            row = access.manageable(work, principal, sandbox_id)
            if row.state != SandboxState.READY:
                raise refusals.not_ready(row.state)
            row.next_attempt_at, row.attempts = None, 0
            yield work, row
            defer_converge(work, row.id)

    def proofs(self, principal: Principal, sandbox_id: str, *, limit: int) -> list[ProofView]:
        """List the isolation proofs of a sandbox, newest first."""
        with self._database.read() as session:
            access.readable(session, principal, sandbox_id)
            rows = session.scalars(
                select(ProofRow).where(ProofRow.sandbox_id == sandbox_id).order_by(ProofRow.id.desc()).limit(limit)
            )
            return [ProofView(at=row.at, holds=row.holds, record=row.record) for row in rows]


def lay_to_rest(work: UnitOfWork, row: SandboxRow, why: Text) -> None:
    """Want a sandbox to rest, and tell its people why."""
    row.desired, row.state, row.suspended_at = Desired.SUSPENDED, SandboxState.SUSPENDED, None
    row.next_attempt_at, row.attempts, row.idle_warned_at = None, 0, None
    _tell(work, row, "suspend-requested", why)
    defer_converge(work, row.id)


def _tell(work: UnitOfWork, row: SandboxRow, code: str, words: Text) -> None:
    streams.tell_news(work, streams.sandbox_stream(row.id), code, words)
