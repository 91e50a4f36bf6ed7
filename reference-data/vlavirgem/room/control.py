"""The back door of a room, for the platform alone: is it well, and bring it back to its seed."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from vlavirgem.blocks import problems
from vlavirgem.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable


def make_control_app(*, token: str, reset: Callable[[], None], state: Callable[[], dict[str, Any]]) -> FastAPI:
    """Make the application that listens on the control port.

    * `GET /gezondheid` answers 200 with what `state` tells; needs no token.
    * `POST /terugzetten` brings the town back to its seed and answers when that is done; needs the token.

    Args:
        token: Whoever knows it may reset: `Authorization: Bearer …`.
        reset: Brings the town back; it may be called again at any time.
        state: Tells how the room is.
    """
    app = FastAPI(title="VlaVirGem kamer", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    problems.install(app)
    expected = f"Bearer {token}".encode()

    def read_health() -> Response:
        return JSONResponse({"status": "gezond", **state()})

    def put_back(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode("latin-1", errors="replace")
        if not secrets.compare_digest(given, expected):
            raise problems.Problem(
                401,
                "niet-aangemeld",
                nl="Alleen het platform mag de gemeente terugzetten.",
                en="Only the platform may bring the town back.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        started = time.perf_counter()
        try:
            reset()
        except DatabaseError as error:
            raise problems.Problem(
                503,
                "niet-teruggezet",
                nl=f"De gemeente kon niet teruggezet worden: {error}",
                en=f"The town could not be brought back: {error}",
                headers={"Retry-After": "1"},
            ) from error
        took = round((time.perf_counter() - started) * 1000)
        return JSONResponse({"status": "teruggezet", "milliseconden": took, **state()})

    app.add_api_route("/gezondheid", read_health, methods=["GET"])
    app.add_api_route("/terugzetten", put_back, methods=["POST"])
    return app
