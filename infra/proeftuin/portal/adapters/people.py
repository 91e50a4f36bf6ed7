"""Organisations, members, tokens and audit facts as the page 'Mijn organisatie' shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.identity.access import is_admin, may_read_audit
from proeftuin.identity.records import AuditFilter, Level
from proeftuin.portal.views.asking import Choice
from proeftuin.portal.views.audit import AuditLine
from proeftuin.portal.views.people import SCOPES, Member, MembersView, MineView, Organisation, Token
from proeftuin_kernel.auth import ROLE_PERMISSIONS, Permission
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin.identity.audit import AuditService
    from proeftuin.identity.records import ApiToken, Membership
    from proeftuin.identity.records import Member as MemberRecord
    from proeftuin.identity.service import IdentityService
    from proeftuin.identity.tokens import TokenService
    from proeftuin_kernel.auth import Principal

_SHOWN = 100
_AUDIT_LINES = 20
_A_PAGE = 50


class People:
    """The desk of organisations."""

    def __init__(self, identity: IdentityService, tokens: TokenService, audit: AuditService) -> None:
        self._identity = identity
        self._tokens = tokens
        self._audit = audit

    def mine(self, principal: Principal) -> MineView:
        """What the reader belongs to and has made."""
        memberships = self._identity.memberships(principal)
        organisations = tuple(self._organisation(principal, one) for one in memberships)
        now = self._tokens.now()
        tokens = [
            _token(token, state=str(token.state(now)))
            for one in memberships
            for token in self._tokens.tokens(principal, one.organisation.id, limit=_SHOWN)[0]
        ]
        person = self._identity.person(principal)
        return MineView(
            person=principal.name,
            subject=person.subject if person else "",
            organisations=organisations,
            tokens=tuple(tokens),
            scopes=tuple(
                Choice(value=scope, label=SCOPES.get(scope, Text(nl=scope, en=scope)))
                for scope in sorted(_permissions(principal))
            ),
        )

    def members(self, principal: Principal, organisation: str, *, cursor: str | None) -> MembersView:
        """A page of the members of an organisation."""
        found, total = self._identity.members(principal, organisation, after=cursor, limit=_A_PAGE)
        return MembersView(
            organisation_id=organisation,
            organisation=self._identity.organisation(principal, organisation).name,
            may_manage=is_admin(principal, organisation),
            members=tuple(_member(one, principal) for one in found),
            total=total,
            next=found[-1].id if len(found) == _A_PAGE else None,
        )

    def member(self, principal: Principal, organisation: str, member_id: str) -> Member:
        """One member."""
        return _member(self._identity.member(principal, organisation, member_id), principal)

    def add_member(self, principal: Principal, organisation: str, *, subject: str, is_admin: bool) -> None:
        """Make a person a member, by what the identity provider calls them."""
        self._identity.add_member(principal, organisation, subject=subject, level=_level(is_admin=is_admin))

    def change_member(self, principal: Principal, organisation: str, member_id: str, *, is_admin: bool) -> None:
        """Let a member manage the organisation, or only work for it."""
        self._identity.change_member(principal, organisation, member_id, level=_level(is_admin=is_admin))

    def remove_member(self, principal: Principal, organisation: str, member_id: str) -> None:
        """Take a person out of an organisation; adding them again undoes it."""
        self._identity.remove_member(principal, organisation, member_id)

    def create_token(
        self, principal: Principal, *, organisation: str, name: str, scopes: Sequence[str], days: int
    ) -> str:
        """Make a token; gives the secret, which is never shown again.

        Raises:
            BadInputError: a permission does not exist.
        """
        unknown = sorted(set(scopes) - set(Permission))
        if unknown:
            words = Text(nl=f"Het recht {unknown[0]!r} bestaat niet.", en=f"There is no permission {unknown[0]!r}.")
            raise BadInputError(words, extra={"errors": [{"pointer": "/rechten", "detail": words.as_dict()}]})
        made = self._tokens.create_token(
            principal, organisation, name=name, scopes=frozenset(Permission(scope) for scope in scopes), days=days
        )
        return made.secret

    def revoke_token(self, principal: Principal, token_id: str) -> None:
        """End a token."""
        self._tokens.revoke_token(principal, token_id)

    def _organisation(self, principal: Principal, membership: Membership) -> Organisation:
        one = membership.organisation
        members, _ = self._identity.members(principal, one.id, limit=_SHOWN)
        facts = (
            self._audit.facts(principal, AuditFilter(organisation=one.id), limit=_AUDIT_LINES)
            if may_read_audit(principal, one.id)
            else []
        )
        return Organisation(
            id=one.id,
            name=one.name,
            role=one.kind.value,
            may_manage=is_admin(principal, one.id),
            members=tuple(_member(member, principal) for member in members),
            audit=tuple(
                AuditLine(at=fact.at, who=fact.actor_name, action=fact.action, subject=fact.subject) for fact in facts
            ),
        )


def _member(member: MemberRecord, principal: Principal) -> Member:
    return Member(
        id=member.id,
        name=member.person.name,
        subject=member.person.subject,
        is_admin=member.level is Level.ADMIN,
        is_reader=member.person.id == principal.person_id,
        has_signed_in=member.person.last_sign_in_at is not None,
    )


def _level(*, is_admin: bool) -> Level:
    return Level.ADMIN if is_admin else Level.MEMBER


def _token(token: ApiToken, *, state: str) -> Token:
    return Token(
        id=token.id,
        name=token.name,
        scopes=tuple(sorted(token.scopes)),
        created=token.created_at,
        expires=token.expires_at,
        last_used=token.last_used_at,
        state=state,
    )


def _permissions(principal: Principal) -> set[Permission]:
    """What a token of this person could be given for some organisation."""
    found = {permission for role in principal.organisations.values() for permission in ROLE_PERMISSIONS[role]}
    return found | ({Permission.AUDIT_READ} if principal.admin_of else set())
