"""A sandbox service on a test database, with people of two organisations."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from proeftuin_kernel import journal
from proeftuin_kernel.auth import Principal, Role
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.tables import StoredEvent
from proeftuin_sandbox.bundle_store import BundleStore
from proeftuin_sandbox.bundles import BundleLimits, pack
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.reconciler import Reconciler
from proeftuin_sandbox.service import NewSandbox, SandboxService
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci import ImageShelf
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.made_images import Workshop
    from proeftuin_sandbox.views import DeploymentView, SandboxView

ORGANISATION, NEIGHBOUR = new_id("org"), new_id("org")
STARTUP = Principal(person_id="per-a", name="Ada Test", organisations={ORGANISATION: Role.STARTUP})
OTHER = Principal(person_id="per-b", name="Bo Test", organisations={NEIGHBOUR: Role.VENDOR})
OPERATOR = Principal(person_id="per-o", name="Olga Test", organisations={new_id("org"): Role.OPERATOR})
POLICY = Policy(quota=2, components=2, orphan_grace=timedelta(0), lifetime=timedelta(hours=1))


@dataclass
class SandboxWorld:
    """What a test of the sandbox area acts on."""

    service: SandboxService
    backend: SandboxBackend
    database: Database
    folder: Path

    @classmethod
    def on(
        cls,
        database: Database,
        backend: SandboxBackend,
        folder: Path,
        *,
        policy: Policy = POLICY,
        shelf: ImageShelf | None = None,
        workshop: Workshop | None = None,
        **options,
    ) -> SandboxWorld:
        """Build a service; `options` go to the reconciler."""
        bundles = BundleStore(folder / "bundles", limits=BundleLimits(packed_mib=1, unpacked_mib=4))
        reconciler = Reconciler(database, backend, bundles, policy, **options)
        return cls(
            SandboxService(database, backend, bundles, policy, shelf=shelf, workshop=workshop, reconciler=reconciler),
            backend,
            database,
            folder,
        )

    def ready(self, *, principal: Principal = STARTUP, name: str = "Proef") -> SandboxView:
        """Ask for a sandbox and bring it about."""
        asked = self.service.create(principal, NewSandbox(name=name))
        self.service.converge(asked.id)
        return self.service.get(principal, asked.id)

    def bundle(self, name: str = "klok", **options) -> io.BytesIO:
        """Pack a small component."""
        target = io.BytesIO()
        pack(component(self.folder / "source" / name, name=name, **options), target)
        target.seek(0)
        return target

    def deploy(self, sandbox_id: str, name: str = "klok", **options) -> DeploymentView:
        """Deploy a small component and bring it about."""
        self.service.components.deploy(STARTUP, sandbox_id, name, self.bundle(name, **options))
        self.service.converge(sandbox_id)
        return self.service.components.get(STARTUP, sandbox_id, name)

    def told(self, stream: str) -> list[tuple[str, str]]:
        """Give kind and code of what was told on a stream."""
        return [(entry.kind, entry.data["code"]) for entry in journal.read(self.database, stream)]


def columns_of(row: SandboxRow) -> dict[str, Any]:
    """Give all that a row holds, to write others like it."""
    return {column.name: getattr(row, column.name) for column in SandboxRow.__table__.columns}


def events(database: Database) -> list[str]:
    """Give the names of all events, in order."""
    with database.read() as session:
        return list(session.scalars(select(StoredEvent.name).order_by(StoredEvent.id)))
