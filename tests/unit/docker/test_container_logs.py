"""The engine's framing of logs, which the SDK does not keep apart."""

from __future__ import annotations

from proeftuin_infra.docker.container_logs import parse
from proeftuin_infra.rotating_log import LINE_LIMIT, LogLine


def frame(stream: int, text: str, moment: str = "2026-11-22T12:00:00.1Z") -> bytes:
    data = f"{moment} {text}".encode()
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def test_lines_keep_their_stream_moment_and_order() -> None:
    """A log line is evidence: who said it, and when."""
    raw = frame(1, "een\n") + frame(2, "fout\r\n", "2026-11-22T12:00:01Z")

    assert [
        LogLine("2026-11-22T12:00:00.1Z", "out", "een"),
        LogLine("2026-11-22T12:00:01Z", "err", "fout"),
    ] == parse(raw)


def test_a_long_line_comes_in_pieces_and_is_one_line_that_is_cut() -> None:
    """The engine's buffer is 16 KiB; a line of ours is 8 KiB."""
    raw = frame(1, "a" * 5000) + frame(2, "tussendoor\n") + frame(1, "b" * 5000 + "\n") + frame(1, "klaar\n")
    lines = parse(raw)

    assert ["tussendoor", "a" * 5000 + "b" * (LINE_LIMIT - 5000), "klaar"] == [line.text for line in lines]


def test_what_has_no_end_yet_is_shown_and_half_a_frame_is_not() -> None:
    """A program that dies in the middle of a line said something."""
    raw = frame(1, "laatste woorden") + frame(1, "meer\n")[:11]

    assert ["laatste woorden"] == [line.text for line in parse(raw)]


def test_bytes_that_are_no_text_do_no_harm() -> None:
    """Anything may be written to a log."""
    data = b"2026-11-22T12:00:00Z \xff\x00\n"
    raw = bytes([1, 0, 0, 0]) + len(data).to_bytes(4, "big") + data

    assert ["\ufffd\x00"] == [line.text for line in parse(raw)]
    assert [] == parse(b"")
