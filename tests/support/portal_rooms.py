"""Builders of what the pages of sandboxes show, for tests. All of it is made up."""

from __future__ import annotations

from datetime import timedelta
from math import sin

from proeftuin.portal.views.asking import Choice, NewSandbox, Part, PlanView, Wish
from proeftuin.portal.views.isolation import Attack, Capability, Promises, Proof
from proeftuin.portal.views.operator import (
    ActView,
    CordonView,
    Filter,
    OperatorView,
    PoolView,
    StateCount,
    Waiter,
)
from proeftuin.portal.views.previews import PreviewRow
from proeftuin.portal.views.progress import Step
from proeftuin.portal.views.sandboxes import STATES, ComponentRow, SandboxRow, SandboxView, Trouble, Turn
from proeftuin.portal.views.usage import ComponentUsage, Reading, shares, spark
from proeftuin_kernel.text import Text
from support.portal_views import BUSY_SANDBOX, FAILED_SANDBOX, NOW, ORGANISATION, SANDBOX, both, progress, runs

QUEUED_SANDBOX = f"sbx-{'3' * 26}"
SUSPENDED_SANDBOX = f"sbx-{'4' * 26}"
PREVIEW = f"prv-{'7' * 26}"
TOKEN = "x" * 43
_STATES = {
    SANDBOX: "ready",
    BUSY_SANDBOX: "provisioning",
    FAILED_SANDBOX: "failed",
    QUEUED_SANDBOX: "queued",
    SUSPENDED_SANDBOX: "suspended",
}
_MAINTENANCE = Text(nl="Onderhoud tot 18 uur.", en="Maintenance until 6 pm.")


def sandbox_row(sandbox_id: str = SANDBOX, state: str = "ready") -> SandboxRow:
    """One sandbox in a list."""
    return SandboxRow(
        id=sandbox_id,
        name="Proef met het dossierloket",
        organisation="Voorbeeld-start-up",
        state=state,
        created=NOW - timedelta(minutes=20),
        expires=NOW + timedelta(hours=4) if state != "queued" else None,
        profile="gehucht",
    )


def sandbox_rows() -> tuple[SandboxRow, ...]:
    """One that is ready and one that failed."""
    return (sandbox_row(), sandbox_row(FAILED_SANDBOX, "failed"))


def sandbox(sandbox_id: str = SANDBOX) -> SandboxView:
    """A sandbox that is ready, busy, failed, waits or rests, by its id."""
    state = _STATES[sandbox_id]
    ready = state == "ready"
    return SandboxView(
        id=sandbox_id,
        name="Proef met het dossierloket",
        organisation="Voorbeeld-start-up",
        state=state,
        backend="local",
        profile="gehucht",
        seed=1830,
        created=NOW - timedelta(minutes=20),
        expires=NOW + timedelta(hours=4) if state != "queued" else None,
        latest_expiry=NOW + timedelta(days=7) if state != "queued" else None,
        progress=progress(finished=state not in {"provisioning", "queued"}, failed=state == "failed"),
        capabilities=_capabilities() if ready else (),
        components=(
            ComponentRow(
                name="dossierloket",
                title=both("Dossierloket"),
                version="2.1.0",
                state="running",
                url="http://127.0.0.1:41234",
            ),
            ComponentRow(name="kapot", title=both("Dossierloket met een fout"), version="2.1.0-fout", state="failed"),
        )
        if ready
        else (),
        runs=runs() if ready else (),
        town_digest="sha256:" + "ab" * 32,
        town_url="http://127.0.0.1:41000" if ready else None,
        trouble=Trouble(
            code="town-unavailable",
            cause=Text(nl="De gemeente kon niet gestart worden.", en="The municipality could not be started."),
            remedy=Text(nl="Open een nieuwe proeftuin.", en="Open a new sandbox."),
        )
        if state == "failed"
        else None,
        may_manage=True,
        tier="local",
        turn=Turn(position=2, since=NOW - timedelta(minutes=3), expected=NOW + timedelta(minutes=12))
        if state == "queued"
        else None,
        proofs=proofs() if ready else (),
        previews=previews() if ready else (),
        usage=usage() if ready else (),
        news=news() if ready else (),
        last_used=NOW - timedelta(minutes=2),
        repairs=1 if ready else 0,
    )


def _capabilities() -> tuple[Capability, ...]:
    return (
        Capability(
            name="filesystem",
            title=Text(nl="Eigen map", en="Own folder"),
            level="enforced",
            note=Text(nl="Leest en schrijft alleen in eigen map.", en="Reads and writes only its own folder."),
        ),
        Capability(
            name="memory",
            title=Text(nl="Geheugen", en="Memory"),
            level="advisory",
            note=Text(nl="Hoogstens 512 MiB per proces.", en="At most 512 MiB per process."),
        ),
        Capability(
            name="network",
            title=Text(nl="Netwerk naar buiten", en="Outgoing network"),
            level="absent",
            note=Text(nl="Een component kan overal heen.", en="A component can go anywhere."),
        ),
    )


def promises() -> Promises:
    """What the tier promises: something of each level."""
    return Promises(backend="local", tier="local", controls=_capabilities())


def proofs() -> tuple[Proof, ...]:
    """One of now with every kind of outcome, and one of before."""
    attacks = (
        Attack(
            control="filesystem", name="E1-others", held=True, detected=True, promised=True, seen="refused: EACCES"
        ),
        Attack(control="memory", name="", held=True, detected=False, promised=True, seen="1400 MiB of address space"),
        Attack(
            control="network", name="N1-out", held=False, detected=True, promised=False, seen="connected to 192.0.2.1"
        ),
    )
    return (
        Proof(at=NOW, holds=True, tier="local", digest="sha256:" + "cd" * 32, attacks=attacks),
        Proof(at=NOW - timedelta(minutes=19), holds=False, tier="local", digest="sha256:" + "ef" * 32),
    )


