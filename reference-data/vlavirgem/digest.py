"""The digest of a town: a hash over those of its tables, which are hashes over those of the rows of each wijk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlavirgem.dictionary import Table

_FORMAT = "vlavirgem-digest/2"
Pieces = Mapping[int, bytes]
"""The hash of the rows of each wijk, by the number of the wijk; see `vlavirgem.frames.pieces_of`."""


def table_digest(pieces: Pieces, *, table: Table) -> str:
    """Combine the digests of the wijken into that of a table, as `sha256:…`."""
    total = hashlib.sha256(f"{_FORMAT}\n{table.name}\n".encode())
    for column in table.columns:
        total.update(f"{column.name}\t{column.kind.name}\n".encode())
    for wijk in sorted(pieces):
        total.update(wijk.to_bytes(8, "little") + pieces[wijk])
    return f"sha256:{total.hexdigest()}"


def town_digest(digests: Mapping[str, str]) -> str:
    """Combine the digests of all tables into the digest of the town."""
    lines = [_FORMAT, *(f"{name} {digests[name]}" for name in sorted(digests))]
    return f"sha256:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
