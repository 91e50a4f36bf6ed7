"""The platform's own part alone: sweeps over rooms whose lists and watches come from memory."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import event, insert, text

from proeftuin_infra.kube.client.reaching import HOST, Place
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.jobs import JobQueue
from proeftuin_sandbox.backends.kubernetes.rooms import TOWN_LOCAL_PORT
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.records import isolation_record
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support import simulated_rooms
from support.figures import summary, timed
from support.kube_lists import ListedCluster
from support.sandbox_world import STARTUP, SandboxWorld, columns_of
from support.scale_filling import FIRST_PORT
from support.scale_platform import server
from support.simulated_rooms import SimulatedRooms

if TYPE_CHECKING:
    from collections.abc import Sequence


def copied(rooms: int) -> dict[str, Any]:
    """Measure the platform's own part alone: the lists and watches of so many rooms come from memory."""
    policy = Policy(quota=rooms + 10, lifetime=timedelta(hours=8))
    us = psutil.Process()
    with server() as (folder, url):
        backend = SimulatedRooms(folder / "sandboxes", kubeconfig=folder / "none")
        cluster: Any = ListedCluster(quiet=600)
        backend._desk.objects.cluster = cluster
        ids = [new_id("sbx") for _ in range(rooms)]
        for number, sandbox_id in enumerate(ids):
            room = list(room_manifests(backend._rooms.spec(sandbox_id)))
            room[0]["metadata"]["annotations"] = {TOWN_LOCAL_PORT: str(FIRST_PORT + number % 2500)}
            cluster.put(*room, simulated_rooms.town_pod(backend, sandbox_id), told=False)
        database = Database(url, clock=SystemClock(), jobs=JobQueue(url))
        world = SandboxWorld.on(database, backend, folder, policy=policy)
        record = isolation_record(backend.prove("sbx-x"), backend.capabilities(), at=database.clock.now())
        _rows(database, world, ids, record)
        asked = Counter[str]()
        event.listen(database.engine, "before_cursor_execute", lambda *_: asked.update(["sql"]))
        here = Place(HOST, FIRST_PORT)
        simulated_rooms.stand_in(backend._towns, "place", lambda _namespace: here)  # no listener each
        memory = us.memory_info().rss
        first = timed(backend.survey)
        kept = us.memory_info().rss - memory
        surveys = [timed(backend.survey) for _ in range(3)]
        asked.clear()
        requests = len(cluster.asked)
        cpu = sum(us.cpu_times()[:2])
        sweeps = [timed(world.service.sweep) for _ in range(3)]
        cpu = (sum(us.cpu_times()[:2]) - cpu) / len(sweeps)
        found = {
            "rooms": rooms,
            "first_survey_seconds": round(first, 2),
            "survey_seconds": summary(surveys),
            "sweep_seconds": summary(sweeps),
            "sweep_processor_seconds": round(cpu, 2),
            "sql_statements_per_sweep": round(asked["sql"] / len(sweeps), 1),
            "api_requests_per_sweep": (len(cluster.asked) - requests) / len(sweeps),
            "copy_kib_per_sandbox": round(kept / 1024 / rooms, 1),
        }
        world.service.close()
        cluster.end_all()
        database.close()
    return found


def _rows(database: Database, world: SandboxWorld, ids: Sequence[str], record: dict[str, Any]) -> None:
    """Write ready sandboxes."""
    asked = world.service.create(STARTUP, NewSandbox(name="bench"))
    with database.begin() as work:
        row = work.session.get_one(SandboxRow, asked.id)
        columns = columns_of(row)
        ready = {"state": SandboxState.READY, "ready_at": work.now, "proved_at": work.now, "isolation": record}
        work.session.execute(insert(SandboxRow), [{**columns, **ready, "id": one} for one in ids])
        work.session.execute(text("DELETE FROM procrastinate_jobs"))
        work.session.delete(row)
