"""Receive what people send as it comes: never whole in memory, and never keeping the server from others."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from proeftuin_kernel.errors import BadInputError, ProeftuinError, TooLargeError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractContextManager
    from types import TracebackType

    from starlette.requests import Request

FORM_OVERHEAD: Final = 64 * 1024
"""Bytes that a form may add to the file in it: a sender tells the length of both together."""
_T = TypeVar("_T")
_SILENCE_SECONDS: Final = 60
_PARTS: Final = 20
_FIELD_BYTES: Final = 64 * 1024
_FORM: Final = b"multipart/form-data"


def told_length(request: Request) -> int | None:
    """Read how many bytes the sender says to send; None when it does not say."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() and told.isascii() else None


async def arriving(request: Request, *, broken_off: Callable[[], ProeftuinError]) -> AsyncIterator[bytes]:
    """Give what is sent, piece by piece; whoever is silent for too long is let go.

    Args:
        request: Whose body.
        broken_off: Makes the error to raise when it does not come to its end.
    """
    pieces = request.stream()
    try:
        while True:
            async with asyncio.timeout(_SILENCE_SECONDS):
                piece = await anext(pieces, None)
            if piece is None:
                return
            yield piece
    except (ClientDisconnect, TimeoutError) as error:
        raise broken_off() from error


@asynccontextmanager
async def in_a_thread(manager: AbstractContextManager[_T]) -> AsyncIterator[_T]:
    """Enter and leave in a thread what takes a moment, such as a folder of large files that is taken away.

    Leaving is done to its end, also for a request that is broken off.
    """
    with anyio.CancelScope(shield=True):
        entered = await run_in_threadpool(manager.__enter__)
    try:
        yield entered
    except BaseException:
        if not await _leave(manager, *sys.exc_info()):
            raise
    else:
        await _leave(manager, None, None, None)


async def _leave(
    manager: AbstractContextManager[_T],
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> bool:
    found: list[bool | None] = []
    with anyio.CancelScope(shield=True):
        found.append(await run_in_threadpool(manager.__exit__, kind, error, trace))
    return any(found)


class FileForm:
    """Takes a form with one file apart while it comes (RFC 7578): the file in pieces, the other fields whole.

    Args:
        content_type: As the request says.
        file: Name of the field with the file.

    Raises:
        BadInputError: this is no such form.
    """

    def __init__(self, content_type: str, *, file: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != _FORM or not boundary:
            raise _no_form()
        self.fields: dict[str, str] = {}
        self.filename = ""
        self._file = file
        self._pieces: list[bytes] = []
        self._parts = 0
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._name = ""
        self._value = bytearray()
        self._has_file = self._is_whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._take,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def feed(self, data: bytes) -> list[bytes]:
        """Take what came; gives the pieces of the file in it.

        Raises:
            BadInputError: this is no form.
            TooLargeError: it has too many fields, or one that is too long.
        """
        self._pieces = []
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _no_form() from error
        return self._pieces

    def finish(self) -> None:
        """See that the form came to its end.

        Raises:
            BadInputError: it did not.
        """
        if not self._is_whole:
            raise _no_form()

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _PARTS:
            raise _too_much()
        self._disposition, self._name, self._value = b"", "", bytearray()

    def _end_header(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = bytes(value)
        name.clear()
        value.clear()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._is_file:
            if self._has_file:
                raise _no_form()
            self._has_file = True
            self.filename = options.get(b"filename", b"").decode("utf-8", "replace")

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._pieces.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > _FIELD_BYTES:
            raise _too_much()

    def _end(self) -> None:
        if not self._is_file:
            self.fields[self._name] = self._value.decode("utf-8", "replace")

    def _finish(self) -> None:
        self._is_whole = True

    @property
    def _is_file(self) -> bool:
        return self._name == self._file


def _no_form() -> BadInputError:
    return BadInputError(
        Text(
            nl="Wat u stuurde, is geen volledig formulier met een bestand. Stuur het opnieuw.",
            en="What you sent is no complete form with a file. Send it again.",
        )
    )


def _too_much() -> TooLargeError:
    return TooLargeError(
        Text(
            nl="Het formulier heeft te veel of te lange velden.", en="The form has too many fields, or too long ones."
        )
    )
