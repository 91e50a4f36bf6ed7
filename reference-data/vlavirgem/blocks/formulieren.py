"""Web forms as JSON Schema (2020-12): what an application for a product must hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, chosen_format, respond
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.resources import MemberNumber
from vlavirgem.blocks.routes import MISSING, add_route, reading_answers
from vlavirgem.place import ID_BASE

SCHEMA_JSON = "application/schema+json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST, _LONGEST_TEXT = 200, 2000
_PHONE = r"^\+[0-9 ]{6,20}$"
_KINDS: dict[str, dict[str, Any]] = {
    "tekst": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
    "langeTekst": {"type": "string", "minLength": 1, "maxLength": _LONGEST_TEXT},
    "email": {"type": "string", "format": "email", "maxLength": _LONGEST},
    "telefoon": {"type": "string", "pattern": _PHONE},
    "getal": {"type": "integer"},
    "bedrag": {"type": "number"},
    "datum": {"type": "string", "format": "date"},
    "jaNee": {"type": "boolean"},
    "keuze": {"type": "string"},
    "meerkeuze": {"type": "array", "minItems": 1, "uniqueItems": True},
    "bestand": {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/pdf"},
}
_MUST_AGREE = "akkoord"


def form_schema(form: Mapping[str, Any], *, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the JSON Schema of a form.

    Args:
        form: A row of `formulieren`.
        fields: Its rows of `formuliervelden`, in their order.
    """
    return {
        "$schema": _DIALECT,
        "$id": f"{ID_BASE}formulier/{form['id']}/schema",
        "title": form["titel"],
        "description": form["inleiding"],
        "type": "object",
        "properties": {field["naam"]: _property(field) for field in fields},
        "required": [field["naam"] for field in fields if field["verplicht"]],
        "additionalProperties": False,
    }


def _property(field: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field["label"], **_KINDS[field["soort"]]}
    if field["hulp"]:
        schema["description"] = field["hulp"]
    if field["patroon"]:
        schema["pattern"] = field["patroon"]
    if field["soort"] == "keuze":
        schema["enum"] = list(field["keuzes"])
    if field["soort"] == "meerkeuze":
        schema["items"] = {"type": "string", "enum": list(field["keuzes"])}
    whole = int if field["soort"] == "getal" else float
    for keyword in ("minimum", "maximum"):
        if field[keyword] is not None:
            schema[keyword] = whole(field[keyword])
    if field["naam"] == _MUST_AGREE:
        schema["const"] = True
    return schema


def add_routes(app: FastAPI) -> None:
    """Add the schema of one form."""
    answers = reading_answers({SCHEMA_JSON: {"schema": {"type": "object"}}, JSON: {"schema": {"type": "object"}}})
    add_route(
        app,
        "/formulieren/{id}/schema",
        read_schema,
        name="lees-formulierschema",
        summary="Lees een formulier als JSON Schema",
        answers={**answers, **MISSING},
    )


def read_schema(request: Request, number: MemberNumber) -> Response:
    """Lees wat een aanvraag met dit formulier moet bevatten, als JSON Schema (2020-12)."""
    media_type = chosen_format(request, offered=(SCHEMA_JSON, JSON))
    with request.app.state.connections.connection() as connection:
        form = connection.execute("SELECT * FROM formulieren WHERE id = %s", [number]).fetchone()
        fields = connection.execute(
            "SELECT * FROM formuliervelden WHERE formulier_id = %s ORDER BY volgnummer", [number]
        ).fetchall()
    if form is None:
        raise not_found(f"Er is geen formulier met nummer {number}.", f"There is no formulier with number {number}.")
    return respond(request, form_schema(form, fields=fields), media_type=media_type)
