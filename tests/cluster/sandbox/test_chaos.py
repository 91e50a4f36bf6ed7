"""Platforms on Kubernetes die with SIGKILL at every moment; the next one reaches what is wanted, nothing is left."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin.schema import migrate
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.chaos import Chaos, settle
from support.chaos_grounds import KubernetesGround
from support.chaos_story import leave, live_through_everything
from support.pulumi_places import FakePulumi
from support.sandbox_world import STARTUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.kubernetes_worlds import Site

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def migrated_database(new_database: Callable[[str | None], str]) -> Callable[[], str]:
    template = new_database(None)
    migrate(template)
    name = template.rsplit("/", 1)[1].partition("?")[0]
    return lambda: new_database(name)


@pytest.fixture
def chaos(
    cluster_site: Site, migrated_database: Callable[[], str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Chaos]:
    pulumi = FakePulumi.install(tmp_path / "pulumi") if getattr(request, "param", None) else None
    if pulumi is not None:
        pulumi.behave(kubeconfig=str(cluster_site.kubeconfig))
    ground = KubernetesGround.of(cluster_site, pulumi=pulumi)
    # Each start of Pulumi costs seconds: there platforms die only over what it does, and always under way too.
    fate = {"only": ":step:room", "one_in": 1, "within": 4.0} if pulumi is not None else {}
    chaos = Chaos.on(ground, tmp_path, migrated_database(), **fate)
    yield chaos
    chaos.successor()
    chaos.world.backend.forget_cluster()
    chaos.close()


def test_a_sandbox_lives_its_whole_life_under_platforms_that_die_at_every_moment(chaos: Chaos) -> None:
    """Whatever was there is found and used, nothing is made twice, and in the end nothing is left."""
    live_through_everything(chaos)


@pytest.mark.parametrize("chaos", ["pulumi"], indirect=True)
def test_pulumis_state_is_taken_away_while_platforms_die_and_nothing_is_lost(chaos: Chaos) -> None:
    """Stacks, locks and half-made objects of dead platforms are cleared; what stands is taken over without state."""
    pulumi: FakePulumi = chaos.place.ground.pulumi
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.dies_at_every_moment(asked.id)
    stack = namespace_of(asked.id)
    assert SandboxState.READY == chaos.world.service.get(STARTUP, asked.id).state, chaos.history
    assert {"cluster", stack} == pulumi.stacks()
    assert [] == pulumi.locks(), chaos.history

    shutil.rmtree(pulumi.home / "work")
    objects = chaos.world.backend._desk.objects
    uid = objects.get("Namespace", stack)["metadata"]["uid"]
    objects.delete("NetworkPolicy", "00-default-deny", stack)
    chaos.dies_at_every_moment(asked.id)
    assert SandboxState.READY == chaos.world.service.get(STARTUP, asked.id).state, chaos.history
    assert () == chaos.world.backend.observe(asked.id).drift, "repaired"
    assert uid == objects.get("Namespace", stack)["metadata"]["uid"], "and not made anew"
    assert stack in pulumi.stacks()

    shutil.rmtree(pulumi.home / "work")
    leave(chaos, asked.id)


def test_rooms_go_on_without_a_platform_and_are_taken_over_by_the_next(chaos: Chaos) -> None:
    """`kill -9` of the platform costs nobody their work; it is closed off all the while."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    settle(chaos.world, asked.id)
    chaos.world.deploy(asked.id)
    before = chaos.world.service.components.get(STARTUP, asked.id, "klok")
    httpx.get(f"{before.base_url}/telt", timeout=20)
    chaos.successor()
    settle(chaos.world, asked.id)
    seen = chaos.world.service.components.get(STARTUP, asked.id, "klok")

    assert (DeploymentState.RUNNING, before.base_url) == (seen.state, seen.base_url)
    assert 1 == httpx.get(seen.base_url, timeout=20).json()["count"], "the very same process"


def test_what_no_platform_knows_is_an_orphan_and_goes(chaos: Chaos, migrated_database: Callable[[], str]) -> None:
    """The database was put back to before the sandbox was made."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    settle(chaos.world, asked.id)
    fresh = replace(chaos.place, database_url=migrated_database()).platform()
    fresh.service.sweep()

    assert set() == chaos.place.ground.left(chaos.place.folder / "sandboxes")
    fresh.service.close()
    fresh.database.close()
