"""Applications from a file, registered when the town begins to be served: the same ones each time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from vlavirgem.blocks.identiteit.applications import MOST, NewApplication
from vlavirgem.errors import VlavirgemError
from vlavirgem.store.applications import put_application
from vlavirgem.store.connection import connect
from vlavirgem.store.identity import hashed

if TYPE_CHECKING:
    from pathlib import Path

_Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._~-]+$")]
_Secret = Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class FixedApplication(NewApplication):
    """An application with a name of one's own choice, and the secret that it has."""

    model_config = ConfigDict(extra="forbid")

    client_id: _Name
    client_secret: _Secret | None = None


_FILE = TypeAdapter(Annotated[list[FixedApplication], Field(max_length=MOST)])


def read_fixed(path: Path) -> list[FixedApplication]:
    """Read a file: a list in JSON, of what is sent to register an application, with `client_id` and `client_secret`.

    Raises:
        VlavirgemError: it cannot be read, or something in it is wrong.
    """
    try:
        found = _FILE.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        reason = _first(error) if isinstance(error, ValidationError) else str(error)
        raise VlavirgemError(f"{path} holds no applications: {reason}") from error
    for one in found:
        if one.has_secret != (one.client_secret is not None):
            needs = "needs a" if one.has_secret else "can have no"
            raise VlavirgemError(f"{path}: {one.client_id} {needs} client_secret.")
    return found


def register_fixed(url: str, applications: list[FixedApplication]) -> None:
    """Register applications in a town, or change those that are there under the same name.

    Raises:
        DatabaseError: the database cannot be reached.
    """
    with connect(url) as connection:
        for one in applications:
            metadata = one.model_dump(exclude_none=True, exclude={"client_id", "client_secret"})
            secret = hashed(one.client_secret) if one.client_secret else None
            put_application(connection, one.client_id, secret=secret, metadata=metadata, now=datetime.now(UTC))


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
