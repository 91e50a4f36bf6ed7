"""Visitors of a web service who cost next to nothing: requests that are ready, over connections that stay open.

Two ways, for they tell different things. In a *closed loop* each visitor asks again as soon as there is an answer: so
many requests are under way all the time, and a slow service gets fewer. In an *open loop* requests come at a rate,
whether the service keeps up or not, and what counts is the time since a request was due: nothing that waited for its
turn is left out (coordinated omission).
"""

from __future__ import annotations

import json
import random
import resource
import selectors
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length: "


def visit(
    port: int, paths: Sequence[str], *, visitors: int, seconds: float, rate: float = 0, once: bool = False
) -> dict[str, Any]:
    """Visit a service on this machine from a process of its own, and tell how it went.

    Args:
        port: Where it listens.
        paths: What is asked, in this order, again and again.
        visitors: How many connections there are.
        seconds: How long.
        rate: Requests per second in an open loop; a closed loop when 0.
        once: End when every path was asked once.

    Returns:
        `requests`, `per_second`, `wrong` (answers other than 200) and, in milliseconds, `p50`, `p90`, `p99`, `max`
        and the visitors' own processor time per request.
    """
    task = {"port": port, "paths": list(paths), "visitors": visitors, "seconds": seconds, "rate": rate, "once": once}
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(task), capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class _Visitor:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self._parts: list[bytes] = []
        self._missing = -1

    def ask(self, request: bytes, *, due: float) -> None:
        self.due = due
        self._parts, self._missing = [], -1
        self.socket.sendall(request)

    def hear(self) -> bytes | None:
        """Take what came; give the whole answer's first bytes when it is there."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the service ended the connection")
        self._parts.append(part)
        if self._missing < 0:
            whole = b"".join(self._parts)
            head = whole.find(_END_OF_HEAD)
            if head < 0:
                return None
            place = whole.find(_LENGTH, 0, head)
            if place < 0:
                raise ConnectionError("an answer without Content-Length")
            end = whole.find(b"\r\n", place + 2)
            self._missing = head + 4 + int(whole[place + len(_LENGTH) : end]) - len(whole)
        else:
            self._missing -= len(part)
        return self._parts[0] if self._missing <= 0 else None


def _run(task: dict[str, Any]) -> dict[str, Any]:
    requests = [f"GET {path} HTTP/1.1\r\nHost: stad.test\r\n\r\n".encode() for path in task["paths"]]
    crowd = [_Visitor(task["port"]) for _ in range(task["visitors"])]
    selector = selectors.EpollSelector()
    for visitor in crowd:
        selector.register(visitor.socket, selectors.EVENT_READ, visitor)
    began = time.perf_counter()
    due = _moments(task, began)
    end = began + task["seconds"]
    idle, waiting = list(crowd), None
    took: list[float] = []
    asked = wrong = 0
    while True:
        now = time.perf_counter()
        ended = now >= end or (task["once"] and asked >= len(requests))
        if ended and len(idle) == len(crowd):
            break
        while idle and not ended:
            if waiting is None:
                waiting = next(due)
            if waiting > now:
                break
            idle.pop().ask(requests[asked % len(requests)], due=waiting if task["rate"] else now)
            asked += 1
            waiting = None
            ended = task["once"] and asked >= len(requests)
        pause = max(0.0, min(waiting, end) - now) if waiting is not None and idle and not ended else 1.0
        for key, _ in selector.select(pause):
            visitor: _Visitor = key.data
            start = visitor.hear()
            if start is not None:
                took.append(time.perf_counter() - visitor.due)
                wrong += not start.startswith(b"HTTP/1.1 200")
                idle.append(visitor)
    lasted = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "requests": len(took),
        "per_second": round(len(took) / lasted),
        "wrong": wrong,
        **{name: round(_share(took, part) * 1000, 2) for name, part in (("p50", 50), ("p90", 90), ("p99", 99))},
        "max": round(max(took) * 1000, 2),
        "own_cpu": round((used.ru_utime + used.ru_stime) / len(took) * 1000, 3),
    }


def _moments(task: dict[str, Any], began: float) -> Iterator[float]:
    """Give when requests are due: at random moments (Poisson), or always at once."""
    chance, moment = random.Random(1), began  # noqa: S311 - the same each time
    while True:
        moment += chance.expovariate(task["rate"]) if task["rate"] else 0.0
        yield moment


def _share(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_run(json.load(sys.stdin))))
