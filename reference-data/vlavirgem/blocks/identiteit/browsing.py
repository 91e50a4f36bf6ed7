"""What a browser does here: an application sends it, somebody signs in and consents, and it goes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from fastapi import Depends, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.faults import NOTIFYING
from vlavirgem.blocks.identiteit.claims import claims_of_scope, describe_scope, read_claims
from vlavirgem.blocks.identiteit.levels import MEANS, Means, find_means
from vlavirgem.blocks.identiteit.pages import check_from_here, hidden, own_question, read_style, show
from vlavirgem.blocks.identiteit.provider import Server
from vlavirgem.blocks.identiteit.requests import Sent, Visit, query_application
from vlavirgem.blocks.identiteit.signing_in import (
    SESSION_LIFE,
    Session,
    SigningIn,
    find_open_session,
    open_session,
    sign,
)
from vlavirgem.blocks.writing import Writing
from vlavirgem.living.events import CONSENT_GIVEN, CONSENT_WITHDRAWN
from vlavirgem.report.wording import Both
from vlavirgem.store.accounts import (
    CITIZEN,
    MANAGER,
    OFFICIALS,
    Account,
    find_account,
    read_applications_with_roles,
    search_accounts,
    town_day,
)
from vlavirgem.store.changes import set_moment
from vlavirgem.store.consents import give_consent, read_given, withdraw_consent
from vlavirgem.store.locking import write_alone
from vlavirgem.store.outbox import set_fate
from vlavirgem.store.tokens import end_session, revoke_all

COOKIE = "vlavirgem_aanmelding"
_SHOWN = 20
_GROUPS = {
    "burger": (Both("Burgers", "Citizens"), (CITIZEN,)),
    "medewerker": (Both("Medewerkers en mandatarissen", "Officials and mandataries"), OFFICIALS),
    "zaakvoerder": (Both("Zaakvoerders", "Managers of businesses"), (MANAGER,)),
}
_LEVELS = {
    "low": Both("laag", "low"),
    "substantial": Both("substantieel", "substantial"),
    "high": Both("hoog", "high"),
}
_NOBODY = Both(
    "Deze testpersoon kan vandaag niet aanmelden, of niet op deze manier. Kies opnieuw.",
    "This test person cannot sign in today, or not in this way. Choose again.",
)
_WITHDRAWN = Both(
    "Uw toestemming is ingetrokken. De toepassing kan uw gegevens niet meer opvragen.",
    "Your consent is withdrawn. The application can no longer ask for your data.",
)
Form = dict[str, str]


async def read_form(request: Request) -> list[tuple[str, str]]:
    """Read a form; what is no form has no fields."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return []
    form = await request.form()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


Fields = Annotated[list[tuple[str, str]], Depends(read_form)]


@contextmanager
def visiting(request: Request) -> Iterator[Visit]:
    """Answer a request within one transaction."""
    with request.app.state.connections.transaction() as connection:
        yield Visit(connection, request.app.state.clock(), base_url(request))


def add_routes(app: FastAPI) -> None:
    """Add the routes of pages. They are not in the OpenAPI document: browsers follow them, programs do not."""
    for path, method, handler in (
        ("/authorize", "GET", authorize),
        ("/authorize", "POST", authorize_by_form),
        ("/authorize/aanmelden", "POST", sign_in),
        ("/authorize/toestemming", "POST", consent),
        ("/end_session", "GET", sign_out),
        ("/end_session", "POST", sign_out),
        ("/mijn", "GET", look_back),
        ("/mijn/aanmelden", "POST", sign_in_to_look_back),
        ("/mijn/intrekken", "POST", withdraw),
        ("/mijn/afmelden", "POST", leave),
    ):
        app.add_api_route(path, handler, methods=[method], include_in_schema=False, response_class=Response)
    app.add_api_route("/stijl.css", read_style, methods=["GET"], include_in_schema=False, response_class=Response)


def authorize(request: Request) -> Response:
    """Begin or go on with an authorization request (OpenID Connect Core, 3.1.2)."""
    return _step(request, own_question(request), form={}, may_sign_in=True)


def authorize_by_form(request: Request, fields: Fields) -> Response:
    """Take an authorization request from a form: show it as if it were in the address (3.1.2.1)."""
    return RedirectResponse(f"{base_url(request)}/authorize?{urlencode(fields)}", status_code=303)


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
                    return _ask_who(request, visit, asked)
                return _go_on(request, asked, session)
            account, means = _chosen(visit, form, offered=asked.means)
            if account is None or means is None:
                return _ask_who(request, visit, asked, message=_NOBODY)
            secret, session = open_session(visit, account, means=means)
            return _with_cookie(request, _go_on(request, asked, session), secret)
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
            [_written(claims[one]) for one in claims_of_scope(name, applications=applications) if one in claims],
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
    )


def consent(request: Request, fields: Fields) -> Response:
    """Note what somebody answered, and go back to the application."""
    check_from_here(request)
    form = dict(fields)
    with visiting(request) as visit:
        try:
            asked = SigningIn(visit, form.get("vraag", ""))
            session = find_open_session(visit, request.cookies.get(COOKIE))
            if session is None:
                return _ask_who(request, visit, asked)
            if form.get("antwoord") != "ja":
                return asked.finish(None)
            person, application = session.account.person, asked.application
            labels = {name: describe_scope(name).nl for name in asked.to_consent(session)}
            if person is not None and labels:
                writing = _writing(visit)
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


def look_back(request: Request) -> Response:
    """Show what somebody lets applications see, and what they did before."""
    with visiting(request) as visit:
        session = find_open_session(visit, request.cookies.get(COOKIE))
        return _look_back(request, visit, session) if session else _ask_who(request, visit, None)


