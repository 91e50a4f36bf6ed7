"""The closed shape of a badge and of a status list: published JSON Schemas, and finding what breaks them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["badge", "status-list"]


@cache
def schema(name: Literal["badge", "status-list", "common"]) -> dict[str, Any]:
    """Give one of the published schemas."""
    file = resources.files(__package__) / "schemas" / f"{name}.schema.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def departure(document: Mapping[str, Any], *, kind: Kind) -> str | None:
    """Give the most telling place where `document` leaves its schema, and how; None when it does not."""
    worst = best_match(_validator(kind).iter_errors(document))
    if worst is None:
        return None
    place = "/".join(str(part) for part in worst.absolute_path) or "(top)"
    message = worst.message if len(worst.message) <= _LONGEST else worst.message[:_LONGEST] + "…"
    return f"{place}: {message}"


_LONGEST = 300


@cache
def _validator(kind: Kind) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (part["$id"], Resource.from_contents(part)) for part in map(schema, ("badge", "status-list", "common"))
    )
    return Draft202012Validator(schema(kind), registry=registry)
