"""Ask each documented GET once, learning identifiers from collections, and remember the answers.

Only values that the document or the API itself gives are used, so that an answer other than 2xx says
something about the API and not about an invented value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from proeftuin_conformance.checks import Skip
from proeftuin_conformance.errors import (
    AnswerTooLargeError,
    BrokenAnswerError,
    RedirectError,
    TargetError,
    TimedOutError,
)
from proeftuin_conformance.openapi import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proeftuin_conformance.checks import CheckContext
    from proeftuin_conformance.exchanges import Exchange
    from proeftuin_conformance.openapi import OpenApi, Operation

MOST_OPERATIONS = 40  # enough to judge a style; a run stays short on very large documents
_OK = range(200, 300)
_ID_NAMES = ("id", "identificatie", "identifier", "identificator", "uuid", "code", "name", "naam", "@id", "uri")
_UNUSABLE = (AnswerTooLargeError, BrokenAnswerError, RedirectError, TimedOutError)


@dataclass(frozen=True, slots=True)
class Asked:
    """A GET operation, the values used for its path and query, and the answer."""

    operation: Operation
    path: str
    query: Mapping[str, Any]
    answer: Exchange

    @property
    def fine(self) -> bool:
        """Whether the answer was 2xx."""
        return self.answer.status in _OK


@dataclass(slots=True)
class Survey:
    """All GET operations that could be asked."""

    base: str
    asked: list[Asked] = field(default_factory=list)
    unusable: list[TargetError] = field(default_factory=list)

    @property
    def fine(self) -> list[Asked]:
        """Those that answered 2xx."""
        return [one for one in self.asked if one.fine]


def survey(ctx: CheckContext) -> Survey:
    """The survey of this phase; made by the first check that needs it.

    Raises:
        Skip: there is no usable document, or no GET answered 2xx: then there is nothing to judge.
        TargetError: no GET answered 2xx, and the first that gave no answer to use failed in this way.
    """
    found: Survey | None = ctx.shared.get("survey")
    if found is None:
        found = ctx.shared["survey"] = _make(ctx)
    if not found.fine:
        if found.unusable:
            raise found.unusable[0]
        statuses = ", ".join(f"{one.operation.label}: {one.answer.status}" for one in found.asked[:5]) or "-"
        raise Skip(
            f"Geen enkele GET uit het OpenAPI-document gaf een geslaagd antwoord ({statuses}).",
            f"No GET in the OpenAPI document gave a successful answer ({statuses}).",
            code="PT-303",
        )
    return found


def _make(ctx: CheckContext) -> Survey:
    document = ctx.openapi
    made = Survey(base=document.base_for(ctx.target.base_url))
    operations = sorted(document.operations("GET"), key=lambda op: len(op.path_names))
    for operation in operations[:MOST_OPERATIONS]:
        path = _values(operation, document, made)
        query = _query(operation, document)
        if path is None or query is None:
            continue
        try:
            answer = ctx.http.get(made.base + fill(operation.path, path), params=query, follow_redirects=False)
        except _UNUSABLE as error:
            made.unusable.append(error)  # one broken operation does not hide the others
            continue
        made.asked.append(Asked(operation, fill(operation.path, path), query, answer))
    return made


def _values(operation: Operation, document: OpenApi, made: Survey) -> dict[str, Any] | None:
    """A value for each name in the path, also when its description is in a document elsewhere."""
    described = {str(parameter.get("name")): parameter for parameter in operation.parameters_in("path")}
    values: dict[str, Any] = {}
    for name in operation.path_names:
        value = document.example_of(described[name]) if name in described else None
        if value is None:
            value = _learnt(operation, name, made)
        if value is None:
            return None
        values[name] = value
    return values


def _learnt(operation: Operation, name: str, made: Survey) -> str | None:
    """An identifier out of the collection above `/…/{name}`."""
    parent = operation.path.partition("/{" + name + "}")[0]
    for one in made.fine:
        if one.operation.path == parent:
            for item in _items(one.answer):
                value = _identifier(item, name, parent)
                if value is not None:
                    return value
    return None


def _items(answer: Exchange) -> Iterator[dict[str, Any]]:
    try:
        data = answer.json()
    except ValueError:
        return
    lists = [data] if isinstance(data, list) else list(data.values()) if isinstance(data, dict) else []
    for candidate in lists:
        if isinstance(candidate, list):
            yield from (item for item in candidate if isinstance(item, dict))


def _identifier(item: dict[str, Any], name: str, parent: str) -> str | None:
    """From a link to the item itself, or from a field that is called like the parameter or like an id."""
    last = parent.rstrip("/").rpartition("/")[2]
    if last:
        for text in _strings(item):
            match = re.search("/" + re.escape(last) + r"/([^/?#]+)(?:$|[?#])", text)
            if match:
                return unquote(match[1])
    for key in (name, *_ID_NAMES):
        value = item.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and "/" not in str(value):
            return str(value)
    return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)


def _query(operation: Operation, document: OpenApi) -> dict[str, Any] | None:
    """Values for the required query parameters; None when one cannot be given."""
    values: dict[str, Any] = {}
    for parameter in operation.parameters_in("query"):
        if not parameter.get("required"):
            continue
        value = document.example_of(parameter)
        if value is None:
            schema = document.resolve(parameter.get("schema"))
            value = {"integer": schema.get("minimum", 1), "boolean": "true"}.get(str(schema.get("type")))
        if value is None:
            return None
        values[str(parameter.get("name"))] = value
    return values
