"""Something real behind every kind of id of the assembled application, made without waiting for a worker."""

from __future__ import annotations

import importlib
import io
import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from proeftuin.identity.records import Level
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.synthetic import identity_of
from proeftuin.identity.tokens import TokenService
from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.service import RunService
from proeftuin_assessment.worker import RunWorker
from proeftuin_catalogue.releases import ReleaseDraft
from proeftuin_catalogue.service import CatalogueService
from proeftuin_infra.oci import ImagePolicy, ImageShelf
from proeftuin_kernel import journal, leases
from proeftuin_kernel.auth import ROLE_PERMISSIONS, SYSTEM, Permission
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import ComponentView, Observed
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.models import DeploymentRow, SandboxRow
from proeftuin_sandbox.service import SandboxService
from proeftuin_sandbox.states import DeploymentState, Desired, SandboxState
from proeftuin_sandbox.streams import deployment_stream, sandbox_stream
from support.assessment_world import Component, facts_of, install_kit
from support.catalogue_builders import draft
from support.conformance_servers import serving, url_of
from support.oci_images import docker_save, tar_of
from support.sandbox_bundles import component
from support.sandbox_fake import status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin.application import Application
    from proeftuin_assessment.views import Run
    from proeftuin_kernel.auth import Principal

RELEASE = "1.0.0"
KIT, OTHER_KIT = "api-regels", "generiek-proces"
COMPONENT = "klok"
SEED = 1830
_FAILED = {"outcome": "fail", "badgeReady": False}


