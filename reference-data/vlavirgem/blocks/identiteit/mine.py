"""My consents: what somebody lets applications see, what they did before, and taking it back."""

from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.identiteit.choosing import (
    COOKIE,
    NOBODY,
    Fields,
    ask_who,
    choose,
    visiting,
    with_cookie,
)
from vlavirgem.blocks.identiteit.claims import describe_scope
from vlavirgem.blocks.identiteit.levels import MEANS
from vlavirgem.blocks.identiteit.pages import check_from_here, show
from vlavirgem.blocks.identiteit.requests import Visit, query_application
from vlavirgem.blocks.identiteit.signing_in import Session, find_open_session, open_session
from vlavirgem.blocks.writing import begin_writing
from vlavirgem.living.events import CONSENT_WITHDRAWN
from vlavirgem.report.wording import Both
from vlavirgem.store.accounts import keys_of
from vlavirgem.store.consents import read_given, withdraw_consent
from vlavirgem.store.tokens import end_session, revoke_all

_WITHDRAWN = Both(
    "Uw toestemming is ingetrokken. De toepassing kan uw gegevens niet meer opvragen.",
    "Your consent is withdrawn. The application can no longer ask for your data.",
)


def add_routes(app: FastAPI) -> None:
    """Add the routes of these pages."""
    for path, method, handler in (
        ("/mijn", "GET", look_back),
        ("/mijn/aanmelden", "POST", sign_in_to_look_back),
        ("/mijn/intrekken", "POST", withdraw),
        ("/mijn/afmelden", "POST", leave),
    ):
        app.add_api_route(path, handler, methods=[method], include_in_schema=False, response_class=Response)


def look_back(request: Request) -> Response:
    """Show what somebody lets applications see, and what they did before."""
    with visiting(request) as visit:
        session = find_open_session(visit, request.cookies.get(COOKIE))
        return _look_back(request, visit, session) if session else ask_who(request, visit, None)


def sign_in_to_look_back(request: Request, fields: Fields) -> Response:
    """Sign in without an application."""
    check_from_here(request)
    with visiting(request) as visit:
        account, means = choose(visit, dict(fields), offered=MEANS)
        if account is None or means is None:
            return ask_who(request, visit, None, message=NOBODY)
        secret, _ = open_session(visit, account, means=means)
    return with_cookie(request, RedirectResponse(f"{base_url(request)}/mijn", status_code=303), secret)


def withdraw(request: Request, fields: Fields) -> Response:
    """End all consents for an application; what it holds about the person no longer counts."""
    check_from_here(request)
    client_id = dict(fields).get("client_id", "")
    with visiting(request) as visit:
        session = find_open_session(visit, request.cookies.get(COOKIE))
        if session is None or session.account.person is None:
            return ask_who(request, visit, None)
        writing = begin_writing(visit.connection, now=visit.now)
        person = session.account.person
        numbers = withdraw_consent(visit.connection, person=person, client_id=client_id.replace("\x00", ""))
        if numbers:
            writing.tell(CONSENT_WITHDRAWN, f"persoon/{person}")
            revoke_all(visit.connection, client_id=client_id, accounts=keys_of(visit.connection, person))
        return _look_back(request, visit, session, message=_WITHDRAWN if numbers else None)


def leave(request: Request) -> Response:
    """Sign out from here only."""
    check_from_here(request)
    with visiting(request) as visit:
        end_session(visit.connection, secret=request.cookies.get(COOKIE, ""))
    return show(request, "afmelden.html", done=True)


def _look_back(request: Request, visit: Visit, session: Session, *, message: Both | None = None) -> Response:
    person = session.account.person
    rows = read_given(visit.connection, person=person) if person is not None else []
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        client_id = row["client_id"]
        if client_id not in groups:
            known = query_application(visit.connection, client_id)
            name = known.name if known else client_id
            groups[client_id] = {"client_id": client_id, "name": name, "counts": False, "rows": []}
        group = groups[client_id]
        group["counts"] = group["counts"] or row["telt"]
        group["rows"].append(
            {
                "text": describe_scope(row["scope"]),
                "given": row["gegeven_op"],
                "expires": row["vervalt_op"],
                "withdrawn": row["ingetrokken_op"],
            }
        )
    return show(request, "mijn.html", person=session.account.name, groups=list(groups.values()), message=message)
