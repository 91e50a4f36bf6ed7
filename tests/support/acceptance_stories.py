"""What people do on the platform before scenarios look at it; each story happens once per session."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.acceptance_client import eventually
from support.acceptance_misfits import MISFITS, misfit
from support.acceptance_platform import example_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from support.acceptance_client import Event
    from support.acceptance_platform import Platform

KITS = ("api-regels", "generiek-proces")


@dataclass(frozen=True, slots=True)
class Birth:
    """How a sandbox came about, as somebody saw it whose connection broke half-way.

    Attributes:
        sandbox: The sandbox once it was ready.
        state_at_first_event: Its state when the first event had been read.
        before: Events read until the connection broke.
        after: Events read after taking up again where that was.
        again: All events, read afterwards in one go.
    """

    sandbox: dict[str, Any]
    state_at_first_event: str
    before: list[Event]
    after: list[Event]
    again: list[Event]


@dataclass(frozen=True, slots=True)
class Tested:
    """A component that was deployed, listed and tested.

    Attributes:
        person: Whose it is.
        sandbox: In which sandbox it runs.
        component: The component as the API shows it.
        slug: Its solution in the catalogue.
        runs: The ended run of each kit.
    """

    person: str
    sandbox: dict[str, Any]
    component: dict[str, Any]
    slug: str
    runs: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Misfits:
    """Components that misbehave, after their runs.

    Attributes:
        person: Who brought them.
        sandbox: Id of the sandbox that they share.
        components: Each by its name, as it was after deploying.
        runs: The run of each that could be tested.
        reports: The report of each run.
    """

    person: str
    sandbox: str
    components: dict[str, dict[str, Any]]
    runs: dict[str, dict[str, Any]]
    reports: dict[str, dict[str, Any]]


class Stories:
    """Plays each story once, several at a time; whoever asks for one waits until it is over."""

    def __init__(self, platform: Platform, folder: Path, *, ahead: Iterable[str]) -> None:
        self._platform = platform
        self._folder = folder
        self._plays: dict[str, Callable[[], Any]] = {
            "geboorte": lambda: birth(platform, "de start-up"),
            "hoofdtaak": lambda: have_tested(
                platform, "de start-up", "dossierloket", room=self.of("geboorte").sandbox
            ),
            "afgewezen": lambda: have_tested(
                platform,
                "de leverancier",
                "dossierloket-gebrekkig",
                room=platform.new_sandbox("de leverancier", "Toets"),
            ),
            "lastposten": lambda: misfits(platform, "de andere leverancier", folder),
        }
        self._pool = ThreadPoolExecutor(len(self._plays))
        self._told: dict[str, Future[Any]] = {}
        for name in self._plays:
            if name in set(ahead):
                self._told[name] = self._pool.submit(self._plays[name])

    def of(self, name: str) -> Any:
        """Give what came of a story."""
        if name not in self._told:
            self._told[name] = self._pool.submit(self._plays[name])
        return self._told[name].result()

    def close(self) -> None:
        """Wait until nothing plays any more."""
        self._pool.shutdown()


def birth(platform: Platform, person: str) -> Birth:
    """Open a sandbox and follow it; break the connection after two events and take it up again."""
    api = platform.api(person)
    asked = api.post("/api/v1/sandboxes", {"name": "Eerste proef", "town": {"profile": "gehucht", "seed": 1830}})
    path = f"/api/v1/sandboxes/{asked['id']}"
    before = []
    state = ""
    for event in api.events(f"{path}/events"):
        before.append(event)
        if not state:
            state = api.get(path)["state"]
        if len(before) == 2:
            break
    after = list(api.events(f"{path}/events", after=before[-1].number))
    sandbox = api.settled(path)
    return Birth(sandbox, state, before, after, list(api.events(f"{path}/events")))


def have_tested(platform: Platform, person: str, name: str, *, room: dict[str, Any]) -> Tested:
    """Deploy an example component, list it, have it tested with both kits, and wait for the evidence."""
    api = platform.api(person)
    component = platform.deployed(person, room["id"], name, example_bundle(name))
    assert "running" == component["state"], component["failure"]
    path = f"/api/v1/sandboxes/{room['id']}/components/{name}"
    slug = api.post(f"{path}/publication")["slug"]
    asked = {kit: platform.request_run(person, component, kit) for kit in KITS}
    runs = {kit: api.ended(run) for kit, run in asked.items()}
    wanted = {run["id"] for run in runs.values()}
    eventually(lambda: _evidence(platform, slug), lambda known: wanted <= known, seconds=20)
    return Tested(person, room, component, slug, runs)


def misfits(platform: Platform, person: str, folder: Path) -> Misfits:
    """Deploy every misfit in one sandbox, and have each tested that runs."""
    api = platform.api(person)
    sandbox = platform.new_sandbox(person, "Lastposten")["id"]
    place = f"/api/v1/sandboxes/{sandbox}/components"
    for name in MISFITS:
        answer = api.put_bundle(f"{place}/{name}", misfit(name, folder))
        assert 202 == answer.status_code, answer.text
    components = {name: api.settled(f"{place}/{name}") for name in MISFITS}
    asked = {
        name: platform.request_run(person, component, "api-regels")
        for name, component in components.items()
        if component["state"] == "running"
    }
    runs = {name: api.ended(run) for name, run in asked.items()}
    reports = {name: platform.report(person, run) for name, run in runs.items()}
    return Misfits(person, sandbox, components, runs, reports)


def _evidence(platform: Platform, slug: str) -> set[str]:
    releases = platform.api("een bezoeker").get(f"/api/v1/solutions/{slug}")["releases"]
    return {evidence["runId"] for release in releases for evidence in release["evidence"]}
