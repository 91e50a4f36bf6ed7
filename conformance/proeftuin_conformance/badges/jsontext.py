"""Strict JSON in, canonical JSON out.

A signature protects what was parsed, so two readers must never parse the same bytes differently. That is why
a key given twice, a number that is no integer, a lone surrogate or bottomless nesting is refused here, before
anybody looks at a signature (RFC 7493, I-JSON, sections 2.1 to 2.3). Canonical output is RFC 8785 (JCS).
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

import rfc8785

from proeftuin_conformance.badges.errors import UnreadableError

MAX_BYTES: Final = 256 * 1024
"""No badge and no status list of ours comes near this; openbadgeslib draws the same line."""

MAX_DEPTH: Final = 32

type_name: Final = {dict: "object", list: "array", str: "string", int: "number", bool: "boolean"}


def parse(data: bytes | str) -> dict[str, Any]:
    """Read one JSON object.

    Args:
        data: UTF-8 bytes or text, at most `MAX_BYTES` long.

    Returns:
        The object, holding only dicts, lists, strings, integers, booleans and None.

    Raises:
        UnreadableError: anything else, with the reason.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise UnreadableError(
            nl=f"het document is {len(raw)} bytes groot; het maximum is {MAX_BYTES}",
            en=f"the document is {len(raw)} bytes long; the limit is {MAX_BYTES}",
        )
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except UnicodeDecodeError as error:
        raise UnreadableError(nl="het document is geen UTF-8", en="the document is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            nl=f"het document is geen geldige JSON: {error}", en=f"the document is not valid JSON: {error}"
        ) from error
    if not isinstance(value, dict):
        kind = type_name.get(type(value), "null")
        raise UnreadableError(
            nl=f"verwacht een JSON-object, gekregen: {kind}", en=f"expected a JSON object, got: {kind}"
        )
    _refuse_unsafe(value)
    return value


def canonical(value: Any) -> bytes:
    """Write `value` the one way RFC 8785 allows, in UTF-8.

    Raises:
        UnreadableError: the value has no canonical form (an integer beyond 2**53, a lone surrogate).
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise UnreadableError(
            nl=f"het document heeft geen canonieke vorm: {error}",
            en=f"the document has no canonical form: {error}",
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableError(
                nl=f"de sleutel {key!r} staat twee keer in hetzelfde object",
                en=f"the key {key!r} is given twice in one object",
            )
        found[key] = value
    return found


def _no_fraction(text: str) -> NoReturn:
    raise UnreadableError(nl=f"het getal {text} is geen geheel getal", en=f"the number {text} is not an integer")


def _refuse_unsafe(root: dict[str, Any]) -> None:
    """Walk without recursion: depth is exactly what must not hurt us."""
    pending: list[tuple[Any, int]] = [(root, 1)]
    while pending:
        value, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise UnreadableError(
                nl=f"het document is meer dan {MAX_DEPTH} niveaus diep",
                en=f"the document is nested more than {MAX_DEPTH} levels deep",
            )
        if isinstance(value, dict):
            pending.extend((child, depth + 1) for child in value.values())
            pending.extend((key, depth) for key in value)
        elif isinstance(value, list):
            pending.extend((child, depth + 1) for child in value)
        elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise UnreadableError(nl="de tekst bevat een half teken", en="the text holds a lone surrogate")
