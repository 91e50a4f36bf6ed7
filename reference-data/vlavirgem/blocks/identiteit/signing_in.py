"""From an authorization request to a code: who is there, how sure, and do they let the application see this?

Every step checks the whole request again and keeps nothing in between: the pages carry it along.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, UnsupportedResponseTypeError
from authlib.oidc.core.errors import (
    ConsentRequiredError,
    LoginRequiredError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)
from joserfc import jwt
from joserfc.errors import JoseError

from vlavirgem.blocks.identiteit.claims import scope_of_claim
from vlavirgem.blocks.identiteit.consenting import decides, telling_scopes
from vlavirgem.blocks.identiteit.keys import ALGORITHM, key_set
from vlavirgem.blocks.identiteit.levels import Means, accepted, acr_of, find_means
from vlavirgem.blocks.identiteit.provider import Server
from vlavirgem.blocks.identiteit.requests import Sent
from vlavirgem.store.accounts import find_account
from vlavirgem.store.consents import consented
from vlavirgem.store.tokens import add_session, find_session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.responses import Response

    from vlavirgem.blocks.identiteit.grants import CodeGrant
    from vlavirgem.blocks.identiteit.requests import Application, Visit
    from vlavirgem.store.accounts import Account

SESSION_LIFE = timedelta(hours=8)
LONGEST = 6000
"""Of an authorization request: browsers and servers stop at some 8000 characters."""


class UnmetRequirementsError(OAuth2Error):
    """Nobody can sign in as surely as is demanded (OpenID Connect Core, 5.5.1.1 and its Unmet Authentication ext.)."""

    error = "unmet_authentication_requirements"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in.

    Attributes:
        account: Who, in which capacity.
        means: How.
        at: When.
        sid: Identifier of the session.
    """

    account: Account
    means: Means
    at: datetime
    sid: str


