"""The words of the data dictionary: tables, columns, what they hold and what they guarantee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds."""

    INTEGER = "geheel getal"
    DECIMAL = "decimaal getal"
    TEXT = "tekst"
    TEXTS = "lijst van tekst"
    BOOLEAN = "ja of nee"
    DATE = "datum"
    MOMENT = "tijdstip (UTC)"


class Guarantee(StrEnum):
    """How sure it is that an identifier is nobody's."""

    RESERVED = "reserved"
    """A standard keeps it from ever being issued (for instance `.example`, RFC 2606)."""
    SAFE = "safe"
    """It has the right shape and check digits but lies in a range that is never issued."""
    SYNTHETIC = "synthetic"
    """Made up; a likeness to something real is chance."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: Name in files and in the database.
        kind: What it holds.
        text: What it means, in Dutch.
        nullable: Whether it may be empty.
        references: The table whose `id` it holds.
        guarantee: For identifiers: how sure it is that nobody has it.
        basis: Why the guarantee holds.
    """

    name: str
    kind: Kind
    text: str
    nullable: bool = False
    references: str | None = None
    guarantee: Guarantee | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table; its first column is `id`, a number that holds that of its wijk.

    Attributes:
        name: Its name.
        text: What it holds, in Dutch.
        columns: Its columns.
        once: Whether the town has it once: made at the town hall, and not in every wijk.
    """

    name: str
    text: str
    columns: tuple[Column, ...]
    once: bool = False

    def column(self, name: str) -> Column:
        """Find a column by its name; a `KeyError` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")
