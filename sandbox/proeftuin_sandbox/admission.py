"""Who gets a place among the sandboxes that may run at once, and who waits: durable, fair, one decision at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox import cordons, durations, repository, streams
from proeftuin_sandbox.durations import Act
from proeftuin_sandbox.scheduling import defer_creation, defer_destruction
from proeftuin_sandbox.states import SandboxState
from proeftuin_sandbox.turns import Pace, Turn, Waiter, expected_at, fair_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy

_NEAR = 20
_GUESS = timedelta(seconds=5)
"""From a place to ready, as long as nothing was measured."""


@dataclass(frozen=True, slots=True)
class Queued:
    """One request that waits.

    Attributes:
        since: Since when.
        turn: Position and expected moment.
        reason: Why nobody gets a place now, when the operator says so.
    """

    sandbox_id: str
    organisation: str
    since: datetime
    turn: Turn
    reason: Text | None


class Admission:
    """Hands out places; every change is made under one lock, so that two workers never give the same one.

    Args:
        policy: How many places there are.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def enter(self, work: UnitOfWork, row: SandboxRow) -> None:
        """Have a sandbox that needs a place join the queue, and let in whoever can be; often that is itself."""
        self.lock(work.session)
        row.state, row.queued_at, row.queue_told = SandboxState.QUEUED, work.now, None
        work.session.flush()
        self.admit(work)

    def admit(self, work: UnitOfWork) -> None:
        """Let in who is next, as far as there are places, and tell the others where they stand."""
        self.lock(work.session)
        rows = {row.id: row for row in repository.queued(work.session, lock=True)}
        if not rows:
            return
        order = _order(work.session, list(rows.values()))
        free = 0 if cordons.open_cordon(work.session) is not None else self.free(work.session)
        let_in = len(order) if free is None else max(0, free)
        for waiter in order[:let_in]:
            _let_in(work, rows[waiter.sandbox_id])
        work.session.flush()
        waiting = self.queue(work.session, now=work.now)
        for queued in waiting:
            _tell(work, rows[queued.sandbox_id], queued)
        if waiting and waiting[0].reason is None:
            _make_room(work, len(waiting))

    def tell_all_anew(self, work: UnitOfWork) -> None:
        """Tell everybody who waits where they stand, also when their position stayed: the reason changed."""
        rows = {row.id: row for row in repository.queued(work.session, lock=True)}
        for queued in self.queue(work.session, now=work.now):
            rows[queued.sandbox_id].queue_told = None
            _tell(work, rows[queued.sandbox_id], queued)

    def free(self, session: Session) -> int | None:
        """Count the free places; None when there is no end to them, negative when the capacity was lowered."""
        if self._policy.capacity is None:
            return None
        return self._policy.capacity - repository.count_placed(session)

    def queue(self, session: Session, *, now: datetime) -> list[Queued]:
        """List who waits, in order, with what they may expect."""
        rows = repository.queued(session)
        if not rows:
            return []
        cordon = cordons.open_cordon(session)
        pace = self._pace(session)
        return [
            Queued(
                waiter.sandbox_id,
                waiter.organisation,
                waiter.since,
                Turn(position, expected_at(position, pace, now=now) if cordon is None else None),
                cordon.reason if cordon is not None else None,
            )
            for position, waiter in enumerate(_order(session, rows), start=1)
        ]

    def forecast(self, session: Session, organisation: str, *, now: datetime) -> Turn | None:
        """Tell which turn a request of an organisation would get now; None when it would not wait."""
        free = self.free(session)
        rows = repository.queued(session)
        cordon = cordons.open_cordon(session)
        if not rows and cordon is None and (free is None or free > 0):
            return None
        served = repository.last_served(session, {organisation, *(row.organisation for row in rows)})
        newcomer = Waiter("~", organisation, now)  # after every id: who asked at the same moment was first
        order = fair_order([*map(_waiter, rows), newcomer], served)
        position = order.index(newcomer) + 1
        return Turn(position, expected_at(position, self._pace(session), now=now) if cordon is None else None)

    @staticmethod
    def lock(session: Session) -> None:
        """Be the only one that decides about places until this transaction ends."""
        repository.lock(session, "sandbox:places")

    def _pace(self, session: Session) -> Pace:
        create, prove = durations.typical(session, Act.CREATE), durations.typical(session, Act.PROVE)
        return Pace(
            capacity=self._policy.capacity or 0,
            leaving=repository.places_end_at(session),
            hold=durations.typical(session, Act.HOLD),
            making=create + (prove or timedelta(0)) if create is not None else _GUESS,
        )


def _order(session: Session, rows: Sequence[SandboxRow]) -> list[Waiter]:
    served = repository.last_served(session, {row.organisation for row in rows})
    return fair_order([_waiter(row) for row in rows], served)


def _waiter(row: SandboxRow) -> Waiter:
    return Waiter(row.id, row.organisation, row.queued_at or row.created_at)


def _let_in(work: UnitOfWork, row: SandboxRow) -> None:
    waited = work.now - (row.queued_at or work.now)
    if row.ready_at is None:  # its time begins now
        row.expires_at, row.ceiling_at = row.expires_at + waited, row.ceiling_at + waited
    if row.queue_told is not None:
        durations.note(work, row, Act.WAIT, waited.total_seconds())
        streams.tell_news(
            work,
            streams.sandbox_stream(row.id),
            "admitted",
            Text(nl="Er is plaats: de proeftuin wordt gemaakt.", en="There is room: the sandbox is being made."),
        )
    row.state, row.admitted_at, row.queued_at, row.queue_told = SandboxState.REQUESTED, work.now, None, None
    row.suspended_at, row.next_attempt_at, row.attempts = None, None, 0
    defer_creation(work, row.id)


def _make_room(work: UnitOfWork, waiting: int) -> None:
    """Have sandboxes that nobody asked for yet give way to people who wait."""
    for row in repository.pool_members(work.session, lock=True)[:waiting]:
        defer_destruction(work, row)


def _tell(work: UnitOfWork, row: SandboxRow, queued: Queued) -> None:
    """Tell who waits where they stand, when that changed."""
    if not _is_news(row.queue_told, queued.turn.position):
        return
    row.queue_told = queued.turn.position
    streams.tell_news(work, streams.sandbox_stream(row.id), "queued", queue_words(queued, now=work.now))


def _is_news(told: int | None, position: int) -> bool:
    """Tell whether a position is worth telling: each one near the front, further back each tenth that it moved.

    Else whenever one leaves a long queue, all the others would be told.
    """
    if told is None or position <= _NEAR:
        return told != position
    return abs(told - position) * 10 >= told


def queue_words(queued: Queued, *, now: datetime) -> Text:
    """Say where somebody stands and when it is their turn, or why nobody's turn comes."""
    number, expected = queued.turn.position, queued.turn.expected_at
    nl, en = f"U bent nummer {number} in de wachtrij.", f"You are number {number} in the queue."
    if queued.reason is not None:
        return Text(
            nl=f"{nl} De beheerder laat nu geen nieuwe proeftuinen toe: {queued.reason.nl}",
            en=f"{en} The operator lets no new sandboxes in now: {queued.reason.en}",
        )
    if expected is None:
        return Text(nl=nl, en=en)
    minutes = max(1, round((expected - now).total_seconds() / 60))
    return Text(nl=f"{nl} Verwacht: over {minutes} min.", en=f"{en} Expected: in {minutes} min.")
