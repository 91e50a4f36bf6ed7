"""The verdict layer: nothing passes by default."""

from __future__ import annotations

import itertools

import pytest

from proeftuin_conformance.findings import Observation, Problem
from proeftuin_conformance.outcomes import Level, Outcome, worst
from proeftuin_conformance.requirements import Requirement
from proeftuin_conformance.texts import Text
from proeftuin_conformance.verdicts import judge, overall

TEXT = Text("tekst", "text")


def requirement(
    name: str = "r", *, level: Level = Level.MUST, engines: tuple[str, ...] = ("http",), actor: str = "aanbieder"
) -> Requirement:
    return Requirement(
        id=name,
        clause_url="https://voorbeeld.example/#r",
        level=level,
        actor=actor,
        title=TEXT,
        text=TEXT,
        tested_by=engines,
        not_tested_reason=None if engines else TEXT,
    )


def seen(outcome: Outcome, *, name: str = "r", engine: str = "http", applied: tuple[str, ...] = ("x",)) -> Observation:
    return Observation(requirement=name, outcome=outcome, engine=engine, check="c", applied=applied, text=TEXT)


def one(*observations: Observation, problems: tuple[Problem, ...] = (), **options: object) -> Outcome:
    found = judge([requirement(**options)], observations, problems)  # type: ignore[arg-type] # keywords of requirement
    return found[0].outcome


def test_a_requirement_that_no_engine_spoke_of_is_not_passed() -> None:
    assert Outcome.SKIP == one()


def test_a_pass_that_applied_to_nothing_is_not_a_pass() -> None:
    """The engine counts a check that had nothing to look at as a success."""
    assert Outcome.SKIP == one(seen(Outcome.PASS, applied=()))


def test_a_requirement_needs_every_engine_that_the_register_names() -> None:
    assert Outcome.SKIP == one(seen(Outcome.PASS), engines=("http", "bdd"))
    assert Outcome.PASS == one(seen(Outcome.PASS), seen(Outcome.PASS, engine="bdd"), engines=("http", "bdd"))


@pytest.mark.parametrize(("better", "worse"), [(b, w) for w, b in itertools.combinations(Outcome, 2)])
def test_the_worst_observation_decides(better: Outcome, worse: Outcome) -> None:
    """Worst first: error > fail > skip > not_tested > pass > omit, whatever the order in which they come."""
    assert worse == worst([better, worse], default=Outcome.PASS)
    assert worse == one(seen(better), seen(worse))
    assert worse == one(seen(worse), seen(better))


def test_an_engine_that_was_cut_short_has_passed_nothing() -> None:
    """Half of the checks of a requirement prove nothing about the other half."""
    died = Problem(code="PT-201", text=TEXT, engine="http")

    assert Outcome.ERROR == one(seen(Outcome.PASS), problems=(died,))
    assert Outcome.FAIL == one(seen(Outcome.FAIL), problems=(died,))


def test_engines_after_a_stop_are_inconclusive_and_not_skipped() -> None:
    over = Problem(code="PT-202", text=TEXT, engine="http")

    assert Outcome.ERROR == one(problems=(over,), engines=("bdd",))


def test_a_written_reason_keeps_an_untested_must_from_blocking() -> None:
    verdict = judge([requirement(engines=())], [], [])[0]

    assert Outcome.NOT_TESTED == verdict.outcome
    assert not verdict.blocks


@pytest.mark.parametrize("outcome", [Outcome.ERROR, Outcome.FAIL, Outcome.SKIP])
def test_a_must_that_did_not_pass_blocks_and_a_should_does_not(outcome: Outcome) -> None:
    for level, blocks in ((Level.MUST, True), (Level.SHOULD, False), (Level.MAY, False)):
        verdict = judge([requirement(level=level)], [seen(outcome)], [])[0]

        assert blocks == verdict.blocks


def test_an_engine_that_quick_leaves_out_means_not_tested_and_blocks() -> None:
    """A quick run never earns what a full run has to earn."""
    verdicts = judge([requirement(engines=("bdd",))], [], [], left_out=["bdd"])

    assert Outcome.NOT_TESTED == verdicts[0].outcome
    assert verdicts[0].blocks
    assert Outcome.SKIP == overall(verdicts, [])


def test_requirements_of_another_actor_do_not_apply() -> None:
    verdict = judge([requirement(actor="afnemer")], [seen(Outcome.FAIL)], [], actor="aanbieder")[0]

    assert Outcome.OMIT == verdict.outcome


def test_a_run_in_which_nothing_passed_is_not_a_pass() -> None:
    verdicts = judge([requirement()], [seen(Outcome.OMIT)], [])

    assert Outcome.OMIT == verdicts[0].outcome
    assert Outcome.SKIP == overall(verdicts, [])


def test_a_set_up_problem_makes_a_run_inconclusive_whatever_passed() -> None:
    verdicts = judge([requirement(engines=("bdd",))], [seen(Outcome.PASS, engine="bdd")], [])

    assert Outcome.PASS == overall(verdicts, [])
    assert Outcome.ERROR == overall(verdicts, [Problem(code="PT-105", text=TEXT)])
    assert Outcome.FAIL == overall(verdicts, [Problem(code="PT-110", text=TEXT)])


def test_a_should_that_fails_does_not_fail_the_run() -> None:
    verdicts = judge(
        [requirement("a"), requirement("b", level=Level.SHOULD)],
        [seen(Outcome.PASS, name="a"), seen(Outcome.FAIL, name="b")],
        [],
    )

    assert Outcome.PASS == overall(verdicts, [])
