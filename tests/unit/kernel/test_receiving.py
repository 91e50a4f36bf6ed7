"""A form with a file is taken apart while it comes, and what takes long is not done where others wait."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import anyio
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from proeftuin_kernel.errors import BadInputError, TooLargeError
from proeftuin_kernel.web.receiving import FileForm, in_a_thread
from support.loops import in_a_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPE = "multipart/form-data; boundary=grens"


def form_of(*parts: tuple[str, str, bytes]) -> bytes:
    """Write a form as a browser does: name, file name (empty: a plain field), content."""
    body = b""
    for name, filename, content in parts:
        also = f'; filename="{filename}"' if filename else ""
        body += f'--grens\r\nContent-Disposition: form-data; name="{name}"{also}\r\n\r\n'.encode() + content + b"\r\n"
    return body + b"--grens--\r\n"


def taken(form: FileForm, body: bytes, *, step: int = 1000) -> bytes:
    """Feed a form in pieces; gives the file."""
    found = b""
    for at in range(0, len(body), step):
        found += b"".join(form.feed(body[at : at + step]))
    form.finish()
    return found


@given(content=st.binary(max_size=3000), name=st.text(max_size=20), step=st.integers(1, 400))
def test_a_file_arrives_byte_for_byte_however_it_is_cut(content: bytes, name: str, step: int) -> None:
    """Also one that looks like a boundary."""
    field = name.replace("\r", "").replace("\n", "")
    content = b"\r\n--gren" + content
    assume(b"--grens" not in content)
    form = FileForm(TYPE, file="bestand")
    body = form_of(("naam", "", field.encode("utf-8", "replace")), ("bestand", "loket.tar", content))

    assert content == taken(form, body, step=step)
    assert "loket.tar" == form.filename
    assert field.encode("utf-8", "replace").decode() == form.fields["naam"]


def test_a_large_file_is_never_whole_in_memory() -> None:
    """What was handed on is forgotten."""
    form = FileForm(TYPE, file="bestand")
    form.feed(form_of(("bestand", "a", b""))[:-13])
    sizes = [sum(map(len, form.feed(bytes(100_000)))) for _ in range(20)]

    assert 2_000_000 - 100 <= sum(sizes)
    assert 100_100 >= max(sizes)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        (TYPE, b""),
        (TYPE, b"zomaar"),
        (TYPE, form_of(("bestand", "a", b"x"))[:-10]),
        (TYPE, form_of(("bestand", "a", b"x"), ("bestand", "b", b"y"))),
        (TYPE, b"--grens\r\nX" + b"x" * 10_000),
    ],
)
def test_what_is_no_form_is_told_as_such(kind: str, body: bytes) -> None:
    """By an error for the sender."""
    with pytest.raises(BadInputError):
        taken(FileForm(kind, file="bestand"), body)


@pytest.mark.parametrize(
    "body",
    [form_of(*[(f"f{number}", "", b"x") for number in range(30)]), form_of(("f", "", bytes(100_000)))],
)
def test_fields_are_few_and_short(body: bytes) -> None:
    """Only the file may be large."""
    with pytest.raises(TooLargeError):
        taken(FileForm(TYPE, file="bestand"), body)


class _Place:
    """Remembers where it was entered and left, and with what."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.error: BaseException | None = None

    @contextmanager
    def lent(self) -> Iterator[str]:
        self.threads.append(threading.get_ident())
        try:
            yield "plaats"
        except BaseException as error:
            self.error = error
            raise
        finally:
            self.threads.append(threading.get_ident())


def test_entering_and_leaving_happen_in_a_thread() -> None:
    """Taking a gigabyte away takes a moment, in which everybody else would wait."""

    async def use(place: _Place) -> tuple[str, int]:
        async with in_a_thread(place.lent()) as lent:
            return lent, threading.get_ident()

    place = _Place()
    lent, serving = in_a_loop(use(place))
    assert "plaats" == lent
    assert 2 == len(place.threads)
    assert serving not in place.threads


def test_an_error_is_told_to_who_lent_and_comes_out_again() -> None:
    """So that a full disk is told as such."""

    async def use(place: _Place) -> None:
        async with in_a_thread(place.lent()):
            raise OSError(28, "No space left on device")

    place = _Place()
    with pytest.raises(OSError, match="No space"):
        in_a_loop(use(place))
    assert isinstance(place.error, OSError)


def test_an_error_that_who_lent_swallows_is_gone() -> None:
    """As with any context manager."""

    async def use() -> None:
        async with in_a_thread(suppress(ValueError)):
            raise ValueError

    in_a_loop(use())


def test_what_was_lent_is_given_back_also_when_the_request_is_broken_off() -> None:
    """Else an upload that ends early would leave its folder, and its place, taken."""

    async def use(place: _Place) -> None:
        with anyio.move_on_after(0.05):
            async with in_a_thread(place.lent()):
                await anyio.sleep(10)

    place = _Place()
    in_a_loop(use(place))
    assert 2 == len(place.threads)
    assert isinstance(place.error, asyncio.CancelledError)
