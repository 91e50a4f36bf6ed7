"""Requirements as data: one row of `requirements.csv` each."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_conformance.errors import KitError
from proeftuin_conformance.outcomes import Level
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "id", "clause_url", "level", "actor", "title_nl", "title_en", "text_nl", "text_en",
    "tested_by", "not_tested_reason_nl", "not_tested_reason_en",
)  # fmt: skip
ENGINES = ("http", "schemathesis", "bdd", "shacl")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a standard asks, with its address.

    `tested_by` names the engines that verify it; empty means that `not_tested_reason` says why not.
    """

    id: str
    clause_url: str
    level: Level
    actor: str
    title: Text
    text: Text
    tested_by: tuple[str, ...]
    not_tested_reason: Text | None

    @property
    def tag(self) -> str:
        """The Gherkin tag of this requirement: a valid Python name, `/core/semver` → `req__core_semver`."""
        return requirement_tag(self.id)


def requirement_tag(requirement_id: str) -> str:
    """The tag (without `@`) that binds a scenario to a requirement."""
    return "req_" + re.sub(r"[^A-Za-z0-9]", "_", requirement_id)


def load_requirements(path: Path) -> tuple[Requirement, ...]:
    """Read and check a kit's `requirements.csv`.

    Raises:
        KitError: a column is missing, an id occurs twice, a level or engine is unknown, or a
            requirement has neither a test nor a reason why not.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise KitError(f"{path.name}: the columns must be {', '.join(COLUMNS)}")
        requirements = tuple(_requirement(row, where=f"{path.name}:{reader.line_num}") for row in reader)
    tags: dict[str, str] = {}
    for requirement in requirements:
        if requirement.tag in tags:
            raise KitError(f"{path.name}: {requirement.id!r} and {tags[requirement.tag]!r} share a tag")
        tags[requirement.tag] = requirement.id
    return requirements


def _requirement(row: dict[str, str], *, where: str) -> Requirement:
    if None in row or None in row.values():
        raise KitError(f"{where}: the number of cells differs from the number of columns")
    engines = tuple(row["tested_by"].split())
    unknown = set(engines) - set(ENGINES)
    if unknown:
        raise KitError(f"{where}: unknown engine {min(unknown)!r}; known: {', '.join(ENGINES)}")
    if row["level"] not in set(Level):
        raise KitError(f"{where}: unknown level {row['level']!r}; known: {', '.join(Level)}")
    for column in ("id", "clause_url", "title_nl", "title_en", "text_nl", "text_en"):
        if not row[column].strip():
            raise KitError(f"{where}: {column} is empty")
    reason = Text(nl=row["not_tested_reason_nl"].strip(), en=row["not_tested_reason_en"].strip())
    if bool(reason.nl) != bool(reason.en) or bool(engines) == bool(reason.nl):
        raise KitError(f"{where}: give either tested_by, or the reason (nl and en) why it is not tested")
    return Requirement(
        id=row["id"],
        clause_url=row["clause_url"],
        level=Level(row["level"]),
        actor=row["actor"],
        title=Text(nl=row["title_nl"], en=row["title_en"]),
        text=Text(nl=row["text_nl"], en=row["text_en"]),
        tested_by=engines,
        not_tested_reason=reason if reason.nl else None,
    )