class SigningIn:
    """One authorization request, in one of its steps.

    Args:
        visit: The circumstances.
        question: The query of the authorization request, as it was sent.

    Raises:
        OAuth2Error: the request is wrong; with a `redirect_uri` it is the application that hears of it.
    """

    def __init__(self, visit: Visit, question: str) -> None:
        self.visit = visit
        self.question = question
        self.server = Server(visit)
        if len(question) > LONGEST:
            raise InvalidRequestError("The request is too long.")
        pairs = parse_qsl(question, keep_blank_values=True)
        sent = Sent("GET", {}, query=pairs)
        if not sent.is_writable or "\x00" in question or any("\x00" in value for _, value in pairs):
            raise InvalidRequestError("A parameter holds characters that it cannot hold.")
        self._asked = self.server.create_oauth2_request(sent)
        self.parameters: Mapping[str, str] = self._asked.payload.data
        self._grant: CodeGrant = self._validated()

    def _validated(self) -> CodeGrant:
        prompts = self.prompts
        try:
            grant: CodeGrant = self.server.get_authorization_grant(self._asked)
            grant.validate_no_multiple_request_parameter(self._asked)
            grant.redirect_uri = grant.validate_authorization_request()
        except UnsupportedResponseTypeError as error:
            if "response_type" in self.parameters:
                error.state = self.parameters.get("state")
                raise
            state, where = self.parameters.get("state"), error.redirect_uri
            raise InvalidRequestError(
                "Missing 'response_type' in request.", state=state, redirect_uri=where
            ) from error
        except OAuth2Error as error:
            error.state = self.parameters.get("state")
            raise
        for name, refusal in (("request", RequestNotSupportedError), ("request_uri", RequestURINotSupportedError)):
            if name in self.parameters:
                raise self.refusal(refusal())
        if self.parameters.get("response_mode", "query") != "query":
            raise self.refusal(InvalidRequestError("Only response_mode=query is supported."))
        if "none" in prompts and len(prompts) > 1:
            raise self.refusal(InvalidRequestError("Invalid 'prompt' parameter."))
        return grant

    @property
    def application(self) -> Application:
        """Who asks."""
        application: Application = self._asked.client
        return application

    @property
    def redirect_uri(self) -> str:
        """Where the answer goes."""
        return self.parameters["redirect_uri"]

    @property
    def scopes(self) -> list[str]:
        """What is asked."""
        return list(dict.fromkeys(self.parameters["scope"].split()))

    @property
    def prompts(self) -> list[str]:
        """What the application wants to be asked again."""
        return self.parameters.get("prompt", "").split()

    @property
    def means(self) -> tuple[Means, ...]:
        """By what people may sign in, the surest demand of the application considered."""
        return accepted(self._acr_values)

    @property
    def _acr_values(self) -> list[str]:
        demanded, values = self._demanded_acr()
        return values if demanded else [*values, *self.parameters.get("acr_values", "").split()]

    def _demanded_acr(self) -> tuple[bool, list[str]]:
        acr = self._claims.get("acr") or {}
        values = acr.get("values", [acr["value"]] if "value" in acr else [])
        if not isinstance(values, list):
            raise self.refusal(InvalidRequestError("The values of acr in the claims parameter are no list."))
        return bool(acr.get("essential", False)) and bool(values), [str(one) for one in values]

    @cached_property
    def _claims(self) -> dict[str, Any]:
        """The claims that are asked by name, for the ID token and for user info alike."""
        try:
            asked = json.loads(self.parameters.get("claims", "{}"))
            named: dict[str, Any] = {**(asked.get("userinfo") or {}), **(asked.get("id_token") or {})}
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise self.refusal(InvalidRequestError("The claims parameter is no JSON object of claims.")) from error
        if not all(one is None or isinstance(one, dict) for one in named.values()):
            raise self.refusal(InvalidRequestError("The claims parameter is no JSON object of claims."))
        return named

    @property
    def named_claims(self) -> list[str]:
        """The claims that are asked by name and that the application may have."""
        return [name for name in self._claims if scope_of_claim(name) in self.application.scopes]

    def refusal(self, error: OAuth2Error) -> OAuth2Error:
        """Make an error one that the application hears of."""
        error.redirect_uri, error.state = self.redirect_uri, self.parameters.get("state")
        return error

    def check_demands(self) -> None:
        """Refuse what nobody can satisfy.

        Raises:
            UnmetRequirementsError: an essential `acr` is none that exists here.
        """
        demanded, values = self._demanded_acr()
        if demanded and not any(acr_of(one, asked=values) in values for one in self.means):
            raise self.refusal(UnmetRequirementsError("No means of this provider is sure enough."))

    def must_sign_in(self, session: Session | None) -> bool:
        """Say whether somebody has to sign in (again).

        Raises:
            LoginRequiredError: so it is, and the application wants no pages.
        """
        must = (
            session is None
            or not self.fits(session)
            or self._is_too_long_ago(session)
            or any(prompt in self.prompts for prompt in ("login", "select_account"))
        )
        if must and "none" in self.prompts:
            raise self.refusal(LoginRequiredError())
        return must

    def fits(self, session: Session) -> bool:
        """Say whether somebody signed in surely enough, and is whom the application expects."""
        return session.means in self.means and not self.expects_another(session.account)

    def expects_another(self, account: Account) -> bool:
        """Say whether the application expects another person: of nobody else it is told.

        OpenID Connect Core, 3.1.2.2; a hint that has expired counts.

        Raises:
            InvalidRequestError: the hint is none of ours.
        """
        sub, hint = self._claims.get("sub") or {}, self.parameters.get("id_token_hint")
        expected = [sub["value"]] if "value" in sub else []
        if hint is not None:
            try:
                expected.append(jwt.decode(hint, key_set(self.visit), algorithms=[ALGORITHM]).claims.get("sub"))
            except (JoseError, ValueError) as error:
                raise self.refusal(
                    InvalidRequestError("The id_token_hint is no ID token of this provider.")
                ) from error
        return any(one != account.subject for one in expected)

    def _is_too_long_ago(self, session: Session) -> bool:
        age = self.parameters.get("max_age")
        if age is None:
            return False
        if not age.isascii() or not age.isdigit():
            raise self.refusal(InvalidRequestError("The max_age is no number of seconds."))
        return self.visit.now - session.at > timedelta(seconds=min(int(age[:9]), 10**8))

    def to_consent(self, session: Session) -> list[str]:
        """Give the scopes for which consent is needed first: only citizens and who acts for a business decide that.

        For who signs in at work the employer decides what an application sees.

        Raises:
            ConsentRequiredError: some are, and the application wants no pages.
        """
        person = session.account.person
        if person is None or not decides(session.account):
            return []
        telling = telling_scopes(self.visit.connection, scopes=self.scopes, claims=self.named_claims)
        known = consented(self.visit.connection, person=person, client_id=self.application.client_id)
        needed = telling if "consent" in self.prompts else [name for name in telling if name not in known]
        if needed and "none" in self.prompts:
            raise self.refusal(ConsentRequiredError())
        return needed

    def finish(self, session: Session | None) -> Response:
        """Send the browser back with a code; without a session, with a refusal."""
        if session:
            self.server.facts = {
                "auth_time": int(session.at.timestamp()),
                "acr": acr_of(session.means, asked=self._acr_values),
                "amr": [session.means.code],
                "sid": session.sid,
                "claims": self.named_claims,
            }
        account = session.account if session else None
        answer: Response = self.server.create_authorization_response(
            self._asked, grant_user=account, grant=self._grant
        )
        return sign(answer, issuer=self.visit.issuer)


def sign(answer: Response, *, issuer: str) -> Response:
    """Say in an answer to an application whose it is (RFC 9207)."""
    if "location" in answer.headers:
        answer.headers["location"] = add_params_to_uri(answer.headers["location"], {"iss": issuer})
    return answer


def find_open_session(visit: Visit, secret: str | None) -> Session | None:
    """Find who is signed in, in the browser that holds the secret, and can still sign in."""
    row = find_session(visit.connection, secret, now=visit.now) if secret else None
    if row is None:
        return None
    account, means = find_account(visit.connection, row["account"]), find_means(row["middel"])
    return Session(account, means, row["tijdstip"], row["sid"]) if account and means else None


def open_session(visit: Visit, account: Account, *, means: Means) -> tuple[str, Session]:
    """Let somebody be signed in; gives the secret for their browser."""
    secret, sid = secrets.token_urlsafe(32), secrets.token_hex(16)
    add_session(
        visit.connection,
        secret,
        sid=sid,
        account=account.key,
        means=means.code,
        now=visit.now,
        until=visit.now + SESSION_LIFE,
    )
    return secret, Session(account, means, visit.now, sid)
