"""Date and time in OpenAPI schemas and in answers (NLGov API Design Rules 2.2, section Date and time)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proeftuin_conformance.openapi import OpenApi

STANDARD_FORMATS = {"date", "date-time", "time-local"}
WRONG_FORMATS = {"time", "date-time-local", "datetime", "dateTime", "timestamp", "datum", "full-date"}
_NOT_SCHEMAS = {"example", "examples", "default", "enum", "const"}
# Names that stand for a date alone, as in the official linter; `startDateTime` is not one of them.
_DATE_NAME = re.compile(r"(date|datum)|\w*(\wD|_[dD])(ate|atum)")
_DUTCH_DATE_NAME = re.compile(r"\w+datum")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})(\[[^\]]+\])*")
_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}T00:00(:00(\.0+)?)?(Z|[+-]\d{2}:\d{2})?")


@dataclass(frozen=True, slots=True)
class Field:
    """A property or parameter in the document: where it stands, its name and its schema."""

    where: str
    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A text value in an answer, with the schema that describes it."""

    where: str
    name: str
    schema: Mapping[str, Any]
    text: str


def is_date_name(name: str) -> bool:
    """Whether a field of this name stands for a date without a time."""
    return _DATE_NAME.fullmatch(name) is not None


def fields(document: OpenApi) -> Iterator[Field]:
    """All properties of all schemas in the document, and all parameters."""
    for operation in document.operations():
        for parameter in operation.parameters:
            schema = effective(document, parameter.get("schema"))
            yield Field(operation.label, str(parameter.get("name")), schema)
    yield from _properties(document, document.data, "#")


def _properties(document: OpenApi, value: Any, where: str) -> Iterator[Field]:
    if isinstance(value, dict):
        properties = value.get("properties")
        if isinstance(properties, dict):
            for name, schema in properties.items():
                yield Field(f"{where}/properties/{name}", str(name), effective(document, schema))
        for key, child in value.items():
            if key not in _NOT_SCHEMAS:
                yield from _properties(document, child, f"{where}/{key}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _properties(document, child, f"{where}/{number}")


def effective(document: OpenApi, schema: Any) -> Mapping[str, Any]:
    """The schema that decides: `$ref` followed, and a choice with null or a single part unwrapped."""
    found = document.resolve(schema)
    for key in ("anyOf", "oneOf", "allOf"):
        parts = [document.resolve(part) for part in found.get(key) or ()]
        parts = [part for part in parts if part.get("type") != "null"]
        if len(parts) == 1 and "format" not in found:
            return {**effective(document, parts[0]), **{k: v for k, v in found.items() if k != key}}
    return found


def types_of(schema: Mapping[str, Any]) -> set[str]:
    """The types a schema allows, without null."""
    written = schema.get("type")
    names = written if isinstance(written, list) else [written]
    return {str(name) for name in names if name not in {None, "null"}}


def values(document: OpenApi, schema: Any, data: Any, where: str = "", name: str = "") -> Iterator[Value]:
    """Text values of an answer together with the schema that describes each."""
    found = effective(document, schema)
    if isinstance(data, str):
        yield Value(where or "/", name, found, data)
    elif isinstance(data, dict):
        known = dict(_known(document, found))
        for key, child in data.items():
            if key in known:
                yield from values(document, known[key], child, f"{where}/{key}", str(key))
    elif isinstance(data, list):
        for number, child in enumerate(data):
            yield from values(document, found.get("items"), child, f"{where}/{number}", name)


def _known(document: OpenApi, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in schema.get("allOf") or ():
        yield from _known(document, document.resolve(part))
    properties = schema.get("properties")
    if isinstance(properties, dict):
        yield from properties.items()


def is_well_formed(text: str, format_: str) -> bool:
    """Whether a text is a date, date-time or time as RFC 9557 and ISO 8601-1 both allow."""
    try:
        match format_:
            case "date":
                return bool(_DATE.fullmatch(text)) and date.fromisoformat(text) is not None
            case "date-time":
                if not _DATE_TIME.fullmatch(text) or "-00:00" in text[19:]:
                    return False
                return datetime.fromisoformat(text.partition("[")[0]) is not None
            case _:
                return bool(re.fullmatch(_TIME, text))
    except ValueError:
        return False


def hides_a_date(value: Value) -> bool:
    """Whether a Dutch date field (`begindatum`) carries an empty time."""
    return bool(_DUTCH_DATE_NAME.fullmatch(value.name) and _MIDNIGHT.fullmatch(value.text))
