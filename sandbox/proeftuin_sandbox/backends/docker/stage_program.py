"""Plays what a probe tries to reach: targets that listen, and the world outside.

Runs by itself in a container of the base image, so: the standard library only, and no more of it than needed.
The first argument is JSON with the member `role`:

- `host`, `neighbour`: listen on all addresses, print where, and stay until SIGTERM;
- `outside`: be on the own loopback interface what the world outside would have (a metadata service, the
  internet, a name server, an engine), and then run the program of the other arguments.
"""

# pathlib takes longer to import than this program runs.
# ruff: noqa: PTH103, PTH123

import contextlib
import fcntl
import json
import os
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
from itertools import pairwise
from typing import Any

SET_ADDRESS = 0x8916  # SIOCSIFADDR
REMOUNT_WRITABLE = 32 | 4096  # MS_REMOUNT, MS_BIND
KEPT: list[socket.socket] = []


class Names(socketserver.BaseRequestHandler):
    """A name server that knows every name."""

    def handle(self) -> None:
        """Answer with an address (RFC 1035)."""
        data, carrier = self.request
        answer = data[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + data[12:]
        carrier.sendto(answer + b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 1, 4) + b"\xc0\0\2\1", self.client_address)


class Echo(socketserver.BaseRequestHandler):
    """Sends a datagram back."""

    def handle(self) -> None:
        """Answer with what came."""
        data, carrier = self.request
        carrier.sendto(data, self.client_address)


def serve(handler: type[socketserver.BaseRequestHandler], kind: type[socketserver.TCPServer], port: int) -> int:
    """Serve in the background, on all addresses; gives the port."""
    kind.allow_reuse_address = True
    server = kind(("", port), handler)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    return int(server.server_address[1])


def listen(wish: int) -> int:
    """Listen on TCP and UDP, for both versions of IP where there are two; gives the port."""
    while True:
        port = serve(socketserver.BaseRequestHandler, socketserver.TCPServer, wish)
        with contextlib.suppress(OSError):  # there is no version 6 here
            KEPT.append(socket.create_server(("::", port), family=socket.AF_INET6, backlog=64))
        try:
            serve(Echo, socketserver.UDPServer, port)
        except OSError:  # another program has that port for datagrams
            continue
        return port


def own_addresses() -> list[str]:
    """Give every address of this network namespace but the loopback ones."""
    with open("/proc/net/fib_trie", encoding="ascii") as file:
        lines = file.read().splitlines()
    local = [above.split()[-1] for above, line in pairwise(lines) if "32 host LOCAL" in line and "|--" in above]
    found = {address for address in local if not address.startswith("127.")}
    with contextlib.suppress(OSError), open("/proc/net/if_inet6", encoding="ascii") as file:
        for line in file:
            raw = line.split()[0]
            if int(raw, 16) != 1:
                found.add(":".join(raw[at : at + 4] for at in range(0, 32, 4)))
    return sorted(found)


def be_outside(to: dict[str, Any]) -> None:
    """Give this container what the world outside would have."""
    addresses = [one for one in [*to["metadata"], *to["internet"]] if ":" not in one]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        for number, address in enumerate(addresses, start=1):
            name, where = f"lo:{number}".encode(), socket.inet_aton(address)
            fcntl.ioctl(one, SET_ADDRESS, struct.pack("16sH2s4s8s", name, socket.AF_INET, b"", where, b""))
    for port in (80, 443, 2375, 5432):
        serve(socketserver.BaseRequestHandler, socketserver.TCPServer, port)
    serve(Names, socketserver.UDPServer, 53)
    os.makedirs("/run", exist_ok=True)
    engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    engine.bind("/run/docker.sock")
    engine.listen()
    KEPT.append(engine)
    import ctypes  # noqa: PLC0415 - the other roles start quicker without

    for place in (b"/sys/fs/cgroup", b"/sys/fs/cgroup/pids"):
        ctypes.CDLL(None).mount(None, place, None, REMOUNT_WRITABLE, None)


def main() -> None:
    """Play the role that the first argument gives."""
    to = json.loads(sys.argv[1])
    if to["role"] == "outside":
        be_outside(to)
        done = subprocess.run(sys.argv[2:], env={**os.environ, "PROEFTUIN_CANARY": to["nonce"]}, check=False)
        os._exit(done.returncode)
    port = listen(to["port"])
    sys.stdout.write(json.dumps({"port": port, "addresses": own_addresses()}) + "\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    time.sleep(to["seconds"])


if __name__ == "__main__":
    main()
