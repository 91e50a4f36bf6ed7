"""Runs: the answer, the findings, the coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin.portal.views.progress import Progress

OUTCOMES = {
    "error": Text(nl="niet te beoordelen", en="could not be judged"),
    "fail": Text(nl="voldoet niet", en="fails"),
    "skip": Text(nl="niet kunnen nagaan", en="could not be verified"),
    "not_tested": Text(nl="niet getest", en="not tested"),
    "pass": Text(nl="voldoet", en="passes"),
    "omit": Text(nl="niet van toepassing", en="does not apply"),
}
BLAMES = {
    "setup": Text(nl="opstelling", en="set-up"),
    "data": Text(nl="gegevens", en="data"),
    "product": Text(nl="product", en="product"),
    "suite": Text(nl="toets zelf", en="the test itself"),
}
RUN_STATES = {
    "queued": Text(nl="in de wachtrij", en="queued"),
    "running": Text(nl="bezig", en="running"),
    "done": Text(nl="klaar", en="done"),
    "failed": Text(nl="mislukt", en="failed"),
    "cancelled": Text(nl="geannuleerd", en="cancelled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run in a list. `state` is the verdict once there is one."""

    id: str
    kit: str
    title: Text
    state: str
    at: datetime
    component: str = ""
    badge_id: str | None = None

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return RUN_STATES.get(self.state, Text(nl=self.state, en=self.state))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was sent."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    truncated: bool = False
    elapsed_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a reader must look at, with the clause and the proof.

    Attributes:
        curl: Commands with which to see it again, one per line.
        prepared: How many requests in `curl` go before the one that this is about.
    """

    id: str
    requirement: str
    title: Text
    clause_url: str
    level: str
    outcome: str
    blame: str
    code: str
    text: Text
    remedy: Text | None = None
    expected: str | None = None
    actual: str | None = None
    request: Request | None = None
    response: Response | None = None
    no_answer: str | None = None
    curl: str | None = None
    prepared: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementCell:
    """One requirement in the grid of coverage."""

    id: str
    title: Text
    level: str
    outcome: str
    clause_url: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something that went wrong outside the requirements, such as a component that does not answer."""

    text: Text
    code: str | None = None
    remedy: Text | None = None
    blame: str | None = None
    details: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """Everything on the page of one run.

    Attributes:
        verdict: An outcome once the run is finished; None before.
        facts: Digests and seeds with which the run can be repeated, as (name, value).
    """

    id: str
    component: Text
    version: str
    kit: str
    kit_title: Text
    kit_version: str
    standard: Text
    state: str
    verdict: str | None
    requested: datetime
    started: datetime | None
    finished: datetime | None
    mode: str
    tier: str
    progress: Progress
    findings: tuple[Finding, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    requirements: tuple[RequirementCell, ...] = ()
    facts: tuple[tuple[Text, str], ...] = ()
    sandbox_id: str | None = None
    sandbox_name: str | None = None
    badge_id: str | None = None
    withheld: tuple[Text, ...] = ()
    downloads: tuple[tuple[str, str], ...] = ()
    reproduce: str | None = None

    @property
    def state_word(self) -> Text:
        """The state in words."""
        return RUN_STATES.get(self.state, Text(nl=self.state, en=self.state))

    @property
    def is_busy(self) -> bool:
        """Whether the run still goes on."""
        return self.state in {"queued", "running"}

    @property
    def answer(self) -> Text:
        """The title of the page: what came out, in one sentence."""
        sentences = {
            "pass": Text(nl="{name} voldoet aan {kit}", en="{name} meets {kit}"),
            "fail": Text(nl="{name} voldoet niet aan {kit}", en="{name} does not meet {kit}"),
            "error": Text(
                nl="Over {name} en {kit} valt nog niets te zeggen",
                en="Nothing can be said yet about {name} and {kit}",
            ),
        }
        undecided = Text(
            nl="Of {name} voldoet aan {kit} is niet volledig nagegaan",
            en="Whether {name} meets {kit} was not fully verified",
        )
        busy = Text(nl="{name} wordt getoetst aan {kit}", en="{name} is being tested against {kit}")
        sentence = busy if self.verdict is None else sentences.get(self.verdict, undecided)
        if self.verdict is None and not self.is_busy:
            sentence = sentences["error"]
        return Text(
            nl=sentence.nl.format(name=f"{self.component.nl} {self.version}".strip(), kit=self.kit_title.nl),
            en=sentence.en.format(name=f"{self.component.en} {self.version}".strip(), kit=self.kit_title.en),
        )

    def count(self, outcome: str) -> int:
        """How many requirements have an outcome."""
        return sum(cell.outcome == outcome for cell in self.requirements)
