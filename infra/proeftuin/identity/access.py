"""Who may manage an organisation, and where such questions are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.identity import repository
from proeftuin.identity.errors import AdminOnlyError, OrganisationNotFoundError
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from proeftuin.identity.models import OrganisationRow
    from proeftuin_kernel.auth import Principal


def is_admin(principal: Principal, organisation: str) -> bool:
    """Tell whether somebody manages an organisation; the operator manages all."""
    return principal.is_operator or organisation in principal.admin_of


def require_admin(principal: Principal, organisation: str, permission: Permission) -> None:
    """Stop who may not, or does not manage the organisation.

    Raises:
        UnauthenticatedError, ForbiddenError: as `Principal.require`.
        AdminOnlyError: the person is an ordinary member.
    """
    principal.require(permission, organisation=organisation)
    if not is_admin(principal, organisation):
        raise AdminOnlyError(
            Text(
                nl="Alleen een beheerder van de organisatie doet dit. Vraag het er een; zie de lijst van leden.",
                en="Only an administrator of the organisation does this. Ask one; see the list of members.",
            )
        )


def may_read_audit(principal: Principal, organisation: str) -> bool:
    """Tell whether somebody reads the audit log of an organisation: its administrators and the operator do."""
    if principal.scopes is not None and Permission.AUDIT_READ not in principal.scopes:
        return False
    return is_admin(principal, organisation)


def organisation_row(session: Session, organisation: str, *, lock: bool = False) -> OrganisationRow:
    """Find an organisation; `lock` keeps it and its members as they are until the commit.

    Raises:
        OrganisationNotFoundError: it does not exist.
    """
    row = repository.organisation_row(session, organisation, lock=lock)
    if row is None:
        raise OrganisationNotFoundError(
            Text(nl="Deze organisatie bestaat niet.", en="There is no such organisation."),
        )
    return row
