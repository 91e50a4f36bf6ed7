"""The published JSON Schema of component.yaml; the same document that validation uses."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA_FILE = "component.schema.json"


def component_schema() -> dict[str, Any]:
    """Give the schema as it is published at `/schemas/component.v1.json`; the caller may change its copy."""
    schema: dict[str, Any] = json.loads(files("proeftuin_sandbox").joinpath(SCHEMA_FILE).read_text("utf-8"))
    return schema


@cache
def validator() -> Draft202012Validator:
    """Give a validator for the schema."""
    return Draft202012Validator(component_schema())
