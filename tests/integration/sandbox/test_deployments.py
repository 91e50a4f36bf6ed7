"""What people may do with components in a sandbox, and how those come back after a crash or a reset."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin_sandbox import errors
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState
from support.sandbox_fake import DIGEST, FakeBackend, failure
from support.sandbox_world import STARTUP, SandboxWorld, events

if TYPE_CHECKING:
    from proeftuin_kernel.clock import FixedClock


def test_a_component_is_deployed_replaced_and_stopped(world: SandboxWorld) -> None:
    """A new revision is a new event; a stopped component stays stopped."""
    made = world.ready()
    first = world.deploy(made.id)
    second = world.deploy(made.id)
    target = world.service.target(STARTUP, made.id, "klok")

    assert (DeploymentState.RUNNING, 1) == (first.state, first.revision)
    assert (first.id, 2) == (second.id, second.revision)
    assert ("http://127.0.0.1:1/openapi.json", "http://127.0.0.1:1/gezondheid") == (
        target.openapi_url,
        target.health_url,
    )
    assert (DIGEST, second.digest, "fake", "api-regels") == (
        target.town_digest,
        target.digest,
        target.tier,
        target.claims[0].kit,
    )
    assert target == world.service.target_of(STARTUP, second.id)
    assert ["sandbox.ready", "sandbox.component_deployed", "sandbox.component_deployed"] == events(world.database)
    world.service.components.stop(STARTUP, made.id, "klok")
    world.service.converge(made.id)
    world.service.sweep()
    world.service.converge(made.id)
    assert DeploymentState.STOPPED == world.service.components.get(STARTUP, made.id, "klok").state
    with pytest.raises(errors.SandboxNotReadyError):
        world.service.target(STARTUP, made.id, "klok")


def test_a_component_may_be_uploaded_before_the_sandbox_is_ready(world: SandboxWorld) -> None:
    """Nobody has to wait and poll."""
    asked = world.service.create(STARTUP, NewSandbox(name="x"))
    world.service.components.deploy(STARTUP, asked.id, "klok", world.bundle())
    world.service.converge(asked.id)

    assert DeploymentState.RUNNING == world.service.components.get(STARTUP, asked.id, "klok").state


def test_a_crashed_component_is_started_again_with_growing_pauses_and_then_given_up(
    world: SandboxWorld, backend: FakeBackend, clock: FixedClock
) -> None:
    """Each crash is explained; five in a row are enough."""
    made = world.ready()
    world.deploy(made.id)
    pauses = []
    for _ in range(4):
        backend.crash(made.id, "klok")
        world.service.sweep()
        world.service.converge(made.id)
        seen = world.service.components.get(STARTUP, made.id, "klok")
        assert (DeploymentState.CRASHED, "component-exited") == (seen.state, seen.cause["code"])
        pauses.append((seen.next_attempt_at - clock.now()).total_seconds())
        clock.advance(timedelta(seconds=pauses[-1]))
        world.service.converge(made.id)
        assert DeploymentState.RUNNING == world.service.components.get(STARTUP, made.id, "klok").state
    backend.crash(made.id, "klok")
    world.service.converge(made.id)

    assert [1, 2, 4, 8] == pauses
    assert DeploymentState.FAILED == world.service.components.get(STARTUP, made.id, "klok").state
    assert DeploymentState.RUNNING == world.deploy(made.id).state, "a new upload starts with a clean sheet"


def test_a_component_that_fails_at_its_first_start_is_not_tried_again(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """A fault of the component is the supplier's to mend; the answer comes at once."""
    made = world.ready()
    backend.failing["deploy"] = failure("port-not-open")
    seen = world.deploy(made.id)

    assert (DeploymentState.FAILED, "port-not-open", 1) == (seen.state, seen.cause["code"], seen.failures)
    assert ("end", "failed") == world.told(f"deployment:{seen.id}")[-1]


def test_a_reset_brings_components_back_without_counting_it_as_a_crash(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """A kit may reset between its scenarios; nobody is blamed and nothing is announced twice."""
    made = world.ready()
    world.deploy(made.id)
    world.service.reset_and_wait(STARTUP, made.id)
    seen = world.service.components.get(STARTUP, made.id, "klok")

    assert 1 == backend.rooms[made.id].resets
    assert (DeploymentState.RUNNING, 0) == (seen.state, seen.failures)
    assert 1 == events(world.database).count("sandbox.component_deployed")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (b"geen tar", errors.BundleError),
        (b"\0" * (2 * 1024 * 1024), errors.BundleTooLargeError),
    ],
)
def test_a_bad_upload_is_refused_and_leaves_nothing(source: bytes, error: type, world: SandboxWorld) -> None:
    """Bad input costs nobody anything."""
    made = world.ready()
    with pytest.raises(error):
        world.service.components.deploy(STARTUP, made.id, "klok", io.BytesIO(source))

    assert [] == list((world.folder / "bundles").iterdir())
    assert [] == world.service.components.all(STARTUP, made.id)


def test_a_component_must_have_the_name_of_its_address_run_here_and_fit_the_quota(world: SandboxWorld) -> None:
    """Every refusal has a code of its own."""
    made = world.ready()
    with pytest.raises(errors.ComponentNameDiffersError):
        world.service.components.deploy(STARTUP, made.id, "anders", world.bundle())
    with pytest.raises(errors.EndpointNotPossibleError):
        world.service.components.deploy(
            STARTUP, made.id, "ver", world.bundle("ver", run="  endpoint: https://ver.example")
        )
    world.deploy(made.id, "a")
    world.deploy(made.id, "b")
    with pytest.raises(errors.ComponentQuotaError):
        world.deploy(made.id, "c")
    with pytest.raises(errors.ComponentNotFoundError):
        world.service.components.get(STARTUP, made.id, "c")
