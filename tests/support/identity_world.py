"""Synthetic organisations, persons and their principals on a real database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proeftuin.identity.audit import AuditService
from proeftuin.identity.authentication import Authenticator
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.synthetic import KNOWN_AS, identity_of, seed_development
from proeftuin.identity.tokens import TokenService
from proeftuin_kernel.auth import SYSTEM

if TYPE_CHECKING:
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database

PUBLIC_URL = "http://127.0.0.1:8309"


@dataclass
class World:
    """The identity services on one database, with the synthetic persons in it."""

    database: Database
    public_url: str = PUBLIC_URL
    service: IdentityService = field(init=False)
    tokens: TokenService = field(init=False)
    sessions: SessionService = field(init=False)
    audit: AuditService = field(init=False)
    authenticator: Authenticator = field(init=False)

    def __post_init__(self) -> None:
        self.service = IdentityService(self.database, issuer=KNOWN_AS)
        self.tokens = TokenService(self.database)
        self.sessions = SessionService(self.database)
        self.audit = AuditService(self.database)
        self.authenticator = Authenticator(self.database, self.sessions, public_url=self.public_url)
        seed_development(self.service)

    def organisation(self, slug: str) -> str:
        """Give the id of a synthetic organisation."""
        found = self.service.organisation_by_slug(SYSTEM, slug)
        assert found is not None
        return found.id

    def sign_in(self, subject: str) -> str:
        """Open a session for a synthetic person; gives the cookie's value."""
        return self.sessions.open_session(identity_of(subject))

    def principal(self, subject: str) -> Principal:
        """Give the principal of a synthetic person who signs in."""
        found = self.sessions.find(self.sign_in(subject))
        assert found is not None
        return found
