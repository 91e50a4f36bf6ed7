"""The JSON that goes in and out; only shapes, the rules are in `drafts` and `releases`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator
from pydantic.alias_generators import to_camel

from proeftuin_catalogue.drafts import (
    ALIASES,
    DIGEST_PATTERN,
    LICENCE_LENGTH,
    LICENCE_PATTERN,
    LONG_LENGTH,
    NAME_LENGTH,
    SHORT_LENGTH,
    SLUG_PATTERN,
    URL_LENGTH,
    URL_PATTERN,
    SolutionDraft,
)
from proeftuin_catalogue.evidence import EvidenceState, OutdatedReason
from proeftuin_catalogue.releases import ReleaseDraft
from proeftuin_catalogue.semver import MAX_LENGTH, PATTERN
from proeftuin_catalogue.vocabulary import Domain, Hosting, Status
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import WRITTEN, ApiModel, TextOut

_CLEAN = r"[^\x00-\x1f\x7f-\x9f]"
_LINE = rf"^{_CLEAN}*$"
_FILLED_LINE = rf"^{_CLEAN}*[^\s\x00-\x1f\x7f-\x9f]{_CLEAN}*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=63)]
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN, max_length=URL_LENGTH)]
Licence = Annotated[str, StringConstraints(pattern=LICENCE_PATTERN, max_length=LICENCE_LENGTH)]
Version = Annotated[str, StringConstraints(pattern=PATTERN, max_length=MAX_LENGTH)]


class NameIn(ApiModel):
    """A name; an empty English one takes over the Dutch one."""

    nl: str = Field(pattern=_FILLED_LINE, max_length=NAME_LENGTH)
    en: str = Field(default="", pattern=_LINE, max_length=NAME_LENGTH)


class ShortIn(ApiModel):
    """What it is, in a sentence or two."""

    nl: str = Field(pattern=_FILLED_LINE, max_length=SHORT_LENGTH)
    en: str = Field(default="", pattern=_LINE, max_length=SHORT_LENGTH)


class LongIn(ApiModel):
    """All about it, in plain text with blank lines between paragraphs."""

    nl: str = Field(default="", pattern=_LINES, max_length=LONG_LENGTH)
    en: str = Field(default="", pattern=_LINES, max_length=LONG_LENGTH)


class SolutionPatch(ApiModel):
    """Changes of a solution. What is left out stays; null empties an address and leaves the rest as it is."""

    name: NameIn | None = None
    short: ShortIn | None = None
    long: LongIn | None = None
    licence: Licence | None = Field(default=None, description="An SPDX expression, or `proprietary`.")
    domains: list[Domain] | None = Field(default=None, max_length=len(Domain))
    hosting: list[Hosting] | None = Field(default=None, max_length=len(Hosting))
    status: Literal["concept", "active"] | None = None
    website: Url | None = None
    source_url: Url | None = None
    documentation_url: Url | None = None
    contact_url: Url | None = Field(default=None, description="A page of the organisation, never a person.")
    aliases: list[Url] | None = Field(default=None, max_length=ALIASES, description="Earlier addresses.")

    def changes(self) -> dict[str, Any]:
        """Give the fields that were sent, as `SolutionDraft` names and types them."""
        changes: dict[str, Any] = {}
        for name in self.model_fields_set:
            value = getattr(self, name)
            if isinstance(value, NameIn | ShortIn | LongIn):
                changes[name] = Text(nl=value.nl, en=value.en)
            elif isinstance(value, list):
                changes[name] = tuple(str(one) for one in value)
            elif value is not None or name.endswith("url") or name == "website":
                changes[name] = value
        return changes


class SolutionIn(SolutionPatch):
    """A new solution."""

    organisation: str = Field(pattern=r"^[a-z0-9-]{1,32}$", description="Id of the supplier.")
    slug: Slug | None = Field(default=None, description="Short name for addresses; made from the name.")
    name: NameIn
    short: ShortIn

    def draft(self) -> SolutionDraft:
        """Give the draft that this describes."""
        changes = self.changes()
        del changes["organisation"]
        changes.pop("slug", None)
        return SolutionDraft(**changes)


class ReleaseIn(ApiModel):
    """A new release."""

    version: Version
    released: Annotated[date | None, WRITTEN] = Field(default=None, description="Today when not given.")
    artefact_digest: str | None = Field(default=None, pattern=DIGEST_PATTERN)
    component_name: Slug | None = Field(default=None, description="Name of the component it deploys as.")

    def draft(self) -> ReleaseDraft:
        """Give the draft that this describes."""
        return ReleaseDraft(**{name: getattr(self, name) for name in type(self).model_fields})


class ClaimIn(ApiModel):
    """Details of a claim."""

    actor: Slug | None = Field(default=None, description="The part that the solution plays in the standard.")


class SupplierOut(ApiModel):
    """The organisation that offers a solution."""

    id: str
    name: str


class MarkOut(ApiModel):
    """What may be said of a release and a standard. `state` tells a claim from evidence."""

    kit_id: str
    title: TextOut
    state: EvidenceState
    label: TextOut
    sentence: TextOut
    claimed: bool
    claimed_at: datetime | None
    tested_at: datetime | None
    kit_version: str | None
    depth: dict[str, int] = Field(description="How deep was tested: counts by name.")
    tier: str | None = Field(description="Isolation tier of the sandbox of the run.")
    run_id: str | None
    badge_id: str | None
    valid_until: datetime | None
    outdated: OutdatedReason | None
    reason: TextOut | None


class SummaryOut(ApiModel):
    """A solution as a list shows it."""

    id: str
    slug: str
    name: TextOut
    short: TextOut
    supplier: SupplierOut
    status: Status
    licence: str
    domains: list[str]
    hosting: list[str]
    release: str | None
    released: date | None
    marks: list[MarkOut]


class FoundOut(SummaryOut):
    """A solution found."""

    reason: TextOut | None = Field(default=None, description="Why it stands here; with `explain=true`.")


class FacetValueOut(ApiModel):
    """A choice within a facet."""

    value: str
    label: TextOut
    count: int
    selected: bool


class FacetOut(ApiModel):
    """A filter; counts ignore its own selection."""

    name: str
    label: TextOut
    values: list[FacetValueOut]


class SearchOut(ApiModel):
    """One page of solutions."""

    items: list[FoundOut]
    total: int
    facets: list[FacetOut]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")
    order: TextOut = Field(description="The rule by which the results are ordered.")


class ClaimOut(ApiModel):
    """What the supplier says."""

    id: str
    kit_id: str
    kit_version: str
    actor: str | None
    claimed_at: datetime
    claimed_by: SupplierOut


class EvidenceOut(ApiModel):
    """What a run showed, with all digests that make it repeatable."""

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


class ReleaseOut(ApiModel):
    """A release, what is claimed of it, what runs showed, and what both add up to."""

    id: str
    version: str
    released: date
    artefact_digest: str | None
    component_name: str | None
    claims: list[ClaimOut]
    evidence: list[EvidenceOut]
    marks: list[MarkOut]


class SolutionOut(ApiModel):
    """All that is public about a solution; the current release comes first."""

    id: str
    slug: str
    version: int = Field(description="Counts the supplier's changes; the ETag.")
    name: TextOut
    short: TextOut
    long: TextOut
    supplier: SupplierOut
    status: Status
    licence: str
    domains: list[str]
    hosting: list[str]
    website: str | None
    source_url: str | None
    documentation_url: str | None
    contact_url: str | None
    aliases: list[str]
    created_at: datetime
    changed_at: datetime
    releases: list[ReleaseOut]


class HistoryOut(ApiModel):
    """One change by the supplier."""

    version: int
    at: datetime
    actor_name: str
    action: str
    status: Status
    content: dict[str, Any] = Field(description="What the solution said after it.")

    @field_validator("content")
    @classmethod
    def _camel(cls, content: dict[str, Any]) -> dict[str, Any]:
        return {to_camel(name): value for name, value in content.items()}


class StandardOut(ApiModel):
    """A standard that can be tested here, and how many solutions stand where."""

    kit_id: str
    kit_version: str
    title: TextOut
    summary: TextOut
    standard_url: str
    standard_version: str
    counts: dict[EvidenceState, int]


class StandardWithSolutionsOut(StandardOut):
    """The same, with the solutions that have a mark for it, strongest evidence first."""

    solutions: list[SummaryOut]
