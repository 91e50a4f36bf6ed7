"""What one organisation does in the demo: a sandbox, a component in it, a listing, and a run per claim.

Every step first looks whether it was done before, so that a second demo is short.
"""

from __future__ import annotations

import io
import runpy
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proeftuin.demo.client import DemoStepFailedError, NotRunningYetError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.bundles import content_digest, pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin.demo.cast import Player
    from proeftuin.demo.client import Client

SEED = 1830

_TRIES = 120
_BETWEEN_TRIES_S = 0.5
_BUSY = {"requested", "provisioning", "starting", "crashed"}
_VERDICTS = {"pass", "fail"}  # not: error and skip, which say nothing of the component and may be tried again
_WORTH_TELLING = {"step", "end", "phase-started"}  # not: an installer's lines, each requirement; pages show those


@dataclass(frozen=True, slots=True)
class Act:
    """What came of one organisation's part.

    Attributes:
        component: Its component, as the API shows it.
        sandbox: Id of its sandbox.
        slug: Its solution in the catalogue.
        runs: The runs, as the API shows them; one per claim.
        reports: The report of each run by the run's id; a run that broke down has none.
    """

    component: dict[str, Any]
    sandbox: str
    slug: str
    runs: list[dict[str, Any]]
    reports: dict[str, str]


def play(client: Client, player: Player, *, components: Path, say: Callable[[Text], None]) -> Act:
    """Play one organisation's part over the API.

    Args:
        client: Acts for the organisation.
        player: Who, and with which component.
        components: Folder of the example components.
        say: Told what happens.

    Raises:
        DemoStepFailedError: the platform refused or failed a step.
    """
    sandbox = _sandbox(client, player.sandbox, say)
    component = _deploy(client, sandbox, components / player.component, say)
    path = f"/api/v1/sandboxes/{sandbox}/components/{player.component}"
    slug = client.post(f"{path}/publication")["slug"]
    runs = [_run(client, component, claim["kit"], say) for claim in component["description"]["claims"]]
    _wait_for_evidence(client, slug, runs)
    reports = {
        run["id"]: client.text(f"/api/v1/runs/{run['id']}/report") for run in runs if run["reportDigest"] is not None
    }
    return Act(component, sandbox, slug, runs, reports)


def _sandbox(client: Client, name: str, say: Callable[[Text], None]) -> str:
    for known in client.get("/api/v1/sandboxes")["items"]:
        if known["name"] == name and known["state"] in {"requested", "provisioning", "ready"}:
            sandbox = str(known["id"])
            break
    else:
        wish = {"name": name, "town": {"profile": "gehucht", "seed": SEED}}
        sandbox = str(client.post("/api/v1/sandboxes", wish)["id"])
    found = _settled(client, f"/api/v1/sandboxes/{sandbox}", say)
    if found["state"] != "ready":
        raise _failed(found["failure"], what=Text(nl="De proeftuin", en="The sandbox"))
    return sandbox


def _deploy(client: Client, sandbox: str, folder: Path, say: Callable[[Text], None]) -> dict[str, Any]:
    name, path = folder.name, f"/api/v1/sandboxes/{sandbox}/components/{folder.name}"
    assemble: Callable[..., Path] = runpy.run_path(str(folder.parent / "bundle.py"))["assemble"]
    with tempfile.TemporaryDirectory() as scratch:
        content = assemble(folder, into=Path(scratch) / name)
        present = {component["name"]: component["digest"] for component in _components(client, sandbox)}
        if present.get(name) != content_digest(content):
            packed = io.BytesIO()
            pack(content, packed)
            client.put_bundle(path, packed.getvalue())
    found = _settled(client, path, say)
    if found["state"] != "running":
        raise _failed(found["failure"], what=Text(nl=f"Component {name}", en=f"Component {name}"))
    return found


def _components(client: Client, sandbox: str) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = client.get(f"/api/v1/sandboxes/{sandbox}/components")["items"]
    return components


def _run(client: Client, component: dict[str, Any], kit: str, say: Callable[[Text], None]) -> dict[str, Any]:
    known = client.get("/api/v1/runs", deployment=component["id"])["items"]
    done = [
        run
        for run in known
        if run["kit"] == kit and run["componentDigest"] == component["digest"] and run["outcome"] in _VERDICTS
    ]
    if done:
        say(Text(nl=f"kit {kit}: al getoetst", en=f"kit {kit}: tested already"))
        return dict(done[0])
    run = _requested(client, {"deployment": component["id"], "kit": kit})
    _follow(client, f"/api/v1/runs/{run['id']}/events", lambda text: say(_with_kit(kit, text)))
    found: dict[str, Any] = client.get(f"/api/v1/runs/{run['id']}")
    return found


def _requested(client: Client, wish: dict[str, str]) -> Any:
    """Ask for a run; after a restart a component is known to run before it is back."""
    for _ in range(_TRIES):
        try:
            return client.post("/api/v1/runs", wish)
        except NotRunningYetError:
            time.sleep(_BETWEEN_TRIES_S)
    return client.post("/api/v1/runs", wish)


def _wait_for_evidence(client: Client, slug: str, runs: list[dict[str, Any]]) -> None:
    """Wait until the catalogue has heard of the runs: events travel after the commit, usually within a second."""
    wanted = {run["id"] for run in runs if run["outcome"] in _VERDICTS}
    for _ in range(60):
        releases = client.get(f"/api/v1/solutions/{slug}")["releases"]
        if wanted <= {evidence["runId"] for release in releases for evidence in release["evidence"]}:
            return
        time.sleep(0.25)


def _settled(client: Client, path: str, say: Callable[[Text], None]) -> dict[str, Any]:
    """Follow a sandbox or a component until it is what it was asked to be, or has failed."""
    while (found := client.get(path))["state"] in _BUSY:
        _follow(client, f"{path}/events", say)
        time.sleep(0.2)  # the stream may end with an operation that is over while the next one starts
    return dict(found)


def _follow(client: Client, path: str, say: Callable[[Text], None]) -> None:
    for kind, event in client.follow(path):
        if kind in _WORTH_TELLING:
            say(Text(nl=event["message"]["nl"], en=event["message"]["en"]))


def _with_kit(kit: str, text: Text) -> Text:
    return Text(nl=f"kit {kit}: {text.nl}", en=f"kit {kit}: {text.en}")


def _failed(failure: dict[str, Any] | None, *, what: Text) -> DemoStepFailedError:
    if failure is None:
        return DemoStepFailedError(Text(nl=f"{what.nl} werd niet klaar.", en=f"{what.en} did not become ready."))
    cause, remedy = failure["cause"], failure["remedy"]
    return DemoStepFailedError(
        Text(nl=f"{what.nl}: {cause['nl']} {remedy['nl']}", en=f"{what.en}: {cause['en']} {remedy['en']}")
    )
