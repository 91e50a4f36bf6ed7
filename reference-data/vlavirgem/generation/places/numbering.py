"""Numbers of rows that come behind others of the same wijk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.numbering import STRIDE

if TYPE_CHECKING:
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.randomness import Integers


def ids_after(wijken: Wijken, taken: Integers, rows: Rows) -> Integers:
    """Number rows of wijken of which so many numbers are taken."""
    ids: Integers = wijken.numbers[rows.owner] * STRIDE + taken[rows.owner] + rows.position + 1
    return ids
