"""API tokens: made by a person for one organisation, bounded by scopes and time, shown once, revocable."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proeftuin.identity import credentials, repository
from proeftuin.identity.access import is_admin
from proeftuin.identity.errors import NoTokenByTokenError, ScopeNotAllowedError, TokenNotFoundError
from proeftuin.identity.models import PersonRow, TokenRow
from proeftuin.identity.records import NewToken
from proeftuin_kernel.auth import ROLE_PERMISSIONS, Permission
from proeftuin_kernel.errors import BadInputError, ForbiddenError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.identity.records import ApiToken
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database

DEFAULT_DAYS = 90
MAX_DAYS = 365


class TokenService:
    """Makes, lists and revokes API tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """Give the moment by which tokens expire."""
        return self._database.clock.now()

    def tokens(
        self, principal: Principal, organisation: str, *, after: str | None = None, limit: int = 50
    ) -> tuple[list[ApiToken], int]:
        """Give a page of an organisation's tokens, newest first, and the total.

        An administrator sees those of every member, other members their own.

        Raises:
            UnauthenticatedError, ForbiddenError: as `Principal.require`.
        """
        principal.require(Permission.TOKEN_MANAGE, organisation=organisation)
        person = None if is_admin(principal, organisation) else principal.person_id
        with self._database.read() as session:
            return repository.tokens(session, organisation=organisation, person=person, after=after, limit=limit)

    def token(self, principal: Principal, token: str) -> ApiToken:
        """Give one token, never its secret.

        Raises:
            TokenNotFoundError: there is none, or it is somebody else's.
        """
        principal.require(Permission.TOKEN_MANAGE)
        with self._database.read() as session:
            row = repository.token_row(session, token)
            return repository.token_of(_visible(principal, row))

    def create_token(
        self,
        principal: Principal,
        organisation: str,
        *,
        name: str,
        scopes: frozenset[Permission],
        days: int = DEFAULT_DAYS,
    ) -> NewToken:
        """Make a token with which a program acts as this person for one of their organisations.

        Args:
            principal: A signed-in member of the organisation; not a token.
            organisation: The only organisation for which the token works.
            name: What it is for.
            scopes: The only rights it has; none is allowed, it can then only say whose it is.
            days: Lifetime, 1 to 365.

        Returns:
            The token with its secret, which is stored nowhere.

        Raises:
            NoTokenByTokenError: asked by a token.
            ForbiddenError: the person is no member of the organisation.
            BadInputError: the lifetime is out of bounds.
            ScopeNotAllowedError: the person does not have one of the rights for the organisation.
        """
        principal.require(Permission.TOKEN_MANAGE, organisation=organisation)
        if principal.token_id is not None:
            raise NoTokenByTokenError(
                Text(
                    nl="Een token kan geen tokens maken. Meld u aan met de browser en maak het token daar.",
                    en="A token cannot make tokens. Sign in with a browser and make the token there.",
                )
            )
        if principal.person_id is None or organisation not in principal.organisations:
            raise ForbiddenError(
                Text(
                    nl="Een token werkt voor een organisatie waarvan u lid bent. Kies een van uw organisaties.",
                    en="A token works for an organisation of which you are a member. Choose one of yours.",
                )
            )
        if not 1 <= days <= MAX_DAYS:
            raise BadInputError(
                Text(
                    nl=f"Een token leeft 1 tot {MAX_DAYS} dagen.",
                    en=f"A token lives 1 to {MAX_DAYS} days.",
                )
            )
        _require_scopes(principal, organisation, scopes)
        secret = credentials.new_secret()
        with self._database.begin() as work:
            row = TokenRow(
                id=new_id("tok"),
                secret_hash=credentials.digest(secret),
                name=name,
                person_id=principal.person_id,
                person=work.session.get_one(PersonRow, principal.person_id),
                organisation_id=organisation,
                scopes=sorted(scopes),
                created_at=work.now,
                expires_at=work.now + timedelta(days=days),
            )
            work.session.add(row)
            work.audit(
                principal,
                "token.create",
                row.id,
                organisation=organisation,
                name=name,
                scopes=sorted(scopes),
                expires_at=row.expires_at.isoformat(),
            )
            return NewToken(repository.token_of(row), credentials.write_token(row.id, secret))

    def revoke_token(self, principal: Principal, token: str) -> None:
        """End a token at once and for good. Revoking twice changes nothing.

        Raises:
            TokenNotFoundError: there is none, or it is somebody else's.
        """
        principal.require(Permission.TOKEN_MANAGE)
        with self._database.begin() as work:
            row = _visible(principal, repository.token_row(work.session, token))
            if row.revoked_at is None:
                row.revoked_at = work.now
                work.audit(principal, "token.revoke", token, organisation=row.organisation_id)


def _visible(principal: Principal, row: TokenRow | None) -> TokenRow:
    """Hide the tokens of others, except from who manages the organisation."""
    if row is not None:
        mine = row.person_id == principal.person_id
        may = principal.may(Permission.TOKEN_MANAGE, organisation=row.organisation_id)
        if may and (mine or is_admin(principal, row.organisation_id)):
            return row
    raise TokenNotFoundError(
        Text(nl="Er is geen token met deze code.", en="There is no token with this id."),
    )


def _require_scopes(principal: Principal, organisation: str, scopes: frozenset[Permission]) -> None:
    allowed = set(ROLE_PERMISSIONS[principal.organisations[organisation]])
    if is_admin(principal, organisation):
        allowed.add(Permission.AUDIT_READ)
    refused = sorted(scopes - allowed)
    if refused:
        raise ScopeNotAllowedError(
            Text(
                nl=f"U hebt zelf geen recht op {', '.join(refused)} voor deze organisatie. Laat het weg.",
                en=f"You have no right to {', '.join(refused)} for this organisation yourself. Leave it out.",
            )
        )
