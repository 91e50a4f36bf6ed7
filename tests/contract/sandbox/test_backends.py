"""What every SandboxBackend promises, checked on each of them."""

from __future__ import annotations

import os
import random
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import (
    DeploymentOrder,
    FailureError,
    Observed,
    SandboxBackend,
    SandboxSpec,
    TownSpec,
)
from proeftuin_sandbox.backends.local import LocalBackend
from proeftuin_sandbox.backends.promises import Level
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.manifest import read_manifest
from support.docker_worlds import docker_backend
from support.sandbox_bundles import component
from support.sandbox_fake import FakeBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOWN = TownSpec("gehucht", 1830)
NOTHING_HAPPENED = (0, [])


@pytest.fixture(scope="module")
def make_backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], SandboxBackend]]:
    made: dict[str, SandboxBackend] = {}

    def local() -> SandboxBackend:
        return LocalBackend(
            tmp_path_factory.mktemp("local"),
            postgres_url=request.getfixturevalue("postgres"),
            environment=os.environ,
            random_source=random.Random(),  # noqa: S311 - chooses ports
        )

    def docker() -> SandboxBackend:
        return docker_backend(
            tmp_path_factory.mktemp("docker"),
            host=request.getfixturevalue("docker_engine"),
            store=request.getfixturevalue("image_store"),
        )

    def kubernetes() -> SandboxBackend:
        site = request.getfixturevalue("cluster_site")
        return platforms.enter_context(site.platform(tmp_path_factory.mktemp("kubernetes")))

    def make(kind: str) -> SandboxBackend:
        if kind not in made:
            made[kind] = {"fake": FakeBackend, "local": local, "docker": docker, "kubernetes": kubernetes}[kind]()
        return made[kind]

    with ExitStack() as platforms:
        yield make
        for kind, backend in made.items():
            if kind != "kubernetes":  # its platform closes it, once nothing of it is left on the cluster
                backend.close()


REAL = [
    "local",
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("kubernetes", marks=pytest.mark.cluster),
]


@pytest.fixture(params=[*REAL, "fake"])
def backend(request: pytest.FixtureRequest, make_backend: Callable[[str], SandboxBackend]) -> SandboxBackend:
    return make_backend(request.param)


@pytest.fixture
def spec(backend: SandboxBackend) -> Iterator[SandboxSpec]:
    spec = SandboxSpec(new_id("sbx"), TOWN)
    yield spec
    list(backend.destroy(spec.id))


@pytest.fixture
def order(spec: SandboxSpec, tmp_path: Path) -> DeploymentOrder:
    folder = component(tmp_path / "klok")
    with (tmp_path / "klok.tar.gz").open("wb") as target:
        digest = pack(folder, target)
    return DeploymentOrder(spec.id, read_manifest(folder)[0], tmp_path / "klok.tar.gz", digest, revision=1)


def owned(backend: SandboxBackend, sandbox_id: str) -> list[str]:
    return sorted({thing.kind for thing in backend.inventory() if thing.sandbox_id == sandbox_id})


def test_what_was_never_made_does_not_exist_and_can_be_destroyed(backend: SandboxBackend) -> None:
    """A worker may retry a destruction that already succeeded, or one of a sandbox that never came to be."""
    list(backend.destroy("sbx-nooitbestaan"))

    assert Observed(exists=False) == backend.observe("sbx-nooitbestaan")
    assert [] == backend.logs("sbx-nooitbestaan", "klok", lines=5)
    backend.stop("sbx-nooitbestaan", "klok")
    backend.remove("sbx-nooitbestaan", "klok")


