"""Ports of pods on loopback, through an API server that speaks `v4.channel.k8s.io`."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from aiohttp import WSMsgType, web

from proeftuin_infra.kube.client.connection import Door
from proeftuin_infra.kube.client.forward import HOST, Forwards, PortTakenError, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATA, _ERROR = b"\0", b"\1"


class Pods:
    """An API server with pods that answer HTTP with their name; a pod can be taken away."""

    def __init__(self) -> None:
        self.alive = {"een", "twee"}
        self.connections = 0
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def door(self) -> Door:
        """Stand where a cluster is asked how to sign in."""
        return Door(self.url, {"Authorization": "Bearer niets"}, None)

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        async def start() -> web.AppRunner:
            app = web.Application()
            app.router.add_get("/api/v1/namespaces/pt-x/pods/{pod}/portforward", self._forward)
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, HOST, 0)
            await site.start()
            self.url = f"http://{HOST}:{runner.addresses[0][1]}"
            return runner

        runner = self._loop.run_until_complete(start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        pod = request.match_info["pod"]
        if pod not in self.alive:
            raise web.HTTPNotFound
        assert "Bearer niets" == request.headers["Authorization"]
        port = int(request.query["ports"])
        tunnel = web.WebSocketResponse(protocols=("v4.channel.k8s.io",))
        await tunnel.prepare(request)
        self.connections += 1
        for channel in (_DATA, _ERROR):
            await tunnel.send_bytes(channel + struct.pack("<H", port))
        if port == 1:  # nobody listens there
            await tunnel.send_bytes(_ERROR + b"connection refused")
            await tunnel.close()
            return tunnel
        async for message in tunnel:
            if message.type is WSMsgType.BINARY and message.data[:1] == _DATA:
                body = pod.encode() * (200_000 if b"GET /veel" in message.data else 1)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                for place in range(0, len(head + body), 30_000):
                    await tunnel.send_bytes(_DATA + (head + body)[place : place + 30_000])
        return tunnel


@pytest.fixture
def pods() -> Iterator[Pods]:
    pods = Pods()
    yield pods
    pods.close()


@pytest.fixture
def forwards(pods: Pods) -> Iterator[Forwards]:
    forwards = Forwards(pods)  # type: ignore[arg-type]  # only the door is asked for
    yield forwards
    forwards.close_all()


def get(port: int, path: str = "/") -> bytes:
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()


def test_a_port_of_a_pod_is_reached_again_and_again_over_one_connection(forwards: Forwards, pods: Pods) -> None:
    """A client that keeps its connection pays for one tunnel."""
    port = forwards.open("x", lambda: Target("pt-x", "een", 8080))
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        for _ in range(3):
            connection.request("GET", "/")
            assert b"een" == connection.getresponse().read()

    assert 1 == pods.connections


def test_long_answers_come_whole_to_many_clients_at_the_same_time(forwards: Forwards) -> None:
    """Conformance runs ask much at once."""
    port = forwards.open("x", lambda: Target("pt-x", "een", 8080))
    with ThreadPoolExecutor(20) as pool:
        sizes = set(pool.map(lambda _: len(get(port, "/veel")), range(40)))

    assert {600_000} == sizes


def test_a_pod_that_was_replaced_is_looked_for_again(forwards: Forwards, pods: Pods) -> None:
    """A rolling update does not change the address."""
    asked = iter([Target("pt-x", "een", 8080), Target("pt-x", "een", 8080), Target("pt-x", "twee", 8080)])
    port = forwards.open("x", lambda: next(asked))
    assert b"een" == get(port)
    pods.alive = {"twee"}

    assert b"twee" == get(port)


def test_without_a_pod_a_client_hears_so_at_once(forwards: Forwards) -> None:
    """A closed connection, not a long silence."""
    nobody = forwards.open("x", lambda: None)
    closed = forwards.open("y", lambda: Target("pt-x", "een", 1))

    for port in (nobody, closed):
        with pytest.raises((http.client.HTTPException, OSError)):
            get(port)


def test_a_name_keeps_its_port_and_a_closed_one_is_free(forwards: Forwards) -> None:
    """Opening twice is opening once."""
    port = forwards.open("x", lambda: Target("pt-x", "een", 8080))
    again = forwards.open("x", lambda: Target("pt-x", "twee", 8080))

    assert (port, ["x"]) == (again, forwards.names())
    assert b"twee" == get(port)
    forwards.close("x")
    forwards.close("x")
    assert forwards.port("x") is None
    assert port == forwards.open("y", lambda: None, wish=port)


def test_a_port_that_another_program_has_is_not_fought_over(forwards: Forwards) -> None:
    """Whoever asks chooses another one."""
    with socket.create_server((HOST, 0)) as other, pytest.raises(PortTakenError):
        forwards.open("x", lambda: None, wish=other.getsockname()[1])
