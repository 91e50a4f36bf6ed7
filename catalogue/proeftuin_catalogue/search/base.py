"""The interface of an index: what can be asked, what comes back, and which rules every index keeps.

Rules, checked by one contract suite for all:

* A solution is found when each word of the question is in it, as it stands or in another Dutch or English
  inflection, or as part of a compound; words in the name weigh most. Accents and capitals make no difference.
* Values within a facet widen, facets narrow. `standaard` and `bewijs` speak of the same mark: together
  they ask "this standard, in this state", not "this standard, and anything in this state".
* Withdrawn solutions are left out unless `status` asks for them.
* The counts of a facet ignore that facet's own selection, so that the other choices stay visible.
* The order is that of `search.ranking`, whatever the index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_catalogue.views import SolutionSummary

FACET_VALUES = 50
"""A facet shows at most this many values, the fullest first, and always those that are selected."""


class Facet(StrEnum):
    """What results can be narrowed by; also the names of the query parameters."""

    STANDARD = "standaard"
    EVIDENCE = "bewijs"
    DOMAIN = "domein"
    LICENCE = "licentie"
    HOSTING = "hosting"
    SUPPLIER = "leverancier"
    STATUS = "status"


class Sort(StrEnum):
    """The orders that can be asked for."""

    RELEVANCE = "relevantie"
    NAME = "naam"
    NEWEST = "nieuwste"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question.

    Attributes:
        text: Words of the person; empty means everything.
        filters: Selected values by facet.
        after: Sort key of the last hit of the page before (see `Hit.key`).
        limit: Hits on a page; at least 1.
    """

    text: str = ""
    filters: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    after: tuple[Any, ...] | None = None
    limit: int = 20

    def chosen(self, facet: Facet) -> frozenset[str]:
        """Give the selected values of a facet."""
        return self.filters.get(facet, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A solution found.

    Attributes:
        band: How well the words fit: 0 well, 1 fairly, 2 a little; None when no words were asked.
        strength: See `search.ranking.strength_of`.
        key: Plain JSON values; a page that starts after this key goes on where this hit stands.
    """

    summary: SolutionSummary
    band: int | None
    strength: int
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """An answer: one page of hits, how many there are in all, counts per facet, fullest first."""

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[Facet, tuple[tuple[str, int], ...]]
    more: bool


class SearchIndex(Protocol):
    """Finds solutions. Safe to use from several threads and processes at the same time."""

    @property
    def engine(self) -> str:
        """Name of the engine, for people who look at logs and figures."""
        ...

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a question.

        Raises:
            Exception: the engine is broken; the caller may ask another index.
        """
        ...

    def refresh(self) -> int:
        """Take in what changed since the last time, and give the number of solutions that did."""
        ...

    def notice(self) -> None:
        """Hear that something changed: the next answer must know of it. Costs nothing now."""
        ...


def fullest(counts: Mapping[str, int], *, selected: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Order the values of a facet, fullest first, and cut the tail; selected values always stay."""
    full = {**dict.fromkeys(selected, 0), **counts}
    ordered = sorted(full.items(), key=lambda item: (-item[1], item[0]))
    kept = ordered[:FACET_VALUES]
    return tuple(kept + [item for item in ordered[FACET_VALUES:] if item[0] in selected])