def test_making_twice_gives_the_same_sandbox_and_destroying_leaves_nothing(
    backend: SandboxBackend, spec: SandboxSpec
) -> None:
    """Every step may run twice, and the inventory proves that nothing is left."""
    list(backend.create(spec))
    first = backend.observe(spec.id)
    list(backend.create(spec))

    assert first.exists
    assert first.is_serving
    assert (first.town_url, first.town_digest) == (
        backend.observe(spec.id).town_url,
        backend.observe(spec.id).town_digest,
    )
    assert [] != owned(backend, spec.id)
    list(backend.destroy(spec.id))
    list(backend.destroy(spec.id))
    assert [] == owned(backend, spec.id)
    assert not backend.observe(spec.id).exists


def test_steps_have_numbers_that_count_up_to_their_total(backend: SandboxBackend, spec: SandboxSpec) -> None:
    """Progress never pretends: what is numbered is known."""
    steps = [step for step in backend.create(spec) if step.number is not None]

    assert list(range(1, len(steps) + 1)) == [step.number for step in steps]
    assert {len(steps)} == {step.total for step in steps}
    assert all(step.message.nl and step.message.en for step in steps)


def test_progress_is_for_people(backend: SandboxBackend, spec: SandboxSpec) -> None:
    """No folder of the machine and no digest in it, also when the town is new and still has to be generated."""
    new = replace(spec, town=TownSpec("gehucht", 7))
    said = [words for step in backend.create(new) for words in (step.message.nl, step.message.en)]

    assert said
    assert [] == [words for words in said if "/" in words or "sha256:" in words]


def test_isolation_is_proved_with_a_probe_that_can_see(backend: SandboxBackend, spec: SandboxSpec) -> None:
    """What the backend calls enforced and can be tried, was tried, with a positive control."""
    list(backend.create(spec))
    proof = backend.prove(spec.id)
    enforced = {control.id for control in backend.capabilities().controls if control.level is Level.ENFORCED}

    assert proof.holds
    assert {"environment"} <= {finding.control for finding in proof.findings} & enforced


def test_a_component_runs_is_replaced_stops_and_is_removed(
    backend: SandboxBackend, spec: SandboxSpec, order: DeploymentOrder
) -> None:
    """The life of a component; each act twice."""
    list(backend.create(spec))
    for _ in range(2):
        list(backend.deploy(order))
    first = backend.observe(spec.id).component("klok")
    list(backend.deploy(replace(order, revision=2)))
    second = backend.observe(spec.id).component("klok")

    assert (True, 1, order.digest) == (first.is_running, first.revision, first.digest)
    assert (True, 2) == (second.is_running, second.revision)
    assert ["klaar"] == [line.text for line in backend.logs(spec.id, "klok", lines=9) if line.stream == "out"][-1:]
    for _ in range(2):
        backend.stop(spec.id, "klok")
    assert not backend.observe(spec.id).component("klok").is_running
    assert [] != backend.logs(spec.id, "klok", lines=9), "the log outlives the component"
    for _ in range(2):
        backend.remove(spec.id, "klok")
    assert backend.observe(spec.id).component("klok") is None


def test_a_reset_stops_components_and_brings_the_same_town_back(
    backend: SandboxBackend, spec: SandboxSpec, order: DeploymentOrder
) -> None:
    """After a reset everybody starts from the same seed again."""
    list(backend.create(spec))
    list(backend.deploy(order))
    before = backend.observe(spec.id)
    for _ in range(2):
        list(backend.reset(spec))
    after = backend.observe(spec.id)

    assert (before.town_url, before.town_digest) == (after.town_url, after.town_digest)
    assert after.is_serving
    assert not after.component("klok").is_running


