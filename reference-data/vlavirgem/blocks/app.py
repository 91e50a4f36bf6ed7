"""All building blocks as one web application on one database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response  # noqa: TC002 - FastAPI reads annotations at run time

from vlavirgem import GENERATOR_VERSION
from vlavirgem.blocks import problems
from vlavirgem.blocks.answers import Headers, base_url, respond
from vlavirgem.blocks.block import NO_TELEMETRY, Later, make_block_app
from vlavirgem.blocks.faults import Faults
from vlavirgem.blocks.identifiers.routes import add_routes as add_identifiers
from vlavirgem.blocks.identifiers.routes import wants_page
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.blocks.resources import collections_of
from vlavirgem.blocks.served import Municipality, served_at
from vlavirgem.blocks.shortcut import Shortcut
from vlavirgem.blocks.sources import Source
from vlavirgem.blocks.warming import warm_up
from vlavirgem.disturbances import HEADER
from vlavirgem.notifying.worker import Notifier, utc_now
from vlavirgem.place import LICENCE, SYNTHETIC_STATEMENT
from vlavirgem.store.connection import Connections
from vlavirgem.store.reading import read_manifest_of
from vlavirgem.store.today import read_day

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from vlavirgem.blocks.block import Block
    from vlavirgem.blocks.collection import Collection
    from vlavirgem.blocks.served import Served
    from vlavirgem.notifying.delivering import Patience


def make_app(
    database_url: str, *, clock: Callable[[], datetime] = utc_now, patience: Patience | None = None
) -> FastAPI:
    """Make the application that serves every building block.

    The root lists the blocks, `/gezondheid` says whether the database answers, and `/id/…` leads from an identifier
    to its document.

    Args:
        database_url: URL of a database that holds a town.
        clock: Tells the time of what visitors change.
        patience: How long notifications are tried.
    """
    connections = Connections(database_url)
    source = Source(database_url, connections=connections)
    municipality = Municipality(connections)
    collections: dict[str, tuple[str, Mapping[str, Collection]]] = {}

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(municipality)  # so that no answer waits for it
        notifier = Notifier(
            database_url, connections=connections, origin=lambda: municipality().domain, patience=patience
        )
        notifier.start()
        yield
        await run_in_threadpool(notifier.stop)
        await source.close()
        connections.close()

    app = FastAPI(
        title="VlaVirGem",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        lifespan=lifespan,
        middleware=[
            Middleware(Shortcut, source=source, collections=collections),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=[
                    "Accept-Patch",
                    "Accept-Post",
                    "API-Version",
                    "ETag",
                    "Idempotent-Replayed",
                    "Link",
                    "Location",
                    "Retry-After",
                    "WWW-Authenticate",
                    HEADER,
                ],
            ),
            Middleware(Headers, version=GENERATOR_VERSION),
            Middleware(Faults, connections=connections, source=source),
        ],
    )
    app.state.connections = connections
    app.state.municipality = municipality
    app.state.warm_up = partial(warm_up, collections)
    problems.install(app)
    app.add_api_route("/", _read_root, methods=["GET"])
    app.add_api_route("/gezondheid", _read_health, methods=["GET"])
    add_identifiers(app)
    for block in BLOCKS:
        known = collections_of(block.resources, source=source, municipality=municipality)
        collections[block.path] = (block.version, known)
        make = partial(
            make_block_app,
            block,
            connections=connections,
            source=source,
            municipality=municipality,
            collections=known,
            clock=clock,
        )
        app.mount(block.path, Later(make), name=block.name)
        app.add_api_route(block.path, _landing_of(block), methods=["GET"])
    return app


def _read_root(request: Request) -> Response:
    town = _town(request)
    if town and wants_page(request):
        from vlavirgem.blocks.welcome.page import welcome  # noqa: PLC0415 - most who come are programs

        with request.app.state.connections.connection() as connection:
            return welcome(request, connection)
    base, served = base_url(request), served_at(request)
    content: dict[str, Any] = {
        "naam": served.name,
        "synthetisch": True,
        "verklaring": SYNTHETIC_STATEMENT,
        "licentie": LICENCE,
        "stad": town,
        "bouwstenen": [_summary(block, base=base, served=served) for block in BLOCKS],
    }
    return respond(request, content)


def _summary(block: Block, *, base: str, served: Served) -> dict[str, Any]:
    return {
        "naam": block.name,
        "titel": served.say(block.title),
        "versie": block.version,
        "href": base + block.path,
        "openapi": f"{base}{block.path}/openapi.json",
        "verzamelingen": [f"{base}{block.path}/{resource.path}" for resource in block.resources],
    }


def _landing_of(block: Block) -> Callable[[Request], Response]:
    def read_landing(request: Request) -> Response:
        summary = _summary(block, base=base_url(request), served=served_at(request))
        return respond(request, summary, headers={"API-Version": block.version})

    return read_landing


def _read_health(request: Request) -> Response:
    town = _town(request)
    if not town:
        raise problems.Problem(
            503,
            "geen-stad",
            nl="De databank bevat geen gemeente.",
            en="The database holds no municipality.",
            headers={"Retry-After": "1"},
        )
    return respond(request, {"status": "gezond", "digest": town["digest"], "dag": town["dag"]})


def _town(request: Request) -> dict[str, Any]:
    """Say which town is served and which day it is there; empty when there is none."""
    with request.app.state.connections.connection() as connection:
        manifest = read_manifest_of(connection)
        return {**manifest, "dag": read_day(connection)} if manifest else {}
