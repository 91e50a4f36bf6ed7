"""The change feed of a building block: which of its things were added, changed or taken away since the seed.

Each change is a CloudEvent with the attributes that changed and what they were before, in the manner of the change
feeds of Basisregisters Vlaanderen (API v3). Read it to the end, keep `hervat`, and go on there later.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, base_url, chosen_format, respond
from vlavirgem.blocks.epochs import FEED_CURSOR, GONE, in_epoch, read_place
from vlavirgem.blocks.paging import BIGGEST_LIMIT, DEFAULT_LIMIT, next_link, page_after
from vlavirgem.blocks.resources import BIGGEST_NUMBER, Resource, Row
from vlavirgem.blocks.routes import add_route, reading_answers, reference
from vlavirgem.blocks.values import InDigits, Moment
from vlavirgem.living.events import moment, type_of
from vlavirgem.place import ID_BASE
from vlavirgem.store.changes import Chosen, count_changes, read_changes

_PATH = "wijzigingen"
_KINDS = ("nieuw", "gewijzigd", "weg")


def add_feed(app: FastAPI, resources: tuple[Resource, ...]) -> None:
    """Add the feed of what these collections hold."""
    by_name = {resource.entity.name: resource for resource in resources}
    by_table = {resource.entity.table: resource for resource in reversed(resources)}
    question = _question(tuple(by_name))

    def read_feed(request: Request, query: Annotated[question, Query()]) -> Response:  # type: ignore[valid-type]  # made above
        chosen_format(request, offered=(JSON,))
        given: dict[str, Any] = query.model_dump(exclude_none=True)  # type: ignore[attr-defined]  # idem
        tables = [by_name[given["soort"]].entity.table] if "soort" in given else list(by_table)
        chosen = Chosen(tuple(tables), number=given.get("nummer"), since=given.get("sinds"))
        limit = given["limiet"]
        after, epoch = read_place(given.get("cursor"))
        source = f"{base_url(request)}/{_PATH}"
        with in_epoch(request, root=source, epoch=epoch) as (connection, epoch):
            rows = read_changes(connection, chosen, after=after, limit=limit + 1)
            total = count_changes(connection, chosen)
        is_last = len(rows) <= limit
        rows = rows[:limit]
        asked = {name: _written(value) for name, value in given.items()}
        last = rows[-1]["volgnummer"] if rows else after
        resume = f"{page_after(request, _PATH, given=asked, last=last)}-{epoch}"
        content: dict[str, Any] = {
            "totaalAantal": total,
            "items": [_event(row, by_table[row["tabel"]], source=source) for row in rows],
            "hervat": resume,
        }
        if is_last:
            return respond(request, content)
        return respond(request, {**content, "volgende": resume}, headers=next_link(resume))

    read_feed.__doc__ = (
        "Lees wat er sinds het begin wijzigde, het oudste eerst; `hervat` is het adres van wat nog komt."
    )
    add_route(
        app,
        f"/{_PATH}",
        read_feed,
        name="lees-wijzigingen",
        summary="Lees wat er wijzigde",
        answers={**reading_answers({JSON: {"schema": reference("WijzigingVerzameling")}}), **GONE},
    )


def _question(names: tuple[str, ...]) -> type[BaseModel]:
    kind: Any = Literal[names]
    return create_model(
        "WijzigingenVraag",
        __config__=ConfigDict(extra="forbid"),
        soort=(kind | None, Field(default=None, description="Alleen van deze soort.")),
        nummer=(
            Annotated[int, Field(ge=1, le=BIGGEST_NUMBER), InDigits] | None,
            Field(
                default=None, description="Alleen van wat dit nummer heeft: met `soort` is dat zijn hele geschiedenis."
            ),
        ),
        sinds=(Moment | None, Field(default=None, description="Alleen op of na dit tijdstip, met tijdzone.")),
        limiet=(
            Annotated[int, Field(ge=1, le=BIGGEST_LIMIT), InDigits],
            Field(default=DEFAULT_LIMIT, description="Hoeveel er hoogstens op een pagina staan."),
        ),
        cursor=(
            Annotated[str, Field(pattern=FEED_CURSOR)] | None,
            Field(default=None, description="Plaats in de reeks, uit `volgende` of `hervat`."),
        ),
    )


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _event(row: Row, resource: Resource, *, source: str) -> dict[str, Any]:
    name, number = resource.entity.name, row["nummer"]
    old, new = row["oud"] or {}, row["nieuw"] or {}
    return {
        "specversion": "1.0",
        "id": str(row["volgnummer"]),
        "source": source,
        "type": type_of(f"{name}.{row['soort']}"),
        "subject": f"{ID_BASE}{name}/{number}",
        "time": moment(row["tijdstip"]),
        "datacontenttype": JSON,
        "sequence": f"{row['volgnummer']:015d}",
        "data": {
            "objectId": str(number),
            "soort": row["soort"],
            "attributen": [
                {"naam": column, "oudeWaarde": old.get(column), "nieuweWaarde": new.get(column)}
                for column in (new or old)
            ],
        },
    }


def feed_schemas(resources: tuple[Resource, ...]) -> dict[str, Any]:
    """Describe a change and a page of them."""
    text, iri = {"type": "string"}, {"type": "string", "format": "uri"}
    types = [type_of(f"{resource.entity.name}.{kind}") for resource in resources for kind in _KINDS]
    attribute = {
        "type": "object",
        "properties": {
            "naam": {**text, "description": "Kolom van het gegevenswoordenboek."},
            "oudeWaarde": {"description": "Leeg als het nieuw is."},
            "nieuweWaarde": {"description": "Leeg als het weg is."},
        },
        "required": ["naam", "oudeWaarde", "nieuweWaarde"],
    }
    change = {
        "type": "object",
        "title": "Wijziging",
        "description": "Een CloudEvent (versie 1.0) over één ding van deze bouwsteen.",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {**text, "pattern": "^[0-9]+$", "description": "Volgnummer in de hele gemeente, zonder gaten."},
            "source": iri,
            "type": {**text, "enum": types},
            "subject": iri,
            "time": {**text, "format": "date-time"},
            "datacontenttype": {"const": JSON},
            "sequence": {**text, "description": "Het volgnummer, zo geschreven dat tekst sorteren volstaat."},
            "data": {
                "type": "object",
                "properties": {
                    "objectId": text,
                    "soort": {"enum": list(_KINDS)},
                    "attributen": {"type": "array", "items": attribute},
                },
                "required": ["objectId", "soort", "attributen"],
            },
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"],
    }
    page = {
        "type": "object",
        "title": "WijzigingVerzameling",
        "properties": {
            "totaalAantal": {"type": "integer", "minimum": 0},
            "items": {"type": "array", "items": reference("Wijziging")},
            "volgende": {**iri, "description": "Adres van de volgende pagina, als die er al is."},
            "hervat": {**iri, "description": "Adres waar staat wat hierna wijzigt; ook als dat nog moet komen."},
        },
        "required": ["totaalAantal", "items", "hervat"],
    }
    return {"Wijziging": change, "WijzigingVerzameling": page}
