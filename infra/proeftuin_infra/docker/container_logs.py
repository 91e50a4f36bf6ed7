"""What containers wrote: lines with their moment and stream, also after they ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.docker.engine import DockerError, engine_errors
from proeftuin_infra.rotating_log import LINE_LIMIT, LogLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_infra.docker.engine import Engine

_HEADER: Final = 8
_STREAMS: Final = {1: "out", 2: "err"}
_ALL: Final = "all"
_NOT_FOUND: Final = 404
_OK: Final = 200


class ContainerLogs:
    """Reads logs. The SDK forgets which stream a line came from, so the answer is parsed here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tail(self, name: str, *, lines: int) -> list[LogLine]:
        """Give the last lines, oldest first; none when there is no such container."""
        return parse(self._read(name, tail=str(lines)))[-lines:]

    def follow(
        self, name: str, *, lines: int, is_over: Callable[[], bool], poll: float = 0.3
    ) -> Iterator[LogLine | None]:
        """Give the last lines and then new ones; None whenever there is nothing new for a moment.

        Asked again and again rather than streamed: a stream cannot be let go of while nothing comes.

        Args:
            name: The container.
            lines: How many to begin with.
            is_over: Whether nothing more can come; asked after each silence.
            poll: Seconds between two questions.
        """
        fresh = self.tail(name, lines=lines)
        over = False
        seen: list[LogLine] = []
        while True:
            yield from fresh
            if fresh:
                last = fresh[-1].at
                seen = [line for line in fresh if line.at == last]
            else:
                yield None
                if over:
                    return
                time.sleep(poll)
            over = is_over()
            since = seen[-1].at if seen else ""
            told = parse(self._read(name, tail=_ALL, since=since))
            fresh = [line for line in told if line.at > since or (line.at == since and line not in seen)]

    def _read(self, name: str, *, tail: str, since: str = "") -> bytes:
        params: dict[str, Any] = {"stdout": 1, "stderr": 1, "timestamps": 1, "tail": tail}
        if since:
            params["since"] = since
        with engine_errors():
            client = self._engine.client
            answer = client.get(f"{client.base_url}/v{client.api_version}/containers/{name}/logs", params=params)
        if answer.status_code == _NOT_FOUND:
            return b""
        if answer.status_code != _OK:
            raise DockerError("engine-refused", answer.text[:300])
        return bytes(answer.content)


def parse(raw: bytes) -> list[LogLine]:
    """Read the engine's own framing: 8 bytes with stream and length, then a moment, a space and a piece of a line.

    A line that is longer than the engine's buffer comes in pieces, each with a moment; all but the last lack
    a line end. Lines are cut at 8 KiB, as everywhere.
    """
    lines: list[LogLine] = []
    open_lines: dict[str, LogLine] = {}
    place = 0
    while place + _HEADER <= len(raw):
        stream = _STREAMS.get(raw[place], "out")
        size = int.from_bytes(raw[place + 4 : place + _HEADER], "big")
        frame = raw[place + _HEADER : place + _HEADER + size]
        place += _HEADER + size
        moment, _, text = frame.partition(b" ")
        words = text.decode(errors="replace")
        begun = open_lines.pop(stream, None)
        line = LogLine(begun.at if begun else moment.decode(), stream, ((begun.text if begun else "") + words))
        line = line._replace(text=line.text[:LINE_LIMIT] if len(line.text) > LINE_LIMIT else line.text)
        if text.endswith(b"\n"):
            lines.append(line._replace(text=line.text.rstrip("\r\n")))
        else:
            open_lines[stream] = line
    lines.extend(open_lines.values())
    return lines
