"""Reading the audit log: the operator reads all of it, administrators what was done for their organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin.identity.access import may_read_audit
from proeftuin.identity.errors import AdminOnlyError
from proeftuin.identity.records import AuditEntry
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.tables import AuditFact
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Select

    from proeftuin.identity.records import AuditFilter
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database


class AuditService:
    """Shows who changed what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(
        self, principal: Principal, wanted: AuditFilter, *, after: int | None = None, limit: int = 50
    ) -> list[AuditEntry]:
        """Give a page of audit facts, newest first.

        Args:
            principal: Without an organisation in the filter, an administrator sees every organisation of theirs.
            wanted: Which facts.
            after: Number of the last fact of the page before.
            limit: How many.

        Raises:
            UnauthenticatedError: nobody is signed in.
            AdminOnlyError: the person administers no organisation, or not the one that is asked.
        """
        query = _filtered(wanted)
        if not (principal.is_operator and principal.may(Permission.AUDIT_READ)):
            own = frozenset(one for one in principal.admin_of if may_read_audit(principal, one))
            if wanted.organisation is not None:
                own &= {wanted.organisation}
            if not own:
                self._refuse(principal)
            query = query.where(AuditFact.organisation.in_(own))
        if after is not None:
            query = query.where(AuditFact.id < after)
        with self._database.read() as session:
            rows = session.scalars(query.order_by(AuditFact.id.desc()).limit(limit)).all()
        return [_entry(row) for row in rows]

    @staticmethod
    def _refuse(principal: Principal) -> None:
        if not principal.is_signed_in or principal.scopes is not None:
            principal.require(Permission.AUDIT_READ)
        raise AdminOnlyError(
            Text(
                nl="Alleen beheerders van een organisatie lezen wat er voor die organisatie veranderde.",
                en="Only administrators of an organisation read what changed for it.",
            )
        )


def _filtered(wanted: AuditFilter) -> Select[AuditFact]:
    query = select(AuditFact)
    for column, value in (
        (AuditFact.organisation, wanted.organisation),
        (AuditFact.actor, wanted.actor),
        (AuditFact.action, wanted.action),
        (AuditFact.subject, wanted.subject),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(AuditFact.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditFact.at < wanted.until)
    return query


def _entry(row: AuditFact) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        token=row.token,
        action=row.action,
        subject=row.subject,
        organisation=row.organisation,
        request_id=row.request_id,
        details=row.details,
    )
