"""The OpenAPI 3.1 document: what FastAPI makes of the routes, made to tell the truth.

FastAPI documents its own 422 error and no problem details; this API answers invalid input with 400 and every
error with problem details (NLGov API Design Rules `/core/error-handling/*`).
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dossierloket.modellen import Probleem

Antwoorden = dict[int | str, dict[str, Any]]

_BETEKENIS = {
    400: "De vraag is ongeldig; `fouten` noemt alle ongeldige waarden.",
    404: "Er is niets op dit adres.",
    409: "Het proces laat dit nu niet toe.",
    412: "Het dossier is gewijzigd sinds u het las.",
    413: "De vraag is te groot.",
}
_ETAG = {"ETag": {"description": "De versie van het dossier.", "schema": {"type": "string"}}}
_PLAATS = {"Location": {"description": "Het adres van wat u maakte.", "schema": {"type": "string"}}}
_VERSIE = {
    "API-Version": {"description": "De volledige versie van de API.", "schema": {"type": "string"}},
}


def fouten(*codes: int) -> Antwoorden:
    """The documentation of error answers."""
    inhoud = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Probleem"}}}
    return {code: {"description": _BETEKENIS[code], "content": inhoud} for code in codes}


CREATED: Antwoorden = {201: {"description": "Gemaakt.", "headers": _PLAATS | _ETAG}}
LEZEN: Antwoorden = {200: {"description": "Gevonden.", "headers": _ETAG}, **fouten(400, 404)}
WIJZIGEN: Antwoorden = {201: {"description": "Gedaan.", "headers": _ETAG}, **fouten(400, 404, 409, 412, 413)}


def maak_openapi(app: FastAPI, *, basis: str) -> dict[str, Any]:
    """The document of `app`, as a client at `basis` should read it."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
        license_info=app.license_info,
        servers=[{"url": basis, "description": "Dit loket"}],
        tags=app.openapi_tags,
    )
    document["info"]["contact"] = app.contact
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    probleem = Probleem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= probleem.pop("$defs")
    schemas["Probleem"] = probleem
    for pad in document["paths"].values():
        for operatie in pad.values():
            operatie["summary"] = operatie.pop("description")
            antwoorden = operatie["responses"]
            antwoorden.pop("422", None)
            for antwoord in antwoorden.values():
                if antwoord["description"] == "Successful Response":
                    antwoord["description"] = "Gelukt."
                antwoord.setdefault("headers", {}).update(_VERSIE)
            for inhoud in (antwoord.get("content", {}) for antwoord in antwoorden.values()):
                if "application/json" in inhoud:
                    inhoud["application/ld+json"] = inhoud["application/json"]
    document["paths"]["/context"]["get"]["responses"]["200"]["content"] = {
        "application/ld+json": {"schema": {"type": "object"}}
    }
    return document
