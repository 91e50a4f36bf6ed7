"""The gate of a sandbox: carries connections from the platform's side to one program in the room, nowhere else.

Runs by itself in a container of the base image, so: the standard library only. Arguments: the gateway of the
network of the platform's side, by which the gate finds its own address there, and pairs `PORT=HOST:PORT`.
It listens on that one address: nobody in the room can use it. When it holds the program's data, it makes the
home folder in it.
"""

import asyncio
import os
import signal
import socket
import sys

CONNECT_SECONDS = 5.0
CHUNK = 64 * 1024
CONNECTIONS = 1000
DATA = "/data"
CARRYING: set[asyncio.Task[None]] = set()


class Gate:
    """Carries connections to one address.

    Args:
        host: Name of the program in the room; asked anew for each connection, as it may have moved.
        port: Its port.
        room: How many connections may be open at the same time, over all gates.
    """

    def __init__(self, host: str, port: int, room: asyncio.Semaphore) -> None:
        self.host = host
        self.port = port
        self.room = room

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both sides are done; nobody there means a reset, as without a gate."""
        if self.room.locked():
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        CARRYING.add(task)  # the loop itself forgets a connection that is waited for on neither side
        task.add_done_callback(CARRYING.discard)
        async with self.room:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    there, back = await asyncio.open_connection(self.host, self.port, limit=CHUNK)
            except (OSError, TimeoutError):
                abort(writer)
                return
            try:
                await asyncio.gather(pump(reader, back), pump(there, writer))
            except (OSError, asyncio.CancelledError):
                abort(writer)
                abort(back)
            finally:
                writer.close()
                back.close()


async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Carry bytes one way; an end is passed on, so that the other way may go on."""
    while data := await source.read(CHUNK):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()


def abort(writer: asyncio.StreamWriter) -> None:
    """Break a connection so that the other side sees a reset and not a polite end."""
    carrier = writer.get_extra_info("socket")
    if carrier is not None:
        carrier.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


def own_address(gateway: str) -> str:
    """Find our address on the network of this gateway; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((gateway, 9))
        return str(probe.getsockname()[0])


async def main(arguments: list[str]) -> None:
    """Listen and carry until SIGTERM."""
    gateway, *pairs = arguments
    if os.access(DATA, os.W_OK):
        os.makedirs(f"{DATA}/home", exist_ok=True)  # noqa: PTH103 - pathlib is slow to import
    address, room = own_address(gateway), asyncio.Semaphore(CONNECTIONS)
    for pair in pairs:
        port, _, target = pair.partition("=")
        host, _, inside = target.rpartition(":")
        await asyncio.start_server(Gate(host, int(inside), room).carry, address, int(port), backlog=512, limit=CHUNK)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
