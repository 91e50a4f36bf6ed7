"""My organisation: members, tokens, audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin.portal.views.asking import Choice
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.portal.views.audit import AuditLine


ROLES = {
    "visitor": Text(nl="bezoeker", en="visitor"),
    "startup": Text(nl="start-up", en="start-up"),
    "vendor": Text(nl="leverancier", en="supplier"),
    "municipality": Text(nl="gemeente", en="municipality"),
    "researcher": Text(nl="onderzoeker", en="researcher"),
    "operator": Text(nl="beheerder van de proeftuin", en="operator of the proeftuin"),
}
SCOPES = {
    "audit:read": Text(nl="auditlog lezen", en="read the audit log"),
    "badge:revoke": Text(nl="badges intrekken", en="revoke badges"),
    "catalogue:read": Text(nl="catalogus lezen", en="read the catalogue"),
    "organisation:manage": Text(nl="organisatie beheren", en="manage the organisation"),
    "organisation:read": Text(nl="organisatie bekijken", en="see the organisation"),
    "run:read": Text(nl="toetsen bekijken", en="see test runs"),
    "run:request": Text(nl="toetsen starten", en="start test runs"),
    "sandbox:manage": Text(nl="proeftuinen beheren", en="manage sandboxes"),
    "sandbox:operate": Text(nl="alle proeftuinen beheren", en="operate all sandboxes"),
    "sandbox:read": Text(nl="proeftuinen bekijken", en="see sandboxes"),
    "solution:manage": Text(nl="oplossingen beheren", en="manage solutions"),
    "token:manage": Text(nl="tokens beheren", en="manage tokens"),
}
LEVELS = (
    Choice(
        value="meewerken",
        label=Text(
            nl="meewerken: proeftuinen, toetsen en eigen tokens", en="take part: sandboxes, test runs and own tokens"
        ),
    ),
    Choice(
        value="beheren",
        label=Text(nl="beheren: ook de leden en alle tokens", en="manage: the members and all tokens too"),
    ),
)
"""What a member may do."""
TOKEN_STATES = {
    "active": Text(nl="bruikbaar", en="usable"),
    "revoked": Text(nl="ingetrokken", en="revoked"),
    "expired": Text(nl="verlopen", en="expired"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in an organisation.

    Attributes:
        subject: What the identity provider calls them.
        is_admin: Whether they manage the organisation, or only work for it.
        is_reader: Whether they are the one who reads the page.
        has_signed_in: Who was added and never signed in has no name yet.
    """

    id: str
    name: str
    subject: str
    is_admin: bool = False
    is_reader: bool = False
    has_signed_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token, without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None
    last_used: datetime | None = None
    state: str = "active"

    @property
    def is_live(self) -> bool:
        """Whether it can still be used, and so be revoked."""
        return self.state == "active"

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return TOKEN_STATES.get(self.state, Text(nl=self.state, en=self.state))

    @property
    def scope_words(self) -> tuple[Text, ...]:
        """What it may do, in words."""
        return tuple(SCOPES.get(scope, Text(nl=scope, en=scope)) for scope in self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation that the reader belongs to."""

    id: str
    name: str
    role: str
    may_manage: bool
    members: tuple[Member, ...] = ()
    audit: tuple[AuditLine, ...] = ()

    @property
    def role_word(self) -> Text:
        """What the organisation is to the proeftuin."""
        return ROLES.get(self.role, Text(nl=self.role, en=self.role))


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersView:
    """Everything on the page with the members of an organisation.

    Attributes:
        may_manage: Whether the reader adds, changes and removes members.
        next: Cursor of the next page.
    """

    organisation_id: str
    organisation: str
    may_manage: bool
    members: tuple[Member, ...]
    total: int
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MineView:
    """Everything on the page 'Mijn organisatie'; `subject` is what the identity provider calls the reader."""

    person: str
    subject: str
    organisations: tuple[Organisation, ...]
    tokens: tuple[Token, ...]
    scopes: tuple[Choice, ...]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The organisations for which a token can be made."""
        return tuple(Choice(value=one.id, label=Text(nl=one.name, en=one.name)) for one in self.organisations)
