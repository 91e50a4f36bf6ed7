"""Signing in and out in a browser: what happens at `/aanmelden`, `/aanmelden/terug`, `/afmelden`, `/afgemeld`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from starlette.responses import RedirectResponse

from proeftuin.identity.authentication import origin_of
from proeftuin.identity.errors import SignInFailedError, SignInRefusedError
from proeftuin.identity.pages import page
from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from proeftuin.identity.authentication import Authenticator
    from proeftuin.identity.openid import OpenIdClient
    from proeftuin.identity.sealing import Seal
    from proeftuin.identity.sessions import SessionService

CALLBACK_PATH = "/aanmelden/terug"
_LIFETIME = timedelta(minutes=10)
_LONGEST_PATH = 1500
_REFUSALS = frozenset({"access_denied", "interaction_required", "login_required", "consent_required"})


class SignIn:
    """Takes a browser through the sign-in at the identity provider and back.

    Between leaving and coming back, the browser keeps state, nonce and PKCE verifier in a sealed cookie, so that
    visitors who never finish leave nothing on the server, and any process can finish a sign-in.

    Args:
        client: Speaks to the provider.
        sessions: Where a finished sign-in becomes a session.
        authenticator: Knows the session cookie and what is same-origin.
        seal: Seals the cookie of a sign-in under way.
        public_url: The address to which the provider sends people back.
    """

    def __init__(
        self,
        client: OpenIdClient,
        sessions: SessionService,
        authenticator: Authenticator,
        *,
        seal: Seal,
        public_url: str,
    ) -> None:
        self._client = client
        self._sessions = sessions
        self._authenticator = authenticator
        self._seal = seal
        self._public_url = public_url.rstrip("/")

    @property
    def cookie_name(self) -> str:
        """Name of the cookie of a sign-in under way."""
        return f"{self._authenticator.cookie_name}-aanmelden"

    def start(self, request: Request, *, back: str) -> Response:
        """Send the browser to the identity provider.

        Args:
            request: Of the browser.
            back: Path on this site to return to; anything else becomes the home page.

        Raises:
            IdentityProviderUnavailableError: the provider does not answer.
        """
        back = safe_path(back)
        if origin_of(str(request.base_url)) != origin_of(self._public_url) and "hier" not in request.query_params:
            # Cookies belong to one host, and the provider sends people back to the public one. `hier` ends the loop
            # behind a proxy that hides the public host from us.
            return _redirect(f"{self._public_url}/aanmelden?hier=1&terug={quote(back, safe='')}")
        challenge = self._client.begin()
        response = _redirect(challenge.url)
        kept = {"state": challenge.state, "nonce": challenge.nonce, "code_verifier": challenge.code_verifier}
        sealed = self._seal.close({**kept, "back": back}, lifetime=_LIFETIME)
        self._set(response, self.cookie_name, sealed)
        return response

    def finish(self, request: Request) -> Response:
        """Take the browser back from the identity provider and open a session.

        Raises:
            SignInFailedError: the answer does not belong to a sign-in of this browser, or is not valid.
            SignInRefusedError: the provider did not let the person in, or the person stopped.
            IdentityProviderUnavailableError: the provider does not answer.
        """
        answer = request.query_params
        begun = self._begun(request)
        if begun is None or answer.get("state") != begun["state"]:
            return self._without_start(request)
        if "error" in answer or "code" not in answer:
            raise _refused(answer.get("error", "no code"), answer.get("error_description", ""))
        identity = self._client.finish(
            code=answer["code"],
            nonce=begun["nonce"],
            code_verifier=begun["code_verifier"],
            issuer=answer.get("iss"),
        )
        before = request.cookies.get(self._authenticator.cookie_name)
        secret = self._sessions.open_session(identity, replaces=before)
        response = _redirect(begun["back"])
        self._set(response, self._authenticator.cookie_name, secret)
        self._forget(response, self.cookie_name)
        return response

    def stop(self, request: Request) -> Response:
        """Sign the browser out here, and go to a page that shows how to sign out of the provider too.

        Raises:
            CrossSiteError: another website made the browser ask this.
        """
        self._authenticator.require_same_origin(request)
        secret = request.cookies.get(self._authenticator.cookie_name)
        if secret:
            self._sessions.close_session(secret)
        response = _redirect("/afgemeld")
        self._forget(response, self._authenticator.cookie_name)
        return response

    def signed_out(self, request: Request) -> Response:
        """Say that one is signed out. The provider's own session is one link away, not silently kept."""
        try:
            provider = self._client.end_session_url(after=f"{self._public_url}/")
        except UnavailableError:
            provider = None
        return page(request, "signed_out.html", provider=provider)

    def _begun(self, request: Request) -> dict[str, Any] | None:
        sealed = request.cookies.get(self.cookie_name)
        return self._seal.open(sealed) if sealed else None

    def _without_start(self, request: Request) -> Response:
        """Reload and back never repeat a sign-in: who is in goes on, others hear what to do."""
        secret = request.cookies.get(self._authenticator.cookie_name)
        if secret and self._sessions.find(secret) is not None:
            return _redirect("/")
        raise SignInFailedError(
            Text(
                nl="Deze aanmelding is ouder dan tien minuten, of begon in een ander venster. Meld u opnieuw aan, "
                "en laat cookies van deze site toe.",
                en="This sign-in is more than ten minutes old, or began in another window. Sign in again, "
                "and allow cookies of this site.",
            ),
            log_message="sign-in: the state is not that of this browser",
        )

    def _set(self, response: Response, name: str, value: str) -> None:
        secure = self._authenticator.is_secure
        response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=secure)

    def _forget(self, response: Response, name: str) -> None:
        secure = self._authenticator.is_secure
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)


def safe_path(wanted: str) -> str:
    """Give a path on this site, or `/` when a text could lead to another site (open redirect)."""
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    if not is_path or not wanted.isprintable() or len(wanted) > _LONGEST_PATH:
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc else wanted


def _redirect(url: str) -> RedirectResponse:
    return RedirectResponse(url, status_code=303, headers={"Cache-Control": "no-store"})


def _refused(error: str, description: str) -> SignInRefusedError | SignInFailedError:
    reason = f"the provider answered {error!r} {description!r}"
    if error in _REFUSALS:
        return SignInRefusedError(
            Text(
                nl="De aanmelddienst liet u niet binnen, of u brak af. Probeer opnieuw, of kijk rond zonder.",
                en="The sign-in service did not let you in, or you stopped. Try again, or look around without it.",
            ),
            log_message=reason,
        )
    return SignInFailedError(
        Text(
            nl="De aanmelddienst kon de aanmelding niet afmaken. Meld u opnieuw aan.",
            en="The sign-in service could not finish the sign-in. Sign in again.",
        ),
        log_message=reason,
    )
