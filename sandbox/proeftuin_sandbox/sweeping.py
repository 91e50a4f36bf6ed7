"""Look over everything now and then: what is over time, what fell down, what nobody owns."""

from __future__ import annotations

from bisect import bisect
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_kernel.text import Text
from proeftuin_sandbox import activity, durations, repository, streams, usage
from proeftuin_sandbox.backends.base import FailureError, Observed, Survey, Surveys
from proeftuin_sandbox.deploying import Deploying
from proeftuin_sandbox.reconciler import drift_of
from proeftuin_sandbox.scheduling import defer_destruction, defer_many
from proeftuin_sandbox.states import Desired, SandboxState
from proeftuin_sandbox.upkeep import lay_to_rest

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.admission import Admission
    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.bundle_store import BundleStore
    from proeftuin_sandbox.images import Images
    from proeftuin_sandbox.made_images import MadeImages
    from proeftuin_sandbox.models import DeploymentRow, SandboxRow
    from proeftuin_sandbox.policy import Policy
    from proeftuin_sandbox.pool import Pool
    from proeftuin_sandbox.reconciler import Reconciler

_OBSERVED_PER_SWEEP = 200
_WOKEN_AT_ONCE = 200
_BREATH_SECONDS, _PAUSE_SECONDS, _WATCH_SECONDS = 0.5, 5.0, 2.0
_NOTHING = Observed(exists=False)
_UNKNOWN = Survey({}, frozenset())
"""What holds the sandboxes does not answer: nothing is concluded from that."""
_BETWEEN_TIDYING = timedelta(minutes=10)
_log = structlog.get_logger(__name__)
_WAITING = frozenset({SandboxState.REQUESTED, SandboxState.PROVISIONING, SandboxState.EXPIRING})


