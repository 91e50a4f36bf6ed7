"""Sessions of signed-in browsers: opened at sign-in, kept on the server, ended by time, by the person or by us."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, delete, or_, select, update

from proeftuin.identity import credentials, repository
from proeftuin.identity.models import NAME_LENGTH, PersonRow, SessionRow
from proeftuin.identity.principals import principal_of_person
from proeftuin_kernel.auth import SYSTEM, Principal
from proeftuin_kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.identity.records import VerifiedIdentity
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=24)
_SEEN_EVERY = timedelta(minutes=5)


class SessionService:
    """Opens, recognises and closes sessions.

    The cookie holds 256 random bits that mean nothing; the database holds their SHA-256. A session ends after
    8 hours without a request and 24 hours after sign-in, whichever comes first (OWASP ASVS 3.3).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, identity: VerifiedIdentity, *, replaces: str | None = None) -> str:
        """Sign a person in: know them from now on, end the browser's former session, and open a fresh one.

        Args:
            identity: What the identity provider vouched for.
            replaces: Secret of the session that the browser had, if any.

        Returns:
            The secret for the cookie.
        """
        secret = credentials.new_secret()
        with self._database.begin() as work:
            row, is_new = repository.ensure_person(
                work.session,
                issuer=identity.issuer,
                subject=identity.subject,
                name=identity.name,
                now=work.now,
            )
            row.name = identity.name[:NAME_LENGTH]
            row.last_sign_in_at = work.now
            person = Principal(person_id=row.id, name=row.name)
            if is_new:
                work.audit(person, "person.create", row.id)
            if replaces is not None:
                _close(work, person, replaces)
            session = SessionRow(
                id=new_id("ses"),
                secret_hash=credentials.digest(secret),
                person_id=row.id,
                created_at=work.now,
                last_seen_at=work.now,
            )
            work.session.add(session)
            work.audit(person, "session.open", session.id)
        return secret

    def close_session(self, secret: str) -> None:
        """Sign a browser out; a session that ended already stays ended."""
        with self._database.begin() as work:
            owner = work.session.scalar(
                select(PersonRow)
                .join(SessionRow, SessionRow.person_id == PersonRow.id)
                .where(SessionRow.secret_hash == credentials.digest(secret))
            )
            if owner is not None:
                _close(work, Principal(person_id=owner.id, name=owner.name), secret)

    def close_all_sessions(self, principal: Principal) -> int:
        """Sign a person out of every browser; give how many sessions ended."""
        with self._database.begin() as work:
            result = work.session.execute(
                update(SessionRow)
                .where(SessionRow.person_id == principal.person_id, SessionRow.revoked_at.is_(None))
                .values(revoked_at=work.now)
            )
            ended = _count(result)
            work.audit(principal, "session.close_all", principal.person_id or "", ended=ended)
            return ended

    def find(self, secret: str) -> Principal | None:
        """Recognise a person by the cookie; None when the session is unknown or ended."""
        now = self._database.clock.now()
        with self._database.read() as session:
            row = session.scalar(select(SessionRow).where(SessionRow.secret_hash == credentials.digest(secret)))
            if row is None or not _is_live(row, now):
                return None
            person = session.get_one(PersonRow, row.person_id)
            principal = principal_of_person(repository.person_of(person), repository.memberships(session, person.id))
        if now - row.last_seen_at >= _SEEN_EVERY:
            self._touch(row.id, now)
        return principal

    def forget_ended_sessions(self) -> int:
        """Delete the sessions that ended more than a day ago; a job calls this. Gives how many."""
        with self._database.begin() as work:
            result = work.session.execute(
                delete(SessionRow).where(
                    or_(
                        SessionRow.created_at < work.now - ABSOLUTE - timedelta(days=1),
                        SessionRow.revoked_at < work.now - timedelta(days=1),
                    )
                )
            )
            forgotten = _count(result)
            if forgotten:
                work.audit(SYSTEM, "session.forget", "sessions", count=forgotten)
            return forgotten

    def _touch(self, session_id: str, now: datetime) -> None:
        with self._database.begin() as work:
            work.session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=now))


def _is_live(row: SessionRow, now: datetime) -> bool:
    return row.revoked_at is None and now < row.last_seen_at + IDLE and now < row.created_at + ABSOLUTE


def _close(work: UnitOfWork, person: Principal, secret: str) -> None:
    closed = work.session.scalar(
        update(SessionRow)
        .where(SessionRow.secret_hash == credentials.digest(secret), SessionRow.revoked_at.is_(None))
        .values(revoked_at=work.now)
        .returning(SessionRow.id)
    )
    if closed is not None:
        work.audit(person, "session.close", closed)


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
