"""A log of bounded size: lines with a moment and a stream, in at most two files.

One line on disk: `2026-11-21T12:00:00.123Z out the text`. When the first file is full it becomes
`….1` and the older one goes. Kept to the standard library, because every warden loads it.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE_LIMIT = 8 * 1024
_BLOCK = 64 * 1024


class RotatingLog:
    """Writes lines; a flood costs the oldest lines, never the disk.

    Args:
        path: The newest file; the older one gets the suffix `.1`.
        limit: Bytes per file.
    """

    def __init__(self, path: Path, *, limit: int) -> None:
        self._path = path
        self._older = path.with_name(path.name + ".1")
        self._limit = limit
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()
        self._partial: dict[str, bytes] = {}

    def feed(self, stream: str, data: bytes) -> None:
        """Take raw output of a stream; the last, unfinished line waits for its end."""
        *lines, rest = (self._partial.get(stream, b"") + data).split(b"\n")
        while len(rest) > LINE_LIMIT:
            lines.append(rest[:LINE_LIMIT])
            rest = rest[LINE_LIMIT:]
        self._partial[stream] = rest
        self._write(stream, lines)

    def finish(self) -> None:
        """Write what was not yet a whole line."""
        for stream, rest in self._partial.items():
            if rest:
                self._write(stream, [rest])
        self._partial.clear()

    def note(self, text: str) -> None:
        """Write a line of our own."""
        self._write("sys", [text.encode()])

    def close(self) -> None:
        """Write the rest and close."""
        self.finish()
        self._file.close()

    def _write(self, stream: str, lines: list[bytes]) -> None:
        if not lines:
            return
        now = time.time()
        stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03d}Z {stream} ".encode()
        block = b"".join(stamp + line[:LINE_LIMIT].rstrip(b"\r") + b"\n" for line in lines)
        for start in range(0, len(block), self._limit):
            piece = block[start : start + self._limit]
            if self._size + len(piece) > self._limit:
                self._rotate()
            self._file.write(piece)
            self._size += len(piece)

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._older)
        self._file = self._path.open("ab", buffering=0)
        self._size = 0


class LogLine(NamedTuple):
    """One line as it was written."""

    at: str
    stream: str
    text: str


def tail(path: Path, *, lines: int) -> list[LogLine]:
    """Read the last lines over both files, oldest first; a log that is not there is empty."""
    found: list[bytes] = []
    for file in (path, path.with_name(path.name + ".1")):
        if len(found) < lines:
            with contextlib.suppress(FileNotFoundError):
                found = [*_last_lines(file, lines - len(found)), *found]
    return [_parse(line) for line in found]


def follow(path: Path, *, lines: int, poll: float = 0.2) -> Iterator[LogLine | None]:
    """Give the last lines and then new ones; None whenever there is nothing new for a moment.

    The caller ends it by closing the generator.
    """
    place = _Place(path)
    yield from (_parse(line) for line in place.read_new()[-lines:])
    while True:
        fresh = place.read_new()
        yield from (_parse(line) for line in fresh)
        if not fresh:
            yield None
            time.sleep(poll)


class _Place:
    """Remembers how far a reader got, also when the file is rotated under it. Starts at the oldest line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._rest = b""
        self._inode = 0
        with contextlib.suppress(FileNotFoundError):  # the older file comes first, when there is one
            self._inode = path.with_name(path.name + ".1").stat().st_ino

    def read_new(self) -> list[bytes]:
        data = b""
        with contextlib.suppress(FileNotFoundError), self._path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_ino != self._inode or status.st_size < self._offset:
                data += self._rest_of_old()
                self._inode, self._offset = status.st_ino, 0
            file.seek(self._offset)
            data += file.read()
            self._offset = file.tell()
        *whole, self._rest = (self._rest + data).split(b"\n")
        return whole

    def _rest_of_old(self) -> bytes:
        older = self._path.with_name(self._path.name + ".1")
        with contextlib.suppress(FileNotFoundError), older.open("rb") as file:
            if os.fstat(file.fileno()).st_ino == self._inode:
                file.seek(self._offset)
                return file.read()
        return b""


def _last_lines(file: Path, count: int) -> list[bytes]:
    with file.open("rb") as stream:
        position = stream.seek(0, os.SEEK_END)
        data = b""
        while position > 0 and data.count(b"\n") <= count:
            step = min(_BLOCK, position)
            position -= step
            stream.seek(position)
            data = stream.read(step) + data
    return [line for line in data.split(b"\n") if line][-count:]


def _parse(line: bytes) -> LogLine:
    at, _, rest = line.decode(errors="replace").partition(" ")
    stream, _, text = rest.partition(" ")
    return LogLine(at, stream, text)
