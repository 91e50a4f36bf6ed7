"""What the identity part knows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_kernel.auth import Permission, Role


class Level(StrEnum):
    """What a member may do inside the organisation: an admin also manages members, details and tokens."""

    MEMBER = "member"
    ADMIN = "admin"


class TokenState(StrEnum):
    """Whether a token opens the door."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """Who the identity provider says somebody is, after every check on its answer.

    Attributes:
        issuer: URL of the provider.
        subject: The provider's own, stable id of the person (claim `sub`).
        name: How the person is called.
    """

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in, or who was added to an organisation and has yet to sign in."""

    id: str
    issuer: str
    subject: str
    name: str
    last_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """On whose behalf people act.

    Attributes:
        slug: Short name in addresses; unique, a DNS label.
        kind: What the organisation is to the proeftuin; decides what its members may do.
        kbo: Belgian enterprise number, ten digits.
    """

    id: str
    slug: str
    kind: Role
    name: str
    kbo: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organisation."""

    id: str
    organisation: str
    person: Person
    level: Level
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation of a person."""

    organisation: Organisation
    level: Level


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a program uses to act as a person for one organisation; the secret is not in here."""

    id: str
    name: str
    organisation: str
    person: str
    person_name: str
    scopes: frozenset[Permission]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> TokenState:
        """Tell whether the token opens the door at a moment."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if now >= self.expires_at else TokenState.ACTIVE


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with its secret: this is the only time that anybody sees it."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which audit facts to show; None means any."""

    organisation: str | None = None
    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who changed what, and when."""

    id: int
    at: datetime
    actor: str | None
    actor_name: str
    token: str | None
    action: str
    subject: str
    organisation: str | None
    request_id: str | None
    details: dict[str, object]
