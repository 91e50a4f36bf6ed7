"""What is wanted of sandboxes and what is there of them changes, and how long it takes to be acted upon."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_kernel import journal
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.figures import summary
from support.sandbox_world import STARTUP
from support.scale_platform import say

if TYPE_CHECKING:
    from datetime import datetime

    from support.scale_platform import Platform
    from support.simulated_rooms import SimulatedRooms

BEGINNINGS = {  # what is done to a sandbox → what the platform's stream says when it begins to act
    "policy-deleted": "bring-back",
    "quota-changed": "bring-back",
    "town-deleted": "bring-back",
    "namespace-deleted": "bring-back",
    "destroy": "listeners",
    "suspend": "components",
    "create": "town",
}


def measure_lags(one: Platform, backend: SimulatedRooms, *, seconds: int, per_second: float) -> dict[str, Any]:
    """Change what is wanted and what is there, all the time, and see how long it takes to be acted upon."""
    with one.database.read() as session:
        ids = list(session.scalars(select(SandboxRow.id).where(SandboxRow.state == SandboxState.READY)))
    chance = random.Random(4)  # noqa: S311 - the same choice each time
    chance.shuffle(ids)
    done: list[tuple[str, str, datetime]] = []
    began = time.monotonic()
    kinds = list(BEGINNINGS)
    for number in range(min(int(seconds * per_second), len(ids))):
        kind, sandbox_id = kinds[number % len(kinds)], ids[number]
        time.sleep(max(0.0, began + (number + chance.random()) / per_second - time.monotonic()))
        moment = one.database.clock.now()
        done.append((kind, _do(one, backend, kind, sandbox_id) or sandbox_id, moment))
    say(f"{len(done)} changes made; waiting for the last to be acted upon")
    time.sleep(45)
    lags: dict[str, list[float]] = {}
    missed = Counter[str]()
    for kind, sandbox_id, moment in done:
        acted = [
            entry.at
            for entry in journal.read(one.database, f"sandbox:{sandbox_id}")
            if entry.at >= moment and entry.data.get("code") == BEGINNINGS[kind]
        ]
        if acted:
            lags.setdefault(kind, []).append((min(acted) - moment).total_seconds())
        else:
            missed[kind] += 1
    every = [value for values in lags.values() for value in values]
    states = one.states()
    return {
        "changes": len(done),
        "per_second": per_second,
        "never_acted_upon": dict(missed),
        "all": summary(every),
        "by_kind": {kind: summary(values) for kind, values in lags.items()},
        "failed_sandboxes": states[SandboxState.FAILED] + states[SandboxState.QUARANTINED],
    }


def _do(one: Platform, backend: SimulatedRooms, kind: str, sandbox_id: str) -> str | None:
    space, objects = namespace_of(sandbox_id), backend._desk.objects
    match kind:
        case "policy-deleted":
            objects.delete("NetworkPolicy", "10-same-namespace", space)
        case "quota-changed":
            objects.patch("ResourceQuota", "proeftuin", space, {"spec": {"hard": {"pods": "99"}}})
        case "town-deleted":
            objects.delete("Deployment", "town", space)
        case "namespace-deleted":
            objects.delete("Namespace", space)
        case "destroy":
            one.service.destroy(STARTUP, sandbox_id)
        case "suspend":
            one.service.suspend(STARTUP, sandbox_id)
        case "create":
            return one.service.create(STARTUP, NewSandbox(name="bench")).id
    return None
