"""How fast is the catalogue? Ten thousand synthetic solutions, searched as people do.

    python tests/benchmarks/bench_search.py [--solutions 10000] [--questions 400]

Measures, in one run on one machine: filling the database and the index, the service with tantivy, the
same questions to PostgreSQL full text, and the same over HTTP against a real uvicorn on loopback. Each
answer holds twenty hits, the total, and the counts of all seven facets. Prints one JSON object per line;
times are in milliseconds. The target is p95 <= 50 ms through the service and over HTTP. Four people who
never pause fill one core, client included; that line tells the throughput and is not judged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from sqlalchemy import insert, text

from proeftuin.schema import migrate
from proeftuin_catalogue.evidence import EvidenceState
from proeftuin_catalogue.models import ClaimRow, EvidenceRow, ReleaseRow, SolutionRow
from proeftuin_catalogue.search.base import Facet, SearchQuery
from proeftuin_catalogue.search.postgres_index import PostgresSearchIndex
from proeftuin_catalogue.search.tantivy_index import TantivySearchIndex
from proeftuin_catalogue.service import CatalogueService
from proeftuin_catalogue.vocabulary import Domain
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.clock import FixedClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.ids import new_id
from proeftuin_postgres import EmbeddedPostgres

sys.path.insert(0, str(Path(__file__).parent.parent))
from support.catalogue_app import catalogue_app
from support.catalogue_builders import _FILLER, _HEADS, _TAILS, KITS, NOW, Names, synthetic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Question = dict[str, Any]
TARGET_MS = 50.0


def fill(database: Database, number: int) -> None:
    """Write solutions with a release each, half of them with claims, a third with a run."""
    rows: dict[type, list[dict[str, Any]]] = {one: [] for one in (SolutionRow, ReleaseRow, ClaimRow, EvidenceRow)}
    chance = random.Random(1830)  # noqa: S311 - not for secrets
    for place, (owner, draft) in enumerate(synthetic(number)):
        solution, release = new_id("sol"), new_id("rel")
        rows[SolutionRow].append(
            {
                "id": solution,
                "slug": f"oplossing-{place}",
                "owner": owner,
                "status": draft.status,
                "content": draft.as_content(),
                "version": 1,
                "created_at": NOW,
                "changed_at": NOW,
            }
        )
        rows[ReleaseRow].append(
            {
                "id": release,
                "solution_id": solution,
                "number": f"1.{place % 20}.0",
                "released": (NOW - timedelta(days=chance.randrange(900))).date(),
                "artefact_digest": None,
                "component_name": f"component-{place}",
                "created_at": NOW,
            }
        )
        for kit in chance.sample(KITS, chance.choice((0, 0, 1, 2))):
            rows[ClaimRow].append(
                {
                    "id": new_id("clm"),
                    "release_id": release,
                    "kit_id": kit.id,
                    "kit_version": kit.version,
                    "claimed_at": NOW,
                    "claimed_by": owner,
                }
            )
        if place % 3 == 0:
            kit = KITS[place % 2]
            rows[EvidenceRow].append(
                {
                    "id": new_id("evi"),
                    "organisation": owner,
                    "component_name": f"component-{place}",
                    "component_version": f"1.{place % 20}.0",
                    "component_digest": "sha256:x",
                    "release_id": release,
                    "run_id": f"run-{place}",
                    "kit_id": kit.id,
                    "kit_version": kit.version,
                    "kit_digest": "sha256:k",
                    "verdict": chance.choice(("pass", "pass", "fail")),
                    "depth": {"requirements": 40, "cases": 1200},
                    "tier": "local",
                    "town_digest": "sha256:t",
                    "finished_at": NOW,
                }
            )
    with database.begin() as work:
        for table, values in rows.items():
            work.session.execute(insert(table), values)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def questions(number: int) -> list[Question]:
    """Make up what people ask: one to three words, some misspelt, some filtered, some without words."""
    chance = random.Random(42)  # noqa: S311 - not for secrets
    asked = []
    for _ in range(number):
        words = chance.choices((*_HEADS, *_TAILS, *_FILLER), k=chance.choice((0, 1, 1, 2, 3)))
        if words and chance.random() < 0.2:
            words.append(f"{chance.choice(_HEADS)}{chance.choice(_TAILS)}")
        if words and chance.random() < 0.2 and len(words[0]) > 4:
            place = chance.randrange(1, len(words[0]) - 1)
            words[0] = words[0][:place] + words[0][place + 1 :]
        question: Question = {"q": " ".join(words)}
        if chance.random() < 0.3:
            question["domein"] = chance.choice(list(Domain)).value
        if chance.random() < 0.3:
            question["bewijs"] = EvidenceState.TESTED.value
            question["standaard"] = KITS[0].id
        asked.append(question)
    return asked


def query_of(question: Question) -> SearchQuery:
    """Ask an index what the question asks."""
    filters = {Facet(name): frozenset({value}) for name, value in question.items() if name != "q"}
    return SearchQuery(text=question["q"], filters=filters)


def say(line: str) -> None:
    """Write a line at once: programs read along."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(name: str, ask: Callable[[Question], int], asked: Iterable[Question], **more: Any) -> dict[str, Any]:
    """Time each question by itself and print the line."""
    times, found, asked = [], 0, list(asked)
    used = time.process_time()
    for question in asked:
        started = time.perf_counter()
        found += ask(question)
        times.append((time.perf_counter() - started) * 1000)
    # Time of our own process alone: says how fast it is when others use the machine too.
    cpu = round((time.process_time() - used) * 1000 / max(len(asked), 1), 2)
    return report(name, times, found=found, own_cpu_ms=cpu, **more)


