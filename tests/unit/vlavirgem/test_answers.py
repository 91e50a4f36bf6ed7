"""Formats, entity tags and cursors: the small rules of HTTP that every block shares."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request

from vlavirgem.blocks.answers import (
    CURSOR_PATTERN,
    GEO_JSON,
    JSON,
    JSON_LD,
    chosen_format,
    matches,
    read_cursor,
    write_cursor,
)
from vlavirgem.blocks.problems import Problem

OFFERED = (JSON, JSON_LD, GEO_JSON)


def asking(accept: str) -> Request:
    headers = [(b"accept", accept.encode())] if accept else []
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/geo+json", GEO_JSON),
        ("application/json;q=0.5, application/ld+json", JSON_LD),
        ("text/html, application/ld+json;q=0.9, */*;q=0.1", JSON_LD),
        ("*/*, application/json;q=0", JSON_LD),
        ("application/geo+json;q=oops", GEO_JSON),
    ],
)
def test_the_format_follows_the_accept_header(accept: str, expected: str) -> None:
    """RFC 9110, 12.5.1: the most specific range counts, then the weight."""
    assert expected == chosen_format(asking(accept), offered=OFFERED)


@pytest.mark.parametrize("accept", ["text/turtle", "application/json;q=0", "image/*"])
def test_a_format_that_we_do_not_have_is_406(accept: str) -> None:
    """Better no than something else."""
    with pytest.raises(Problem) as caught:
        chosen_format(asking(accept), offered=(JSON,))
    assert 406 == caught.value.status_code


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"a"', True), ('"b", "a"', True), ('W/"a"', True), ("*", True), ('"b"', False), ("", False), ("a", False)],
)
def test_entity_tags_are_compared_weakly(header: str, expected: bool) -> None:
    """RFC 9110, 8.8.3.2."""
    assert expected == matches(header, tag='"a"')


@pytest.mark.parametrize("number", [0, 1, 560, 10**15 - 1])
def test_a_cursor_is_read_back(number: int) -> None:
    """It says after which number to go on."""
    assert number == read_cursor(write_cursor(number))


@pytest.mark.parametrize(
    "cursor", ["", "x", "na-", "na--1", "na-01", "na-1x", "NA-1", "na-9999999999999999", "na-1\n"]
)
def test_a_cursor_that_is_not_ours_does_not_fit_the_pattern(cursor: str) -> None:
    """The service refuses it with 400 before anything is read."""
    with pytest.raises(ValidationError):
        TypeAdapter(Annotated[str, Field(pattern=CURSOR_PATTERN)]).validate_python(cursor)
