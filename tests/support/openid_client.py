"""An application that lets people sign in, on independent libraries: oauthlib for the flow, PyJWT for the tokens.

The provider is built on Authlib and joserfc; a mistake that those make on both sides would not be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt
from oauthlib.oauth2 import WebApplicationClient

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

BASE = "/identiteit/v1"
ORIGIN = "https://stad.test"
CALLBACK = "https://toepassing.test/terug"


class MovableClock:
    """Tells the time, or a later one."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Forms(HTMLParser):
    """The forms of a page, as a browser that knows no scripts sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.actions: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.actions.append(found.get("action", ""))
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found["value"]
        elif tag == "button" and "name" in found:
            self.buttons.append((found["name"], found["value"]))


@dataclass
class Application:
    """A registered application."""

    browser: TestClient
    client_id: str
    secret: str | None
    flow: WebApplicationClient

    def address(self, *, scope: str = "openid profile", verifier: str | None = None, **more: str) -> str:
        """The address to which it sends a browser."""
        self.verifier = verifier or self.flow.create_code_verifier(64)
        challenge = self.flow.create_code_challenge(self.verifier, "S256")
        parameters = {
            "redirect_uri": CALLBACK,
            "state": "staat-1",
            "nonce": "eenmalig-1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **more,
        }
        return str(self.flow.prepare_request_uri(f"{ORIGIN}{BASE}/authorize", scope=scope.split(), **parameters))

    def sign_in(self, account: str, *, means: str = "itsme", **asked: str) -> httpx.Response:
        """Have somebody sign in and say yes; gives the last answer, a redirect to the application."""
        answer = self.browser.get(self.address(**asked))
        assert 200 == answer.status_code, answer.text
        question = Forms(answer.text).hidden["vraag"]
        form = {"vraag": question, "account": account, "middel": means}
        answer = self.browser.post(f"{BASE}/authorize/aanmelden", data=form, follow_redirects=False)
        return self.agree(answer)

    def agree(self, answer: httpx.Response) -> httpx.Response:
        """Say yes on the page of consent, where that is what came."""
        if answer.status_code == 200 and "/authorize/toestemming" in answer.text:
            form = {**Forms(answer.text).hidden, "antwoord": "ja"}
            answer = self.browser.post(f"{BASE}/authorize/toestemming", data=form, follow_redirects=False)
        return answer

    def code_of(self, answer: httpx.Response) -> str:
        """Read the code, as oauthlib does: it checks the state."""
        assert 303 == answer.status_code, answer.text
        return str(self.flow.parse_request_uri_response(answer.headers["location"], state="staat-1")["code"])

    def ask_token(self, **fields: str) -> httpx.Response:
        """Ask at the token endpoint, with the secret in a header when there is one."""
        auth = (self.client_id, self.secret) if self.secret else None
        more = {} if self.secret else {"client_id": self.client_id}
        return self.browser.post(f"{BASE}/token", data={**more, **fields}, auth=auth)

    def redeem(self, code: str, /, **changed: str) -> httpx.Response:
        """Trade a code for tokens."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
            **changed,
        }
        return self.ask_token(**fields)

    def tokens(self, account: str, *, means: str = "itsme", **asked: str) -> dict[str, Any]:
        """Go the whole way."""
        answer = self.redeem(self.code_of(self.sign_in(account, means=means, **asked)))
        assert 200 == answer.status_code, answer.text
        return dict(self.flow.parse_request_body_response(answer.text))

    def claims(self, id_token: str) -> dict[str, Any]:
        """Check an ID token with the published keys, and read it."""
        description = self.browser.get(f"{BASE}/.well-known/openid-configuration").json()
        keys = jwt.PyJWKSet.from_dict(self.browser.get(path_of(description["jwks_uri"])).json())
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        return dict(
            jwt.decode(
                id_token,
                key,
                algorithms=description["id_token_signing_alg_values_supported"],
                audience=self.client_id,
                issuer=description["issuer"],
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        )


def path_of(address: str) -> str:
    """The path of an address of ours."""
    return urlsplit(address).path


def error_of(answer: httpx.Response) -> dict[str, str]:
    """The parameters with which a browser is sent back."""
    assert 303 == answer.status_code, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def refusal_of(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of an error of the token endpoint."""
    assert "no-store" == answer.headers["cache-control"]
    assert "application/json" == answer.headers["content-type"]
    return answer.status_code, answer.json()["error"]


def register(browser: TestClient, **metadata: Any) -> Application:
    """Register an application."""
    wanted = {
        "client_name": "Parkeerloket",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile email rrn vo wettelijkvertegenwoordiger burgerzaken dossiers",
        **metadata,
    }
    answer = browser.post(f"{BASE}/toepassingen", json=wanted)
    assert 201 == answer.status_code, answer.text
    made = answer.json()
    client_id = made["client_id"]
    return Application(browser, client_id, made.get("client_secret"), WebApplicationClient(client_id))
