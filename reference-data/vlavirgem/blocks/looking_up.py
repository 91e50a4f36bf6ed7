"""Finding a person by national number: in the body, as an address ends up in logs and histories (RFC 9110, 17.9)."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, JSON_LD, base_url, chosen_format, respond
from vlavirgem.blocks.methods import REFUSED
from vlavirgem.blocks.resources import Resource
from vlavirgem.blocks.routes import BROKEN, add_route, problem_answer, reference

_FORMATS = (JSON, JSON_LD)


class Question(BaseModel):
    """Wie u zoekt."""

    model_config = ConfigDict(extra="forbid", title="Zoekopdracht")

    rijksregisternummer: str = Field(pattern=r"^[0-9]{11}$", description="Elf cijfers, zonder punten of streepjes.")


def searching_route(persons: Resource) -> Callable[[FastAPI], None]:
    """Give what adds the route that finds a person."""

    def search(request: Request, wanted: Question) -> Response:
        """Zoek een inwoner op rijksregisternummer, bijvoorbeeld dat uit de claim `rrn` van wie aanmeldde."""
        media_type = chosen_format(request, offered=_FORMATS)
        condition = ("t.insz = %s", wanted.rijksregisternummer)
        with request.app.state.connections.transaction() as connection:
            rows = persons.reader.page(connection, conditions=[condition], after=0, limit=2)
        content = {
            "@context": f"{base_url(request)}/contexten/{persons.entity.name}.jsonld",
            "totaalAantal": len(rows),
            "items": [_as_item(persons.document(request, row)) for row in rows],
        }
        return respond(request, content, media_type=media_type)

    def add_routes(app: FastAPI) -> None:
        schema = {"schema": reference(f"{persons.schema}Verzameling")}
        found = {
            "description": "Gezocht; een lege verzameling als er zo niemand is.",
            "content": dict.fromkeys(_FORMATS, schema),
        }
        add_route(
            app,
            f"/{persons.path}/zoekopdrachten",
            search,
            name="zoek-persoon",
            summary="Zoek een inwoner op rijksregisternummer",
            answers={200: found, 406: problem_answer("Het gevraagde formaat bestaat niet."), **BROKEN},
            method="POST",
        )
        # Reading would take the last part of this address for the number of a person.
        app.add_api_route(
            f"/{persons.path}/zoekopdrachten", _refuse, methods=["GET"], name=REFUSED, include_in_schema=False
        )
        app.router.routes.insert(0, app.router.routes.pop())

    return add_routes


def _refuse() -> None:
    raise HTTPException(405)


def _as_item(document: dict[str, Any]) -> dict[str, Any]:
    """In a collection the context is told once."""
    return {term: value for term, value in document.items() if term != "@context"}
