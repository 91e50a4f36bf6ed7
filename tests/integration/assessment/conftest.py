"""One world per test: a migrated database, a component on loopback, and the services around them."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_kernel import leases
from proeftuin_kernel.auth import VISITOR
from support.assessment_world import VENDOR, Component, World, install_kit
from support.conformance_servers import serving, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_assessment.views import Badge
    from proeftuin_kernel.db import Database


@pytest.fixture(autouse=True)
def toetskit(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test kit, found as an installed kit is, also by the processes in which runs are carried out."""
    monkeypatch.syspath_prepend(install_kit(tmp_path_factory.mktemp("kit")))
    importlib.invalidate_caches()


@pytest.fixture
def component() -> Component:
    """What the component answers."""
    return Component()


@pytest.fixture
def world(database: Database, component: Component) -> Iterator[World]:
    """The platform with that component in a sandbox of the vendor."""
    with serving(component) as server:
        yield World.make(database, url_of(server), component)


@pytest.fixture(scope="session")
def reports() -> dict[str, Any]:
    """The report of one real run, once there is one; later badges are issued on it without running again."""
    return {}


@pytest.fixture
def issued(world: World, reports: dict[str, Any]) -> Badge:
    """A badge for a run that passed."""
    if reports:
        run = world.request()
        with leases.hold(world.database, run.stream) as lease:
            world.worker._take(run.id, lease)
            world.worker._finish(run.id, lease, reports | {"run": run.id})
    else:
        run = world.finished_run()
        reports |= json.loads(world.runs.report(VENDOR, run.id))
    badge = world.runs.get(VENDOR, run.id).badge
    assert badge is not None
    return world.badges.get(VISITOR, badge)
