"""What all pages share: who is there, choosing a test person, and writing in the town in somebody's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.responses import Response

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.identiteit.levels import MEANS, Means, find_means
from vlavirgem.blocks.identiteit.pages import hidden, show
from vlavirgem.blocks.identiteit.requests import Visit
from vlavirgem.blocks.identiteit.signing_in import SESSION_LIFE, SigningIn
from vlavirgem.report.wording import Both
from vlavirgem.store.account_search import search_accounts
from vlavirgem.store.accounts import CITIZEN, MANAGER, OFFICIALS, Account, find_account
from vlavirgem.store.earlier import BEHIND
from vlavirgem.store.identity import read_address

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
NOBODY = Both(
    "Deze testpersoon kan vandaag niet aanmelden, of niet op deze manier. Kies opnieuw.",
    "This test person cannot sign in today, or not in this way. Choose again.",
)
SOMEBODY_ELSE = Both(
    "De toepassing verwacht iemand anders. Kies wie daar aangemeld was.",
    "The application expects somebody else. Choose who was signed in there.",
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
    """Answer a request within one transaction; never in the town as it was, where what is given would be lost."""
    behind = BEHIND.set(0)
    try:
        with request.app.state.connections.transaction() as connection:
            base = base_url(request)
            yield Visit(connection, request.app.state.clock(), read_address(connection) or base, base)
    finally:
        BEHIND.reset(behind)


def choose(visit: Visit, form: Form, *, offered: tuple[Means, ...]) -> tuple[Account | None, Means | None]:
    """Read who was chosen and how they sign in; nobody when that does not go together."""
    means = find_means(form.get("middel", offered[0].code))
    account = find_account(visit.connection, form.get("account", ""))
    if means not in offered or (account and means and not means.tells_number and account.kind != CITIZEN):
        return None, None
    return account, means


def ask_who(request: Request, visit: Visit, asked: SigningIn | None, *, message: Both | None = None) -> Response:
    """Show the page on which a test person is chosen, for an application or for the page of one's own consents."""
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


def with_cookie(request: Request, answer: Response, secret: str) -> Response:
    """Let the browser be the one in which somebody is signed in."""
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
