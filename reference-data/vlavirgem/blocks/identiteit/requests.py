"""What the protocol library needs to know of a request, of an application and of what was given to it."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote_plus, urlsplit

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request

from vlavirgem.store.applications import find_application
from vlavirgem.store.identity import hashed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row

_WRITABLE = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
"""What an `error_description` may hold (RFC 6749, 4.1.2.1): the library puts values of a request into it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent.

    Attributes:
        method: HTTP method.
        headers: Its headers.
        query: Parameters of the address, in order.
        form: Parameters of the body, in order.
    """

    method: str
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    form: Sequence[tuple[str, str]] = ()

    @property
    def is_writable(self) -> bool:
        """Whether the parameters of the protocol itself are plain ASCII without quotes, as they must be."""
        names = ("client_id", "response_type", "grant_type", "redirect_uri", "token_type_hint")
        return all(_WRITABLE.fullmatch(value) for name, value in (*self.query, *self.form) if name in names)


@dataclass(frozen=True, slots=True)
class Visit:
    """The circumstances in which a request is answered.

    Attributes:
        connection: A transaction.
        now: When.
        issuer: The name of the provider: the address at which browsers find it.
        base: The address at which this request came in; a program in a container may use another one than a browser.
    """

    connection: DictConnection
    now: datetime
    issuer: str
    base: str


class _Payload(OAuth2Payload):
    def __init__(self, sent: Sent) -> None:
        self._data = dict((*sent.query, *sent.form))
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in (*sent.query, *sent.form):
            self._lists[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._lists


class Asked(OAuth2Request):
    """A request, as the protocol library knows it."""

    def __init__(self, sent: Sent) -> None:
        # The library would refuse http. A town is made up and may be served on a machine without certificates.
        super().__init__(sent.method, "https://vlavirgem.example/", headers=sent.headers)
        self._sent = sent
        self.payload = _Payload(sent)

    @property
    def args(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(self._sent.query)

    @cached_property
    def form(self) -> dict[str, str]:
        """The parameters of the body."""
        return dict(self._sent.form)


@dataclass(frozen=True, slots=True)
class Application:
    """An application that is registered here.

    Attributes:
        client_id: Its name for the provider.
        secret: Hash of its secret.
        client_metadata: As RFC 7591 has it.
    """

    client_id: str
    secret: str | None = field(repr=False)
    client_metadata: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name for people."""
        return str(self.client_metadata["client_name"])

    @property
    def auth_method(self) -> str:
        """How it says who it is at the token endpoint."""
        return str(self.client_metadata["token_endpoint_auth_method"])

    @property
    def scopes(self) -> list[str]:
        """What it may ask."""
        return str(self.client_metadata["scope"]).split()

    @property
    def needs_proof(self) -> bool:
        """Whether it must use PKCE: always when it has no other way to prove who it is."""
        return self.auth_method == "none" or bool(self.client_metadata.get("pkce_required", True))

    def get_client_id(self) -> str:
        """Give its name for the provider."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """There is none: who does not say where to go to, gets an error (OpenID Connect Core, 3.1.2.1)."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Give what may be asked; nothing when one is not allowed, as ACM/IDM does, and all when none is named."""
        if not scope:
            return " ".join(self.scopes)
        wanted = list(dict.fromkeys(scope.split()))
        return " ".join(wanted) if set(wanted) <= set(self.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Say whether an address is registered, to the letter; of a loopback address the port may differ."""
        return any(_is_same(redirect_uri, known) for known in self.client_metadata.get("redirect_uris", ()))

    def check_client_secret(self, client_secret: str) -> bool:
        """Say whether the secret is the right one, written as it is or as in a form (RFC 6749, 2.3.1)."""
        kept = self.secret
        given = (client_secret, unquote_plus(client_secret))
        return kept is not None and any(secrets.compare_digest(kept, hashed(one)) for one in given)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Say whether it may say who it is in this way."""
        return method == self.auth_method

    def check_response_type(self, response_type: str) -> bool:
        """Say whether it may ask for this."""
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        """Say whether it may use this grant."""
        return grant_type in self.client_metadata["grant_types"]


def application_of(row: Row) -> Application:
    """Read an application from its row."""
    return Application(row["client_id"], row["geheim"], row["gegevens"])


def query_application(connection: DictConnection, client_id: str) -> Application | None:
    """Find an application."""
    row = find_application(connection, client_id)
    return None if row is None else application_of(row)


def is_loopback(parts: SplitResult) -> bool:
    """Say whether an address is one of the machine itself, written as a number (RFC 8252, 7.3)."""
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _is_same(given: str, known: str) -> bool:
    if given == known:
        return True
    registered = urlsplit(known)
    if not is_loopback(registered):
        return False
    try:
        parts = urlsplit(given)
        return is_loopback(parts) and (parts.port or 1) > 0 and _without_port(parts) == _without_port(registered)
    except ValueError:
        return False


def _without_port(parts: SplitResult) -> tuple[str | None, ...]:
    return (parts.hostname, parts.username, parts.password, parts.path, parts.query, parts.fragment)


@dataclass(frozen=True, slots=True)
class Given:
    """A code or a token that was given, as the protocol library knows it.

    Attributes:
        row: What was remembered.
        now: When it is used.
    """

    row: Row
    now: datetime

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of the sign-in that it followed from."""
        known: dict[str, Any] = self.row["gegevens"]
        return known

    @property
    def code_challenge(self) -> str | None:
        """The challenge of PKCE."""
        challenge: str | None = self.facts.get("code_challenge")
        return challenge

    @property
    def code_challenge_method(self) -> str:
        """Its method; no other one is accepted."""
        return "S256"

    def get_redirect_uri(self) -> str:
        """Give the address that was asked."""
        return str(self.facts["redirect_uri"])

    def get_scope(self) -> str:
        """Give what was granted."""
        return str(self.row["scope"])

    def check_client(self, client: Application) -> bool:
        """Say whether it was given to this application."""
        return bool(self.row["client_id"] == client.client_id)

    def is_expired(self) -> bool:
        """Say whether its time is over."""
        return bool(self.row["tot"] <= self.now)

    def is_revoked(self) -> bool:
        """Say whether it was taken back."""
        return bool(self.row["ingetrokken"])
