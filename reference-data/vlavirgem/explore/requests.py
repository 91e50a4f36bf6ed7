"""What a request asks for besides its address: the language, and pages or data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.report.wording import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import Request


def language_of(request: Request, *wishes: str) -> str:
    """Choose the language: asked for, one of somebody's wishes, chosen before, or what the browser likes."""
    for wanted in (request.query_params.get("taal"), *wishes, request.cookies.get("taal")):
        if wanted in LANGUAGES:
            return str(wanted)
    likes = request.headers.get("accept-language", "nl").lower()
    english, dutch = likes.find("en"), likes.find("nl")
    return "en" if english >= 0 and (dutch < 0 or english < dutch) else "nl"


def wants_json(request: Request) -> bool:
    """Say whether the reader wants data."""
    accept = request.headers.get("accept", "")
    return request.url.path.endswith(".json") or ("application/json" in accept and "text/html" not in accept)
