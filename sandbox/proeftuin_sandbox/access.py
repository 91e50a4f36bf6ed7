"""Who may read and change which sandbox; every service method begins here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_kernel.auth import Permission
from proeftuin_kernel.errors import UnauthenticatedError
from proeftuin_kernel.text import Text
from proeftuin_sandbox import refusals, repository
from proeftuin_sandbox.states import COMING_OR_THERE, LEAVING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.models import SandboxRow


def readable(session: Session, principal: Principal, sandbox_id: str) -> SandboxRow:
    """Read a sandbox that the principal may see.

    Raises:
        UnauthenticatedError: nobody is signed in.
        SandboxNotFoundError: there is none, or it is not the principal's.
    """
    if not principal.is_signed_in:
        raise UnauthenticatedError(Text(nl="Meld u eerst aan.", en="Sign in first."))
    row = repository.get_sandbox(session, sandbox_id)
    if not principal.may(Permission.SANDBOX_READ, organisation=row.organisation):
        raise repository.sandbox_not_found()
    return row


def owned(work: UnitOfWork, principal: Principal, sandbox_id: str) -> SandboxRow:
    """Read and lock a sandbox that the principal may change.

    Raises:
        ForbiddenError: the principal may see it and not change it.
    """
    row = readable(work.session, principal, sandbox_id)
    principal.require(Permission.SANDBOX_MANAGE, organisation=row.organisation)
    row = repository.get_sandbox(work.session, sandbox_id, lock=True)
    row.touched_at, row.idle_warned_at = work.now, None
    return row


def manageable(work: UnitOfWork, principal: Principal, sandbox_id: str) -> SandboxRow:
    """Read and lock a sandbox that the principal may change and that is not going.

    Raises:
        SandboxGoneError: it is gone or going.
    """
    row = owned(work, principal, sandbox_id)
    if row.state in LEAVING:
        raise refusals.gone()
    return row


def open_for_components(work: UnitOfWork, principal: Principal, sandbox_id: str) -> SandboxRow:
    """Read and lock a sandbox in which components can be deployed, now or once it is ready.

    Raises:
        SandboxNotReadyError: nothing can be deployed in it.
    """
    row = manageable(work, principal, sandbox_id)
    if row.state not in COMING_OR_THERE:
        raise refusals.not_ready(row.state)
    return row


def organisation_for(
    principal: Principal, named: str | None, *, permission: Permission = Permission.SANDBOX_MANAGE
) -> str:
    """Tell on whose behalf somebody acts.

    Raises:
        UnauthenticatedError, ForbiddenError: the principal may not, for this organisation or for any.
        OrganisationNeededError: none was named, and several could be meant.
    """
    if named is not None:
        principal.require(permission, organisation=named)
        return named
    principal.require(permission)
    candidates = [one for one in principal.organisations if principal.may(permission, organisation=one)]
    if len(candidates) != 1:
        raise refusals.organisation_needed()
    return candidates[0]
