"""From a request to a `Principal`: an API token, else a session cookie, else a visitor.

Every request asks the database, so that what was revoked is refused from the next request on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import update

from proeftuin.identity import credentials, repository
from proeftuin.identity.errors import CrossSiteError, SessionExpiredError, TokenInvalidError
from proeftuin.identity.models import TokenRow
from proeftuin.identity.principals import principal_of_token
from proeftuin.identity.records import TokenState
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from fastapi import Request

    from proeftuin.identity.sessions import SessionService
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_USED_EVERY = timedelta(hours=1)
_NOBODY = credentials.digest("")


class Authenticator:
    """Recognises who sends a request. `authenticate` is what the assembly sets as `app.state.authenticate`.

    Args:
        database: Where tokens live.
        sessions: Where sessions live.
        public_url: The platform's own address; decides whether cookies are `Secure` and what is same-origin.
    """

    def __init__(self, database: Database, sessions: SessionService, *, public_url: str) -> None:
        self._database = database
        self._sessions = sessions
        self._origin = origin_of(public_url)
        self.is_secure = self._origin.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """Name of the session cookie; `__Host-` makes browsers refuse it from any other host (RFC 6265bis)."""
        return "__Host-proeftuin" if self.is_secure else "proeftuin"

    def authenticate(self, request: Request) -> Principal:
        """Tell who sends a request. Asked twice for one request, it answers the same.

        Raises:
            TokenInvalidError: there is a bearer token and it is not valid.
            SessionExpiredError: a change was asked with the cookie of a session that ended. (Reading goes on
                as a visitor, so that a page can be seen and the way to sign in found.)
            CrossSiteError: a change was asked with a cookie from another website.
        """
        known: Principal | None = getattr(request.state, "principal", None)
        if known is None:
            known = self._recognise(request)
            request.state.principal = known
        return known

    def require_same_origin(self, request: Request) -> None:
        """Refuse a change that another website made the browser ask (cross-site request forgery).

        Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`; a script cannot forge
        either. A request with neither does not come from a page of ours.

        Raises:
            CrossSiteError: it does not come from our own pages.
        """
        if request.method in _SAFE:
            return
        site = request.headers.get("sec-fetch-site")
        origin = request.headers.get("origin")
        if site is not None:
            is_ours = site == "same-origin"
        else:
            is_ours = origin is not None and origin in {self._origin, origin_of(str(request.base_url))}
        if not is_ours:
            raise CrossSiteError(
                Text(
                    nl="Deze wijziging kwam niet van een pagina van de proeftuin. "
                    "Open de pagina opnieuw; programma's gebruiken een API-token.",
                    en="This change did not come from a page of the platform. "
                    "Open the page again; programs use an API token.",
                ),
                log_message=f"Sec-Fetch-Site {site!r}, Origin {origin!r}",
            )

    def _recognise(self, request: Request) -> Principal:
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._by_token(credential.strip())
        secret = request.cookies.get(self.cookie_name)
        if not secret:
            return VISITOR
        self.require_same_origin(request)
        principal = self._sessions.find(secret)
        if principal is not None:
            return principal
        if request.method in _SAFE:
            return VISITOR
        raise SessionExpiredError(
            Text(
                nl="U was te lang weg of meldde zich af. Meld u opnieuw aan; wat u invulde is niet bewaard.",
                en="You were away too long or signed out. Sign in again; what you filled in was not saved.",
            )
        )

    def _by_token(self, text: str) -> Principal:
        given = credentials.read_token(text)
        if given is None:
            raise TokenInvalidError(
                Text(
                    nl="Dit is geen token van de proeftuin: dat begint met pt_. Kopieer het volledig.",
                    en="This is no token of the platform: those begin with pt_. Copy all of it.",
                )
            )
        now = self._database.clock.now()
        with self._database.read() as session:
            row = repository.token_row(session, given.id)
            # Compared also when there is no such token, so that time tells nothing.
            is_same = credentials.matches(given.secret, row.secret_hash if row else _NOBODY)
            if row is None or not is_same:
                raise TokenInvalidError(_REFUSED[None])
            token = repository.token_of(row)
            membership = repository.membership(session, person=token.person, organisation=token.organisation)
        state = token.state(now)
        if state is not TokenState.ACTIVE or membership is None:
            raise TokenInvalidError(_REFUSED[state])
        if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
            with self._database.begin() as work:
                work.session.execute(update(TokenRow).where(TokenRow.id == token.id).values(last_used_at=now))
        return principal_of_token(token, membership)


_REFUSED = {
    None: Text(
        nl="Dit token kennen we niet. Controleer of u het volledig kopieerde.",
        en="We do not know this token. Check that you copied all of it.",
    ),
    TokenState.EXPIRED: Text(
        nl="Dit token is verlopen. Maak een nieuw token.",
        en="This token expired. Make a new one.",
    ),
    TokenState.REVOKED: Text(
        nl="Dit token is ingetrokken. Maak een nieuw token.",
        en="This token was revoked. Make a new one.",
    ),
    TokenState.ACTIVE: Text(
        nl="Wie dit token maakte is geen lid meer van de organisatie. Laat een lid een nieuw token maken.",
        en="Who made this token is no member of the organisation any more. Have a member make a new one.",
    ),
}


def origin_of(url: str) -> str:
    """Give scheme, host and port of a URL, as browsers write it in `Origin`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
