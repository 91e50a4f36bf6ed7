"""How fast a town is served, beside what a web framework costs at least. Prints one JSON object.

Run as `python tests/benchmarks/bench_serve.py [--profile gemeente] [--rounds 3] [--seconds 4]`. Server, PostgreSQL and
visitors share the machine; so every figure comes with the processor time per request of the web process and of
PostgreSQL, which other work on the machine changes less than the clock.

- `ready`: from the command `vlavirgem serve` on a town that was just generated until the first answer, its own
  database made and filled; and again, when the database is there. Target: 2 s.
- `reset`: `reset_town` after what visitors wrote, and after thirty days of life. Target: 1 s.
- `visits`: a person by number, and pages of fifty persons by name or by date of birth and sex. *First* is the first
  time that anybody asks for that, *again* is later. In a closed loop with 1 and 32 visitors, who ask again as soon as
  they have an answer, and in an open loop with 32 connections at a rate, where what counts is the time since a request
  was due (`support/visitors.py`). Targets with 32: p99 10 ms for a person, 50 ms for a page.
- `peers`: what the same visitors get from an empty Starlette application, the floor, and from a person by number the
  usual way: FastAPI, a pool of connections, one row as JSON. It does less: no links, no embedded address.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))
import polars as pl
import psutil

from support.figures import load, machine, summary, timed
from support.visitors import visit
from vlavirgem import Town
from vlavirgem.own_database import OwnDatabase, place_beside, running_url
from vlavirgem.store.living import live_to
from vlavirgem.store.resetting import reset_town

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PERSONS = "/basisregisters/v1/personen"
_CASES = "/dossiers/v1/dossiers"
_ID = "https://data.vlavirgem.example/id/"
_MANY = 32
_RATES = {"point": 500, "page": 100}
_WRITINGS = 200
_DAYS = 30
_PEERS = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
kind, url = sys.argv[1:]
if kind == "empty":
    async def hello(request): return PlainTextResponse("x")
    app = Starlette(routes=[Route("/{rest:path}", hello)])
else:
    from contextlib import asynccontextmanager
    from fastapi import FastAPI, HTTPException
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool
    pool = AsyncConnectionPool(url, open=False, max_size=8, kwargs={"row_factory": dict_row, "autocommit": True})
    @asynccontextmanager
    async def life(app):
        async with pool: yield
    app = FastAPI(lifespan=life)
    @app.get("/basisregisters/v1/personen/{number}")
    async def one(number: int):
        async with pool.connection() as connection:
            row = await (await connection.execute("SELECT * FROM personen WHERE id = %s", [number])).fetchone()
        if row is None: raise HTTPException(404)
        return row
config = uvicorn.Config(app, port=0, log_level="warning", access_log=False)
socket = config.bind_socket()
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("ready", socket.getsockname()[1], flush=True)
Server(config).run(sockets=[socket])
"""


