"""Rendering of the two plain pages of the identity part."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from proeftuin_kernel.text import Text
from proeftuin_kernel.web.deps import language_of

if TYPE_CHECKING:
    from fastapi import Request


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )


def page(request: Request, template: str, **context: object) -> HTMLResponse:
    """Render a template in the reader's language; `say(nl, en)` in it chooses between two texts."""
    language = language_of(request)

    def say(nl: str, en: str) -> str:
        return Text(nl=nl, en=en).in_(language)

    body = _templates().get_template(template).render(language=language, say=say, **context)
    return HTMLResponse(
        body, headers={"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language, Cookie"}
    )
