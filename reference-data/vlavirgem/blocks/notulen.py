"""Minutes of a meeting as one accessible page whose text carries its own linked data (RDFa).

What the page says is what LBLOD asks of a published list of decisions and of minutes. It is published as
municipalities do it: HTML that people read and machines harvest.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from vlavirgem.blocks.answers import chosen_format, matches
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.served import served_at
from vlavirgem.linked.decisions import DECISION_TYPES, DOCUMENT_TYPES, ELI, MINUTES
from vlavirgem.linked.governance import LBLOD
from vlavirgem.linked.mapping import PREFIXES
from vlavirgem.linked.places import EU_AUTHORITY
from vlavirgem.place import ID_BASE, SYNTHETIC_STATEMENT
from vlavirgem.store.governance import read_minutes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from jinja2 import Template
    from starlette.requests import Request

HTML = "text/html"
_HERE = ZoneInfo("Europe/Brussels")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_USED = (
    "besluit", "mandaat", "eli", "prov", "dct", "foaf", "skos", "org", "rdfs", "ext", "generiek", "schema", "xsd",
    "lblodlg", "person",
)  # fmt: skip
_VOTES = (
    ("voor", "besluit:heeftVoorstander", "Voor"),
    ("tegen", "besluit:heeftTegenstander", "Tegen"),
    ("onthouden", "besluit:heeftOnthouder", "Onthouding"),
)


def minutes_answer(request: Request, *, number: int) -> Response:
    """Answer with the minutes of a meeting.

    Raises:
        Problem: 404 when there is no such meeting, or its minutes are not published yet.
    """
    chosen_format(request, offered=(HTML,))
    with request.app.state.connections.connection() as connection:
        minutes = read_minutes(connection, number)
    if minutes is None:
        raise not_found(
            f"Van zitting {number} zijn er geen gepubliceerde notulen.",
            f"No minutes of meeting {number} have been published.",
        )
    body = render(minutes, municipality=served_at(request).name).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": "Accept", "Content-Language": "nl"}
    if matches(request.headers.get("if-none-match", ""), tag=tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=HTML, headers=headers)


def render(minutes: Mapping[str, Any], *, municipality: str) -> str:
    """Write the page of a municipality with this name."""
    return _template().render(
        zitting=minutes,
        id=ID_BASE,
        gemeente=municipality,
        verklaring=SYNTHETIC_STATEMENT["nl"],
        prefixes=" ".join(f"{name}: {PREFIXES[name]}" for name in _USED),
        code=LBLOD,
        documenttype=DOCUMENT_TYPES + MINUTES,
        besluittypes=DECISION_TYPES,
        eli=ELI,
        taal=f"{EU_AUTHORITY}language/NLD",
        soorten=_VOTES,
    )


@cache
def _template() -> Template:
    import jinja2  # noqa: PLC0415 - only pages need it, and services start fast

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("vlavirgem.blocks", "pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(iso=_iso, dag=_day, uur=_hour)
    return environment.get_template("notulen.html")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date | datetime) -> str:
    local = day.astimezone(_HERE) if isinstance(day, datetime) else day
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _hour(moment: datetime) -> str:
    local = moment.astimezone(_HERE)
    return f"{local.hour}.{local.minute:02} uur"
