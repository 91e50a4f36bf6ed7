"""Pages of a list by cursor: stable while rows come and go, opaque to the client."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any

from fastapi import Query

from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

CursorDep = Annotated[
    str | None,
    Query(
        alias="cursor",
        max_length=500,
        description="The `next` of the page before this one.",
        json_schema_extra={"format": "cursor"},
    ),
]
LimitDep = Annotated[int, Query(alias="limit", ge=1, le=100, description="Items per page.")]


def encode_cursor(*key: Any) -> str:
    """Make a cursor from the sort key of the last item of a page (plain JSON values)."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, size: int) -> list[Any] | None:
    """Read a cursor back.

    Args:
        cursor: What the client sent; None for the first page.
        size: Number of values that the key must have.

    Raises:
        BadInputError: the cursor is not one of ours.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        key = None
    if not isinstance(key, list) or len(key) != size:
        raise BadInputError(
            Text(
                nl="De cursor is ongeldig. Begin opnieuw bij de eerste pagina.",
                en="The cursor is not valid. Start again at the first page.",
            )
        )
    return key
