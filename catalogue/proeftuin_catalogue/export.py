"""What a search finds as lines of CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_catalogue.views import SolutionSummary

HEAD = (
    "id",
    "slug",
    "naam",
    "name",
    "leverancier",
    "status",
    "licentie",
    "domeinen",
    "hosting",
    "versie",
    "bewijs",
)
"""What stands above the columns."""


def cells_of(one: SolutionSummary) -> tuple[str, ...]:
    """Give the cells of a solution, in the order of `HEAD`."""
    return (
        one.id,
        one.slug,
        one.name.nl,
        one.name.en,
        one.supplier.name,
        one.status,
        one.licence,
        " ".join(one.domains),
        " ".join(one.hosting),
        one.release or "",
        " ".join(f"{mark.kit_id}={mark.state}" for mark in one.marks),
    )


def csv_line(cells: tuple[str, ...]) -> str:
    """Write one line."""
    # A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    safe = [f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell for cell in cells]
    line = io.StringIO()
    csv.writer(line).writerow(safe)
    return line.getvalue()