@dataclass
class ApiWorld:
    """Makes things for an organisation, each new unless it says otherwise.

    Attributes:
        application: On whose services and database.
        folder: For what needs files.
        report: Of one run that really took place; other runs are said to have given the same.
    """

    application: Application
    folder: Path
    report: dict[str, Any] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _running: dict[str, list[ComponentView]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have the backend say that what was put in a sandbox here runs; whether it does is asked of the backend."""
        backend = self._get(SandboxService)._backend
        really = backend.observe

        def observe(sandbox_id: str) -> Observed:
            components = self._running.get(sandbox_id)
            return Observed(True, is_serving=True, components=tuple(components)) if components else really(sandbox_id)

        backend.observe = observe

    # -- people ----------------------------------------------------------------------------------------------------

    def cookie(self, person: str) -> str:
        """Sign a test person in; gives the value of the session cookie."""
        return self._get(SessionService).open_session(identity_of(person))

    def principal(self, person: str) -> Principal:
        """Give who a test person is."""
        found = self._get(SessionService).find(self.cookie(person))
        assert found is not None
        return found

    def organisation(self, slug: str) -> str:
        """Give the id of a synthetic organisation."""
        found = self._get(IdentityService).organisation_by_slug(SYSTEM, slug)
        assert found is not None
        return found.id

    def member(self, organisation: str) -> str:
        """Make a new member."""
        return self._get(IdentityService).add_member(SYSTEM, organisation, subject=self.name(), level=Level.MEMBER).id

    def token(self, person: str, organisation: str, *, scopes: frozenset[Permission] = frozenset()) -> tuple[str, str]:
        """Make a token of a person; gives id and secret."""
        made = self._get(TokenService).create_token(self.principal(person), organisation, name="proef", scopes=scopes)
        return made.token.id, made.secret

    def token_with_all_rights(self, person: str, organisation: str) -> str:
        """Make a token with every right that the person can give it; gives the secret."""
        principal = self.principal(person)
        scopes = set(ROLE_PERMISSIONS[principal.organisations[organisation]])
        if organisation in principal.admin_of:
            scopes.add(Permission.AUDIT_READ)
        return self.token(person, organisation, scopes=frozenset(scopes))[1]

    def name(self) -> str:
        """Give a name that was not used yet; a DNS label."""
        return f"nieuw-{next(self._numbers)}"

    # -- sandboxes -------------------------------------------------------------------------------------------------

    def sandbox(self, organisation: str) -> str:
        """Make a sandbox as it is when it is ready; nothing of it runs."""
        now = self.application.clock.now()
        row = SandboxRow(
            id=new_id("sbx"),
            organisation=organisation,
            created_by="Testpersoon",
            name="Proef",
            backend="local",
            tier="local",
            profile="gehucht",
            seed=1830,
            state=SandboxState.READY,
            desired=Desired.READY,
            created_at=now,
            ready_at=now,
            expires_at=now + timedelta(hours=2),
            ceiling_at=now + timedelta(days=7),
            resets_wanted=0,
            resets_done=0,
            attempts=0,
            town_digest="sha256:" + "d" * 64,
            town_url="http://127.0.0.1:9",
        )
        with self.application.database.begin() as work:
            work.session.add(row)
            work.tell(sandbox_stream(row.id), journal.END, code="ready", message={"nl": "Klaar.", "en": "Ready."})
        return row.id

    def deployment(self, sandbox: str, name: str = COMPONENT) -> str:
        """Put a component in a sandbox as it is when it runs; gives the id of the deployment."""
        now = self.application.clock.now()
        row = DeploymentRow(
            id=new_id("dep"),
            sandbox_id=sandbox,
            name=name,
            state=DeploymentState.RUNNING,
            desired=Desired.RUNNING,
            revision=1,
            manifest=yaml.safe_load((self._source(name) / "component.yaml").read_text()),
            digest="sha256:" + "c" * 64,
            base_url="http://127.0.0.1:9",
            failures=0,
            created_at=now,
            changed_at=now,
            running_since=now,
        )
        with self.application.database.begin() as work:
            work.session.add(row)
            work.tell(deployment_stream(row.id), journal.END, code="running", message={"nl": "Klaar.", "en": "Ready."})
        seen = ComponentView(name, row.digest, row.revision, "http://127.0.0.1:9", status(alive=True))
        self._running.setdefault(sandbox, []).append(seen)
        return row.id

    def preview(self, sandbox: str) -> str:
        """Make a link to the component of a sandbox; gives its id."""
        previews = self._get(SandboxService).previews
        return previews.create(SYSTEM, sandbox, COMPONENT, lifetime=timedelta(hours=1)).id

    def keep_images(self) -> None:
        """Have the platform take images, as one whose sandboxes are containers does."""
        self._get(SandboxService).images._shelf = ImageShelf(self.folder / "shelf", policy=ImagePolicy(size_mib=4))

    def image(self, organisation: str) -> str:
        """Have an image uploaded; gives its digest."""
        images = self._get(SandboxService).images
        with images.receiving(organisation) as incoming:
            incoming.path.write_bytes(image_archive(self.name()))
            return images.take(SYSTEM, organisation, incoming.path, name="proef", archive_digest="")[0].digest

    def bundle(self, name: str) -> bytes:
        """Pack a component."""
        packed = io.BytesIO()
        pack(self._source(name), packed)
        return packed.getvalue()

    def _source(self, name: str) -> Path:
        return component(self.folder / "source" / name, name=name)

    # -- runs and badges -------------------------------------------------------------------------------------------

    def queued_run(self, organisation: str) -> str:
        """Make a run that waits."""
        return self._request(organisation).id

    def finished_run(self, organisation: str, *, passed: bool = True) -> str:
        """Make a run that passed and earned a badge, or one that failed."""
        run, worker = self._request(organisation), self._get(RunWorker)
        with leases.hold(self.application.database, run.stream) as lease:
            worker._take(run.id, lease)
            worker._finish(run.id, lease, self.report | {"run": run.id} | ({} if passed else _FAILED))
        return run.id

    def badge(self, run: str) -> tuple[str, str]:
        """Give the badge of a run, and its status list."""
        badge = self._get(RunService).get(SYSTEM, run).badge
        assert badge is not None
        return badge, self._get(BadgeService).get(SYSTEM, badge).status_list

    def _request(self, organisation: str, url: str = "http://127.0.0.1:9") -> Run:
        facts = facts_of(url, organisation=organisation, deployment=None, sandbox=None)
        return self._get(RunService).request_on(SYSTEM, facts, kit="toetskit", seed=SEED)

    def carry_out_one_run(self) -> None:
        """Really carry out one run, for its report."""
        with serving(Component(seed=SEED)) as server:
            run = self._request(self.organisation("proeftuin"), url_of(server))
            self._get(RunWorker).execute(run.id)
        self.report = yaml.safe_load(self._get(RunService).report(SYSTEM, run.id))

    # -- the catalogue ---------------------------------------------------------------------------------------------

    def solution(self, person: str, organisation: str) -> str:
        """List a solution that was changed once, with a release and a claim; gives its short name."""
        who, slug = self.principal(person), self.name()
        publishing = self._get(CatalogueService).publishing
        publishing.create(who, organisation, draft(slug), slug=slug)
        publishing.edit(who, slug, {"short": Text(nl="Anders dan voorheen", en="Not as before")})
        publishing.release(who, slug, ReleaseDraft(version=RELEASE))
        publishing.claim(who, slug, RELEASE, KIT)
        return slug

    def _get(self, kind: type[Any]) -> Any:
        return self.application.get(kind)


def image_archive(content: str) -> bytes:
    """Save a small image, another one for another content."""
    return tar_of(docker_save({"a.tar": tar_of({"bin/hallo": content.encode()})}))


@contextmanager
def trial_kit(folder: Path) -> Iterator[None]:
    """Have the trial kit found as an installed kit is while the block runs; it judges in a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(install_kit(folder))
        importlib.invalidate_caches()
        yield
