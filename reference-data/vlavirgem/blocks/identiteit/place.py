"""Where browsers find the provider, when that is not where programs find it: as in a sandbox of containers."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, base_url, chosen_format, respond
from vlavirgem.blocks.routes import BROKEN, Answers, add_route, reading_answers, reference
from vlavirgem.store.identity import read_address, set_address
from vlavirgem.store.locking import write_alone

_PATH = "instelling"


def _whole(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("geef een volledig webadres, zonder ? en #")
    return address.rstrip("/")


class Place(BaseModel):
    """Waar browsers de aanmelddienst vinden."""

    model_config = ConfigDict(extra="forbid", title="Instelling")

    adres: Annotated[str, AfterValidator(_whole)] = Field(
        max_length=500,
        pattern=r"^[\x21-\x7e]+$",
        json_schema_extra={"format": "uri", "examples": ["http://127.0.0.1:8309/identiteit/v1"]},
        description="Volledig adres, met `/identiteit/v1`. Dit is ook de `issuer` in tokens.",
    )


def add_routes(app: FastAPI) -> None:
    """Add the routes of the setting."""
    content = {JSON: {"schema": reference("Aanmeldadres")}}
    done: Answers = {200: {"description": "Zo is het.", "content": content}, **BROKEN}
    for method, handler, name, text, answers in (
        ("GET", read, "lees-instelling", "Lees waar browsers de aanmelddienst vinden", reading_answers(content)),
        ("PUT", put, "zet-instelling", "Zeg waar browsers de aanmelddienst vinden", done),
        ("DELETE", forget, "wis-instelling", "Laat het adres dat van elk verzoek zijn", done),
    ):
        add_route(app, f"/{_PATH}", handler, name=name, summary=text, answers=answers, method=method)


def read(request: Request) -> Response:
    """Lees de `issuer`: ingesteld, of het adres van dit verzoek."""
    chosen_format(request, offered=(JSON,))
    with request.app.state.connections.connection() as connection:
        return _answer(request, read_address(connection))


def put(request: Request, place: Place) -> Response:
    """Nodig als een programma de dienst op een ander adres vindt dan een browser, zoals in containers."""
    with request.app.state.connections.transaction() as connection:
        write_alone(connection)
        set_address(connection, place.adres)
    return _answer(request, place.adres)


def forget(request: Request) -> Response:
    """Neem weer het adres van elk verzoek."""
    with request.app.state.connections.transaction() as connection:
        write_alone(connection)
        set_address(connection, None)
    return _answer(request, None)


def schemas() -> dict[str, Any]:
    """Describe the answer."""
    return {
        "Aanmeldadres": {
            "type": "object",
            "title": "Aanmeldadres",
            "properties": {"adres": {"type": "string", "format": "uri"}, "ingesteld": {"type": "boolean"}},
            "required": ["adres", "ingesteld"],
        }
    }


def _answer(request: Request, address: str | None) -> Response:
    return respond(request, {"adres": address or base_url(request), "ingesteld": address is not None})
