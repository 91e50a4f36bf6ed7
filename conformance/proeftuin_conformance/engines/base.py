"""What an engine is, and what it may use."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proeftuin_conformance.checks import CheckContext
from proeftuin_conformance.client import Deadline, Limits, RecordingClient
from proeftuin_conformance.exchanges import Evidence, Exchange, Secrets, evidence
from proeftuin_conformance.findings import Observation, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from proeftuin_conformance.kit import Kit, Mode, Phase
    from proeftuin_conformance.openapi import OpenApi
    from proeftuin_conformance.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How an operation answered: counts by status code. Feeds the depth statement."""

    operation: str
    statuses: dict[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """So many requests were sent."""

    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Progress for whoever watches."""

    message: str


EngineOutput = Observation | Problem | Reached | Sent | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext:
    """One phase of one run, as an engine sees it."""

    kit: Kit
    phase: Phase
    target: Target
    document: OpenApi | None
    seed: int
    mode: Mode
    limits: Limits
    deadline: Deadline
    max_examples: int | None = None
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def secrets(self) -> Secrets:
        """What must not appear in evidence."""
        return Secrets.of(dict(self.target.headers))

    def evidence(self, exchange: Exchange | None) -> Evidence | None:
        """An exchange fit for publication."""
        return None if exchange is None else evidence(exchange, secrets=self.secrets)

    def client(self) -> RecordingClient:
        """A fresh client for the component."""
        return RecordingClient(
            self.target.base_url, deadline=self.deadline, headers=self.target.headers, limits=self.limits
        )

    def town_client(self) -> RecordingClient | None:
        """A fresh client for the town; None when there is no town."""
        if self.target.town_url is None:
            return None
        return RecordingClient(self.target.town_url, deadline=self.deadline, limits=self.limits)

    def check_context(self, name: str, *, http: RecordingClient, town: RecordingClient | None) -> CheckContext:
        """What a check function gets; random numbers depend on the seed and the check's name only."""
        return CheckContext(
            target=self.target,
            http=http,
            town=town,
            seed=self.seed,
            random=random.Random(f"{self.seed}:{name}"),  # noqa: S311 - reproducible on purpose
            mode=self.mode,
            document=self.document,
            shared=self.shared,
        )


class Engine(Protocol):
    """Runs one phase.

    `run` yields what it sees as it goes. It raises `RunStoppedError` when the deadline passes; any other
    exception is treated as a crash of the suite (PT-902), never as a verdict on the component.
    """

    def run(self, context: EngineContext) -> Iterator[EngineOutput]:
        """Run the phase and yield what is seen."""
        ...

    def versions(self) -> dict[str, str]:
        """Names and versions of the tools used, for the report."""
        ...
