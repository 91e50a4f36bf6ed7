"""The gate program, in this very process: it needs no container to be tried."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from proeftuin_sandbox.backends.docker import gate_program
from support.loops import in_a_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = files("proeftuin_sandbox.backends.docker").joinpath("gate_program.py").read_text()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def gate(target: int) -> Iterator[int]:
    """Run a gate as its container does, from its text alone."""
    port = free_port()
    arguments = [sys.executable, "-I", "-S", "-c", PROGRAM, "127.0.0.1", f"{port}=127.0.0.1:{target}"]
    with subprocess.Popen(arguments, env={"PATH": os.defpath}) as process:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                break
        try:
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(timeout=10), "SIGTERM ends it in good order"


@contextmanager
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        yield server


def accept(server: socket.socket) -> socket.socket:
    """Take the first connection over which something is sent; those that only knocked are gone."""
    while True:
        one, _ = server.accept()
        one.settimeout(10)
        if one.recv(1, socket.MSG_PEEK):
            return one
        one.close()


def test_bytes_go_both_ways_and_an_end_is_passed_on() -> None:
    """A client may end its half and still get its answer."""
    with (
        listener() as server,
        gate(server.getsockname()[1]) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as client,
    ):
        client.sendall(b"vraag")
        client.shutdown(socket.SHUT_WR)
        with accept(server) as inside:
            asked = b"".join(iter(lambda: inside.recv(100), b""))
            inside.sendall(asked.upper() * 100_000)
        answer = b"".join(iter(lambda: client.recv(1 << 16), b""))

    assert b"VRAAG" * 100_000 == answer


def test_nobody_behind_it_means_a_reset_and_never_an_answer() -> None:
    """A dead component must look dead, also to a conformance run."""
    with (
        gate(free_port()) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as client,
        pytest.raises(ConnectionResetError),
    ):
        client.recv(100)


def test_one_connection_too_many_is_closed_and_the_others_go_on() -> None:
    """A flood through a gate ends at the gate."""

    async def flood() -> tuple[bytes, bytes]:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        target = server.sockets[0].getsockname()[1]
        one = gate_program.Gate("127.0.0.1", target, asyncio.Semaphore(1))
        front = await asyncio.start_server(one.carry, "127.0.0.1", 0)
        port = front.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"a")
        first = await reader.readexactly(1)
        other, unwanted = await asyncio.open_connection("127.0.0.1", port)
        try:
            refused = await other.read()
        except ConnectionResetError:
            refused = b""
        writer.write(b"b")
        second = await reader.readexactly(1)
        for ending in (writer, unwanted):
            ending.close()
        front.close()
        server.close()
        return first + second, refused

    assert (b"ab", b"") == in_a_loop(flood())


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
        await writer.drain()
    writer.close()


def test_it_listens_on_its_side_only() -> None:
    """Nobody in the room may use it: not on all addresses, but on the one towards the platform."""
    with listener() as server, gate(server.getsockname()[1]) as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_a_client_that_goes_away_is_followed_through_to_the_end() -> None:
    """Asyncio forgets who served a connection that is lost; the other side would be dropped wherever it stood."""

    async def wait() -> list[str]:
        said: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, about: said.append(about["message"]))
        over = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            await asyncio.sleep(0.3)
            writer.close()
            over.set()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        one = gate_program.Gate("127.0.0.1", server.sockets[0].getsockname()[1], asyncio.Semaphore(5))
        front = await asyncio.start_server(one.carry, "127.0.0.1", 0)
        _, writer = await asyncio.open_connection("127.0.0.1", front.sockets[0].getsockname()[1])
        writer.write(b"vraag")
        await asyncio.sleep(0.1)
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(30):
            while gate_program.CARRYING or not over.is_set():
                await asyncio.sleep(0.02)
                gc.collect()
        front.close()
        server.close()
        return said

    assert [] == in_a_loop(wait())
