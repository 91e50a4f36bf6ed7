"""A standard that can be tested here: what it asks, what is tested, who meets it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin.portal.views.catalogue import SolutionRow
    from proeftuin.portal.views.evidence import Evidence, Mark

WAYS = {
    "http": Text(nl="met gerichte verzoeken", en="with targeted requests"),
    "schemathesis": Text(nl="met gegenereerde verzoeken", en="with generated requests"),
    "bdd": Text(nl="met een scenario", en="with a scenario"),
    "shacl": Text(nl="op de betekenis van de gegevens", en="on the meaning of the data"),
}
"""How a requirement is tested, by the engine that does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementView:
    """One requirement.

    Attributes:
        anchor: Its place on the page of the standard.
        clause_url: The published clause; None when there is none and the words here are the clause.
        ways: How it is tested; empty when it is not.
        reason: Why it is not tested.
    """

    id: str
    anchor: str
    level: str
    title: Text
    text: Text
    clause_url: str | None
    ways: tuple[Text, ...] = ()
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRow:
    """One standard in a list; `counts` tells how many solutions stand where."""

    kit: str
    version: str
    title: Text
    summary: Text
    counts: Mapping[Mark, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardView:
    """Everything on the page of one standard.

    Attributes:
        version: Version of the kit that is installed here.
        asked: The version that the reader came for.
        digest: Over the files of the installed kit.
        summary: What the kit tests; None when nobody remembers.
        solutions: Those with a mark for this standard, strongest evidence first.
        is_installed: False for a kit that is gone: what is told here comes from an old report.
    """

    kit: str
    version: str
    asked: str
    title: Text
    summary: Text | None
    digest: str
    standard_title: Text
    standard_version: str
    standard_url: str
    requirements: tuple[RequirementView, ...]
    solutions: tuple[SolutionRow, ...] = ()
    is_installed: bool = True

    @property
    def is_other_version(self) -> bool:
        """Whether the reader came for a version that is not installed here."""
        return self.asked != self.version

    @property
    def tested(self) -> int:
        """How many requirements are tested."""
        return sum(bool(one.ways) for one in self.requirements)

    @property
    def answer(self) -> Text:
        """The title of the page: how much of the standard is tested here."""
        if not self.is_installed:
            return Text(
                nl=f"{self.title.nl}: versie {self.version} van de kit draait hier niet meer",
                en=f"{self.title.en}: version {self.version} of the kit no longer runs here",
            )
        if self.is_other_version:
            return Text(
                nl=f"{self.title.nl}: versie {self.asked} van de kit draait hier niet, wel {self.version}",
                en=f"{self.title.en}: version {self.asked} of the kit does not run here, {self.version} does",
            )
        return Text(
            nl=f"{self.title.nl}: {self.tested} van {len(self.requirements)} eisen worden getoetst",
            en=f"{self.title.en}: {self.tested} of {len(self.requirements)} requirements are tested",
        )

    def mark_of(self, row: SolutionRow) -> Evidence | None:
        """What is known of a solution and this standard."""
        return next((one for one in row.evidence if one.kit == self.kit), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentIdentity:
    """What a badge is about when the component was not in the catalogue: a name and a version."""

    name: str
    version: str
    slugs: tuple[str, ...] = ()


def anchor_of(requirement: str) -> str:
    """The place of a requirement on the page of its standard: `/core/semver` → `eis-core-semver`."""
    return "eis-" + re.sub(r"[^a-z0-9]+", "-", requirement.lower()).strip("-")


def clause_address(clause_url: str, *, kit: str, version: str, requirement: str) -> str:
    """Where the clause of a requirement can be read; one that a kit wrote itself is on our page of the kit."""
    if "://" in clause_url:
        return clause_url
    return f"/kits/{kit}/{version}#{anchor_of(requirement)}"
