"""The change feed: what happened in the town since its seed, as CloudEvents, oldest first."""

import json
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, base_url, chosen_format, respond
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.epochs import FEED_CURSOR, GONE, in_epoch, read_place
from vlavirgem.blocks.paging import BIGGEST_LIMIT, DEFAULT_LIMIT, next_link, page_after
from vlavirgem.blocks.routes import add_route, reading_answers, reference
from vlavirgem.blocks.values import InDigits
from vlavirgem.living.events import KINDS, VISITS, type_of
from vlavirgem.schema import TABLES
from vlavirgem.store.events import count_events, read_events
from vlavirgem.store.today import read_day

_PATH = "gebeurtenissen"
TYPES = tuple(type_of(kind) for kind in (*KINDS, *VISITS))
"""All types of events."""


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: Literal[TYPES] | None = Field(default=None, description="Alleen gebeurtenissen van dit type.")  # type: ignore[valid-type]  # made above
    limiet: Annotated[int, InDigits] = Field(
        default=DEFAULT_LIMIT, ge=1, le=BIGGEST_LIMIT, description="Hoeveel er hoogstens op een pagina staan."
    )
    cursor: str | None = Field(
        default=None, pattern=FEED_CURSOR, description="Plaats in de reeks, uit `volgende` of `hervat`."
    )


def add_routes(app: FastAPI) -> None:
    """Add the feed."""
    add_route(
        app,
        f"/{_PATH}",
        read_feed,
        name="lees-gebeurtenissen",
        summary="Lees wat er gebeurde",
        answers={**reading_answers({JSON: {"schema": reference("GebeurtenisVerzameling")}}), **GONE},
    )


def read_feed(request: Request, query: Annotated[_Question, Query()]) -> Response:
    """Lees wat er sinds het begin gebeurde, het oudste eerst; `hervat` is het adres van wat nog komt."""
    chosen_format(request, offered=(JSON,))
    after, epoch = read_place(query.cursor)
    with in_epoch(request, root=f"{base_url(request)}/{_PATH}", epoch=epoch) as (connection, epoch):
        day = read_day(connection)
        rows = read_events(connection, after=after, limit=query.limiet + 1, kind=query.type)
        total = count_events(connection, kind=query.type)
    is_last = len(rows) <= query.limiet
    rows = rows[: query.limiet]
    last = rows[-1]["volgnummer"] if rows else after
    resume = f"{page_after(request, _PATH, given=query.model_dump(exclude_none=True), last=last)}-{epoch}"
    content: dict[str, Any] = {
        "dag": day,
        "totaalAantal": total,
        "items": [json.loads(row["gebeurtenis"]) for row in rows],
        "hervat": resume,
    }
    if is_last:
        return respond(request, content)
    return respond(request, {**content, "volgende": resume}, headers=next_link(resume))


def schemas() -> dict[str, Any]:
    """Describe an event and a page of them."""
    text, iri = {"type": "string"}, {"type": "string", "format": "uri"}
    row = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    rows = {"type": "array", "items": row}
    tables = {"type": "object", "propertyNames": {"enum": list(TABLES)}}
    event = {
        "type": "object",
        "title": "Gebeurtenis",
        "description": "Een CloudEvent (versie 1.0). `data` bevat per tabel van het gegevenswoordenboek de rijen die "
        "nieuw zijn, de kolommen die anders zijn, en de nummers van rijen die weg zijn.",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {**text, "pattern": "^[0-9]+-[0-9]+$", "description": "Uniek binnen `source`."},
            "source": {
                **iri,
                "description": "De gemeente: profiel en seed; eindigt op `/bezoekers` als een bezoeker het deed.",
            },
            "type": {**text, "enum": list(TYPES)},
            "subject": {**iri, "description": "Wie of wat het overkwam."},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "dag": {"type": "integer", "minimum": 0, "description": "Dag van de gemeente; 1 is de referentiedatum."},
            "data": {
                "type": "object",
                "properties": {
                    "nieuw": {**tables, "additionalProperties": rows},
                    "gewijzigd": {**tables, "additionalProperties": rows},
                    "weg": {**tables, "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
                },
                "additionalProperties": False,
            },
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dag", "data"],
    }
    page = {
        "type": "object",
        "title": "GebeurtenisVerzameling",
        "properties": {
            "dag": {"type": "integer", "minimum": 0, "description": "Welke dag het nu is; 0 is het begin."},
            "totaalAantal": {"type": "integer", "minimum": 0},
            "items": {"type": "array", "items": reference("Gebeurtenis")},
            "volgende": {**iri, "description": "Adres van de volgende pagina, als die er al is."},
            "hervat": {**iri, "description": "Adres waar staat wat hierna gebeurt; ook als dat nog moet komen."},
        },
        "required": ["dag", "totaalAantal", "items", "hervat"],
    }
    return {"Gebeurtenis": event, "GebeurtenisVerzameling": page}


BLOCK = Block(
    name="gebeurtenissen",
    version="1.0.0",
    title="Gebeurtenissen VlaVirGem",
    text="Wat er sinds het begin in de verzonnen gemeente VlaVirGem gebeurde: geboorten, overlijdens, verhuizingen en "
    "dossiers, als CloudEvents. Een gemeente leeft alleen als iemand haar laat leven. Ook wat bezoekers zelf deden, "
    "staat erin.",
    resources=(),
    extend=add_routes,
    schemas=schemas,
)
