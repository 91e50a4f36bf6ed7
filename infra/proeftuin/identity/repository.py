"""Reading and finding rows of the identity part; no rights are checked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from proeftuin.identity.models import NAME_LENGTH, MembershipRow, OrganisationRow, PersonRow, TokenRow
from proeftuin.identity.records import ApiToken, Level, Member, Membership, Organisation, Person
from proeftuin_kernel.auth import Permission, Role
from proeftuin_kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def organisations(
    session: Session, *, only: frozenset[str] | None, after: str | None, limit: int
) -> tuple[list[Organisation], int]:
    """Give a page of organisations by short name, and how many there are."""
    query = select(OrganisationRow)
    if only is not None:
        query = query.where(OrganisationRow.id.in_(only))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after is not None:
        query = query.where(OrganisationRow.slug > after)
    rows = session.scalars(query.order_by(OrganisationRow.slug).limit(limit))
    return [organisation_of(row) for row in rows], total


def organisation_row(session: Session, organisation: str, *, lock: bool = False) -> OrganisationRow | None:
    """Find an organisation; with `lock`, nobody else changes it or its members before the commit."""
    query = select(OrganisationRow).where(OrganisationRow.id == organisation)
    return session.scalar(query.with_for_update() if lock else query)


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    """Find an organisation by its short name."""
    row = session.scalar(select(OrganisationRow).where(OrganisationRow.slug == slug))
    return organisation_of(row) if row else None


def members(session: Session, organisation: str, *, after: str | None, limit: int) -> tuple[list[Member], int]:
    """Give a page of members, oldest first, and how many there are."""
    query = _members().where(MembershipRow.organisation_id == organisation)
    total = count_members(session, organisation)
    if after is not None:
        query = query.where(MembershipRow.id > after)
    return [member_of(row) for row in session.scalars(query.order_by(MembershipRow.id).limit(limit))], total


def member_row(session: Session, organisation: str, member: str) -> MembershipRow | None:
    """Find a member of an organisation."""
    return session.scalar(_members().where(MembershipRow.id == member, MembershipRow.organisation_id == organisation))


def count_members(session: Session, organisation: str, *, level: Level | None = None) -> int:
    """Count the members of an organisation, those of one level when it is given."""
    query = select(func.count()).select_from(MembershipRow).where(MembershipRow.organisation_id == organisation)
    if level is not None:
        query = query.where(MembershipRow.level == level)
    return session.scalar(query) or 0


def memberships(session: Session, person: str) -> list[Membership]:
    """Give the organisations of a person, by short name."""
    rows = session.scalars(
        select(MembershipRow)
        .join(MembershipRow.organisation)
        .options(joinedload(MembershipRow.organisation))
        .where(MembershipRow.person_id == person)
        .order_by(OrganisationRow.slug)
    )
    return [Membership(organisation_of(row.organisation), Level(row.level)) for row in rows]


def membership(session: Session, *, person: str, organisation: str) -> Membership | None:
    """Find what a person is in an organisation; None when they are no member."""
    row = session.scalar(
        select(MembershipRow)
        .options(joinedload(MembershipRow.organisation))
        .where(MembershipRow.person_id == person, MembershipRow.organisation_id == organisation)
    )
    return Membership(organisation_of(row.organisation), Level(row.level)) if row else None


def ensure_person(session: Session, *, issuer: str, subject: str, name: str, now: datetime) -> tuple[PersonRow, bool]:
    """Find a person by what the provider calls them, or write them down; also tells whether they are new.

    Two requests may meet the same new person at the same moment; then one of them writes.
    """
    added = session.scalar(
        insert(PersonRow)
        .values(id=new_id("per"), issuer=issuer, subject=subject, name=name[:NAME_LENGTH], created_at=now)
        .on_conflict_do_nothing()
        .returning(PersonRow.id)
    )
    row = session.scalars(select(PersonRow).where(PersonRow.issuer == issuer, PersonRow.subject == subject)).one()
    return row, added is not None


def tokens(
    session: Session, *, organisation: str, person: str | None, after: str | None, limit: int
) -> tuple[list[ApiToken], int]:
    """Give a page of an organisation's tokens, newest first, and how many there are; of one person when given."""
    query = _tokens().where(TokenRow.organisation_id == organisation)
    if person is not None:
        query = query.where(TokenRow.person_id == person)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after is not None:
        query = query.where(TokenRow.id < after)
    return [token_of(row) for row in session.scalars(query.order_by(TokenRow.id.desc()).limit(limit))], total


def token_row(session: Session, token: str) -> TokenRow | None:
    """Find a token, with its person."""
    return session.scalar(_tokens().where(TokenRow.id == token))


def live_tokens(session: Session, *, organisation: str, person: str) -> list[TokenRow]:
    """Give the tokens of a member that were not revoked."""
    return list(
        session.scalars(
            _tokens().where(
                TokenRow.organisation_id == organisation,
                TokenRow.person_id == person,
                TokenRow.revoked_at.is_(None),
            )
        )
    )


def organisation_of(row: OrganisationRow) -> Organisation:
    """Read an organisation from its row."""
    return Organisation(row.id, row.slug, Role(row.kind), row.name, row.kbo, row.created_at)


def person_of(row: PersonRow) -> Person:
    """Read a person from its row."""
    return Person(row.id, row.issuer, row.subject, row.name, row.last_sign_in_at)


def member_of(row: MembershipRow) -> Member:
    """Read a member from its row, which must carry its person."""
    return Member(row.id, row.organisation_id, person_of(row.person), Level(row.level), row.created_at)


def token_of(row: TokenRow) -> ApiToken:
    """Read a token from its row, which must carry its person; a right that no longer exists is left out."""
    return ApiToken(
        id=row.id,
        name=row.name,
        organisation=row.organisation_id,
        person=row.person_id,
        person_name=row.person.name,
        scopes=frozenset(Permission(scope) for scope in row.scopes if scope in _KNOWN),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


_KNOWN = frozenset(str(permission) for permission in Permission)


def _members() -> Select[MembershipRow]:
    return select(MembershipRow).options(joinedload(MembershipRow.person))


def _tokens() -> Select[TokenRow]:
    return select(TokenRow).options(joinedload(TokenRow.person))
