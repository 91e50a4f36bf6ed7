"""The engine with a program that speaks Pulumi's protocols, and is killed, hangs, and finds its locks taken."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from proeftuin_infra import proctree
from proeftuin_infra.kube.client import errors
from proeftuin_infra.kube.skeleton.automation.settings import MARK
from proeftuin_infra.kube.skeleton.engine import LOCKED, STOPPED, TIMEOUT, Change, EngineError
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, room_manifests
from support.kube_specs import CLUSTER, PLAIN, TOWN
from support.pulumi_places import FakePulumi

STACK = PLAIN.namespace
EVERYTHING = {f"{one['kind']}/{one['metadata']['name']}" for one in room_manifests(PLAIN)}


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    return FakePulumi.install(tmp_path / "machine")


def no_process_is_left(pulumi: FakePulumi) -> bool:
    folder = pulumi.settings().folder(STACK)
    return not [pid for pid in pulumi.pids() if proctree.identify(pid)] and not proctree.with_environment(
        f"{MARK}={folder}"
    )


def test_a_room_is_brought_up_with_two_starts_of_the_program_and_again_with_one(pulumi: FakePulumi) -> None:
    """Each start costs; the Automation API as it comes takes seven."""
    engine = pulumi.engine()

    first = [step for step in engine.up(PLAIN) if not step.is_pulse]
    again = list(engine.up(PLAIN))

    assert EVERYTHING == pulumi.cluster()
    assert {f"{step.kind}/{step.name}" for step in first} == EVERYTHING
    assert list(range(1, len(EVERYTHING) + 1)) == [step.number for step in first]
    assert {len(EVERYTHING)} == {step.total for step in (*first, *again)}
    assert [f"stack init {STACK}", "up", "up"] == pulumi.commands()
    assert no_process_is_left(pulumi)


def test_what_stands_once_per_platform_has_a_stack_of_its_own(pulumi: FakePulumi) -> None:
    list(pulumi.engine().up_cluster(CLUSTER))

    assert {f"{one['kind']}/{one['metadata']['name']}" for one in cluster_manifests(CLUSTER)} == pulumi.cluster()
    assert "stack init cluster --secrets-provider passphrase" == pulumi.calls()[0]


def test_the_program_gets_what_it_needs_and_none_of_the_platforms_secrets(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform's own key and passwords stand in variables that begin with PROEFTUIN_."""
    monkeypatch.setenv("PROEFTUIN_SECRET_KEY", "geheim")
    list(pulumi.engine().up(PLAIN))

    for environment in pulumi.environments()[1:]:
        assert not [name for name in environment if name.startswith("PROEFTUIN")]
        assert "niet-geheim" == environment["PULUMI_CONFIG_PASSPHRASE"]
        assert f"file://{pulumi.settings().state_folder}" == environment["PULUMI_BACKEND_URL"]


def test_no_secret_is_in_a_work_folder(pulumi: FakePulumi) -> None:
    """The address of a state store may hold a password."""
    list(pulumi.engine().up(PLAIN))
    texts = [path.read_text() for path in pulumi.settings().folder(STACK).rglob("*") if path.is_file()]

    assert texts
    assert not [text for text in texts if "niet-geheim" in text or "file://" in text]


def test_a_worker_that_dies_half_way_is_followed_by_one_that_clears_and_finishes(pulumi: FakePulumi) -> None:
    """Killed between making an object and writing it down: a lock, a pending create and half a room are left."""
    pulumi.behave(at="ResourceQuota/proeftuin:die")
    with pytest.raises(EngineError, match="ended by signal 9"):
        list(pulumi.engine().up(PLAIN))
    left = pulumi.state(STACK)

    pulumi.behave()
    list(pulumi.engine().up(PLAIN))

    assert ["ResourceQuota/proeftuin"] == left["pending"]
    assert EVERYTHING == pulumi.cluster()
    assert {"resources": sorted(EVERYTHING), "pending": []} == pulumi.state(STACK)
    assert [f"stack init {STACK}", "up", "cancel", "refresh", "up"] == pulumi.commands()


