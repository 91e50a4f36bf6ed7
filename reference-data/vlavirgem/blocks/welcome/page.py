"""The page at the root: one for who has a browser; programs get JSON there, unless they ask for HTML first."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.blocks.welcome.words import introduction_of
from vlavirgem.disturbances import HEADER
from vlavirgem.explore.requests import language_of
from vlavirgem.place import SYNTHETIC_STATEMENT
from vlavirgem.report.wording import grouped, written_day
from vlavirgem.store.asking import ask_number
from vlavirgem.store.today import town_day

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.store.connection import DictConnection

_INHABITANTS = "SELECT count(*) FROM personen WHERE huishouden_id IS NOT NULL AND overlijdensdatum IS NULL"
_NAME = "SELECT naam FROM gemeenten ORDER BY id LIMIT 1"
_templates = Environment(
    loader=PackageLoader("vlavirgem.blocks.welcome", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def welcome(request: Request, connection: DictConnection) -> Response:
    """Show what is served here, in the language that the browser likes or `taal` says."""
    language = language_of(request)
    row = connection.execute(_NAME.encode()).fetchone()
    style = _style()
    base = base_url(request)
    html = _templates.get_template("welkom.html").render(
        lang=language,
        other="en" if language == "nl" else "nl",
        t=lambda nl, en: en if language == "en" else nl,
        say=lambda both: both(language),
        style=style,
        base=base,
        header=HEADER,
        statement=SYNTHETIC_STATEMENT[language],
        town="" if row is None else row["naam"],
        people=grouped(ask_number(connection, _INHABITANTS), language=language),
        today=written_day(town_day(connection), language=language),
        blocks=[(block, introduction_of(block)) for block in BLOCKS],
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
def _style() -> str:
    """Give the face of all pages about a town, and what this one has of its own."""
    face = resources.files("vlavirgem.report").joinpath("face.css").read_text("utf-8")
    return face + resources.files("vlavirgem.blocks.welcome").joinpath("templates/welkom.css").read_text("utf-8")
