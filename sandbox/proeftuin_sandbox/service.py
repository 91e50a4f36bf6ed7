"""What people can do with sandboxes and components; rights are decided here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from proeftuin_kernel.auth import Permission, Principal
from proeftuin_kernel.text import Text
from proeftuin_sandbox import access, refusals, repository, streams
from proeftuin_sandbox.activity import note_use
from proeftuin_sandbox.admission import Admission
from proeftuin_sandbox.asking import Asking, NewSandbox, Plan
from proeftuin_sandbox.deployments import Deployments
from proeftuin_sandbox.images import Images
from proeftuin_sandbox.made_images import MadeImages, Workshop
from proeftuin_sandbox.operating import Operating
from proeftuin_sandbox.pool import Pool
from proeftuin_sandbox.previews import Previews
from proeftuin_sandbox.reconciler import Reconciler
from proeftuin_sandbox.scheduling import defer_destruction
from proeftuin_sandbox.states import Desired, SandboxState
from proeftuin_sandbox.sweeping import Sweeper
from proeftuin_sandbox.upkeep import Upkeep
from proeftuin_sandbox.views import ComponentTarget, ProofView, SandboxView
from proeftuin_sandbox.waiting import Waiting, is_at_rest, is_ready, runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from proeftuin_infra.oci.shelf import ImageShelf
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.backends.promises import Capabilities
    from proeftuin_sandbox.bundle_store import BundleStore
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy


__all__ = ["NewSandbox", "SandboxService"]


class SandboxService:
    """Sandboxes and the components in them.

    Args:
        database: The rows.
        backend: Where sandboxes run.
        bundles: Where uploads are kept.
        policy: The operator's choices.
        shelf: Where uploaded container images are kept; None where no image can run.
        workshop: Where images of towns and components are made and kept; None where none are.
        reconciler: Brings about what is wanted; made from the others when not given.
    """

    def __init__(
        self,
        database: Database,
        backend: SandboxBackend,
        bundles: BundleStore,
        policy: Policy,
        *,
        shelf: ImageShelf | None = None,
        workshop: Workshop | None = None,
        reconciler: Reconciler | None = None,
    ) -> None:
        self.database = database
        self.policy = policy
        self.bundles = bundles
        self._backend = backend
        self._admission = Admission(policy)
        self._upkeep = Upkeep(database, admission=self._admission)
        self._pool = Pool(backend, policy, admission=self._admission)
        self._asking = Asking(database, backend, policy, admission=self._admission, pool=self._pool)
        self.previews = Previews(database, backend)
        self.images = Images(database, policy, shelf)
        self.operating = Operating(database, policy, admission=self._admission, pool=self._pool)
        self._reconciler = reconciler or Reconciler(database, backend, bundles, policy)
        self._sweeper = Sweeper(
            database,
            backend,
            bundles,
            policy,
            self._reconciler,
            admission=self._admission,
            pool=self._pool,
            images=self.images,
            made_images=MadeImages(database, policy, workshop),
        )
        self._closing = threading.Event()
        self._watching = threading.Thread(
            target=self._sweeper.watch, args=(self._closing,), name="sandbox-watch", daemon=True
        )
        self._waiting = Waiting(database, backend, self._reconciler, closing=self._closing)
        self.components = Deployments(database, backend, bundles, policy, closing=self._closing)

    def capabilities(self) -> Capabilities:
        """Tell what the backend enforces and what it does not; everybody may know."""
        return self._backend.capabilities()

    # -- sandboxes -----------------------------------------------------------------------------------------------

    def create(self, principal: Principal, wish: NewSandbox, *, idempotency_key: str | None = None) -> SandboxView:
        """Ask for a sandbox; it is made in the background.

        Args:
            principal: Who asks.
            wish: For what.
            idempotency_key: The same key with the same wish gives the same sandbox.

        Raises:
            OrganisationNeededError: it is not clear on whose behalf.
            SandboxQuotaError: the organisation has as many as it may.
            LifetimeCeilingError: it would live too long.
            IdempotencyKeyReusedError: the key came with another wish.
        """
        return self._view(self._asking.create(principal, wish, idempotency_key=idempotency_key))

    def plan(self, principal: Principal, wish: NewSandbox) -> Plan:
        """Tell what asking for a sandbox would come to now; nothing is written or made.

        Raises:
            OrganisationNeededError: it is not clear on whose behalf.
            LifetimeCeilingError: it would live too long.
        """
        return self._asking.plan(principal, wish)

    def get(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """Show one sandbox.

        Raises:
            SandboxNotFoundError: there is none, or it is not the principal's.
        """
        with self.database.read() as session:
            row = access.readable(session, principal, sandbox_id)
            view = self._with_turns(session, [row])[0]
        note_use(self.database, row, principal)
        return view

    def page(
        self,
        principal: Principal,
        *,
        organisation: str | None = None,
        state: SandboxState | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int = 20,
    ) -> list[SandboxView]:
        """List sandboxes that the principal may see, newest first.

        Raises:
            ForbiddenError: an organisation was named of which the principal may see none.
        """
        principal.require(Permission.SANDBOX_READ, organisation=organisation)
        visible = None if principal.is_operator else _readable_organisations(principal)
        if organisation is not None:
            visible = [organisation]
        with self.database.read() as session:
            rows = repository.page_of(session, organisations=visible, state=state, before=before, limit=limit)
            return self._with_turns(session, rows)

    def extend(self, principal: Principal, sandbox_id: str, *, by: timedelta) -> SandboxView:
        """Have a sandbox live longer.

        Raises:
            LifetimeCeilingError: it would pass the ceiling.
            SandboxGoneError: it is gone or going.
        """
        with self.database.begin() as work:
            row = access.manageable(work, principal, sandbox_id)
            until = max(row.expires_at, work.now) + by
            if until > row.ceiling_at:
                raise refusals.ceiling(self.policy.max_lifetime)
            row.expires_at, row.warned_at = until, None
            work.audit(principal, "sandbox.extend", row.id, organisation=row.organisation, until=until.isoformat())
            return SandboxView.of(row)

    def reset(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """Have the town brought back to its seed, in the background.

        Raises:
            SandboxNotReadyError: there is nothing to reset yet.
            SandboxGoneError: it is gone or going.
        """
        return self._view(self._upkeep.reset(principal, sandbox_id))

    def live(self, principal: Principal, sandbox_id: str, *, days: int) -> SandboxView:
        """Have the town live so many days on, in the background; components keep running.

        Raises:
            SandboxNotReadyError: there is nothing that lives yet.
            SandboxGoneError: it is gone or going.
            TownTooOldError: it would live further than a town can.
        """
        return self._view(self._upkeep.live(principal, sandbox_id, days=days))

    def suspend(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """Have everything in a sandbox stop, in the background; its data and what should run are kept.

        Raises:
            SandboxNotReadyError: there is nothing to suspend yet.
            SandboxGoneError: it is gone or going.
        """
        return self._view(self._upkeep.suspend(principal, sandbox_id))

    def resume(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """Have a suspended sandbox come back with its data and components; one that failed is tried again.

        Without a free place it waits in the queue.

        Raises:
            SandboxNotReadyError: it is quarantined.
            SandboxGoneError: it is gone or going.
        """
        return self._view(self._upkeep.resume(principal, sandbox_id))

    def prove(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """Have the isolation of a sandbox proved anew, in the background; it is quarantined when that fails.

        Raises:
            SandboxNotReadyError, SandboxSuspendedError: nothing of it runs.
            SandboxGoneError: it is gone or going.
        """
        return self._view(self._upkeep.prove(principal, sandbox_id))

    def proofs(self, principal: Principal, sandbox_id: str, *, limit: int = 20) -> list[ProofView]:
        """List the isolation proofs of a sandbox, newest first."""
        return self._upkeep.proofs(principal, sandbox_id, limit=limit)

    def destroy(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """Have a sandbox taken away, in the background; one that is going already is not an error.

        Raises:
            SandboxNotFoundError: there is none, or it is not the principal's.
        """
        with self.database.begin() as work:
            row = access.owned(work, principal, sandbox_id)
            if row.desired == Desired.DESTROYED:
                return SandboxView.of(row)
            work.audit(principal, "sandbox.destroy", row.id, organisation=row.organisation)
            streams.tell_news(
                work,
                streams.sandbox_stream(row.id),
                "destroy-requested",
                Text(nl="De proeftuin wordt verwijderd.", en="The sandbox is being removed."),
            )
            defer_destruction(work, row)
            return SandboxView.of(row)

    def stream_of(self, principal: Principal, sandbox_id: str) -> str:
        """Name the progress stream of a sandbox, for who may see it."""
        return streams.sandbox_stream(self.get(principal, sandbox_id).id)

    # -- for conformance -----------------------------------------------------------------------------------------

    def target(self, principal: Principal, sandbox_id: str, component: str) -> ComponentTarget:
        """Give what a conformance run needs of a component that runs now; see `Deployments.target`."""
        return self.components.target(principal, sandbox_id, component)

    def target_of(self, principal: Principal, deployment_id: str) -> ComponentTarget:
        """Give the same by the deployment's id; see `Deployments.target_of`."""
        return self.components.target_of(principal, deployment_id)

    def reset_and_wait(self, principal: Principal, sandbox_id: str, *, timeout: float = 60) -> None:
        """Reset a sandbox and return when its town and its components answer again.

        Raises:
            SandboxNotReadyError: it did not come back in time, or a component did not.
            SandboxGoneError, WillNotRunError: it will not come back.
        """
        self.reset(principal, sandbox_id)
        if not self._waiting.until(sandbox_id, is_at_rest, timeout=timeout):
            raise refusals.not_ready("resetting")

    def bring_up(
        self, principal: Principal, deployment_id: str, *, from_seed: bool = False, timeout: float = 60
    ) -> ComponentTarget:
        """Return when a component runs, with what a conformance run needs of it.

        After a crash of the platform its town and its processes are gone; this starts them again. A town that has
        lived is reset: what a run finds is bound to the digest of the town, and that is the digest of its seed.

        Args:
            principal: Who.
            deployment_id: Which component.
            from_seed: Also reset its sandbox; else the data stays.
            timeout: Seconds to wait for each.

        Raises:
            ComponentNotFoundError: there is none, or it is not the principal's.
            SandboxNotReadyError: it does not run yet; asking again may help.
            SandboxGoneError, WillNotRunError: it will not run again by itself.
        """
        sandbox = self.components.sandbox_of(principal, deployment_id)
        if from_seed or sandbox.town_day_wanted > 0:
            if not self._waiting.until(sandbox.id, is_ready, timeout=timeout):
                raise refusals.not_ready("provisioning")
            self.reset_and_wait(principal, sandbox.id, timeout=timeout)
        self._waiting.until(sandbox.id, runs(deployment_id), timeout=timeout)
        return self.components.target_of(principal, deployment_id)

    # -- background ----------------------------------------------------------------------------------------------

    def converge(self, sandbox_id: str) -> None:
        """Do what can be done for a sandbox now; see `Reconciler.converge`."""
        self._reconciler.converge(sandbox_id)

    def admit(self) -> None:
        """Let in who waits, as far as there is room; see `Admission.admit`."""
        with self.database.begin() as work:
            self._admission.admit(work)

    def sweep(self) -> None:
        """Look over everything; see `Sweeper.sweep`."""
        self._sweeper.sweep()

    def start(self) -> None:
        """Bring back what should be running, and follow what changes; call it once when the platform starts."""
        self._sweeper.wake_all()
        self._watching.start()

    def close(self) -> None:
        """End every process; rows, folders and databases stay, so that the next start brings them back."""
        self._closing.set()
        self._backend.close()
        if self._watching.ident is not None:
            self._watching.join(timeout=5)

    # -- helpers -------------------------------------------------------------------------------------------------

    def _view(self, row: SandboxRow) -> SandboxView:
        """Show a row, with its turn when it waits."""
        if row.state != SandboxState.QUEUED:
            return SandboxView.of(row)
        with self.database.read() as session:
            return self._with_turns(session, [row])[0]

    def _with_turns(self, session: Session, rows: Sequence[SandboxRow]) -> list[SandboxView]:
        if all(row.state != SandboxState.QUEUED for row in rows):
            return [SandboxView.of(row) for row in rows]
        waiting = self._admission.queue(session, now=self.database.clock.now())
        turns = {queued.sandbox_id: queued for queued in waiting}
        return [SandboxView.of(row, queued=turns.get(row.id)) for row in rows]


def _readable_organisations(principal: Principal) -> list[str]:
    return [one for one in principal.organisations if principal.may(Permission.SANDBOX_READ, organisation=one)]
