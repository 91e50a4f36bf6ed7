"""Before every attempt the component is brought up, and it is the one that the run is about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from proeftuin_assessment.identity import NotJudgedError, Standing, Upload
from proeftuin_assessment.place import Place, bring_up, look_back
from proeftuin_assessment.targets import Deployed, TargetFacts
from proeftuin_kernel.errors import ConflictError, GoneError, NotFoundError
from proeftuin_kernel.text import Text

PLACE = Place("dep-1", Upload(digest="sha256:0", revision=2), from_seed=False)
NOT_YET = ConflictError(Text(nl="Nog niet.", en="Not yet."))
GONE = GoneError(Text(nl="Voorgoed weg.", en="Gone for good."))
UNKNOWN = NotFoundError(Text(nl="Onbekend.", en="Unknown."))
FACTS = TargetFacts(
    organisation="org-1",
    component="klok",
    component_version="1.0.0",
    component_digest="sha256:0",
    revision=2,
    title=Text(nl="Klok", en="Clock"),
    base_url="http://127.0.0.1:2",
    town_digest="sha256:1",
    tier="local",
)


@dataclass
class Coming:
    """A component that comes back after a number of refusals."""

    refusals: list[Exception]
    facts: TargetFacts = FACTS
    holds: Deployed | None = field(default_factory=lambda: Deployed(digest="sha256:0", revision=2, is_running=False))
    asked: list[bool] = field(default_factory=list)

    def deployed(self, deployment: str) -> Deployed:
        assert PLACE.deployment == deployment
        if self.holds is None:
            raise UNKNOWN
        return self.holds

    def bring_up(self, deployment: str, *, from_seed: bool) -> TargetFacts:
        assert PLACE.deployment == deployment
        self.asked.append(from_seed)
        if self.refusals:
            raise self.refusals.pop(0)
        return self.facts


def test_it_waits_until_the_component_is_back_and_gives_its_address_of_now() -> None:
    """After a crash of the platform the components come back, perhaps on other ports."""
    targets = Coming([NOT_YET, NOT_YET])

    found = bring_up(PLACE, targets, must_end=lambda: False)

    assert FACTS.base_url == found["base_url"]
    assert [False, False, False] == targets.asked


def test_an_attempt_after_another_begins_at_the_seed() -> None:
    """The first attempt left its traces in the component's data."""
    targets = Coming([])

    bring_up(replace(PLACE, from_seed=True), targets, must_end=lambda: False)

    assert [True] == targets.asked


def test_it_gives_up_when_the_component_does_not_come_back() -> None:
    with pytest.raises(NotJudgedError) as caught:
        bring_up(PLACE, Coming([NOT_YET] * 5), must_end=lambda: False, patience_s=0)

    assert "Nog niet." in caught.value.cause.nl


@pytest.mark.parametrize("final", [GONE, UNKNOWN])
def test_it_does_not_wait_for_what_will_not_come_back(final: Exception) -> None:
    """A sandbox that failed or was destroyed is told at once, in words."""
    targets = Coming([final, NOT_YET])

    with pytest.raises(NotJudgedError) as caught:
        bring_up(PLACE, targets, must_end=lambda: False)

    assert 1 == len(targets.asked)
    assert str(final) in caught.value.cause.en


def test_it_does_not_keep_a_platform_that_stops() -> None:
    targets = Coming([NOT_YET] * 5)

    with pytest.raises(NotJudgedError):
        bring_up(PLACE, targets, must_end=lambda: True)
    assert 1 == len(targets.asked)


def test_it_does_not_wait_for_another_component_than_the_run_is_about() -> None:
    targets = Coming([NOT_YET] * 5, holds=Deployed(digest="sha256:9", revision=3, is_running=False))

    with pytest.raises(NotJudgedError, match="replaced"):
        bring_up(PLACE, targets, must_end=lambda: False)
    assert [] == targets.asked


def test_another_component_that_comes_up_meanwhile_is_not_judged() -> None:
    with pytest.raises(NotJudgedError, match="replaced"):
        bring_up(PLACE, Coming([], facts=replace(FACTS, revision=3)), must_end=lambda: False)


def test_what_is_no_longer_known_is_gone() -> None:
    assert Standing.GONE is look_back(PLACE, Coming([], holds=None))