def previews() -> tuple[PreviewRow, ...]:
    """Two links to the same component."""
    return tuple(
        PreviewRow(
            id=preview_id,
            component="dossierloket",
            title=both("Dossierloket"),
            made_by="Synthia Proef",
            expires=NOW + timedelta(hours=hours),
        )
        for preview_id, hours in ((PREVIEW, 1), (f"prv-{'8' * 26}", 4))
    )


def usage() -> tuple[ComponentUsage, ...]:
    """Half an hour of a component that breathes."""
    moments = [NOW - timedelta(seconds=30 * back) for back in range(60, -1, -1)]
    memory = [Reading(at=at, value=140 + 30 * sin(number / 5)) for number, at in enumerate(moments)]
    counter = [Reading(at=at, value=number * 3 + 20 * (number > 40)) for number, at in enumerate(moments)]
    disk = [Reading(at=at, value=0.2 * number) for number, at in enumerate(moments)]
    return (
        ComponentUsage(
            name="dossierloket",
            title=both("Dossierloket"),
            at=NOW,
            seconds=1800,
            sparks=(
                spark(memory, title=Text(nl="Geheugen", en="Memory"), unit="MiB", limit=512),
                spark(shares(counter), title=Text(nl="Processor", en="Processor"), unit="%"),
                spark(disk, title=Text(nl="Schijf", en="Disk"), unit="MiB", limit=256),
            ),
        ),
    )


def news() -> tuple[Step, ...]:
    """What happened, newest first: more than fits at once."""
    words = (
        Text(nl="De proeftuin werd hersteld: een regel ontbrak.", en="The sandbox was repaired: a rule was missing."),
        *(Text(nl=f"Stap {number}", en=f"Step {number}") for number in range(9, 0, -1)),
    )
    return tuple(Step(message=one, at=NOW - timedelta(minutes=back)) for back, one in enumerate(words))


def new_sandbox() -> NewSandbox:
    """What the form offers."""
    return NewSandbox(
        organisations=(Choice(value=ORGANISATION, label=both("Voorbeeld-start-up")),),
        profiles=(Choice(value="gehucht", label=Text(nl="Gehucht, 1.000 inwoners", en="Hamlet, 1,000 inhabitants")),),
        lifetimes=(
            Choice(value="60", label=Text(nl="1 uur", en="1 hour")),
            Choice(value="240", label=Text(nl="4 uur", en="4 hours")),
            Choice(value="10080", label=Text(nl="7 dagen", en="7 days")),
        ),
        default_minutes=240,
        max_minutes=10080,
        default_seed=1830,
        max_seed=2**53 - 1,
        promises=promises(),
    )


def plan(wish: Wish) -> PlanView:
    """What would come of a wish; the seed chooses: 1 waits, 2 waits behind a cordon, 3 is refused, 4 stands ready."""
    outcome = {1: "queued", 2: "queued", 3: "refused", 4: "ready"}.get(wish.seed, "made")
    return PlanView(
        outcome=outcome,
        organisation="Voorbeeld-start-up",
        allowed=5,
        used=5 if outcome == "refused" else 2,
        expires=NOW + timedelta(minutes=wish.minutes),
        parts=(
            Part(kind="folder", name="sbx-0123456789abcdefghjkmnpqrs", detail=""),
            Part(kind="database", name="town_0123456789abcdefghjkmnpqrs", detail=f"{wish.profile}, {wish.seed}"),
        ),
        position=3 if outcome == "queued" else None,
        expected=NOW + timedelta(minutes=12) if wish.seed == 1 else None,
        cordon=_MAINTENANCE if wish.seed == 2 else None,
    )


def overview(chosen: Filter, *, is_closed: bool = False, is_empty: bool = False) -> OperatorView:
    """All sandboxes together; on a platform where nothing happened yet when `is_empty`."""
    rows = tuple(sandbox_row(identifier, state) for identifier, state in _STATES.items())
    states = [row.state for row in rows]
    return OperatorView(
        capacity=None if is_empty else 4,
        taken=0 if is_empty else 4,
        states=()
        if is_empty
        else tuple(StateCount(state=state, words=STATES[state], count=states.count(state)) for state in states),
        queue=()
        if is_empty
        else (
            Waiter(
                sandbox=QUEUED_SANDBOX,
                name="Proef met het dossierloket",
                organisation="Voorbeeld-start-up",
                position=1,
                since=NOW - timedelta(minutes=3),
                expected=None if is_closed else NOW + timedelta(minutes=12),
            ),
        ),
        cordon=CordonView(since=NOW, by="Olga Beheerder", reason=_MAINTENANCE) if is_closed else None,
        pool=PoolView(maximum=0, ready=0, making=0, hits=0, misses=0)
        if is_empty
        else PoolView(maximum=4, ready=2, making=1, hits=18, misses=3),
        acts=()
        if is_empty
        else (
            ActView(act="create", count=1200, p50=1.84, p95=2.9),
            ActView(act="destroy", count=1100, p50=0.34, p95=95),
        ),
        repairs=0 if is_empty else 2,
        organisations=(Choice(value=ORGANISATION, label=both("Voorbeeld-start-up")),),
        rows=() if is_empty else tuple(row for row in rows if chosen.state in {"", row.state}),
        chosen=chosen,
        next=None if is_empty or chosen.cursor or chosen.state else "meer",
    )