def report(name: str, times: list[float], **more: Any) -> dict[str, Any]:
    """Print one line."""
    ordered = sorted(times)
    line = {
        "benchmark": "catalogue.search",
        "what": name,
        "questions": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
        "max_ms": round(ordered[-1], 2),
        "load": round(os.getloadavg()[0], 1),
        **more,
    }
    say(json.dumps(line))
    return line


def timed(name: str, work: Callable[[], Any], **more: Any) -> None:
    """Time one thing that happens once, and print the line."""
    started = time.perf_counter()
    work()
    seconds = round(time.perf_counter() - started, 2)
    say(json.dumps({"benchmark": "catalogue.search", "what": name, "seconds": seconds, **more}))


def serve(url: str) -> None:
    """Serve a catalogue from a process of its own; prints its address when it listens."""
    service = CatalogueService(Database(url, clock=FixedClock(NOW)), kits=KITS, organisations=Names())
    service.start()
    config = uvicorn.Config(catalogue_app(service), port=0, log_level="warning")
    listening = config.bind_socket()
    say(f"http://127.0.0.1:{listening.getsockname()[1]}")
    uvicorn.Server(config).run(sockets=[listening])


def over_http(url: str, asked: list[Question], solutions: int) -> dict[str, Any]:
    """Ask over HTTP: one person at a time (the line that is given back), then four at the same time."""
    command = [sys.executable, __file__, "--serve"]
    environment = {**os.environ, "BENCH_DATABASE_URL": url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            with httpx.Client(base_url=address, timeout=10) as client:

                def ask(question: Question) -> int:
                    answer = client.get("/api/v1/solutions", params=question)
                    answer.raise_for_status()
                    return int(answer.json()["total"])

                for question in asked[:20]:
                    ask(question)
                alone = measure("HTTP, one at a time", ask, asked, solutions=solutions)

                def clocked(question: Question) -> float:
                    started = time.perf_counter()
                    ask(question)
                    return (time.perf_counter() - started) * 1000

                started = time.perf_counter()
                with ThreadPoolExecutor(4) as people:
                    times = list(people.map(clocked, asked))
                per_second = round(len(asked) / (time.perf_counter() - started))
                report("HTTP, four at a time", times, solutions=solutions, per_second=per_second)
        finally:
            server.terminate()
    return alone


def main() -> int:
    """Run everything; exit 1 when the target is missed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--solutions", type=int, default=10_000)
    options.add_argument("--questions", type=int, default=400)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve(os.environ["BENCH_DATABASE_URL"])
        return 0
    asked = questions(chosen.questions)
    size = {"solutions": chosen.solutions}
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "data") as server:
        migrate(server.url())
        database = Database(server.url(), clock=FixedClock(NOW))
        timed("write the true rows", lambda: fill(database, chosen.solutions), **size)
        service = CatalogueService(database, kits=KITS, organisations=Names())
        timed("write all search rows and fill the index", service.start, **size)
        index = TantivySearchIndex(database)
        timed("fill an index from the search rows (a process starts)", index.refresh, **size)
        postgres = PostgresSearchIndex(database)
        lines = [
            measure("service index, tantivy", lambda one: index.search(query_of(one)).total, asked, **size),
            measure(
                "service, page for a person",
                lambda one: service.reading.search(VISITOR, text=one["q"], filters=query_of(one).filters).total,
                asked,
                **size,
            ),
        ]
        measure("PostgreSQL full text", lambda one: postgres.search(query_of(one)).total, asked, **size)
        lines.append(over_http(server.url(), asked, chosen.solutions))
        database.close()
    missed = [line["what"] for line in lines if line["p95_ms"] > TARGET_MS]
    say(json.dumps({"benchmark": "catalogue.search", "target_p95_ms": TARGET_MS, "missed": missed}))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
