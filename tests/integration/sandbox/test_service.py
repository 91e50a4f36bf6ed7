"""What people may do with sandboxes, and what the reconciler makes of it, on a backend in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from proeftuin_kernel.auth import VISITOR, Permission, Principal, Role
from proeftuin_kernel.errors import ForbiddenError, UnauthenticatedError
from proeftuin_kernel.tables import AuditFact
from proeftuin_sandbox import errors
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.sandbox_fake import DIGEST, FakeBackend, FakeRoom, failure
from support.sandbox_world import NEIGHBOUR, OPERATOR, ORGANISATION, OTHER, POLICY, STARTUP, SandboxWorld, events

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database


def test_a_sandbox_goes_from_requested_to_ready_with_a_proof_and_one_event(world: SandboxWorld) -> None:
    """Ready means: it serves, and its isolation was proved."""
    asked = world.service.create(STARTUP, NewSandbox(name="Proef"))
    assert SandboxState.REQUESTED == asked.state
    world.service.converge(asked.id)
    world.service.converge(asked.id)
    made = world.service.get(STARTUP, asked.id)

    assert (SandboxState.READY, DIGEST) == (made.state, made.town_digest)
    assert made.isolation["holds"]
    assert made.isolation["digest"].startswith("sha256:")
    assert ["sandbox.ready"] == events(world.database)
    assert [("news", "requested"), ("step", "town"), ("step", "prove"), ("end", "ready")][:2] == world.told(
        f"sandbox:{asked.id}"
    )[:2]
    assert ("end", "ready") == world.told(f"sandbox:{asked.id}")[-1]


def test_a_sandbox_whose_isolation_is_not_proved_stays_in_quarantine(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """A promise that is not proved is not made."""
    backend.isolates = False
    made = world.ready()

    assert (SandboxState.QUARANTINED, "isolation-not-proved") == (made.state, made.cause["code"])
    with pytest.raises(errors.SandboxNotReadyError):
        world.service.components.deploy(STARTUP, made.id, "klok", world.bundle())
    assert [] == events(world.database)


def test_a_tier_that_the_operator_refuses_stays_in_quarantine(
    database: Database, backend: FakeBackend, tmp_path: Path
) -> None:
    """In production the local tier is not enough."""
    world = SandboxWorld.on(database, backend, tmp_path, policy=Policy(tiers=frozenset({"kubernetes"})))

    assert "tier-not-allowed" == world.ready().cause["code"]


def test_what_may_pass_is_tried_again_and_then_given_up(
    world: SandboxWorld, backend: FakeBackend, clock: FixedClock
) -> None:
    """A failure has a cause and a remedy; transient ones are tried five times with growing pauses."""
    backend.failing["create"] = failure("database-unreachable", transient=True)
    made = world.ready()
    assert (SandboxState.PROVISIONING, "database-unreachable") == (made.state, made.cause["code"])
    world.service.converge(made.id)
    for _ in range(6):
        clock.advance(timedelta(minutes=1))
        world.service.converge(made.id)

    assert SandboxState.FAILED == world.service.get(STARTUP, made.id).state
    assert 5 == world.told(f"sandbox:{made.id}").count(("step", "town"))


def test_a_failure_that_passes_is_forgotten(world: SandboxWorld, backend: FakeBackend, clock: FixedClock) -> None:
    """After a hiccup the sandbox is as good as any other."""
    backend.failing["create"] = failure("database-unreachable", transient=True)
    made = world.ready()
    backend.failing.clear()
    clock.advance(timedelta(minutes=1))
    world.service.converge(made.id)

    assert (SandboxState.READY, None) == (
        world.service.get(STARTUP, made.id).state,
        world.service.get(STARTUP, made.id).cause,
    )


def test_the_same_key_gives_the_same_sandbox_and_never_another_one(world: SandboxWorld) -> None:
    """A client that lost the answer asks again without fear."""
    first = world.service.create(STARTUP, NewSandbox(name="Proef"), idempotency_key="k")
    again = world.service.create(STARTUP, NewSandbox(name="Proef"), idempotency_key="k")

    assert first.id == again.id
    with pytest.raises(errors.IdempotencyKeyReusedError):
        world.service.create(STARTUP, NewSandbox(name="Anders"), idempotency_key="k")
    assert first.id != world.service.create(OTHER, NewSandbox(name="Proef"), idempotency_key="k").id


def test_an_organisation_has_no_more_sandboxes_than_its_quota(world: SandboxWorld) -> None:
    """Destroying one makes room; others are not touched by it."""
    first = world.ready()
    world.ready()
    with pytest.raises(errors.SandboxQuotaError):
        world.ready()
    world.ready(principal=OTHER)
    world.service.destroy(STARTUP, first.id)
    world.service.converge(first.id)

    assert SandboxState.READY == world.ready().state


def test_rights_are_decided_in_the_service(world: SandboxWorld) -> None:
    """A visitor is asked to sign in; a stranger does not learn that the sandbox exists; an operator sees all."""
    made = world.ready()
    nobody = Principal(person_id="per-n", name="N")
    reader = Principal(
        person_id="per-a", name="A", organisations=STARTUP.organisations, scopes=frozenset({Permission.SANDBOX_READ})
    )

    with pytest.raises(UnauthenticatedError):
        world.service.get(VISITOR, made.id)
    with pytest.raises(errors.SandboxNotFoundError):
        world.service.get(OTHER, made.id)
    with pytest.raises(errors.SandboxNotFoundError):
        world.service.components.deploy(OTHER, made.id, "klok", world.bundle())
    with pytest.raises(ForbiddenError):
        world.service.destroy(reader, made.id)
    with pytest.raises(ForbiddenError):
        world.service.create(nobody, NewSandbox(name="x"))
    with pytest.raises(ForbiddenError):
        world.service.create(STARTUP, NewSandbox(name="x", organisation=NEIGHBOUR))
    with pytest.raises(ForbiddenError):
        world.service.page(STARTUP, organisation=NEIGHBOUR)
    assert made.id == world.service.get(reader, made.id).id
    assert [made.id] == [view.id for view in world.service.page(OPERATOR)]
    assert [] == world.service.page(OTHER)


def test_who_has_two_organisations_must_say_which(world: SandboxWorld) -> None:
    """Nothing is charged to the wrong one."""
    both = Principal(person_id="p", name="P", organisations={ORGANISATION: Role.STARTUP, NEIGHBOUR: Role.VENDOR})
    with pytest.raises(errors.OrganisationNeededError):
        world.service.create(both, NewSandbox(name="x"))

    assert NEIGHBOUR == world.service.create(both, NewSandbox(name="x", organisation=NEIGHBOUR)).organisation


def test_a_list_is_newest_first_and_goes_on_after_a_page(world: SandboxWorld, clock: FixedClock) -> None:
    """Pages neither skip nor repeat."""
    ids = []
    for _ in range(2):
        ids.append(world.service.create(STARTUP, NewSandbox(name="x")).id)
        clock.advance(timedelta(seconds=1))
    first = world.service.page(STARTUP, limit=1)
    second = world.service.page(STARTUP, limit=1, before=(first[0].created_at, first[0].id))

    assert ids[::-1] == [first[0].id, second[0].id]
    assert [] == world.service.page(STARTUP, state=SandboxState.READY)


def test_a_sandbox_is_warned_then_expires_and_an_extension_helps_up_to_the_ceiling(
    world: SandboxWorld, clock: FixedClock
) -> None:
    """Nobody is surprised, and nothing lives for ever."""
    made = world.ready()
    clock.advance(timedelta(minutes=50))
    world.service.sweep()
    world.service.sweep()
    assert 1 == world.told(f"sandbox:{made.id}").count(("news", "expires-soon"))
    longer = world.service.extend(STARTUP, made.id, by=timedelta(minutes=30))
    assert made.expires_at + timedelta(minutes=30) == longer.expires_at
    with pytest.raises(errors.LifetimeCeilingError):
        world.service.extend(STARTUP, made.id, by=POLICY.max_lifetime)
    clock.advance(timedelta(minutes=41))
    world.service.sweep()
    assert SandboxState.EXPIRING == world.service.get(STARTUP, made.id).state
    world.service.converge(made.id)
    gone = world.service.get(STARTUP, made.id)

    assert (SandboxState.DESTROYED, []) == (gone.state, gone.destruction["residue"])
    assert [{"kind": "folder", "name": made.id}] == gone.destruction["removed"]
    assert ["sandbox.ready", "sandbox.destroyed"] == events(world.database)
    with pytest.raises(errors.SandboxGoneError):
        world.service.extend(STARTUP, made.id, by=timedelta(minutes=1))
    assert SandboxState.DESTROYED == world.service.destroy(STARTUP, made.id).state


def test_a_sandbox_is_not_called_destroyed_while_something_is_left(
    world: SandboxWorld, backend: FakeBackend, clock: FixedClock
) -> None:
    """The proof of destruction is taken from what is there, not from what was done."""
    made = world.ready()
    backend.residue = True
    world.service.destroy(STARTUP, made.id)
    world.service.converge(made.id)
    still = world.service.get(STARTUP, made.id)
    assert (SandboxState.EXPIRING, "residue-left") == (still.state, still.cause["code"])
    clock.advance(timedelta(minutes=1))
    world.service.sweep()
    world.service.converge(made.id)

    assert SandboxState.DESTROYED == world.service.get(STARTUP, made.id).state


def test_after_a_restart_of_the_platform_everything_comes_back(world: SandboxWorld, backend: FakeBackend) -> None:
    """Rows say what should run; what died with the platform is started again."""
    made = world.ready()
    world.deploy(made.id)
    backend.rooms[made.id].serving = False
    backend.crash(made.id, "klok", code="platform-gone")
    world.service.start()
    world.service.converge(made.id)

    assert SandboxState.READY == world.service.get(STARTUP, made.id).state
    assert 1 == events(world.database).count("sandbox.ready")


def test_what_nobody_owns_is_removed_after_its_grace(world: SandboxWorld, backend: FakeBackend) -> None:
    """Orphans do not live; a sandbox with a row does."""
    made = world.ready()
    backend.rooms["sbx-wees"] = FakeRoom()
    world.service.sweep()

    assert {made.id} == backend.rooms.keys()


def test_an_orphan_is_left_alone_during_its_grace(database: Database, backend: FakeBackend, tmp_path: Path) -> None:
    """A database may have been put back to an older copy; nobody loses work over it."""
    world = SandboxWorld.on(database, backend, tmp_path, policy=Policy())
    backend.rooms["sbx-wees"] = FakeRoom()
    world.service.sweep()

    assert {"sbx-wees"} == backend.rooms.keys()


def test_every_change_is_audited(world: SandboxWorld) -> None:
    """Who did what can be asked later."""
    made = world.ready()
    world.deploy(made.id)
    world.service.components.stop(STARTUP, made.id, "klok")
    world.service.reset(STARTUP, made.id)
    world.service.extend(STARTUP, made.id, by=timedelta(minutes=1))
    world.service.destroy(STARTUP, made.id)
    with world.database.read() as session:
        actions = session.scalars(select(AuditFact.action).order_by(AuditFact.id)).all()

    assert [
        "sandbox.create",
        "component.deploy",
        "component.stop",
        "sandbox.reset",
        "sandbox.extend",
        "sandbox.destroy",
    ] == actions


def test_work_on_a_sandbox_stops_between_acts_when_the_platform_stops(
    database: Database, backend: FakeBackend, tmp_path: Path
) -> None:
    """The platform does not wait for a town to be made; the next start makes it."""
    world = SandboxWorld.on(database, backend, tmp_path, hook=lambda _: database.closing.set())
    asked = world.service.create(STARTUP, NewSandbox(name="Proef"))
    world.service.converge(asked.id)

    assert SandboxState.PROVISIONING == world.service.get(STARTUP, asked.id).state
    assert 1 == sum("step" == kind for kind, _ in world.told(f"sandbox:{asked.id}"))

    database.closing.clear()
    again = SandboxWorld.on(database, backend, tmp_path)
    again.service.start()
    again.service.converge(asked.id)
    assert SandboxState.READY == again.service.get(STARTUP, asked.id).state
