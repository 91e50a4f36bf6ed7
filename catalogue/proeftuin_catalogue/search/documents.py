"""What an index holds of a solution, and its stored form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from proeftuin_catalogue.evidence import EvidenceState
from proeftuin_catalogue.search.compounds import with_parts
from proeftuin_catalogue.search.ranking import lot_of, strength_of
from proeftuin_catalogue.search.words import folded
from proeftuin_catalogue.views import SolutionSummary
from proeftuin_catalogue.vocabulary import DOMAIN_LABELS, Domain

if TYPE_CHECKING:
    from datetime import date

    from proeftuin_kernel.text import Text

NO_MARK = f"|{EvidenceState.NEVER}"
_SUMMARY: TypeAdapter[SolutionSummary] = TypeAdapter(SolutionSummary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The folded text of a solution by weight: its name, what it is in short, all else, and all English."""

    name: str
    lead: str
    body: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """A solution as an index holds it; see `models.SearchRow` for the fields."""

    summary: SolutionSummary
    words: Words
    strength: int
    lot: int
    sort_name: str
    newest: int

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks as `kit|state`; one that says 'never tested' when there is none."""
        return tuple(f"{mark.kit_id}|{mark.state}" for mark in self.summary.marks) or (NO_MARK,)

    def as_json(self) -> dict[str, Any]:
        """Give the part that is stored as JSON; the rest has columns."""
        return {
            "summary": _SUMMARY.dump_python(self.summary, mode="json"),
            "words": [self.words.name, self.words.lead, self.words.body, self.words.english],
        }


def document_of(
    summary: SolutionSummary, *, long: Text, kit_titles: list[Text], seed: str, today: date
) -> SearchDocument:
    """Make what an index holds from what a list shows and the long description."""
    labels = [DOMAIN_LABELS[Domain(domain)] for domain in summary.domains]
    dutch = [summary.short.nl, summary.supplier.name, *[label.nl for label in labels], *[t.nl for t in kit_titles]]
    english = [
        summary.name.en,
        summary.short.en,
        *[label.en for label in labels],
        *[t.en for t in kit_titles],
        long.en,
    ]
    kits = [mark.kit_id for mark in summary.marks]
    name = folded(f"{summary.name.nl} {summary.name.en} {summary.slug}")
    # The parts of a compound weigh less than the words themselves, so they join the next lighter field.
    lead = folded(" ".join((*dutch, *kits, *summary.domains)))
    body = folded(long.nl)
    # A release dated in the future is not newer than one of today.
    day = min(summary.released, today) if summary.released else None
    newest = datetime.combine(day, time(), UTC).timestamp() if day else 0
    return SearchDocument(
        summary=summary,
        words=Words(
            name=name,
            lead=f"{lead} {with_parts(name)}".strip(),
            body=f"{body} {with_parts(lead)} {with_parts(body)}".strip(),
            english=folded(" ".join(english)),
        ),
        strength=strength_of(mark.state for mark in summary.marks),
        lot=lot_of(summary.id, seed=seed),
        sort_name=folded(summary.name.nl)[:200],
        newest=int(newest),
    )


def summary_of(document: dict[str, Any]) -> SolutionSummary:
    """Read the stored form of what a list shows."""
    return _SUMMARY.validate_python(document["summary"])


def words_of(document: dict[str, Any]) -> Words:
    """Read the stored form of the words."""
    name, lead, body, english = document["words"]
    return Words(name=name, lead=lead, body=body, english=english)
