"""The pages that people see: choose a test person, consent, look back and withdraw, sign out; Dutch and English."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse, Response

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.served import served_at
from vlavirgem.place import SYNTHETIC_STATEMENT
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
_templates = Environment(
    loader=PackageLoader("vlavirgem.blocks.identiteit", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def language_of(request: Request) -> str:
    """Choose the language: asked for, wished by the application, chosen before, or what the browser likes."""
    wishes = request.query_params.get("ui_locales", "").lower().replace("-", " ").split()
    for wanted in (request.query_params.get("taal"), *wishes, request.cookies.get("taal")):
        if wanted in LANGUAGES:
            return str(wanted)
    likes = request.headers.get("accept-language", "nl").lower()
    english, dutch = likes.find("en"), likes.find("nl")
    return "en" if english >= 0 and (dutch < 0 or english < dutch) else "nl"


def own_question(request: Request) -> str:
    """Give the query of a request without what is for the page only."""
    return urlencode([(name, value) for name, value in request.query_params.multi_items() if name not in OWN])


def show(request: Request, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """Make a page."""
    language = language_of(request)
    other = "en" if language == "nl" else "nl"
    base = base_url(request)
    html = _templates.get_template(template).render(
        **content,
        lang=language,
        other=other,
        other_href=f"?{own_question(request)}&taal={other}" if request.method == "GET" else None,
        base=urlsplit(base).path,
        town=served_at(request).name,
        statement=SYNTHETIC_STATEMENT[language],
        t=lambda nl, en: en if language == "en" else nl,
        say=lambda both: both(language),
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
