"""The pages that people see: choose a test person, consent, look back and withdraw, sign out; Dutch and English."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from starlette.responses import HTMLResponse, Response

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.served import served_at
from vlavirgem.blocks.webpages import templates_of, words_of
from vlavirgem.explore import requests
from vlavirgem.report.wording import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

OWN = ("taal", "zoek", "wie")
"""Parameters of the pages themselves, beside those of a request that they carry along."""
_YEAR = 365 * 24 * 3600
# No `form-action`: browsers hold it against the whole way back to the application, wherever that leads.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}


def language_of(request: Request) -> str:
    """Choose the language as other pages do, where an application may wish one too (OpenID Connect Core, 3.1.2.1)."""
    return requests.language_of(request, *request.query_params.get("ui_locales", "").lower().replace("-", " ").split())


def own_question(request: Request) -> str:
    """Give the query of a request without what is for the page only."""
    return urlencode([(name, value) for name, value in request.query_params.multi_items() if name not in OWN])


def show(request: Request, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """Make a page."""
    language = language_of(request)
    words = words_of(language)
    html = (
        templates_of("vlavirgem.blocks.identiteit")
        .get_template(template)
        .render(
            **words,
            **content,
            other_href=f"?{own_question(request)}&taal={words['other']}" if request.method == "GET" else None,
            base=urlsplit(base_url(request)).path,
            town=served_at(request).name,
        )
    )
    response = HTMLResponse(html, status_code=status, headers=_HEADERS)
    if request.query_params.get("taal") in LANGUAGES:
        response.set_cookie("taal", language, max_age=_YEAR, samesite="lax", httponly=True)
    return response


def hidden(question: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give the parameters that a form carries along."""
    return [(name, value) for name, value in question if name not in OWN]


def read_style() -> Response:
    """Geef de opmaak van de pagina's."""
    parts: Sequence[tuple[str, str]] = (
        ("vlavirgem.report", "face.css"),
        ("vlavirgem.blocks.identiteit", "static/aanmelden.css"),
    )
    text = "".join(resources.files(package).joinpath(path).read_text("utf-8") for package, path in parts)
    return Response(text, media_type="text/css", headers={"Cache-Control": "no-cache"})


def check_from_here(request: Request) -> None:
    """Refuse a form that another site sent in somebody's name.

    The cookie is not sent along from other sites either; this also keeps others from signing somebody in.

    Raises:
        Problem: 403, it came from elsewhere.
    """
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_ours = fetched in ("same-origin", "none") if fetched else origin is None or _host(origin) == request.url.netloc
    if not is_ours:
        raise Problem(
            403,
            "van-een-andere-site",
            nl="Dit formulier kwam van een andere site. Begin opnieuw bij uw toepassing.",
            en="This form came from another site. Start again at your application.",
        )


def _host(origin: str) -> str:
    return urlsplit(origin).netloc
