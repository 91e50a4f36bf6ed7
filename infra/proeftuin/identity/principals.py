"""How a person or a token becomes a `Principal`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.identity.models import NAME_LENGTH
from proeftuin.identity.records import Level
from proeftuin_kernel.auth import Principal

if TYPE_CHECKING:
    from proeftuin.identity.records import ApiToken, Membership, Person


def principal_of_person(person: Person, memberships: list[Membership]) -> Principal:
    """Give a signed-in person the rights of every organisation they belong to."""
    return Principal(
        person_id=person.id,
        name=person.name,
        organisations={one.organisation.id: one.organisation.kind for one in memberships},
        admin_of=frozenset(one.organisation.id for one in memberships if one.level is Level.ADMIN),
    )


def principal_of_token(token: ApiToken, membership: Membership) -> Principal:
    """Give a token what its maker may do now for its one organisation, within its scopes."""
    organisation = membership.organisation
    return Principal(
        person_id=token.person,
        name=f"{token.person_name} (token {token.name})"[:NAME_LENGTH],
        organisations={organisation.id: organisation.kind},
        admin_of=frozenset({organisation.id} if membership.level is Level.ADMIN else ()),
        scopes=token.scopes,
        token_id=token.id,
    )
