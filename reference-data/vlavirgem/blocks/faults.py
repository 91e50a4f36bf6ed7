"""Lets things go wrong on purpose, for one request by a header or for all by the setting of the town.

What each kind does, and what it does not pretend:

* `vertraging`: waits, then answers as always.
* `onbeschikbaar`: 503 with `Retry-After`; nothing was done.
* `verouderd`: a reading is answered from the town as it was some changes ago, with the ETag of then, as a copy that
  lags behind does. It is the state of one moment for the whole answer, not a mix.
* `verbroken`: the request is carried out, the answer begins with its full `Content-Length`, and then the connection
  ends. Who sent a writing cannot know that it was done: an `Idempotency-Key` helps.
* `verloren`, `verdubbeld`: the notifications of what a writing does never go out, or go out twice.

An answer that was disturbed says so in the same header. The setting itself and `/gezondheid` are never disturbed.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from vlavirgem.blocks.answers import STATE
from vlavirgem.blocks.problems import Problem, problem_response
from vlavirgem.disturbances import (
    CUT,
    DELAY,
    DOUBLED,
    DROPPED,
    HEADER,
    STALE,
    UNAVAILABLE,
    Disturbance,
    DisturbanceError,
    Plan,
    read_plan,
)
from vlavirgem.store.disturbances import count_request, read_setting
from vlavirgem.store.earlier import BEHIND

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vlavirgem.blocks.sources import Source
    from vlavirgem.store.connection import Connections

CONTROL = "/storingen/"
_NEVER = ("/", "/gezondheid")
_HEADER = HEADER.lower().encode()
_READING = ("GET", "HEAD", "OPTIONS")
_OF_READINGS = (DELAY, UNAVAILABLE, STALE, CUT)
_OF_WRITINGS = (DELAY, UNAVAILABLE, CUT, DROPPED, DOUBLED)
NOTIFYING: ContextVar[str | None] = ContextVar("notifying", default=None)
"""`verloren` or `verdubbeld`: what is to become of the notifications of the request that is being answered."""


class Faults:
    """Disturbs the building blocks.

    The setting is only read when the state of the town, which is asked for every request, says that there is one. So
    it costs nothing as long as nobody uses it, and what anybody did to it, a reset too, is seen at once.

    Args:
        app: What is disturbed.
        connections: The database in which the setting is.
        source: Knows the state of the town, and leaves it in the scope of the request for who comes after.
    """

    def __init__(self, app: ASGIApp, *, connections: Connections, source: Source) -> None:
        self._app = app
        self._connections = connections
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path in _NEVER or path.startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        asked = next((value for name, value in scope["headers"] if name == _HEADER), None)
        is_disturbed = False
        with suppress(psycopg.Error):  # the request itself will find that the database is not there
            state = scope.get(STATE) or await self._source.state()
            scope[STATE] = state
            is_disturbed = state.disturbed
        if asked is None and not is_disturbed:
            await self._app(scope, receive, send)
        else:
            await self._disturb(scope, receive, send)

    async def _disturb(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        asked = request.headers.get(HEADER)
        try:
            plan = None if asked is None else read_plan(asked)
        except DisturbanceError as error:
            await problem_response(request, _no_disturbance(error))(scope, receive, send)
            return
        happening = await run_in_threadpool(self._decide, plan, request)
        if happening:
            await _Disturbed(self._app, happening)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _decide(self, plan: Plan | None, request: Request) -> tuple[Disturbance, ...]:
        kinds = _OF_READINGS if request.method in _READING else _OF_WRITINGS
        number = 0 if plan is None else plan.number or 0
        if plan is None or plan.needs_number:
            try:
                with self._connections.connection() as connection:
                    setting, number = read_setting(connection)
                    if plan is not None or setting.disturbances:
                        setting, number = count_request(connection)
            except psycopg.Error:  # the request itself will find that the database is not there
                return ()
            if plan is None:
                plan = setting
        return plan.at(number, path=request.url.path, kinds=kinds)


class _Disturbed:
    """Answers one request with what goes wrong."""

    def __init__(self, app: ASGIApp, happening: tuple[Disturbance, ...]) -> None:
        self._app = app
        self._by_kind = {one.kind: one for one in happening}
        self._said = ", ".join(str(one) for one in happening).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the request."""

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER.lower().encode(), self._said)]
            await send(message)

        if DELAY in self._by_kind:
            await asyncio.sleep(self._by_kind[DELAY].amount / 1000)
        if UNAVAILABLE in self._by_kind:
            problem = _unavailable(self._by_kind[UNAVAILABLE].amount)
            await problem_response(Request(scope), problem)(scope, receive, say)
            return
        behind = BEHIND.set(self._by_kind[STALE].amount if STALE in self._by_kind else 0)
        notifying = NOTIFYING.set(next((kind for kind in (DROPPED, DOUBLED) if kind in self._by_kind), None))
        try:
            cut = self._by_kind.get(CUT)
            await self._app(scope, receive, _cutting(say, after=cut.amount) if cut else say)
        finally:
            BEHIND.reset(behind)
            NOTIFYING.reset(notifying)


def _cutting(send: Send, *, after: int) -> Send:
    """Send the first bytes of an answer and never its end: the server then ends the connection."""
    left = after

    async def send_some(message: Message) -> None:
        nonlocal left
        if message["type"] == "http.response.body":
            part = message.get("body", b"")[:left]
            left -= len(part)
            message = {**message, "body": part, "more_body": True}
        await send(message)

    return send_some


def _unavailable(seconds: int) -> Problem:
    return Problem(
        503,
        "storing-op-verzoek",
        nl="Deze storing is gevraagd: probeer het later opnieuw.",
        en="This disturbance was asked for: try again later.",
        headers={"Retry-After": str(seconds)},
    )


def _no_disturbance(error: DisturbanceError) -> Problem:
    return Problem(
        400,
        "ongeldige-invoer",
        nl=f"De header {HEADER} klopt niet. Zie `fouten`.",
        en=f"The header {HEADER} is not valid. See `fouten`.",
        extra={"fouten": [{"plaats": "header", "naam": HEADER, "reden": str(error)}]},
    )
