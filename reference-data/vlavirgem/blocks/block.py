"""What a building block is, and how one becomes a web application of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import Response  # noqa: TC002 - FastAPI reads annotations at run time

from vlavirgem.blocks import problems
from vlavirgem.blocks.answers import JSON_LD, Headers, dump, respond
from vlavirgem.blocks.feed import add_feed, feed_schemas
from vlavirgem.blocks.resources import Resource, add_resource, collection_schema
from vlavirgem.disturbances import HEADER
from vlavirgem.linked.context import make_context
from vlavirgem.linked.jsonschema import document_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from fastapi.telemetry import TelemetryConfig
    from starlette.datastructures import State
    from starlette.types import Receive, Scope, Send

    from vlavirgem.blocks.collection import Collection
    from vlavirgem.blocks.served import Municipality, Served
    from vlavirgem.blocks.sources import Source
    from vlavirgem.store.connection import Connections

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Nobody listens here; FastAPI would find that out anew for every request."""
_DISTURBANCE = {
    "name": HEADER,
    "in": "header",
    "description": "Laat bij dit ene verzoek met opzet iets misgaan; kan bij elke bewerking. Zie `/storingen/v1`.",
    "schema": {"type": "string"},
    "example": "vertraging=500;kans=50, onbeschikbaar=2",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A building block.

    Attributes:
        name: First part of its address.
        version: Full version of its API; the major one is in the address.
        title: Name, in Dutch.
        text: What it is for, in Dutch.
        resources: Its collections.
        extend: Adds routes that are not plain reading.
        schemas: More schemas for its OpenAPI document, by name.
    """

    name: str
    version: str
    title: str
    text: str
    resources: tuple[Resource, ...]
    extend: Callable[[FastAPI], None] | None = None
    schemas: Callable[[], dict[str, Any]] | None = None

    @property
    def path(self) -> str:
        """Where it is served, for instance `/ipdc/v1`."""
        return f"/{self.name}/v{self.version.split('.', 1)[0]}"


class Later:
    """An application that is made when somebody first needs it, so that starting stays fast."""

    def __init__(self, make: Callable[[], FastAPI]) -> None:
        self._make = make

    @cached_property
    def made(self) -> FastAPI:
        """The application."""
        return self._make()

    @property
    def state(self) -> State:
        """What it keeps."""
        return self.made.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        await self.made(scope, receive, send)


def make_block_app(
    block: Block,
    *,
    connections: Connections,
    source: Source,
    municipality: Municipality,
    collections: Mapping[str, Collection],
    clock: Callable[[], datetime],
) -> FastAPI:
    """Make the web application of one building block."""
    app = FastAPI(
        title=block.title,
        version=block.version,
        description=block.text,
        license_info={"name": "CC0 1.0", "identifier": "CC0-1.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        middleware=[Middleware(Headers, version=block.version)],
        servers=[{"url": block.path}],
        root_path_in_servers=False,
    )
    app.state.connections = connections
    app.state.source = source
    app.state.municipality = municipality
    app.state.collections = collections
    app.state.clock = clock
    problems.install(app)
    for resource in block.resources:
        add_resource(app, resource)
    if block.resources:
        add_feed(app, block.resources)
    if block.extend:
        block.extend(app)
    described: list[bytes] = []  # made on the first request, so that starting stays fast

    def read_openapi(request: Request) -> Response:
        if not described:
            described.append(dump(describe(block, app, served=municipality())))
        return respond(request, described[0])

    def read_context(request: Request) -> Response:
        name = request.path_params["naam"]
        known = {resource.entity.name for resource in block.resources}
        if name not in known:
            raise problems.not_found("Deze context bestaat niet.", "There is no such context.")
        # A page of a collection uses the same context: its `items` are the graph.
        find = municipality().find
        context = {"@context": {**make_context(find(name), find=find), "items": "@graph"}}
        return respond(request, context, media_type=JSON_LD)

    app.add_api_route("/openapi.json", read_openapi, methods=["GET"], include_in_schema=False)
    app.add_api_route("/contexten/{naam}.jsonld", read_context, methods=["GET"], include_in_schema=False)
    return app


def describe(block: Block, app: FastAPI, *, served: Served) -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of a block, for the municipality that is served."""
    document: dict[str, Any] = app.openapi()
    document["info"] |= {
        "title": served.say(block.title),
        "description": served.say(block.text),
        "contact": {  # FastAPI wants a further library to check the address
            "name": f"Gemeente {served.name}, dienst informatica",
            "url": f"https://www.{served.domain}/contact",
            "email": f"api@{served.domain}",
        },
    }
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # invalid input is a 400 here
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Probleem"] = problems.PROBLEM_SCHEMA
    # In no operation's list: whoever tries out all parameters does not want every answer disturbed.
    document["components"]["parameters"] = {"Storing": _DISTURBANCE}
    for resource in block.resources:
        schemas[resource.schema] = document_schema(served.entity(resource.entity), find=served.find)
        schemas[f"{resource.schema}Verzameling"] = collection_schema(resource.schema)
    if block.resources:
        schemas |= feed_schemas(block.resources)
    if block.schemas:
        schemas |= block.schemas()
    return document
