"""A small API that keeps all technically testable API rules, and variants with one flaw each."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from support.conformance_servers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = "1.0.2"
SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000",
}
BUILDINGS = [
    {"id": "g1", "naam": "Gemeentehuis", "bouwDatum": "1830-10-04", "gewijzigdOp": "2025-01-02T10:11:12Z"},
    {"id": "g2", "naam": "Bibliotheek", "bouwDatum": "1913-05-01", "gewijzigdOp": "2025-03-04T05:06:07.5Z"},
]
PROBLEM = {
    "description": "Fout",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["status", "title", "detail"],
                "properties": {
                    "status": {"type": "integer"},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}


def document() -> dict[str, Any]:
    """The OpenAPI document of the correct variant."""
    building = {
        "type": "object",
        "required": ["id", "naam"],
        "properties": {
            "id": {"type": "string"},
            "naam": {"type": "string"},
            "bouwDatum": {"type": "string", "format": "date"},
            "gewijzigdOp": {"type": "string", "format": "date-time"},
        },
    }
    reference = {"$ref": "#/components/schemas/Gebouw"}
    collection = {
        "type": "object",
        "required": ["gebouwen"],
        "properties": {"gebouwen": {"type": "array", "items": reference}},
    }
    new = {"type": "object", "required": ["naam"], "properties": {"naam": {"type": "string", "minLength": 1}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gebouwen",
            "version": VERSION,
            "contact": {"name": "Team Gebouwen", "email": "gebouwen@voorbeeld.example"},
        },
        "servers": [{"url": "/v1"}],
        "paths": {
            "/gebouwen": {
                "get": {
                    "operationId": "lijst",
                    "parameters": [
                        {"name": "aantalPerBladzijde", "in": "query", "schema": {"type": "integer", "minimum": 1}}
                    ],
                    "responses": {"200": _ok(collection), "400": PROBLEM},
                },
                "post": {
                    "operationId": "maak",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": new}}},
                    "responses": {"201": _ok(reference), "400": PROBLEM, "415": PROBLEM},
                },
            },
            "/gebouwen/{gebouwId}": {
                "get": {
                    "operationId": "lees",
                    "parameters": [{"name": "gebouwId", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "responses": {"200": _ok(reference), "404": PROBLEM},
                },
            },
            "/_zoek": {"get": {"operationId": "zoek", "responses": {"200": _ok(collection)}}},
        },
        "components": {"schemas": {"Gebouw": building}},
    }


def _ok(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "Goed", "content": {"application/json": {"schema": schema}}}


class ReferenceApi:
    """The correct variant; flawed ones change one thing, named by `flaw`."""

    def __init__(self, flaw: str | None = None) -> None:
        self.flaw = flaw
        self.prefix = "" if flaw == "no_version_in_the_uri" else "/v1"
        self.document = _flawed_document(document(), flaw)
        self.openapi_path = "/api-docs" if flaw == "document_elsewhere" else "/openapi.json"
        self.buildings = copy.deepcopy(BUILDINGS)

    def __call__(self, request: Request) -> Response:
        response = self._route(request)
        version = self.document["info"]["version"] if self.flaw != "wrong_version_header" else "9.9.9"
        extra = {**SECURITY, "API-Version": version}
        if self.flaw == "no_version_header":
            del extra["API-Version"]
        if self.flaw == "no_nosniff":
            del extra["X-Content-Type-Options"]
        if self.flaw == "every_origin_with_credentials" and "origin" in request.headers:
            extra |= {"Access-Control-Allow-Origin": request.headers["origin"]}
            extra |= {"Access-Control-Allow-Credentials": "true"}
        response.headers = {**extra, **response.headers}
        return response

    def _route(self, request: Request) -> Response:
        if not request.path.startswith(self.prefix + "/"):
            return self._problem(404, "Niet gevonden", "Dit adres bestaat niet.")
        path = request.path.removeprefix(self.prefix)
        if path == self.openapi_path:
            cors = {} if self.flaw == "document_without_cors" else {"Access-Control-Allow-Origin": "*"}
            return Response.json(self.document, **cors)
        if path == "/openapi.yaml" and self.flaw == "yaml_differs":
            return Response(body=b"openapi: 3.1.0\npaths: {}\n", headers={"Content-Type": "application/yaml"})
        if path.endswith("/") and path != "/" and self.flaw == "slash_redirects":
            return Response(status=307, headers={"Location": request.path.rstrip("/")})
        if path.endswith("/") and path != "/" and self.flaw == "slash_answers":
            path = path.rstrip("/")
        return self._resource(request, path)

    def _resource(self, request: Request, path: str) -> Response:
        collection = "/openbareGebouwen" if self.flaw == "camel_case_path" else "/gebouwen"
        if path == "/_zoek":
            return Response.json({"gebouwen": self._shown()})
        if path == collection:
            return self._create(request) if request.method == "POST" else self._list(request)
        if path.startswith(collection + "/") and request.method == "GET":
            for building in self._shown():
                if path == f"{collection}/{building['id']}":
                    return Response.json(building)
        return self._problem(404, "Niet gevonden", "Er is geen gebouw met deze sleutel.")

    def _list(self, request: Request) -> Response:
        name = "aantal_per_bladzijde" if self.flaw == "snake_case_query" else "aantalPerBladzijde"
        size = request.query.get(name)
        if size is not None and not (size.isdigit() and int(size) > 0) and self.flaw != "accepts_invalid_query":
            return self._invalid(f"{name} moet een getal vanaf 1 zijn.")
        return Response.json({"gebouwen": self._shown()[: int(size)] if size and size.isdigit() else self._shown()})

    def _create(self, request: Request) -> Response:
        try:
            data = json.loads(request.body)
        except ValueError:
            return self._invalid("De body is geen JSON.")
        if not isinstance(data, dict) or not isinstance(data.get("naam"), str) or not data["naam"]:
            return self._invalid("De naam ontbreekt.")
        self.buildings.append({"id": f"g{len(self.buildings) + 1}", "naam": data["naam"]})
        return Response.json(self.buildings[-1], status=201)

    def _shown(self) -> list[dict[str, Any]]:
        shown = copy.deepcopy(self.buildings)
        for building in shown:
            if self.flaw == "dates_the_belgian_way" and "bouwDatum" in building:
                building["bouwDatum"] = "04/10/1830"
            if self.flaw == "timestamps_without_offset" and "gewijzigdOp" in building:
                building["gewijzigdOp"] = "2025-01-02T10:11:12"
            if self.flaw == "date_as_timestamp" and "bouwDatum" in building:
                building["bouwDatum"] = "1830-10-04T12:00:00Z"
            if self.flaw == "date_at_midnight":
                building["begindatum"] = "2025-01-02T00:00:00Z"
        return shown

    def _invalid(self, detail: str) -> Response:
        return self._problem(422 if self.flaw == "invalid_input_is_422" else 400, "Ongeldige invoer", detail)

    def _problem(self, status: int, title: str, detail: str) -> Response:
        body: dict[str, Any] = {"status": status, "title": title, "detail": detail}
        if self.flaw == "problem_without_detail":
            del body["detail"]
        if self.flaw == "problem_with_another_status":
            body["status"] = 500
        media = "application/json" if self.flaw == "errors_as_plain_json" else "application/problem+json"
        return Response.json(body, status=status, media=media)


def _flawed_document(doc: dict[str, Any], flaw: str | None) -> dict[str, Any]:
    change = _DOCUMENT_FLAWS.get(flaw or "")
    if change is not None:
        change(doc)
    return doc


def _camel_case_path(doc: dict[str, Any]) -> None:
    for rest in ("", "/{gebouwId}"):
        doc["paths"][f"/openbareGebouwen{rest}"] = doc["paths"].pop(f"/gebouwen{rest}")


def _property(name: str, format_: str) -> Callable[[dict[str, Any]], None]:
    def change(doc: dict[str, Any]) -> None:
        doc["components"]["schemas"]["Gebouw"]["properties"][name] = {"type": "string", "format": format_}

    return change


def _info(**values: Any) -> Callable[[dict[str, Any]], None]:
    def change(doc: dict[str, Any]) -> None:
        doc["info"] = {key: value for key, value in {**doc["info"], **values}.items() if value is not None}

    return change


def _set(value: Any, *steps: str | int) -> Callable[[dict[str, Any]], None]:
    def change(doc: dict[str, Any]) -> None:
        place: Any = doc
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = value

    return change


_LIST = ("paths", "/gebouwen", "get")
_DOCUMENT_FLAWS: dict[str, Callable[[dict[str, Any]], None]] = {
    "documented_slash": _set({"get": {"responses": {"200": {"description": "Goed"}}}}, "paths", "/overzicht/"),
    "camel_case_path": _camel_case_path,
    "snake_case_query": _set("aantal_per_bladzijde", *_LIST, "parameters", 0, "name"),
    "format_time": _property("openingsuur", "time"),
    "date_as_timestamp": _property("bouwDatum", "date-time"),
    "date_at_midnight": _property("begindatum", "date-time"),
    "undocumented_400": _set({"200": {"description": "Goed"}}, *_LIST, "responses"),
    "invalid_document": _info(title=None),
    "dangling_reference": _set({"$ref": "#/components/responses/Weg"}, "paths", "/_zoek", "get", "responses", "200"),
    "no_contact": _info(contact=None),
    "no_version_in_the_uri": _set([{"url": "/"}], "servers"),
    "minor_version_in_the_uri": _set([{"url": "/v1"}, {"url": "https://api.voorbeeld.example/v1.0"}], "servers"),
    "version_of_two_numbers": _info(version="1.0"),
}

EXPECTED = {
    "documented_slash": "/core/no-trailing-slash",
    "slash_redirects": "/core/no-trailing-slash",
    "slash_answers": "/core/no-trailing-slash",
    "camel_case_path": "/core/path-segments-kebab-case",
    "snake_case_query": "/core/query-keys-camel-case",
    "format_time": "/core/date-time/format",
    "dates_the_belgian_way": "/core/date-time/format",
    "timestamps_without_offset": "/core/date-time/format",
    "date_as_timestamp": "/core/date-time/date-omit-time-portion",
    "date_at_midnight": "/core/date-time/date-omit-time-portion",
    "errors_as_plain_json": "/core/error-handling/problem-details",
    "problem_without_detail": "/core/error-handling/problem-details",
    "problem_with_another_status": "/core/error-handling/problem-details",
    "invalid_input_is_422": "/core/error-handling/invalid-input",
    "accepts_invalid_query": "/core/error-handling/invalid-input",
    "undocumented_400": "/core/error-handling/invalid-input",
    "invalid_document": "/core/doc-openapi",
    "dangling_reference": "/core/doc-openapi",
    "no_contact": "/core/doc-openapi-contact",
    "document_without_cors": "/core/publish-openapi",
    "document_elsewhere": "/core/publish-openapi",
    "yaml_differs": "/core/publish-openapi",
    "no_version_in_the_uri": "/core/uri-version",
    "minor_version_in_the_uri": "/core/uri-version",
    "version_of_two_numbers": "/core/semver",
    "no_version_header": "/core/version-header",
    "wrong_version_header": "/core/version-header",
    "no_nosniff": "/core/transport/security-headers",
    "every_origin_with_credentials": "/core/transport/cors",
}
"""Flaw → the one requirement that must fail. TLS has its own tests: it needs another kind of server."""
