"""Solutions as the street, the catalogue and the solution page show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin.portal.views.evidence import Evidence, Mark, strongest
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionRow:
    """One solution in a list.

    Attributes:
        street: Id of the street where it lives (`Street.id`).
        why: Why it stands where it stands in the results; None when the order needs no words.
    """

    slug: str
    name: Text
    summary: Text
    supplier: str
    street: str
    evidence: tuple[Evidence, ...] = ()
    version: str | None = None
    why: Text | None = None

    @property
    def mark(self) -> Mark:
        """The mark that stands for the solution as a whole."""
        return strongest(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One function of the municipality with the solutions that live there."""

    id: str
    name: Text
    houses: tuple[SolutionRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetView:
    """The home page: all streets.

    Attributes:
        total: How many solutions the catalogue has, drawn or not.
        proved: How many of them carry proof.
    """

    streets: tuple[Street, ...]
    total: int = 0
    proved: int = 0

    @property
    def more(self) -> int:
        """How many solutions are in the catalogue but not drawn."""
        return max(0, self.total - sum(len(street.houses) for street in self.streets))


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetOption:
    """One value to filter on."""

    value: str
    label: Text
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A group of values; its counts leave out the facet's own filter."""

    name: str
    title: Text
    options: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What somebody asks of the catalogue; the address of the page holds all of it."""

    q: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = "relevantie"
    cursor: str | None = None
    limit: int = 20

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values chosen for a facet."""
        return dict(self.filters).get(facet, ())

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return not self.q and not any(values for _, values in self.filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueView:
    """A page of results."""

    query: SearchQuery
    rows: tuple[SolutionRow, ...]
    total: int
    facets: tuple[Facet, ...]
    next: str | None
    order: Text
    took_ms: float | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseView:
    """One release of a solution, with what is claimed and what is proved."""

    version: str
    released: date | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionView:
    """Everything on the page of one solution."""

    slug: str
    name: Text
    summary: Text
    description: Text | None
    supplier: str
    supplier_url: str | None
    street: Text
    functions: tuple[Text, ...]
    releases: tuple[ReleaseView, ...]
    licence: str | None = None
    status: Text | None = None
    source_url: str | None = None
    documentation_url: str | None = None

    @property
    def latest(self) -> ReleaseView | None:
        """The newest release."""
        return self.releases[0] if self.releases else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What is known of the newest release."""
        return self.latest.evidence if self.latest else ()

    @property
    def answer(self) -> Text:
        """The title of the page: what was proved of the newest release, and what was disproved."""
        if self.latest is None:
            return self.name
        marks = [item.mark for item in self.latest.evidence]
        met, broken = marks.count(Mark.TESTED), marks.count(Mark.FAILED)
        if met and broken:
            sentence = Text(
                nl=f"voldoet aan {_standards_nl(met)}, en aan {_standards_nl(broken)} niet",
                en=f"meets {_standards_en(met)}, and does not meet {_standards_en(broken)}",
            )
        elif met:
            sentence = Text(nl=f"voldoet aan {_standards_nl(met)}", en=f"meets {_standards_en(met)}")
        elif broken:
            sentence = Text(
                nl=f"voldoet niet aan {_standards_nl(broken)}", en=f"does not meet {_standards_en(broken)}"
            )
        elif Mark.EXPIRED in marks:
            sentence = Text(nl="heeft alleen verlopen bewijs", en="has only expired evidence")
        else:
            sentence = Text(nl="is nog niet getoetst", en="has not been tested yet")
        version = self.latest.version
        return Text(nl=f"{self.name.nl} {version} {sentence.nl}", en=f"{self.name.en} {version} {sentence.en}")


def _standards_nl(count: int) -> str:
    return "één standaard" if count == 1 else f"{count} standaarden"


def _standards_en(count: int) -> str:
    return "one standard" if count == 1 else f"{count} standards"
