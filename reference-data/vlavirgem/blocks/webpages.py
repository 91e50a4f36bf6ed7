"""Pages of building blocks, for who comes with a browser: in one frame and with one face, Dutch and English."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.responses import HTMLResponse

from vlavirgem.explore.requests import language_of
from vlavirgem.place import SYNTHETIC_STATEMENT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


@cache
def templates_of(package: str) -> Environment:
    """Give the templates of a package, which may extend `kader.html`, the frame of all pages."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates"), PackageLoader("vlavirgem.blocks", "pages")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def words_of(language: str) -> dict[str, Any]:
    """Give what every template says in a language, and how it says its own."""
    return {
        "lang": language,
        "other": "en" if language == "nl" else "nl",
        "t": lambda nl, en: en if language == "en" else nl,
        "say": lambda both: both(language),
        "statement": SYNTHETIC_STATEMENT[language],
    }


def page(request: Request, package: str, name: str, **content: Any) -> Response:
    """Make a page that brings its style along, in the language that the browser likes or `taal` says.

    Args:
        request: The request.
        package: Has `templates/NAME.html`, and in `templates/NAME.css` the style that this page alone has.
        name: Of both.
        content: What the template shows.
    """
    language, style = language_of(request), _style(package, name)
    words = words_of(language)
    html = (
        templates_of(package)
        .get_template(f"{name}.html")
        .render(**words, **content, style=style, other_href=f"?taal={words['other']}")
    )
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "Content-Language": language,
        "Vary": "Accept, Accept-Language, Cookie",
    }
    return HTMLResponse(html, headers=headers)


@cache
def _style(package: str, name: str) -> str:
    parts = (
        ("vlavirgem.report", "face.css"),
        ("vlavirgem.blocks", "pages/kader.css"),
        (package, f"templates/{name}.css"),
    )
    return "".join(resources.files(where).joinpath(path).read_text("utf-8") for where, path in parts)