def sign_in_to_look_back(request: Request, fields: Fields) -> Response:
    """Sign in without an application."""
    check_from_here(request)
    with visiting(request) as visit:
        account, means = _chosen(visit, dict(fields), offered=MEANS)
        if account is None or means is None:
            return _ask_who(request, visit, None, message=_NOBODY)
        secret, _ = open_session(visit, account, means=means)
    return _with_cookie(request, RedirectResponse(f"{base_url(request)}/mijn", status_code=303), secret)


def withdraw(request: Request, fields: Fields) -> Response:
    """End all consents for an application; what it holds about the person no longer counts."""
    check_from_here(request)
    client_id = dict(fields).get("client_id", "")
    with visiting(request) as visit:
        session = find_open_session(visit, request.cookies.get(COOKIE))
        if session is None or session.account.person is None:
            return _ask_who(request, visit, None)
        writing = _writing(visit)
        person = session.account.person
        numbers = withdraw_consent(visit.connection, person=person, client_id=client_id.replace("\x00", ""))
        if numbers:
            writing.tell(CONSENT_WITHDRAWN, f"persoon/{person}")
            accounts = [f"{CITIZEN}/{person}", session.account.key]
            revoke_all(visit.connection, client_id=client_id, accounts=accounts)
        return _look_back(request, visit, session, message=_WITHDRAWN if numbers else None)


def leave(request: Request) -> Response:
    """Sign out from here only."""
    check_from_here(request)
    with visiting(request) as visit:
        end_session(visit.connection, secret=request.cookies.get(COOKIE, ""))
    return show(request, "afmelden.html", done=True)


def _chosen(visit: Visit, form: Form, *, offered: tuple[Means, ...]) -> tuple[Account | None, Means | None]:
    means = find_means(form.get("middel", offered[0].code))
    account = find_account(visit.connection, form.get("account", ""))
    if means not in offered or (account and means and not means.tells_number and account.kind != CITIZEN):
        return None, None
    return account, means


def _ask_who(request: Request, visit: Visit, asked: SigningIn | None, *, message: Both | None = None) -> Response:
    hint = asked.parameters.get("login_hint", "") if asked else ""
    searched = request.query_params.get("zoek", hint if request.method == "GET" else "")[:80]
    group = request.query_params.get("wie", "")
    kinds = _GROUPS[group][1] if group in _GROUPS else tuple(kind for _, all_of in _GROUPS.values() for kind in all_of)
    people = _suggested(visit, searched, kinds=kinds)
    question = asked.question if asked else ""
    return show(
        request,
        "aanmelden.html",
        status=400 if message else 200,
        application=asked.application.name if asked else None,
        message=message,
        carried=hidden(parse_qsl(question, keep_blank_values=True)),
        searched=searched,
        groups=[("", Both("Iedereen", "Everybody")), *((name, text) for name, (text, _) in _GROUPS.items())],
        group=group if group in _GROUPS else "",
        search_path="/authorize" if asked else "/mijn",
        post_path="/authorize/aanmelden" if asked else "/mijn/aanmelden",
        question=question,
        means=asked.means if asked else MEANS,
        levels=_LEVELS,
        people=people[:_SHOWN],
        more=len(people) > _SHOWN,
    )


def _suggested(visit: Visit, words: str, *, kinds: tuple[str, ...]) -> list[Account]:
    """Find people; without words some of each capacity, so that a tester sees what there is."""
    if words.strip() or len(kinds) == 1:
        return search_accounts(visit.connection, words, kinds=kinds, limit=_SHOWN + 1)
    share = _SHOWN // len(kinds)
    some = [search_accounts(visit.connection, "", kinds=(kind,), limit=share + 1) for kind in kinds]
    return [one for part in some for one in part[:share]] + [part[-1] for part in some if len(part) > share]


def _look_back(request: Request, visit: Visit, session: Session, *, message: Both | None = None) -> Response:
    person = session.account.person
    rows = read_given(visit.connection, person=person) if person is not None else []
    today = town_day(visit.connection)
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = query_application(visit.connection, row["client_id"])
        group = groups.setdefault(
            row["client_id"],
            {"client_id": row["client_id"], "name": known.name if known else row["client_id"], "rows": []},
        )
        counts = row["ingetrokken_op"] is None and (row["vervalt_op"] is None or row["vervalt_op"] > today)
        group["counts"] = group.get("counts", False) or counts
        group["rows"].append(
            {
                "text": describe_scope(row["scope"]),
                "given": row["gegeven_op"],
                "expires": row["vervalt_op"],
                "withdrawn": row["ingetrokken_op"],
            }
        )
    return show(request, "mijn.html", person=session.account.name, groups=list(groups.values()), message=message)


def _writing(visit: Visit) -> Writing:
    """Begin to change what belongs to the town: alone, and noted."""
    write_alone(visit.connection)
    set_moment(visit.connection, visit.now)
    if fate := NOTIFYING.get():
        set_fate(visit.connection, fate)
    return Writing(visit.connection, now=visit.now)


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _with_cookie(request: Request, answer: Response, secret: str) -> Response:
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        path=request.scope.get("root_path") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


def _refuse(request: Request, visit: Visit, error: OAuth2Error) -> Response:
    """Tell the application when it is sure which one it is; else the person, and nobody is sent anywhere."""
    if error.redirect_uri:
        answer: Response = Server(visit).refuse(error)
        return sign(answer, issuer=visit.issuer)
    return _wrong(request, error)


def _wrong(request: Request, error: OAuth2Error) -> Response:
    return show(request, "fout.html", status=400, error=error.error, description=error.get_error_description())
