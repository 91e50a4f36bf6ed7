"""The back door of a room, for the platform alone: is it well, bring it back to its seed, let it live."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from vlavirgem.blocks import problems
from vlavirgem.errors import DatabaseError
from vlavirgem.living.days import MOST_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable


class Life(BaseModel):
    """Up to which day a town should live."""

    model_config = ConfigDict(extra="forbid")

    dag: int = Field(ge=0, le=MOST_DAYS, strict=True)


def make_control_app(
    *,
    token: str,
    reset: Callable[[], None],
    live: Callable[[int], int],
    state: Callable[[], dict[str, Any]],
) -> FastAPI:
    """Make the application that listens on the control port.

    * `GET /gezondheid` answers 200 with what `state` tells; needs no token.
    * `POST /terugzetten` brings the town back to its seed and answers when that is done; needs the token.
    * `POST /leven` with `{"dag": 30}` has the town live up to and with that day and answers when it has, with the day
      that it is there; needs the token. It says which day, not how many: so it may be sent again.

    Args:
        token: Whoever knows it may reset: `Authorization: Bearer …`.
        reset: Brings the town back; it may be called again at any time.
        live: Has the town live up to a day, and gives the day that it is then.
        state: Tells how the room is.
    """
    app = FastAPI(title="VlaVirGem kamer", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    problems.install(app)
    expected = f"Bearer {token}".encode()

    def read_health() -> Response:
        return JSONResponse({"status": "gezond", **state()})

    def put_back(request: Request) -> Response:
        admit(request)
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
        return JSONResponse({"status": "teruggezet", "milliseconden": since(started), **state()})

    def go_on(request: Request, life: Life) -> Response:
        admit(request)
        started = time.perf_counter()
        try:
            day = live(life.dag)
        except DatabaseError as error:
            raise problems.Problem(
                503,
                "niet-geleefd",
                nl=f"De gemeente kon niet verder leven: {error}",
                en=f"The town could not live on: {error}",
                headers={"Retry-After": "1"},
            ) from error
        return JSONResponse({"status": "geleefd", "dag": day, "milliseconden": since(started)})

    def admit(request: Request) -> None:
        given = request.headers.get("authorization", "").encode("latin-1", errors="replace")
        if not secrets.compare_digest(given, expected):
            raise problems.Problem(
                401,
                "niet-aangemeld",
                nl="Alleen het platform mag de gemeente terugzetten of laten leven.",
                en="Only the platform may bring the town back or have it live.",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def since(started: float) -> int:
        return round((time.perf_counter() - started) * 1000)

    app.add_api_route("/gezondheid", read_health, methods=["GET"])
    app.add_api_route("/terugzetten", put_back, methods=["POST"])
    app.add_api_route("/leven", go_on, methods=["POST"])
    return app
