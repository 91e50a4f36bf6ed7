"""Organisations and their members: who may change what, and every change written down."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.exc import IntegrityError

from proeftuin.identity import repository
from proeftuin.identity.access import organisation_row, require_admin
from proeftuin.identity.errors import (
    LastAdminError,
    MemberExistsError,
    MemberNotFoundError,
    OperatorOnlyError,
    SlugTakenError,
)
from proeftuin.identity.kbo import read_kbo
from proeftuin.identity.models import MembershipRow, OrganisationRow, PersonRow
from proeftuin.identity.records import Level
from proeftuin_kernel.auth import Permission, Role
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.ids import is_dns_label, new_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from proeftuin.identity.records import Member, Membership, Organisation, Person
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.errors import ProeftuinError
    from proeftuin_kernel.unit_of_work import UnitOfWork

SLUG_LENGTH = 40


class IdentityService:
    """Organisations and members.

    Args:
        database: Where they live.
        issuer: URL of the identity provider through which people sign in; members are named by its subject.
    """

    def __init__(self, database: Database, *, issuer: str) -> None:
        self._database = database
        self._issuer = issuer

    def organisations(
        self, principal: Principal, *, after: str | None = None, limit: int = 50
    ) -> tuple[list[Organisation], int]:
        """Give a page of the person's organisations by short name, and the total; the operator sees all.

        Raises:
            UnauthenticatedError, ForbiddenError: as `Principal.require`.
        """
        if principal.organisations or not principal.is_signed_in:  # who belongs to none yet sees an empty list
            principal.require(Permission.ORGANISATION_READ)
        only = None if principal.is_operator else frozenset(principal.organisations)
        with self._database.read() as session:
            return repository.organisations(session, only=only, after=after, limit=limit)

    def organisation(self, principal: Principal, organisation: str) -> Organisation:
        """Give an organisation of the person, or any for the operator.

        Raises:
            ForbiddenError: it is not an organisation of the person, or it does not exist.
            OrganisationNotFoundError: it does not exist (only the operator hears so).
        """
        principal.require(Permission.ORGANISATION_READ, organisation=organisation)
        with self._database.read() as session:
            return repository.organisation_of(organisation_row(session, organisation))

    def organisation_by_slug(self, principal: Principal, slug: str) -> Organisation | None:
        """Find an organisation by its short name; None when there is none that the person may see."""
        with self._database.read() as session:
            found = repository.organisation_by_slug(session, slug)
        if found is None or not principal.may(Permission.ORGANISATION_READ, organisation=found.id):
            return None
        return found

    def person(self, principal: Principal) -> Person | None:
        """Give who somebody is at the identity provider; None for a visitor and for the platform itself."""
        if principal.person_id is None:
            return None
        with self._database.read() as session:
            row = session.get(PersonRow, principal.person_id)
            return None if row is None else repository.person_of(row)

    def memberships(self, principal: Principal) -> list[Membership]:
        """Give the organisations for which somebody acts, by short name; a token acts for one."""
        if principal.person_id is None:
            return []
        with self._database.read() as session:
            found = repository.memberships(session, principal.person_id)
        return [one for one in found if one.organisation.id in principal.organisations]

    def create_organisation(
        self, principal: Principal, *, slug: str, kind: Role, name: str, kbo: str | None = None
    ) -> Organisation:
        """Add an organisation without members. Its kind decides what its members may do, so the operator does this.

        Raises:
            OperatorOnlyError: the person is not of the operator.
            BadInputError: the short name is no DNS label of at most 40 characters, or the kind is `visitor`.
            KboNumberError: the enterprise number is not valid.
            SlugTakenError: the short name is in use.
        """
        principal.require(Permission.ORGANISATION_MANAGE)
        if not principal.is_operator:
            raise OperatorOnlyError(
                Text(
                    nl="Alleen de beheerder van de proeftuin voegt organisaties toe. Vraag het de beheerder.",
                    en="Only the operator of the platform adds organisations. Ask the operator.",
                )
            )
        if not is_dns_label(slug) or len(slug) > SLUG_LENGTH or kind is Role.VISITOR:
            raise BadInputError(
                Text(
                    nl="De korte naam telt hoogstens 40 kleine letters, cijfers en streepjes, "
                    "en 'visitor' is geen soort organisatie.",
                    en="The short name has at most 40 lower-case letters, digits and hyphens, "
                    "and 'visitor' is no kind of organisation.",
                )
            )
        taken = SlugTakenError(
            Text(
                nl=f"De korte naam '{slug}' is al in gebruik. Kies een andere.",
                en=f"The short name '{slug}' is in use. Choose another.",
            )
        )
        with _unique("uq_identity_organisation_slug", taken), self._database.begin() as work:
            row = OrganisationRow(
                id=new_id("org"),
                slug=slug,
                kind=kind,
                name=name,
                kbo=read_kbo(kbo) if kbo else None,
                created_at=work.now,
            )
            work.session.add(row)
            work.audit(principal, "organisation.create", row.id, organisation=row.id, slug=slug, kind=kind, name=name)
            return repository.organisation_of(row)

    def change_organisation(
        self, principal: Principal, organisation: str, *, name: str | None = None, kbo: str | None = None
    ) -> Organisation:
        """Change the name or the enterprise number; None leaves it, an empty number removes it.

        Raises:
            AdminOnlyError: the person is no administrator of the organisation.
            OrganisationNotFoundError: it does not exist.
            KboNumberError: the enterprise number is not valid.
        """
        require_admin(principal, organisation, Permission.ORGANISATION_MANAGE)
        changes = {}
        if name is not None:
            changes["name"] = name
        if kbo is not None:
            changes["kbo"] = read_kbo(kbo) if kbo else ""
        with self._database.begin() as work:
            row = organisation_row(work.session, organisation, lock=True)
            row.name = changes.get("name", row.name)
            row.kbo = (changes["kbo"] or None) if "kbo" in changes else row.kbo
            work.audit(principal, "organisation.change", organisation, organisation=organisation, **changes)
            return repository.organisation_of(row)

    def members(
        self, principal: Principal, organisation: str, *, after: str | None = None, limit: int = 50
    ) -> tuple[list[Member], int]:
        """Give a page of the members, oldest first, and the total.

        Raises:
            ForbiddenError: it is not an organisation of the person.
            OrganisationNotFoundError: it does not exist (only the operator hears so).
        """
        principal.require(Permission.ORGANISATION_READ, organisation=organisation)
        with self._database.read() as session:
            organisation_row(session, organisation)
            return repository.members(session, organisation, after=after, limit=limit)

    def member(self, principal: Principal, organisation: str, member: str) -> Member:
        """Give one member.

        Raises:
            ForbiddenError: it is not an organisation of the person.
            MemberNotFoundError: the organisation has no such member.
        """
        principal.require(Permission.ORGANISATION_READ, organisation=organisation)
        with self._database.read() as session:
            return repository.member_of(_member(session, organisation, member))

    def add_member(self, principal: Principal, organisation: str, *, subject: str, level: Level) -> Member:
        """Make a person a member. Who never signed in yet is a member from the first sign-in on.

        Args:
            principal: An administrator of the organisation, or the operator.
            organisation: Id of the organisation.
            subject: What the identity provider calls the person (claim `sub`).
            level: What the person may do.

        Raises:
            AdminOnlyError: the person is no administrator of the organisation.
            OrganisationNotFoundError: it does not exist.
            MemberExistsError: the person is a member.
        """
        require_admin(principal, organisation, Permission.ORGANISATION_MANAGE)
        exists = MemberExistsError(
            Text(nl="Deze persoon is al lid van de organisatie.", en="This person is a member already.")
        )
        with (
            _unique("uq_identity_membership_organisation_id_person_id", exists),
            self._database.begin() as work,
        ):
            organisation_row(work.session, organisation, lock=True)
            person, is_new = repository.ensure_person(
                work.session, issuer=self._issuer, subject=subject, name=subject, now=work.now
            )
            if is_new:
                work.audit(principal, "person.create", person.id, organisation=organisation)
            row = MembershipRow(
                id=new_id("mem"),
                person_id=person.id,
                person=person,
                organisation_id=organisation,
                level=level,
                created_at=work.now,
            )
            work.session.add(row)
            work.audit(principal, "member.add", row.id, organisation=organisation, person=person.id, level=level)
            return repository.member_of(row)

    def change_member(self, principal: Principal, organisation: str, member: str, *, level: Level) -> Member:
        """Give a member another level.

        Raises:
            AdminOnlyError: the person is no administrator of the organisation.
            OrganisationNotFoundError, MemberNotFoundError: one of them does not exist.
            LastAdminError: nobody would be left to manage the organisation.
        """
        require_admin(principal, organisation, Permission.ORGANISATION_MANAGE)
        with self._database.begin() as work:
            organisation_row(work.session, organisation, lock=True)
            row = _member(work.session, organisation, member)
            if level is not Level.ADMIN:
                _keep_an_admin(work.session, row)
            row.level = level
            work.audit(principal, "member.change", member, organisation=organisation, level=level)
            return repository.member_of(row)

    def remove_member(self, principal: Principal, organisation: str, member: str) -> None:
        """Take a person out of an organisation and revoke the tokens made for it. Adding again undoes it.

        An administrator removes anybody; everybody may leave.

        Raises:
            AdminOnlyError: the person is no administrator, and the member is somebody else.
            OrganisationNotFoundError, MemberNotFoundError: one of them does not exist.
            LastAdminError: nobody would be left to manage the organisation.
        """
        principal.require(Permission.ORGANISATION_MANAGE, organisation=organisation)
        with self._database.begin() as work:
            organisation_row(work.session, organisation, lock=True)
            row = _member(work.session, organisation, member)
            if row.person_id != principal.person_id:
                require_admin(principal, organisation, Permission.ORGANISATION_MANAGE)
            _keep_an_admin(work.session, row)
            _revoke_tokens(work, principal, row)
            work.session.delete(row)
            work.audit(principal, "member.remove", member, organisation=organisation, person=row.person_id)


def _member(session: Session, organisation: str, member: str) -> MembershipRow:
    row = repository.member_row(session, organisation, member)
    if row is None:
        raise MemberNotFoundError(
            Text(nl="Dit lid is er niet (meer).", en="There is no such member (any more)."),
        )
    return row


def _keep_an_admin(session: Session, member: MembershipRow) -> None:
    others = repository.count_members(session, member.organisation_id, level=Level.ADMIN) - 1
    if member.level == Level.ADMIN and others == 0:
        raise LastAdminError(
            Text(
                nl="Dit is de laatste beheerder van de organisatie. Maak eerst een ander lid beheerder.",
                en="This is the last administrator of the organisation. Make another member administrator first.",
            )
        )


def _revoke_tokens(work: UnitOfWork, principal: Principal, member: MembershipRow) -> None:
    for token in repository.live_tokens(work.session, organisation=member.organisation_id, person=member.person_id):
        token.revoked_at = work.now
        work.audit(principal, "token.revoke", token.id, organisation=member.organisation_id)


@contextmanager
def _unique(constraint: str, error: ProeftuinError) -> Iterator[None]:
    """Say it in words when a row breaks a uniqueness rule; two people may do the same thing at the same moment."""
    try:
        yield
    except IntegrityError as broken:
        if isinstance(broken.orig, psycopg.Error) and broken.orig.diag.constraint_name == constraint:
            raise error from broken
        raise
