"""An interrupted run begins again at the seed, where the component answers now."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from proeftuin_assessment.again import Place, back_at_seed
from proeftuin_assessment.targets import TargetFacts
from proeftuin_kernel.errors import ConflictError, GoneError
from proeftuin_kernel.text import Text

PLACE = Place("sbx-1", "dep-1")
NOT_YET = ConflictError(Text(nl="Nog niet.", en="Not yet."))
GONE = GoneError(Text(nl="Weg.", en="Gone."))
FACTS = TargetFacts(
    organisation="org-1",
    component="klok",
    component_version="1.0.0",
    component_digest="sha256:0",
    title="Klok",
    base_url="http://127.0.0.1:2",
    town_digest="sha256:1",
    tier="local",
)


@dataclass
class Coming:
    """A sandbox that comes back after a number of refusals."""

    refusals: list[Exception]
    resets: list[str] = field(default_factory=list)

    def find(self, _principal: object, deployment: str) -> TargetFacts:
        assert PLACE.deployment == deployment
        return FACTS

    def reset(self, sandbox: str) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.resets.append(sandbox)


def test_it_waits_until_the_sandbox_is_back_and_gives_its_address_of_now() -> None:
    """After a crash the components come back, perhaps on other ports; traces of the first attempt are gone."""
    targets = Coming([NOT_YET, NOT_YET])

    found = back_at_seed(PLACE, targets, stopping=threading.Event())

    assert FACTS.base_url == found["base_url"]
    assert [PLACE.sandbox] == targets.resets


def test_it_gives_up_when_the_sandbox_does_not_come_back() -> None:
    with pytest.raises(ConflictError):
        back_at_seed(PLACE, Coming([NOT_YET] * 5), stopping=threading.Event(), patience_s=0)


def test_it_does_not_wait_for_a_sandbox_that_is_gone() -> None:
    with pytest.raises(GoneError):
        back_at_seed(PLACE, Coming([GONE, NOT_YET]), stopping=threading.Event())


def test_it_does_not_keep_a_platform_that_stops() -> None:
    stopping = threading.Event()
    stopping.set()

    with pytest.raises(ConflictError):
        back_at_seed(PLACE, Coming([NOT_YET] * 5), stopping=stopping)
