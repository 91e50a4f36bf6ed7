"""My organisation: sandboxes, tokens, members, audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Form
from starlette.responses import Response

from proeftuin.portal.problems import fields_in_error
from proeftuin.portal.routes.common import TokenId, keep_secret, new_router, page, plain_text, whole_number, wrong
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

router = new_router()

SECRET_COOKIE = "nieuw_token"  # noqa: S105 - the name of a cookie
_SECRET_SECONDS = 120
_MOST_DAYS = 365
_SANDBOXES = 10
FormText = Annotated[str, Form()]
FormTexts = Annotated[list[str] | None, Form()]


@page(router, "/mijn")
def mine(visit: VisitDep) -> Response:
    """Where do we stand?"""
    secret = visit.request.cookies.get(SECRET_COOKIE)
    response = visit.page("mijn.html", lambda: _page(visit, secret=secret))
    if secret and not visit.wants_json:
        response.delete_cookie(SECRET_COOKIE, path="/mijn")
        response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/mijn/tokens")
def create_token(
    visit: VisitDep,
    naam: FormText = "",
    organisatie: FormText = "",
    rechten: FormTexts = None,
    dagen: FormText = "",
) -> Response:
    """Make a token. Its secret travels to the next page in a short-lived cookie that only that page gets."""
    visit.require_sign_in()
    scopes = list(rechten or [])
    try:
        if not scopes:
            raise wrong("rechten", Text(nl="Kies minstens één recht.", en="Choose at least one permission."))
        secret = visit.people.create_token(
            visit.principal,
            organisation=organisatie,
            name=plain_text(naam, name="naam", most=80),
            scopes=scopes,
            days=whole_number(dagen, name="dagen", least=1, most=_MOST_DAYS),
        )
    except ProeftuinError as error:
        given = {"naam": naam, "organisatie": organisatie, "rechten": scopes, "dagen": dagen}
        return visit.html("mijn.html", _page(visit, given=given, error=error), status=error.status)
    response = visit.go("/mijn", message="token-gemaakt")
    keep_secret(visit, response, SECRET_COOKIE, secret, seconds=_SECRET_SECONDS, path="/mijn")
    return response


@router.post("/mijn/tokens/{token_id}/intrekken")
def revoke_token(visit: VisitDep, token_id: TokenId) -> Response:
    """End a token."""
    visit.people.revoke_token(visit.principal, token_id)
    return visit.go("/mijn#tokens", message="token-ingetrokken")


def _page(
    visit: Visit,
    *,
    secret: str | None = None,
    given: Mapping[str, Any] | None = None,
    error: ProeftuinError | None = None,
) -> dict[str, Any]:
    visit.require_sign_in()
    view = visit.people.mine(visit.principal)
    desk = visit.desks.sandboxes
    first = view.organisations[0].id if view.organisations else ""
    return {
        "view": view,
        "sandboxes": desk.list(visit.principal, cursor=None, limit=_SANDBOXES).items if desk else (),
        "has_images": visit.desks.images is not None and visit.desks.images.is_possible(),
        "secret": secret,
        "given": given or {"naam": "", "organisatie": first, "rechten": [], "dagen": "90"},
        "error": error,
        "faults": Faults(fields_in_error(error) if error else {}),
    }
