"""What a page or an API shows of a solution: plain frozen values, with the words beside the codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003 - pydantic reads these annotations at run time
from typing import Any

from proeftuin_catalogue.evidence import (
    REASON_SENTENCES,
    STATE_LABELS,
    STATE_SENTENCES,
    EvidenceState,
    OutdatedReason,
)
from proeftuin_catalogue.vocabulary import STATUS_LABELS, Status
from proeftuin_kernel.text import Text  # noqa: TC001 - pydantic reads these annotations at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """The organisation that offers a solution."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkView:
    """The mark of one release for one standard. A claim never looks like evidence: the state says which.

    Attributes:
        tested_at: End of the run on which the state rests; None for a claim.
        depth: How deep was tested, counts by name.
        tier: Isolation tier of the sandbox of that run.
    """

    kit_id: str
    title: Text
    state: EvidenceState
    claimed: bool
    claimed_at: datetime | None = None
    tested_at: datetime | None = None
    kit_version: str | None = None
    depth: dict[str, int] = field(default_factory=dict)
    tier: str | None = None
    run_id: str | None = None
    badge_id: str | None = None
    valid_until: datetime | None = None
    outdated: OutdatedReason | None = None

    @property
    def label(self) -> Text:
        """The one word of the mark."""
        return STATE_LABELS[self.state]

    @property
    def sentence(self) -> Text:
        """What the mark means."""
        return STATE_SENTENCES[self.state]

    @property
    def reason(self) -> Text | None:
        """Why the evidence does not count any more, in a sentence."""
        return REASON_SENTENCES[self.outdated] if self.outdated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionSummary:
    """A solution as a list shows it; marks are those of the current release, strongest first."""

    id: str
    slug: str
    name: Text
    short: Text
    supplier: Supplier
    status: Status
    licence: str
    domains: tuple[str, ...]
    hosting: tuple[str, ...]
    release: str | None
    released: date | None
    marks: tuple[MarkView, ...]

    @property
    def status_label(self) -> Text:
        """The state of the solution in words."""
        return STATUS_LABELS[self.status]

    def mark_for(self, kit_id: str, *, title: Text) -> MarkView:
        """Give the mark for a standard; `nooit getest` where there is none."""
        for mark in self.marks:
            if mark.kit_id == kit_id:
                return mark
        return MarkView(kit_id=kit_id, title=title, state=EvidenceState.NEVER, claimed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One run, with all digests that make it repeatable."""

    run_id: str
    kit_id: str
    kit_version: str
    kit_digest: str
    verdict: str
    finished_at: datetime
    depth: dict[str, int]
    tier: str
    component_digest: str
    town_digest: str
    valid_until: datetime | None
    badge_id: str | None
    revoked_at: datetime | None
    revoked_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """What the supplier says."""

    id: str
    kit_id: str
    kit_version: str
    actor: str | None
    claimed_at: datetime
    claimed_by: Supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseView:
    """A release with the supplier's claims, the runs (newest first), and what both add up to."""

    id: str
    version: str
    released: date
    artefact_digest: str | None
    component_name: str | None
    claims: tuple[ClaimView, ...]
    evidence: tuple[EvidenceView, ...]
    marks: tuple[MarkView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionView:
    """A solution as its own page shows it. `version` counts the supplier's changes (ETag)."""

    id: str
    slug: str
    version: int
    name: Text
    short: Text
    long: Text
    supplier: Supplier
    status: Status
    licence: str
    domains: tuple[str, ...]
    hosting: tuple[str, ...]
    website: str | None
    source_url: str | None
    documentation_url: str | None
    contact_url: str | None
    aliases: tuple[str, ...]
    created_at: datetime
    changed_at: datetime
    releases: tuple[ReleaseView, ...]

    @property
    def status_label(self) -> Text:
        """The state of the solution in words."""
        return STATUS_LABELS[self.status]

    @property
    def current(self) -> ReleaseView | None:
        """The release that a buyer would get; releases are listed with this one first."""
        return self.releases[0] if self.releases else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A choice within a facet, and how many solutions it would leave."""

    value: str
    label: Text
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """A filter. Counts ignore this facet's own selection, so that other choices stay visible."""

    name: str
    label: Text
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchItem:
    """A solution found, and why it stands where it stands."""

    solution: SolutionSummary
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of what was found.

    Attributes:
        next: Cursor of the next page; None on the last one.
        engine: Which index answered (`tantivy` or `postgresql`).
        order: The rule by which the results are ordered, in words.
    """

    items: tuple[SearchItem, ...]
    total: int
    facets: tuple[FacetView, ...]
    next: str | None
    engine: str
    order: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardView:
    """A standard that can be tested here, and how many solutions stand where (withdrawn ones left out)."""

    kit_id: str
    kit_version: str
    title: Text
    summary: Text
    standard_url: str
    standard_version: str
    counts: dict[EvidenceState, int]
    solutions: tuple[SolutionSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change by the supplier; `content` is what the solution said after it."""

    version: int
    at: datetime
    actor_name: str
    action: str
    status: Status
    content: dict[str, Any]
