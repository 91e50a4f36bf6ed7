"""What a request may bring along: JSON as it is, and not without end. Who sends something else hears what is taken."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request

from vlavirgem.blocks.methods import TAKEN, header_of
from vlavirgem.blocks.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.responses import Response
    from starlette.types import Message

MOST_BYTES = 2**20
"""Of a body: many times the longest that is valid."""
_AS_IT_IS = "identity"


def takes_body(handler: Callable[..., Any]) -> bool:
    """Say whether a handler wants a body: an argument that is one of our models."""
    return any(
        isinstance(one.annotation, type) and issubclass(one.annotation, BaseModel)
        for one in signature(handler).parameters.values()
    )


class JsonRoute(APIRoute):
    """A route that takes JSON. It looks at what is sent before anything tries to read it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give what answers a request."""
        handle = super().get_route_handler()

        async def look_first(request: Request) -> Response:
            _demand_plain(request)
            bounded = _bounded(request)
            await _demand_json(bounded)
            return await handle(bounded)

        return look_first


def _demand_plain(request: Request) -> None:
    packing = request.headers.get("content-encoding", _AS_IT_IS).strip().lower()
    if packing != _AS_IT_IS:
        raise Problem(
            415,
            "codering-niet-ondersteund",
            nl="Stuur de inhoud zoals hij is: zonder Content-Encoding.",
            en="Send the content as it is: without Content-Encoding.",
            headers={"Accept-Encoding": _AS_IT_IS},
        )


def _bounded(request: Request) -> Request:
    """Give the same request, that ends when more comes than is taken, whether it told its length or not."""
    told = request.headers.get("content-length", "0")
    left = MOST_BYTES

    async def receive() -> Message:
        nonlocal left
        if told.isdecimal() and int(told) > MOST_BYTES:
            raise _too_long()
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_long()
        return message

    return Request(request.scope, receive)


async def _demand_json(request: Request) -> None:
    said = request.headers.get("content-type")
    media_type = (said or "").partition(";")[0].strip().lower()
    # Who sends nothing at all hears that something is missing, and where.
    if media_type != TAKEN and (said is not None or await request.body()):
        raise Problem(
            415,
            "formaat-niet-ondersteund",
            nl=f"Stuur JSON, en zeg dat in de header Content-Type: {TAKEN}.",
            en=f"Send JSON, and say so in the header Content-Type: {TAKEN}.",
            headers={header_of(request.method): TAKEN},
        )


def _too_long() -> Problem:
    return Problem(
        413,
        "inhoud-te-lang",
        nl=f"Wat u stuurde, is te lang: hoogstens {MOST_BYTES} bytes.",
        en=f"What you sent is too long: {MOST_BYTES} bytes at most.",
    )