class Sweeper:
    """Finds what needs looking after; the reconciler does the work. May run at any time and twice."""

    def __init__(
        self,
        database: Database,
        backend: SandboxBackend,
        bundles: BundleStore,
        policy: Policy,
        reconciler: Reconciler,
        *,
        admission: Admission,
        pool: Pool,
        images: Images,
        made_images: MadeImages,
    ) -> None:
        self._database = database
        self._backend = backend
        self._bundles = bundles
        self._policy = policy
        self._reconciler = reconciler
        self._admission = admission
        self._pool = pool
        self._images = images
        self._made_images = made_images
        self._tidied_at: datetime | None = None
        self._deploying = Deploying(backend, bundles, policy)
        self._observed_until = ""
        self._orphans_since: dict[str, datetime] = {}

    def sweep(self) -> None:
        """Warn, expire, wake what waits or fell down, and remove what nobody owns."""
        # What exists is looked at before what is wanted: of what is asked for meanwhile there is nothing yet.
        survey = self._survey()
        with self._database.read() as session:
            rows = list(repository.living(session))
            components = repository.deployments_of_ready(session)
        now = self._database.clock.now()
        with self._database.begin() as work:
            self._admission.admit(work)
            self._pool.tend(work)
        ready = [row.id for row in rows if row.state == SandboxState.READY and row.desired != Desired.DESTROYED]
        turn = self._turn_of(ready)
        if survey is None:
            seen = {one: self._backend.observe(one) for one in turn}
        else:
            seen = {one: survey.seen.get(one, _NOTHING) for one in ready} if survey is not _UNKNOWN else {}
        to_wake = []
        for row in rows:
            if row.state == SandboxState.QUEUED and row.ready_at is None:
                continue  # its time begins when it gets its place
            if row.desired != Desired.DESTROYED and row.expires_at <= now:
                self._expire(row.id)
            elif self._needs_work(row, now, seen=seen.get(row.id), components=components.get(row.id, [])):
                to_wake.append(row.id)
            elif row.state == SandboxState.READY and self._is_unused(row, now):
                self._rest(row.id)
            elif row.warned_at is None and row.expires_at - now <= self._policy.warn_before:
                self._warn(row.id)
        self._wake(to_wake)
        with self._database.begin() as work:
            usage.note(work, {one: seen[one] for one in turn if one in seen})
        self._remove_orphans({row.id for row in rows}, now, survey=survey)
        with self._database.read() as session:
            keep = repository.digests_in_use(session)
        self._bundles.clean(keep=keep)
        self._tidy(now)

    def wake_all(self) -> None:
        """Have every living sandbox looked at; called when the platform starts.

        Where all can be seen at once, those that serve are left to the first sweep: it wakes who needs it.
        """
        with self._database.read() as session:
            rows = repository.living(session)
        if isinstance(self._backend, Surveys):
            now = self._database.clock.now()
            rows = [row for row in rows if self._needs_work(row, now, seen=None, components=[])]
        self._wake([row.id for row in rows])

    def watch(self, closing: threading.Event) -> None:
        """Wake what changes as soon as it does, until told to stop; returns at once where nobody tells of changes.

        What is missed is found by the next sweep.
        """
        backend = self._backend
        if not isinstance(backend, Surveys):
            return
        while not closing.wait(_BREATH_SECONDS):
            try:
                survey = backend.changed(patience=_WATCH_SECONDS)
                if survey is not None and survey.seen:
                    self._look_at(survey)
            except (FailureError, UnavailableError) as error:
                _log.warning("changes cannot be followed", error=str(error))
                closing.wait(_PAUSE_SECONDS)

    def _look_at(self, survey: Survey) -> None:
        with self._database.read() as session:
            rows = repository.ready_among(session, survey.seen)
            components = repository.deployments_of_ready(session, [row.id for row in rows]) if rows else {}
        now = self._database.clock.now()
        self._wake(
            [
                row.id
                for row in rows
                if self._needs_work(row, now, seen=survey.seen[row.id], components=components.get(row.id, []))
            ]
        )

    def _tidy(self, now: datetime) -> None:
        """Forget what was measured long ago, and take away images that nobody needs; there is no hurry."""
        if self._tidied_at is not None and now - self._tidied_at < _BETWEEN_TIDYING:
            return
        self._tidied_at = now
        with self._database.begin() as work:
            durations.forget(work.session, now=now)
        self._made_images.tidy()
        self._images.tidy()

    def _survey(self) -> Survey | None:
        """See all at once, where the backend can; None where each must be observed."""
        if not isinstance(self._backend, Surveys):
            return None
        try:
            return self._backend.survey() or _UNKNOWN
        except FailureError as error:
            _log.warning("the sandboxes cannot be seen", cause=error.failure.cause.en)
            return _UNKNOWN

    def _turn_of(self, ready: Collection[str]) -> set[str]:
        """Choose which sandboxes to look at closely this time: so many, and the next ones the next time."""
        ordered = sorted(ready)
        start = bisect(ordered, self._observed_until)
        chosen = (ordered[start:] + ordered[:start])[:_OBSERVED_PER_SWEEP]
        self._observed_until = chosen[-1] if chosen else ""
        return set(chosen)

    def _needs_work(
        self, row: SandboxRow, now: datetime, *, seen: Observed | None, components: Sequence[DeploymentRow]
    ) -> bool:
        state = SandboxState(row.state)
        is_due = row.next_attempt_at is None or row.next_attempt_at <= now
        if state in _WAITING or row.desired == Desired.DESTROYED:
            return is_due
        if state is SandboxState.SUSPENDED:
            return row.suspended_at is None and is_due
        if state is not SandboxState.READY or seen is None:
            return False
        wanted = (
            row.resets_wanted > row.resets_done
            or row.proofs_wanted > row.proofs_done
            or row.town_day_wanted > row.town_day
        )
        if drift_of(seen) is not None or (wanted and is_due):
            return True
        return any(self._deploying.needs_work(one, seen, now) for one in components)

    def _expire(self, sandbox_id: str) -> None:
        with self._database.begin() as work:
            row = repository.get_sandbox(work.session, sandbox_id, lock=True)
            if row.desired == Desired.DESTROYED or row.expires_at > work.now:
                return
            work.audit(SYSTEM, "sandbox.expire", row.id, organisation=row.organisation)
            streams.tell_news(
                work,
                streams.sandbox_stream(row.id),
                "expired",
                Text(nl="De tijd van deze proeftuin is om.", en="The time of this sandbox is over."),
            )
            defer_destruction(work, row)

    def _warn(self, sandbox_id: str) -> None:
        with self._database.begin() as work:
            row = repository.get_sandbox(work.session, sandbox_id, lock=True)
            if row.warned_at is not None or row.desired == Desired.DESTROYED:
                return
            row.warned_at = work.now
            minutes = max(1, int((row.expires_at - work.now).total_seconds() // 60))
            streams.tell_news(
                work,
                streams.sandbox_stream(row.id),
                "expires-soon",
                Text(
                    nl=f"Deze proeftuin verdwijnt over {minutes} minuten. Verleng hem als u hem nog nodig hebt.",
                    en=f"This sandbox disappears in {minutes} minutes. Extend it if you still need it.",
                ),
            )

    def _is_unused(self, row: SandboxRow, now: datetime) -> bool:
        """Tell whether nobody used a sandbox for so long that it must rest, or be told that it will."""
        rests = activity.rests_at(row, self._policy)
        if rests is None or row.pooled:
            return False
        return rests <= now or (
            row.idle_warned_at is None and rests - activity.warned_before_rest(self._policy) <= now
        )

    def _rest(self, sandbox_id: str) -> None:
        """Suspend what nobody uses, or warn its people that it will be."""
        with self._database.begin() as work:
            row = repository.get_sandbox(work.session, sandbox_id, lock=True)
            if row.state != SandboxState.READY or not self._is_unused(row, work.now):
                return
            rests = activity.rests_at(row, self._policy) or work.now
            if rests <= work.now:
                work.audit(SYSTEM, "sandbox.suspend", row.id, organisation=row.organisation, reason="idle")
                lay_to_rest(
                    work,
                    row,
                    Text(
                        nl="Niemand gebruikte deze proeftuin; hij wordt gepauzeerd. De gegevens blijven.",
                        en="Nobody used this sandbox; it is being suspended. Its data stays.",
                    ),
                )
                return
            row.idle_warned_at = work.now
            minutes = max(1, int((rests - work.now).total_seconds() // 60))
            streams.tell_news(
                work,
                streams.sandbox_stream(row.id),
                "rests-soon",
                Text(
                    nl=f"Niemand gebruikt deze proeftuin; over {minutes} minuten wordt hij gepauzeerd.",
                    en=f"Nobody uses this sandbox; it is suspended in {minutes} minutes.",
                ),
            )

    def _wake(self, sandbox_ids: Sequence[str]) -> None:
        """Have sandboxes looked at; those that wait for it already cost nothing."""
        for first in range(0, len(sandbox_ids), _WOKEN_AT_ONCE):
            with self._database.begin() as work:
                defer_many(work, sandbox_ids[first : first + _WOKEN_AT_ONCE])

    def _remove_orphans(self, known: set[str], now: datetime, *, survey: Survey | None) -> None:
        """Destroy what belongs to a destroyed sandbox at once, and what belongs to none after a grace."""
        if survey is _UNKNOWN:
            return
        try:
            owners = survey.owners if survey is not None else {thing.sandbox_id for thing in self._backend.inventory()}
        except FailureError as error:
            _log.warning("the inventory cannot be taken", cause=error.failure.cause.en)
            return
        found = owners - known
        self._orphans_since = {orphan: self._orphans_since.get(orphan, now) for orphan in found}
        for orphan, since in self._orphans_since.items():
            if now - since < self._policy.orphan_grace and not self._is_destroyed(orphan):
                continue
            try:
                self._reconciler.destroy_orphan(orphan)
                _log.warning("what nobody owned is removed", sandbox=orphan)
            except (LeaseHeldError, FailureError, ValueError) as error:
                _log.warning("what nobody owns is not removed", sandbox=orphan, error=str(error))

    def _is_destroyed(self, sandbox_id: str) -> bool:
        with self._database.read() as session:
            row = repository.find_sandbox(session, sandbox_id)
            return row is not None and row.state == SandboxState.DESTROYED
