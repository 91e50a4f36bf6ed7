"""Ports of pods on this machine's loopback address, through the API server; works with any kubeconfig.

Each connection to a listener becomes one websocket to the API server (`v4.channel.k8s.io`): a pod's port cannot carry
two. The pod is looked up for each connection, so that a pod may be replaced under its users. A listener lives as
long as the platform's process; the port it had is asked for again by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.errors import KubeError, kube_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import aiohttp

    from proeftuin_infra.kube.client.connection import Cluster, Door

HOST = "127.0.0.1"
_PROTOCOL = "v4.channel.k8s.io"
_DATA, _ERROR = 0, 1
_CHUNK = 64 * 1024
_CONNECT_SECONDS = 5.0
_TRIES = 3
_PAUSE_SECONDS = 0.2
_CONNECTIONS = 512
_PREFIX = 2
"""The first message of each channel repeats the port, in two bytes."""


@dataclass(frozen=True, slots=True)
class Target:
    """A port of a pod."""

    namespace: str
    pod: str
    port: int


class PortTakenError(Exception):
    """Another program listens on the port that was asked for."""


class Forwards:
    """Keeps listeners, one per name.

    Args:
        cluster: Through whose API server.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._listeners: dict[str, _Listener] = {}
        self._ways: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()

    def port(self, name: str) -> int | None:
        """Give the port of a listener of this process; None when there is none."""
        listener = self._listeners.get(name)
        return listener.port if listener is not None else None

    def open(self, name: str, find: Callable[[], Target | None], *, wish: int | None = None) -> int:
        """Have a listener of this name, and give its port.

        Args:
            name: Of the listener; one that is there is kept, whatever its port.
            find: Finds the pod to carry a connection to; None when there is none now. Called from other threads.
            wish: The port to take; None takes a free one.

        Raises:
            PortTakenError: another program has the wished one.
        """
        with self._lock:
            known = self._listeners.get(name)
            if known is not None:
                known.find = find
                return known.port
            listening = _listen(wish)
            listener = _Listener(listening, find, self._pass)
            self._run(listener.start())
            self._listeners[name] = listener
            return listener.port

    def close(self, name: str) -> None:
        """Close a listener and what goes through it; one that is not there is fine."""
        with self._lock:
            listener = self._listeners.pop(name, None)
            if listener is not None:
                self._run(listener.stop())

    def names(self) -> list[str]:
        """List the listeners of this process."""
        return sorted(self._listeners)

    def close_all(self) -> None:
        """Close everything."""
        for name in self.names():
            self.close(name)
        with self._lock:
            if self._loop is not None:
                self._run(self._end_session())
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=_serve, args=(self._loop,), name="kube-forward", daemon=True).start()
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _pass(self, target: Target) -> aiohttp.ClientWebSocketResponse:
        import aiohttp  # noqa: PLC0415 - comes with the library; slow to import

        if self._session is None:
            limits = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=limits, timeout=aiohttp.ClientTimeout(total=None))
        door = await asyncio.to_thread(self._cluster.door)
        path = f"/api/v1/namespaces/{target.namespace}/pods/{target.pod}/portforward"
        async with asyncio.timeout(_CONNECT_SECONDS):
            tunnel = await self._session.ws_connect(
                f"{door.url}{path}",
                params={"ports": str(target.port)},
                protocols=(_PROTOCOL,),
                headers=door.headers,
                ssl=_tls(door),
                server_hostname=door.server_name,
                max_msg_size=0,
                autoclose=False,
            )
        connection = tunnel._response.connection  # noqa: SLF001 - nothing else gives the transport of a websocket
        if connection is not None and connection.transport is not None:
            self._ways.add(connection.transport)
        return tunnel

    async def _end_session(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        for way in list(self._ways):  # a busy API server may not have answered our goodbye
            way.abort()
        await asyncio.sleep(0)


class _Listener:
    """One listening port."""

    def __init__(
        self,
        listening: socket.socket,
        find: Callable[[], Target | None],
        connect: Callable[[Target], Coroutine[Any, Any, aiohttp.ClientWebSocketResponse]],
    ) -> None:
        self.port: int = listening.getsockname()[1]
        self.find = find
        self._listening = listening
        self._connect = connect
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, sock=self._listening, limit=_CHUNK)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio calls us in a task
        if len(self._open) >= _CONNECTIONS:
            writer.transport.abort()
            return
        self._open.add(task)
        try:
            await self._carry(reader, writer)
        except asyncio.CancelledError:
            """We are being closed."""
        finally:
            self._open.discard(task)
            _abort(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnel = await self._tunnel()
        if tunnel is None:
            return
        try:
            outward = asyncio.create_task(_send(reader, tunnel))
            inward = asyncio.create_task(_receive(tunnel, writer))
            # The way in decides: a client that has said all may still wait for the rest of its answer.
            await asyncio.wait({outward, inward}, return_when=asyncio.FIRST_COMPLETED)
            if outward.done() and not inward.done() and outward.exception() is None:
                await inward
            for one in (outward, inward):
                one.cancel()
            await asyncio.gather(outward, inward, return_exceptions=True)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(tunnel.close(), timeout=1)

    async def _tunnel(self) -> aiohttp.ClientWebSocketResponse | None:
        """Open a way to the pod; a pod that has just been replaced is looked for again."""
        import aiohttp  # noqa: PLC0415 - loaded by then

        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(_PAUSE_SECONDS)
            try:
                target = await asyncio.to_thread(self.find)
                if target is not None:
                    return await self._connect(target)
            except (aiohttp.ClientError, OSError, TimeoutError, KubeError):
                continue
        return None


async def _send(reader: asyncio.StreamReader, tunnel: aiohttp.ClientWebSocketResponse) -> None:
    while data := await reader.read(_CHUNK):
        await tunnel.send_bytes(bytes([_DATA]) + data)


async def _receive(tunnel: aiohttp.ClientWebSocketResponse, writer: asyncio.StreamWriter) -> None:
    import aiohttp  # noqa: PLC0415 - loaded by then

    seen: set[int] = set()
    async for message in tunnel:
        if message.type is not aiohttp.WSMsgType.BINARY or not message.data:
            continue
        channel, data = message.data[0], message.data[1:]
        if channel not in seen:
            seen.add(channel)
            if len(data) >= _PREFIX and struct.unpack("<H", data[:_PREFIX])[0]:
                data = data[_PREFIX:]
        if channel == _ERROR and data:  # the pod does not listen there, or is gone
            return
        if channel == _DATA and data:
            writer.write(data)
            await writer.drain()


def _abort(writer: asyncio.StreamWriter) -> None:
    """Close politely what was answered; `close` sends what is still to be sent."""
    with contextlib.suppress(Exception):
        writer.close()


def _listen(wish: int | None) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, wish or 0))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise PortTakenError(str(wish)) from error
    listening.setblocking(False)
    return listening


def _tls(door: Door) -> Any:
    return door.context if door.context is not None else False


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        with contextlib.suppress(Exception), kube_errors():
            loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