def test_a_program_that_outlives_its_killed_platform_is_ended_by_the_next(pulumi: FakePulumi, tmp_path: Path) -> None:
    """The platform gets SIGKILL; its `pulumi` runs on in a session of its own, until the successor finds it."""
    pulumi.behave(at="ResourceQuota/proeftuin:hang", up="deaf child")
    script = tmp_path / "a_platform.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from pathlib import Path
        from support.pulumi_places import FakePulumi
        from support.kube_specs import PLAIN
        list(FakePulumi(Path({str(pulumi.home)!r})).engine().up(PLAIN))
        """)
    )
    with subprocess.Popen([sys.executable, str(script)]) as platform:
        try:
            pulumi.wait_until_it_hangs()
        finally:
            platform.kill()
    folder = pulumi.settings().folder(STACK)
    outlived = proctree.with_environment(f"{MARK}={folder}")

    pulumi.behave()
    list(pulumi.engine().up(PLAIN))

    assert 2 <= len(outlived)  # the program and what it started
    assert not [process for process in outlived if proctree.is_alive(process)]
    assert EVERYTHING == pulumi.cluster()
    assert no_process_is_left(pulumi)


def test_nobody_pulling_on_ends_the_program_and_the_next_begins_where_it_was(pulumi: FakePulumi) -> None:
    """A sandbox that is no longer wanted is not made further."""
    pulumi.behave(at="LimitRange/proeftuin:hang")
    steps = pulumi.engine().up(PLAIN)
    next(steps)
    pulumi.wait_until_it_hangs()

    began = time.monotonic()
    steps.close()
    took = time.monotonic() - began
    pulumi.behave()
    list(pulumi.engine().up(PLAIN))

    assert took < 15
    assert EVERYTHING == pulumi.cluster()
    assert no_process_is_left(pulumi)


def test_a_program_that_hangs_is_ended_in_time_with_all_that_it_started(pulumi: FakePulumi) -> None:
    """It ignores SIGINT and SIGTERM, and its child has left the family."""
    pulumi.behave(up="deaf child hang")
    engine = pulumi.engine(patience=1.0)

    began = time.monotonic()
    with pytest.raises(EngineError) as late:
        list(engine.up(PLAIN))

    assert TIMEOUT == late.value.code
    assert late.value.is_transient
    assert time.monotonic() - began < 30
    assert no_process_is_left(pulumi)


def test_closing_the_engine_ends_its_programs(pulumi: FakePulumi) -> None:
    pulumi.behave(up="hang")
    engine = pulumi.engine()
    raised: list[EngineError] = []

    def work() -> None:
        try:
            list(engine.up(PLAIN))
        except EngineError as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    pulumi.wait_until_it_hangs()
    engine.close()
    thread.join(30)

    assert [STOPPED] == [error.code for error in raised]
    assert no_process_is_left(pulumi)


def test_lost_state_is_rebuilt_from_what_stands(pulumi: FakePulumi) -> None:
    """State may be lost at any time: the cluster has the truth, and what exists is taken over."""
    engine = pulumi.engine()
    list(engine.up(PLAIN))
    (pulumi.home / "work" / "state" / f"{STACK}.json").unlink()

    list(engine.up(PLAIN))

    assert sorted(EVERYTHING) == pulumi.state(STACK)["resources"]


def test_damaged_state_is_dropped_and_rebuilt(pulumi: FakePulumi) -> None:
    engine = pulumi.engine()
    list(engine.up(PLAIN))
    (pulumi.home / "work" / "state" / f"{STACK}.json").write_text("corrupt")

    list(engine.up(PLAIN))

    assert sorted(EVERYTHING) == pulumi.state(STACK)["resources"]


def test_a_lost_work_folder_loses_nothing(pulumi: FakePulumi) -> None:
    """Another machine takes over: it has the state store and an empty disk."""
    list(pulumi.engine().up(PLAIN))
    subprocess.run(["rm", "-r", str(pulumi.settings().stacks)], check=True)

    list(pulumi.engine().up(PLAIN))

    assert [f"stack init {STACK}", "up", f"stack init {STACK}", "stack select", "up"] == pulumi.commands()


def test_who_takes_over_a_state_does_not_believe_it(pulumi: FakePulumi) -> None:
    """The first machine is gone with its folder, and meanwhile somebody changed the cluster; a new state is empty."""
    list(pulumi.engine().up(PLAIN))
    subprocess.run(["rm", "-r", str(pulumi.settings().stacks)], check=True)

    list(pulumi.engine().up(PLAIN))

    ups = [call for call in pulumi.calls() if call.startswith("up ")]
    assert [False, True] == ["--refresh" in call.split() for call in ups]


def test_a_lock_that_somebody_left_is_broken_because_we_hold_the_lease(pulumi: FakePulumi) -> None:
    list(pulumi.engine().up(PLAIN))
    (pulumi.home / "work" / "state" / f"{STACK}.lock").write_text("1")

    list(pulumi.engine().up(PLAIN))

    assert ["up", "cancel", "refresh", "up"] == pulumi.commands()[2:]


def test_a_lock_that_keeps_on_coming_back_is_told(pulumi: FakePulumi) -> None:
    """Then somebody works on the stack who should not; breaking locks for ever would harm both."""
    engine = pulumi.engine()
    list(engine.up(PLAIN))
    lock = pulumi.home / "work" / "state" / f"{STACK}.lock"
    lock.mkdir()  # cannot be unlinked

    with pytest.raises(EngineError) as locked:
        list(engine.up(PLAIN))

    assert LOCKED == locked.value.code
    assert locked.value.is_transient


def test_a_refusal_of_the_cluster_is_told_as_its_own_client_tells_it(pulumi: FakePulumi) -> None:
    """One list of causes for both engines; a refusal is no fault of the state, so nothing is cleared for it."""
    said = 'resourcequotas "proeftuin" is forbidden: ValidatingAdmissionPolicy x denied request: proeftuin/marks: no'
    pulumi.behave(at=f"ResourceQuota/proeftuin:refuse:{said}")
    with pytest.raises(EngineError) as refused:
        list(pulumi.engine().up(PLAIN))

    assert (errors.ADMISSION, "marks", said) == (refused.value.code, refused.value.rule, refused.value.said)
    assert [f"stack init {STACK}", "up"] == pulumi.commands()


def test_a_plan_makes_nothing_and_tells_what_would_be_made(pulumi: FakePulumi) -> None:
    """Also while another process works on the stack: looking takes no lock and ends nobody."""
    engine = pulumi.engine()
    before = engine.preview(PLAIN)
    nothing = pulumi.cluster()
    list(engine.up(PLAIN))
    lock = pulumi.home / "work" / "state" / f"{STACK}.lock"
    lock.touch()
    with_town = engine.preview(replace(PLAIN, town=TOWN))

    assert set() == nothing
    assert {Change.CREATE} == {one.change for one in before}
    assert EVERYTHING == {f"{one.kind}/{one.name}" for one in before}
    assert {"Secret/town-control", "Service/town", "Deployment/town"} == {
        f"{one.kind}/{one.name}" for one in with_town if one.change is Change.CREATE
    }


def test_forgetting_a_room_leaves_no_stack_no_folder_and_no_process(pulumi: FakePulumi) -> None:
    """Half of the proof of destruction; the namespace is deleted without Pulumi."""
    engine = pulumi.engine()
    list(engine.up(PLAIN))
    (pulumi.home / "work" / "state" / f"{STACK}.lock").touch()
    known = engine.remembered()

    engine.forget(PLAIN.sandbox_id)
    engine.forget(PLAIN.sandbox_id)

    assert (PLAIN.sandbox_id,) == known
    assert () == engine.remembered()
    assert [] == [path.name for path in pulumi.settings().stacks.iterdir()]
    assert [] == list((pulumi.home / "work" / "state").glob(f"{STACK}*.json"))


def test_several_rooms_are_made_at_the_same_time_and_not_more_than_set(pulumi: FakePulumi) -> None:
    specs = [replace(PLAIN, sandbox_id=f"sbx-{number:026d}") for number in range(3)]
    engine = pulumi.engine(parallel=2)
    threads = [threading.Thread(target=lambda spec=spec: list(engine.up(spec))) for spec in specs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {spec.sandbox_id for spec in specs} == set(engine.remembered())
    assert {f"Namespace/{spec.namespace}" for spec in specs} <= pulumi.cluster()