@contextmanager
def serving(*command: str | Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Run a server until the end of the block; give its port."""
    process = subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        yield int(line.rpartition(":" if "://" in line else " ")[2]), process
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def used(process: subprocess.Popen[str], place: Path) -> tuple[float, float]:
    """Give the seconds of processor time of the web process and of its PostgreSQL, with what they started."""
    times = psutil.Process(process.pid).cpu_times()
    web = times.user + times.system + times.children_user + times.children_system
    database = 0.0
    try:
        head = psutil.Process(int((place / "postmaster.pid").read_text().split("\n", 1)[0]))
        for one in (head, *head.children()):
            times = one.cpu_times()
            database += times.user + times.system + times.children_user + times.children_system
    except (OSError, psutil.NoSuchProcess):
        """A backend ended meanwhile."""
    return web, database


def measured(
    process: subprocess.Popen[str], port: int, paths: Sequence[str], *, place: Path, **how: Any
) -> dict[str, Any]:
    """Visit, and tell what it cost."""
    before = used(process, place)
    told = visit(port, paths, **how)
    after = used(process, place)
    for name, a, b in zip(("web_cpu", "postgres_cpu"), before, after, strict=True):
        told[name] = round((b - a) / told["requests"] * 1000, 3)
    assert 0 == told["wrong"], told
    return {**told, "load": load()}


def questions(folder: Path) -> dict[str, list[str]]:
    """Make paths of persons and of pages, in an order that is always the same."""
    persons = pl.read_parquet(str(folder / "personen*.parquet"), columns=["id", "achternaam"])
    chance = random.Random(1)  # noqa: S311 - the same each time
    points = [f"{_PERSONS}/{number}" for number in sorted(persons["id"].to_list())]
    names = [f"{_PERSONS}?achternaam={quote(name)}" for name in sorted(set(persons["achternaam"].to_list()))]
    dates = [
        f"{_PERSONS}?geboortedatumVan={1930 + n % 90}-{1 + n % 12:02}-01"
        f"&geboortedatumTot={1931 + n % 90}-{1 + n % 12:02}-01&geslacht={('MALE', 'FEMALE')[n // 12 % 2]}"
        for n in range(min(len(names), 1080))
    ]
    pages = [path for pair in zip(names, dates, strict=False) for path in pair]
    for paths in (points, pages):
        chance.shuffle(paths)
    return {"point": points, "page": pages}


def ready(folder: Path, *, rounds: int) -> dict[str, Any]:
    """Measure starting, with a database to make and with one that is there."""
    place = place_beside(folder)
    told: dict[str, list[float]] = {"first": [], "first_cpu": [], "again": []}
    for number in range(rounds):
        if place.exists():
            # Not taken away: where files just went, some file systems are slow to make others, and a first start is
            # in a folder where nothing was.
            place.replace(folder.with_name(f"before-{number}"))
        for name in ("first", "again"):
            began = time.perf_counter()
            with serving("-m", "vlavirgem.cli", "serve", folder, "--port", "0") as (port, process):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{_PERSONS}/1") as answer:
                    assert 200 == answer.status
                told[name].append(time.perf_counter() - began)
                if name == "first":
                    told["first_cpu"].append(sum(used(process, place)))
                    time.sleep(2)  # the rest of its database is made
    return {name: summary(values) for name, values in told.items()}


def reset(folder: Path, port: int, *, rounds: int) -> dict[str, Any]:
    """Measure going back to the seed, for a town that is being served."""
    url = running_url(place_beside(folder))
    assert url is not None
    told: dict[str, list[float]] = {"visitors": [], "lived": []}
    body = json.dumps({"product": f"{_ID}product/15", "aanvrager": f"{_ID}persoon/1"}).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{_CASES}", data=body, headers={"Content-Type": "application/json"}
    )
    for _ in range(rounds):
        for _ in range(_WRITINGS):
            urllib.request.urlopen(asked).close()  # noqa: S310 - idem
        told["visitors"].append(timed(lambda: reset_town(url)))
        live_to(url, _DAYS)
        told["lived"].append(timed(lambda: reset_town(url)))
    return {name: summary(values) for name, values in told.items()}


def visits(folder: Path, port: int, process: subprocess.Popen[str], *, seconds: float) -> dict[str, Any]:
    """Measure readings."""
    told: dict[str, Any] = {}
    place = place_beside(folder)
    for kind, paths in questions(folder).items():
        known = paths[: len(paths) // 4]
        told[kind] = {
            "first": measured(process, port, paths, place=place, visitors=_MANY, seconds=60, once=True),
            "again_1": measured(process, port, known, place=place, visitors=1, seconds=seconds),
            f"again_{_MANY}": measured(process, port, known, place=place, visitors=_MANY, seconds=seconds),
            f"open_{_RATES[kind]}_per_second": measured(
                process, port, known, place=place, visitors=_MANY, seconds=seconds, rate=_RATES[kind]
            ),
        }
    return told


def peers(folder: Path, *, seconds: float) -> dict[str, Any]:
    """Measure the floor and the usual way."""
    told: dict[str, Any] = {}
    place, paths = place_beside(folder), questions(folder)["point"]
    with OwnDatabase(place) as database:
        url = database.url()
        for kind in ("empty", "usual"):
            with serving("-c", _PEERS, kind, url) as (port, process):
                told[kind] = {
                    str(count): measured(process, port, paths, place=place, visitors=count, seconds=seconds)
                    for count in (1, _MANY)
                }
    return told


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", default="gemeente")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vlavirgem-bench-") as scratch:
        Path(scratch).chmod(0o755)  # as root, PostgreSQL runs as another user than this one
        folder = Path(scratch) / "stad"
        Town.generate(profile=given.profile).write(folder)
        told: dict[str, Any] = {"machine": machine(), "profile": given.profile}
        told["ready"] = ready(folder, rounds=given.rounds)
        with serving("-m", "vlavirgem.cli", "serve", folder, "--port", "0") as (port, process):
            told["visits"] = visits(folder, port, process, seconds=given.seconds)
            told["reset"] = reset(folder, port, rounds=given.rounds)
        told["peers"] = peers(folder, seconds=given.seconds)
    sys.stdout.write(json.dumps({**told, "load": load()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
