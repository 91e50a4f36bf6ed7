"""A platform with one component to judge: the services, a target that can misbehave, and who asks."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psutil

from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.issuer import Authority
from proeftuin_assessment.service import RunService
from proeftuin_assessment.targets import Deployed, TargetFacts
from proeftuin_assessment.worker import RunWorker
from proeftuin_conformance.badges import Issuer
from proeftuin_kernel.auth import SYSTEM, Principal, Role
from proeftuin_kernel.errors import NotFoundError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from support.badges import KEY
from support.conformance_servers import Request, Response

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_assessment.views import Run
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.errors import ProeftuinError

BASE = "https://proeftuin.example"
AUTHORITY = Authority(
    issuer=Issuer(id=f"{BASE}/api/v1/issuer", name="Proeftuin Vlavirgem", url=BASE), key=KEY, base_url=BASE
)
VENDOR_ORGANISATION = "org-" + "0" * 26
OTHER_ORGANISATION = "org-" + "1" * 26
VENDOR = Principal(person_id="per-1", name="Vera Verkoper", organisations={VENDOR_ORGANISATION: Role.VENDOR})
STRANGER = Principal(person_id="per-2", name="Vic Vreemd", organisations={OTHER_ORGANISATION: Role.VENDOR})
OPERATOR = Principal(person_id="per-3", name="Oda Uitbater", organisations={"org-" + "2" * 26: Role.OPERATOR})
DEPLOYMENT = "dep-" + "0" * 26
SANDBOX = "sbx-" + "0" * 26


def install_kit(folder: Path) -> str:
    """Write the metadata with which the test kit is found, as if it were installed; gives the path to add."""
    info = folder / "toetskit-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toetskit\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[proeftuin.kits]\ntoetskit = support.assessment_kit.kit:KIT\n")
    return str(folder)


@dataclass
class Component:
    """What the component answers; tests change it to make it misbehave."""

    seed: int = 0
    has_name: bool = True
    status: int = 200
    hold: threading.Event | None = None
    asked: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Response:
        match request.path:
            case "/dienst":
                self.asked.set()
                if self.hold is not None:
                    self.hold.wait(20)
                return Response(
                    status=self.status, body=b"nul \0 en half \xed\xa0\x80", headers={"Content-Type": "text/plain"}
                )
            case "/zaad":
                return Response.json({"zaad": self.seed})
            case "/naam":
                return Response.json({"naam": "x"}, status=200 if self.has_name else 404)
            case _:
                return Response.json({}, status=200)


@dataclass
class FakeTargets:
    """Implements `Targets` for one component that belongs to the vendor.

    Attributes:
        refusals: what `bring_up` raises first, one by one.
        is_running: whether the component still runs after the run.
    """

    facts: TargetFacts
    component: Component
    resets: list[str] = field(default_factory=list)
    broken: bool = False
    refusals: list[ProeftuinError] = field(default_factory=list)
    is_running: bool = True

    def find(self, principal: Principal, deployment: str) -> TargetFacts:
        is_mine = principal.is_operator or self.facts.organisation in principal.organisations
        if deployment != self.facts.deployment or not is_mine:
            raise NotFoundError(Text(nl="Onbekend.", en="Unknown."))
        return self.facts

    def deployed(self, deployment: str) -> Deployed:
        if deployment != self.facts.deployment:
            raise NotFoundError(Text(nl="Onbekend.", en="Unknown."))
        return Deployed(digest=self.facts.component_digest, revision=self.facts.revision, is_running=self.is_running)

    def bring_up(self, deployment: str, *, from_seed: bool) -> TargetFacts:
        if self.refusals:
            raise self.refusals.pop(0)
        if from_seed:
            self.reset(self.facts.sandbox or "")
        return self.find(SYSTEM, deployment)

    def reset(self, sandbox: str) -> None:
        self.resets.append(sandbox)
        if self.broken:
            raise RuntimeError("the database is on fire")
        self.component.seed = 1830


@dataclass
class World:
    """Everything a test of the assessment needs."""

    database: Database
    targets: FakeTargets
    badges: BadgeService
    runs: RunService
    worker: RunWorker

    @classmethod
    def make(cls, database: Database, base_url: str, component: Component, **facts: Any) -> World:
        targets = FakeTargets(facts_of(base_url, **facts), component)
        badges = BadgeService(database, AUTHORITY)
        return cls(
            database,
            targets,
            badges,
            RunService(database, targets),
            RunWorker(database, badges, targets, wall_time_s=30, lease_seconds=2),
        )

    def another_worker(self, **options: Any) -> RunWorker:
        """A worker of another process of the platform."""
        return RunWorker(self.database, self.badges, self.targets, **{"wall_time_s": 30, "lease_seconds": 2} | options)

    def request(self, **options: Any) -> Run:
        """Ask for a run as the vendor."""
        return self.runs.request(VENDOR, DEPLOYMENT, **{"kit": "toetskit"} | options)

    def finished_run(self) -> Run:
        """Ask for a run and carry it out."""
        run = self.request()
        self.worker.execute(run.id)
        return self.runs.get(VENDOR, run.id)

    def on(self, **facts: Any) -> None:
        """Change what is known of the component."""
        self.targets.facts = replace(self.targets.facts, **facts)


def facts_of(base_url: str, **changes: Any) -> TargetFacts:
    """A component named dossierloket that runs in a sandbox of the vendor."""
    facts: dict[str, Any] = {
        "organisation": VENDOR_ORGANISATION,
        "component": "dossierloket",
        "component_version": "1.0.0",
        "component_digest": "sha256:" + "c" * 64,
        "title": Text(nl="Dossierloket", en="Case desk"),
        "base_url": base_url,
        "town_digest": "sha256:" + "d" * 64,
        "tier": "local",
        "deployment": DEPLOYMENT,
        "sandbox": SANDBOX,
        "claims": (("toetskit", "aanbieder"),),
    }
    return TargetFacts(**facts | changes)


def fresh_deployment() -> str:
    """An id of a deployment that does not exist."""
    return new_id("dep")


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet cleared away by init does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def still_alive(pids: list[int], *, seconds: float) -> list[int]:
    """Those of these processes that still run after some seconds; returns as soon as there is none."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
