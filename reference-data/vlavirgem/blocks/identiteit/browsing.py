"""What a browser does here: an application sends it, somebody signs in and consents, and it goes back."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.identiteit.choosing import (
    COOKIE,
    NOBODY,
    SOMEBODY_ELSE,
    Fields,
    Form,
    ask_who,
    choose,
    visiting,
    with_cookie,
)
from vlavirgem.blocks.identiteit.claims import claims_of_scope, describe_scope, read_claims
from vlavirgem.blocks.identiteit.pages import check_from_here, own_question, read_style, show
from vlavirgem.blocks.identiteit.provider import Server
from vlavirgem.blocks.identiteit.requests import Sent, Visit
from vlavirgem.blocks.identiteit.signing_in import LONGEST, Session, SigningIn, find_open_session, open_session, sign
from vlavirgem.blocks.writing import begin_writing
from vlavirgem.living.events import CONSENT_GIVEN
from vlavirgem.store.accounts import read_applications_with_roles
from vlavirgem.store.consents import give_consent
from vlavirgem.store.tokens import end_session

_NOT_SHOWN = ("given_name", "family_name", "email_verified", "vo_id", "vo_doelgroepcode")
"""Claims that say again, or only to programs, what another one says."""


def add_routes(app: FastAPI) -> None:
    """Add the routes of pages. They are not in the OpenAPI document: browsers follow them, programs do not."""
    for path, method, handler in (
        ("/authorize", "GET", authorize),
        ("/authorize", "POST", authorize_by_form),
        ("/authorize/aanmelden", "POST", sign_in),
        ("/authorize/toestemming", "POST", consent),
        ("/end_session", "GET", sign_out),
        ("/end_session", "POST", sign_out),
    ):
        app.add_api_route(path, handler, methods=[method], include_in_schema=False, response_class=Response)
    app.add_api_route("/stijl.css", read_style, methods=["GET"], include_in_schema=False, response_class=Response)


def authorize(request: Request) -> Response:
    """Begin or go on with an authorization request (OpenID Connect Core, 3.1.2)."""
    return _step(request, own_question(request), form={}, may_sign_in=True)


def authorize_by_form(request: Request, fields: Fields) -> Response:
    """Take an authorization request from a form: show it as if it were in the address (3.1.2.1)."""
    question = urlencode(fields)
    if len(question) > LONGEST:
        return _wrong(request, InvalidRequestError("The request is too long."))
    return RedirectResponse(f"{base_url(request)}/authorize?{question}", status_code=303)


def sign_in(request: Request, fields: Fields) -> Response:
    """Let a chosen test person be signed in, and go on."""
    check_from_here(request)
    form = dict(fields)
    return _step(request, form.get("vraag", ""), form=form, may_sign_in=False)


def _step(request: Request, question: str, *, form: Form, may_sign_in: bool) -> Response:
    with visiting(request) as visit:
        try:
            asked = SigningIn(visit, question)
            asked.check_demands()
            if may_sign_in:
                session = find_open_session(visit, request.cookies.get(COOKIE))
                if asked.must_sign_in(session) or session is None:
                    return ask_who(request, visit, asked)
                return _go_on(request, asked, session)
            account, means = choose(visit, form, offered=asked.means)
            if account is None or means is None:
                return ask_who(request, visit, asked, message=NOBODY)
            if asked.expects_another(account):
                return ask_who(request, visit, asked, message=SOMEBODY_ELSE)
            secret, session = open_session(visit, account, means=means)
            return with_cookie(request, _go_on(request, asked, session), secret)
        except OAuth2Error as error:
            return _refuse(request, visit, error)


def _go_on(request: Request, asked: SigningIn, session: Session) -> Response:
    needed = asked.to_consent(session)
    if not needed:
        return asked.finish(session)
    visit = asked.visit
    applications = read_applications_with_roles(visit.connection)
    claims = read_claims(visit.connection, session.account, scopes=needed, tells_number=session.means.tells_number)
    shown = [
        (
            describe_scope(name),
            [
                _written(claims[one])
                for one in claims_of_scope(name, applications=applications)
                if one in claims and one not in _NOT_SHOWN
            ],
        )
        for name in needed
    ]
    return show(
        request,
        "toestemming.html",
        application=asked.application.name,
        person=session.account.name,
        host=urlsplit(asked.redirect_uri).netloc or asked.redirect_uri,
        shown=shown,
        question=asked.question,
        sid=session.sid,
    )


def consent(request: Request, fields: Fields) -> Response:
    """Note what somebody answered, and go back to the application."""
    check_from_here(request)
    form = dict(fields)
    with visiting(request) as visit:
        try:
            asked = SigningIn(visit, form.get("vraag", ""))
            asked.check_demands()
            if form.get("antwoord") != "ja":
                return asked.finish(None)
            session = find_open_session(visit, request.cookies.get(COOKIE))
            # In another window of the browser somebody else may have signed in: they were not asked.
            if session is None or session.sid != form.get("aanmelding") or not asked.fits(session):
                return ask_who(request, visit, asked)
            person, application = session.account.person, asked.application
            labels = {name: describe_scope(name).nl for name in asked.to_consent(session)}
            if person is not None and labels:
                writing = begin_writing(visit.connection, now=visit.now)
                numbers = give_consent(
                    visit.connection,
                    person=person,
                    client_id=application.client_id,
                    application=application.name,
                    labels=labels,
                )
                if numbers:
                    writing.tell(CONSENT_GIVEN, f"persoon/{person}")
            return asked.finish(session)
        except OAuth2Error as error:
            return _refuse(request, visit, error)


def sign_out(request: Request, fields: Fields) -> Response:
    """Sign somebody out, because an application asks it or they do (RP-Initiated Logout 1.0)."""
    form = dict(fields)
    with visiting(request) as visit:
        server = Server(visit)
        sent = Sent(request.method, request.headers, query=request.query_params.multi_items(), form=fields)
        try:
            asked = server.validate_endpoint_request("end_session", sent)
            if asked.needs_confirmation and form.get("bevestigd") != "ja":
                return show(request, "afmelden.html", done=False)
            if asked.needs_confirmation:
                check_from_here(request)
                end_session(visit.connection, secret=request.cookies.get(COOKIE, ""))
            answer: Response | None = server.create_endpoint_response("end_session", asked)
            return answer or show(request, "afmelden.html", done=True)
        except OAuth2Error as error:
            return _wrong(request, error)


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _refuse(request: Request, visit: Visit, error: OAuth2Error) -> Response:
    """Tell the application when it is sure which one it is; else the person, and nobody is sent anywhere."""
    if error.redirect_uri:
        answer: Response = Server(visit).refuse(error)
        return sign(answer, issuer=visit.issuer)
    return _wrong(request, error)


def _wrong(request: Request, error: OAuth2Error) -> Response:
    return show(request, "fout.html", status=400, error=error.error, description=error.get_error_description())
