"""Who somebody is and what they may do. No HTTP and no tables in here.

A person acts through an organisation. What the organisation *is* (its role) decides what its members
may do for it; `operator` is the role of the organisation that runs the platform and may do all.
Services ask `principal.require(...)`; routes never decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from proeftuin_kernel.errors import ForbiddenError, UnauthenticatedError
from proeftuin_kernel.text import Text


class Role(StrEnum):
    """What an organisation is to the proeftuin. `visitor` is everybody, also who is not signed in."""

    VISITOR = "visitor"
    STARTUP = "startup"
    VENDOR = "vendor"
    MUNICIPALITY = "municipality"
    RESEARCHER = "researcher"
    OPERATOR = "operator"


class Permission(StrEnum):
    """`<area>:<action>`. Keep the list alphabetical; `infra/README.md` has the table role × permission."""

    AUDIT_READ = "audit:read"
    BADGE_REVOKE = "badge:revoke"
    CATALOGUE_READ = "catalogue:read"
    ORGANISATION_MANAGE = "organisation:manage"
    ORGANISATION_READ = "organisation:read"
    RUN_READ = "run:read"
    RUN_REQUEST = "run:request"
    SANDBOX_MANAGE = "sandbox:manage"
    SANDBOX_OPERATE = "sandbox:operate"
    SANDBOX_READ = "sandbox:read"
    SOLUTION_MANAGE = "solution:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - the name of a right


_EVERYBODY = frozenset({Permission.CATALOGUE_READ})
_MEMBER = _EVERYBODY | {Permission.ORGANISATION_READ, Permission.ORGANISATION_MANAGE, Permission.TOKEN_MANAGE}
_TRIES = _MEMBER | {
    Permission.SANDBOX_MANAGE,
    Permission.SANDBOX_READ,
    Permission.RUN_REQUEST,
    Permission.RUN_READ,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: _EVERYBODY,
    Role.STARTUP: _TRIES | {Permission.SOLUTION_MANAGE},
    Role.VENDOR: _TRIES | {Permission.SOLUTION_MANAGE},
    Role.MUNICIPALITY: _TRIES,
    Role.RESEARCHER: _TRIES,
    Role.OPERATOR: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who does something: a signed-in person, a token, the platform itself, or a visitor.

    Attributes:
        person_id: None for a visitor and for the platform itself.
        name: Shown and written to the audit log.
        organisations: Role of each organisation that the person is a member of, by id.
        admin_of: The organisations in which the person may manage members and settings.
        scopes: When given (a token), the only permissions that may be used.
        token_id: The token in use, if any.
        is_system: The platform's own jobs; may do all.
    """

    person_id: str | None
    name: str
    organisations: dict[str, Role] = field(default_factory=dict)
    admin_of: frozenset[str] = frozenset()
    scopes: frozenset[Permission] | None = None
    token_id: str | None = None
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is known; a visitor is not."""
        return self.person_id is not None or self.is_system

    @property
    def is_operator(self) -> bool:
        """Whether the person belongs to the organisation that runs the platform."""
        return self.is_system or Role.OPERATOR in self.organisations.values()

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that the person has through some organisation, and visitor."""
        return frozenset(self.organisations.values()) | {Role.VISITOR}

    def may(self, permission: Permission, *, organisation: str | None = None) -> bool:
        """Tell whether a permission holds, for an organisation when one is named.

        Without `organisation` it is enough that some role of the person carries the permission. What everybody
        may do needs no scope: a token is never worth less than no token.
        """
        if self.is_system or permission in _EVERYBODY:
            return True
        if self.scopes is not None and permission not in self.scopes:
            return False
        if self.is_operator:
            return True
        if organisation is None:
            return any(permission in ROLE_PERMISSIONS[role] for role in self.organisations.values())
        role = self.organisations.get(organisation)
        return role is not None and permission in ROLE_PERMISSIONS[role]

    def require(self, permission: Permission, *, organisation: str | None = None) -> None:
        """Stop when a permission does not hold.

        Raises:
            UnauthenticatedError: nobody is signed in.
            ForbiddenError: the person is known and may not.
        """
        if self.may(permission, organisation=organisation):
            return
        if not self.is_signed_in:
            raise UnauthenticatedError(
                Text(nl="Meld u eerst aan.", en="Sign in first."),
            )
        raise ForbiddenError(
            Text(
                nl=f"U hebt het recht '{permission}' niet voor deze organisatie.",
                en=f"You do not have the permission '{permission}' for this organisation.",
            )
        )


VISITOR = Principal(person_id=None, name="bezoeker")
SYSTEM = Principal(person_id=None, name="proeftuin", is_system=True)
