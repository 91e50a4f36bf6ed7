"""Links with which others see a component for a while, without an account: signed by chance, expiring, revocable."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox import access, refusals, repository
from proeftuin_sandbox.activity import note_use
from proeftuin_sandbox.models import PreviewRow
from proeftuin_sandbox.states import LEAVING, SandboxState
from proeftuin_sandbox.waiting import is_running

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.base import SandboxBackend

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A link to one component.

    Attributes:
        token: The secret in the link; known only when it is made, since a digest is what is kept.
    """

    id: str
    component: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    token: str | None = None


class Previews:
    """Makes, lists, revokes and opens links; part of `SandboxService`.

    Args:
        database: The rows.
        backend: Tells where components listen.
        new_token: Gives a secret that cannot be guessed.
    """

    def __init__(
        self,
        database: Database,
        backend: SandboxBackend,
        *,
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(SECRET_BYTES),
    ) -> None:
        self._database = database
        self._backend = backend
        self._new_token = new_token

    def create(self, principal: Principal, sandbox_id: str, name: str, *, lifetime: timedelta) -> Preview:
        """Make a link; it ends with its sandbox at the latest.

        Raises:
            ComponentNotFoundError: the sandbox has none of that name.
            SandboxGoneError: it is gone or going.
        """
        token = self._new_token()
        with self._database.begin() as work:
            sandbox = access.manageable(work, principal, sandbox_id)
            repository.get_deployment(work.session, sandbox_id, name)
            row = PreviewRow(
                id=new_id("prv"),
                sandbox_id=sandbox_id,
                component=name,
                token_digest=_digest(token),
                created_by=principal.name,
                created_at=work.now,
                expires_at=min(work.now + lifetime, sandbox.ceiling_at),
            )
            work.session.add(row)
            work.audit(
                principal,
                "sandbox.preview",
                row.id,
                organisation=sandbox.organisation,
                sandbox=sandbox_id,
                component=name,
                until=row.expires_at.isoformat(),
            )
            return _view(row, token=token)

    def all(self, principal: Principal, sandbox_id: str) -> list[Preview]:
        """List the links of a sandbox, newest first, also those that are over."""
        with self._database.read() as session:
            access.readable(session, principal, sandbox_id)
            rows = session.scalars(
                select(PreviewRow).where(PreviewRow.sandbox_id == sandbox_id).order_by(PreviewRow.id.desc()).limit(100)
            )
            return [_view(row) for row in rows]

    def revoke(self, principal: Principal, sandbox_id: str, preview_id: str) -> None:
        """End a link at once; one that is over already is not an error.

        Raises:
            PreviewNotFoundError: the sandbox has no such link.
        """
        with self._database.begin() as work:
            sandbox = access.owned(work, principal, sandbox_id)
            row = work.session.get(PreviewRow, preview_id, with_for_update=True)
            if row is None or row.sandbox_id != sandbox_id:
                raise refusals.preview_not_found()
            if row.revoked_at is None:
                row.revoked_at = work.now
                work.audit(principal, "sandbox.preview_revoke", row.id, organisation=sandbox.organisation)

    def open(self, token: str) -> str:
        """Give the address of the component behind a link; whoever holds the link may.

        Raises:
            PreviewNotFoundError: there is no such link.
            PreviewOverError: it expired or was revoked, or its sandbox is gone.
            SandboxSuspendedError, SandboxNotReadyError: the component does not run now.
        """
        now = self._database.clock.now()
        with self._database.read() as session:
            row = session.scalar(select(PreviewRow).where(PreviewRow.token_digest == _digest(token)))
            if row is None:
                raise refusals.preview_not_found()
            sandbox = repository.get_sandbox(session, row.sandbox_id)
            if row.revoked_at is not None or row.expires_at <= now or sandbox.state in LEAVING:
                raise refusals.preview_over()
            if sandbox.state == SandboxState.SUSPENDED:
                raise refusals.suspended()
            deployment = repository.get_deployment(session, row.sandbox_id, row.component)
        seen = self._backend.observe(sandbox.id)
        view = seen.component(row.component)
        if view is None or not is_running(sandbox, deployment, seen):
            raise refusals.not_running()
        note_use(self._database, sandbox, SYSTEM)
        return view.base_url


def _digest(token: str) -> str:
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def _view(row: PreviewRow, *, token: str | None = None) -> Preview:
    return Preview(
        id=row.id,
        component=row.component,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        token=token,
    )
