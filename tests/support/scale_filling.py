"""Thousands of simulated sandboxes for one platform: some asked for, the others given with their rows and objects."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from proeftuin_infra.kube.client.errors import CONFLICT, KubeError
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.kubernetes.rooms import TOWN_DIGEST, TOWN_LOCAL_PORT
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support import simulated_rooms
from support.figures import summary
from support.sandbox_world import STARTUP, columns_of
from support.scale_platform import available_mib, say, wait_for_rooms, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_infra.kube.skeleton.names import Manifest
    from support.scale_platform import Platform
    from support.simulated_rooms import SimulatedRooms

FIRST_PORT = 30_100
_TOGETHER = 50


def ask_for_rooms(one: Platform, rooms: int, backend: SimulatedRooms) -> dict[str, Any]:
    """Ask for so many, and wait until they are there."""
    traffic, statements, began = backend.traffic.copy(), one.statements, time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: one.service.create(STARTUP, NewSandbox(name="bench")), range(rooms)))
    asked = time.monotonic() - began
    wait_for_rooms(one, rooms, patience=3000)
    seconds = time.monotonic() - began
    sent = backend.traffic.since(traffic)
    with one.database.read() as session:
        ready = [
            (ready_at - created_at).total_seconds()
            for ready_at, created_at in session.execute(select(SandboxRow.ready_at, SandboxRow.created_at))
            if ready_at is not None
        ]
    return {
        "asked_in_seconds": round(asked, 1),
        "all_ready_after_seconds": round(seconds, 1),
        "sandboxes_per_second": round(rooms / seconds, 2),
        "seconds_to_ready": summary(ready),
        "failures": rooms - one.states()[SandboxState.READY],
        "api_requests_per_sandbox": round(sum(sent.requests.values()) / rooms, 1),
        "api_requests_by_kind": {kind: round(count / rooms, 2) for kind, count in sent.requests.most_common(24)},
        "api_bytes_per_sandbox": round(sent.received / rooms),
        "sql_statements_per_sandbox": round((one.statements - statements) / rooms, 1),
    }


def give_rooms(one: Platform, backend: SimulatedRooms, rooms: int, *, patience: float) -> dict[str, Any]:
    """Give the platform sandboxes that were made before: their rows, and the objects that it would have applied.

    That differs from asking for them in that nobody waits for one before the next, and that objects are created
    instead of applied; on two cores asking for thousands takes longer than anybody watches.
    """
    with one.database.read() as session:
        model = session.scalars(select(SandboxRow).where(SandboxRow.state == SandboxState.READY).limit(1)).one()
        columns = columns_of(model)
    objects, began = backend._desk.objects, time.monotonic()
    ids = [new_id("sbx") for _ in range(rooms)]

    def give(place: tuple[int, str]) -> Manifest:
        number, sandbox_id = place
        town = backend._rooms.town(sandbox_id, image=backend._desk.push("town", next_image))
        *room, deployment = room_manifests(backend._rooms.spec(sandbox_id, town=town))
        for manifest in room:
            if manifest["metadata"]["name"] == "default":
                objects.apply(manifest)  # Kubernetes makes this one itself
                continue
            if manifest["kind"] == "Namespace":
                marks = {TOWN_LOCAL_PORT: str(FIRST_PORT + number), TOWN_DIGEST: simulated_rooms.DIGEST}
                manifest["metadata"]["annotations"].update(marks)
            _insist(lambda manifest=manifest: objects.create(manifest))
        return deployment

    next_image = simulated_rooms.image(town_digest=simulated_rooms.DIGEST)
    with ThreadPoolExecutor(8) as pool:
        later: deque[Manifest] = deque()  # a town is made when the quota of its room has been counted
        making = []
        for first in range(0, rooms, _TOGETHER):
            if time.monotonic() - began > patience:
                say(f"out of patience after {first} rooms")
                ids = ids[:first]
                break
            for town in pool.map(give, list(enumerate(ids))[first : first + _TOGETHER]):
                later.append(town)
                if len(later) > _TOGETHER:
                    making.append(pool.submit(_insist, partial(objects.create, later.popleft())))
            took = time.monotonic() - began
            say(f"{first + _TOGETHER} rooms after {took:.0f} s; {available_mib():.0f} MiB available")
        time.sleep(5)
        making += [pool.submit(_insist, partial(objects.create, town)) for town in later]
        for one_town in making:
            one_town.result()
    applied = time.monotonic() - began

    wait_until(lambda: _running_towns(backend) >= len(ids), patience=900)
    now = one.database.clock.now()
    with one.database.begin() as work:
        fresh = {"created_at": now, "admitted_at": now, "ready_at": now, "proved_at": now, "idempotency_key": None}
        work.session.execute(insert(SandboxRow), [{**columns, **fresh, "id": sandbox_id} for sandbox_id in ids])
    return {
        "rooms": len(ids),
        "applied_in_seconds": round(applied, 1),
        "all_ran_after_seconds": round(time.monotonic() - began, 1),
    }


def _insist(act: Callable[[], object]) -> None:
    """Do something, and again while the API server is too busy."""
    for _ in range(20):
        try:
            act()
        except KubeError as error:
            if error.code == CONFLICT:  # it was made after all
                return
            if not error.is_transient:
                raise
            time.sleep(1)
        else:
            return


def _running_towns(backend: SimulatedRooms) -> int:
    labels = backend._desk.selector(kind="town")
    found = backend._desk.objects.list("Pod", labels=labels, fields="status.phase=Running", only_metadata=True)
    say(f"{len(found)} towns run")
    time.sleep(5)
    return len(found)