def test_a_town_lives_to_a_day_beside_its_components_and_a_reset_undoes_it(
    backend: SandboxBackend, spec: SandboxSpec, order: DeploymentOrder
) -> None:
    """Asked once or again, whole days happen; nothing is stopped for it; after a reset the days are there anew."""
    with pytest.raises(FailureError):
        list(backend.live(SandboxSpec(new_id("sbx"), TOWN), until=1))
    list(backend.create(spec))
    list(backend.deploy(order))
    steps = list(backend.live(spec, until=30))
    again = list(backend.live(spec, until=30))

    assert list(range(1, len(steps) + 1)) == [step.number for step in steps]
    assert {len(steps)} == {step.total for step in steps}
    assert [] == again
    assert [] == list(backend.live(spec, until=7)), "a town never goes back to a day"
    seen = backend.observe(spec.id)
    assert seen.component("klok").is_running
    month = happened(seen)
    list(backend.reset(spec))
    assert NOTHING_HAPPENED == happened(backend.observe(spec.id)) or backend.name == "fake"
    list(backend.live(spec, until=30))
    assert month == happened(backend.observe(spec.id))


def happened(seen: Observed) -> tuple[int, list[str]]:
    """Give the day of a town and its events, from its feed; nothing of one that is only pretended."""
    try:
        answer = httpx.get(f"{seen.town_url}/gebeurtenissen/v1/gebeurtenissen?limiet=1000", timeout=10)
    except httpx.ConnectError:
        return NOTHING_HAPPENED
    feed = answer.json()
    return feed["dag"], [f"{event['id']} {event['subject']}" for event in feed["items"]]


def test_a_suspended_sandbox_runs_nothing_and_comes_back_with_its_town(
    backend: SandboxBackend, spec: SandboxSpec, order: DeploymentOrder
) -> None:
    """Suspending frees the machine and loses nothing."""
    list(backend.create(spec))
    list(backend.deploy(order))
    before = backend.observe(spec.id)
    for _ in range(2):
        list(backend.suspend(spec.id))
    asleep = backend.observe(spec.id)
    list(backend.create(spec))
    list(backend.deploy(order))
    awake = backend.observe(spec.id)

    assert (True, False, False) == (asleep.exists, asleep.is_serving, asleep.component("klok").is_running)
    assert before.town_digest == awake.town_digest
    assert awake.is_serving
    assert awake.component("klok").is_running


def test_a_plan_names_what_would_be_made_and_makes_nothing(backend: SandboxBackend) -> None:
    """A dry run is free."""
    spec = SandboxSpec(new_id("sbx"), TOWN)
    planned = backend.plan(spec)

    assert planned
    assert not backend.observe(spec.id).exists
    assert [] == owned(backend, spec.id)


def test_a_sandbox_can_be_destroyed_with_everything_running(
    backend: SandboxBackend, spec: SandboxSpec, order: DeploymentOrder
) -> None:
    """Destruction works from what exists."""
    list(backend.create(spec))
    list(backend.deploy(order))
    list(backend.destroy(spec.id))

    assert [] == owned(backend, spec.id)


def test_every_control_is_explained_in_both_languages(backend: SandboxBackend) -> None:
    """A label without words misleads."""
    controls = backend.capabilities().controls

    assert len(controls) == len({control.id for control in controls})
    assert all(
        control.title.nl and control.title.en and control.explanation.nl and control.explanation.en
        for control in controls
    )


@pytest.mark.parametrize("kind", REAL)
def test_a_component_that_cannot_run_is_explained_and_not_left_running(
    kind: str, make_backend: Callable[[str], SandboxBackend], tmp_path: Path
) -> None:
    """A failed deployment leaves a log and a reason, no process."""
    backend = make_backend(kind)
    spec = SandboxSpec(new_id("sbx"), TOWN)
    list(backend.create(spec))
    folder = component(tmp_path / "kapot", name="kapot", program="raise SystemExit('au')")
    with (tmp_path / "kapot.tar.gz").open("wb") as target:
        digest = pack(folder, target)
    order = DeploymentOrder(spec.id, read_manifest(folder)[0], tmp_path / "kapot.tar.gz", digest, revision=1)
    with pytest.raises(FailureError) as caught:
        list(backend.deploy(order))

    assert "component-exited" == caught.value.failure.code
    assert "au" in caught.value.failure.remedy.nl
    assert not backend.observe(spec.id).component("kapot").is_running
    list(backend.destroy(spec.id))
