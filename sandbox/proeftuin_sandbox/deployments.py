"""What people can do with the components of a sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from proeftuin_sandbox import access, image_rows, refusals, repository, streams, usage
from proeftuin_sandbox.activity import note_use
from proeftuin_sandbox.manifest import EndpointRun, ImageRun
from proeftuin_sandbox.models import DeploymentRow
from proeftuin_sandbox.scheduling import defer_converge
from proeftuin_sandbox.states import LEAVING, DeploymentState, Desired, SandboxState
from proeftuin_sandbox.views import ComponentTarget, DeploymentView, SandboxView, Standing
from proeftuin_sandbox.waiting import is_running

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Observed, SandboxBackend
    from proeftuin_sandbox.bundle_store import BundleStore
    from proeftuin_sandbox.bundles import Bundle
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy
    from proeftuin_sandbox.usage import Sample


class Deployments:
    """The components of all sandboxes; part of `SandboxService`.

    Args:
        database: The rows.
        backend: Where components run.
        bundles: Where uploads are kept.
        policy: The operator's choices.
        closing: Set when the platform stops; whoever follows a log is let go.
    """

    def __init__(
        self,
        database: Database,
        backend: SandboxBackend,
        bundles: BundleStore,
        policy: Policy,
        *,
        closing: threading.Event,
    ) -> None:
        self._database = database
        self._backend = backend
        self._bundles = bundles
        self._policy = policy
        self._closing = closing

    def check_deployable(self, principal: Principal, sandbox_id: str) -> None:
        """Refuse an upload that could not be deployed, before it is received.

        Raises:
            SandboxNotFoundError: there is none, or it is not the principal's.
            SandboxNotReadyError: nothing can be deployed in it.
            SandboxGoneError: it is gone or going.
        """
        with self._database.begin() as work:
            access.open_for_components(work, principal, sandbox_id)

    def deploy(self, principal: Principal, sandbox_id: str, name: str, source: IO[bytes]) -> DeploymentView:
        """Take in a component and have it run, in the background.

        The same name again replaces what runs; the same content again starts it when it does not run.

        Args:
            principal: Who.
            sandbox_id: Where.
            name: Must be the name in its component.yaml.
            source: A tar.gz.

        Raises:
            ComponentYamlError, BundleError, BundleTooLargeError: the upload is refused.
            EndpointNotPossibleError: it runs elsewhere.
            ImageNotUploadedError: its organisation did not upload the image that it names.
            SandboxNotReadyError, SandboxGoneError: the sandbox cannot take it.
            ComponentQuotaError: the sandbox has as many components as it may.
        """
        self.check_deployable(principal, sandbox_id)
        bundle = self._bundles.put(source)
        if bundle.manifest.name != name:
            raise refusals.name_differs(name, bundle.manifest.name)
        if isinstance(bundle.manifest.run, EndpointRun):
            raise refusals.endpoint()
        with self._database.begin() as work:
            sandbox = access.open_for_components(work, principal, sandbox_id)
            run = bundle.manifest.run
            if isinstance(run, ImageRun) and run.uploaded is not None:
                image_rows.claim(work, sandbox.organisation, run.uploaded)
            row = repository.find_deployment(work.session, sandbox_id, name, lock=True)
            if row is None:
                row = self._new_deployment(work, sandbox, name, bundle)
            row.manifest, row.digest = bundle.manifest_json, bundle.digest
            row.revision += 1
            row.state, row.desired = DeploymentState.REQUESTED, Desired.RUNNING
            row.failures, row.next_attempt_at, row.cause = 0, None, None
            row.changed_at, row.running_since = work.now, None
            work.session.flush()
            work.audit(
                principal,
                "component.deploy",
                row.id,
                organisation=sandbox.organisation,
                sandbox=sandbox_id,
                component=name,
                version=bundle.manifest.version,
                digest=bundle.digest,
            )
            streams.tell_news(
                work,
                streams.deployment_stream(row.id),
                "requested",
                Text(
                    nl=f"{name} {bundle.manifest.version} is ontvangen.",
                    en=f"{name} {bundle.manifest.version} is received.",
                ),
            )
            defer_converge(work, sandbox_id)
            return DeploymentView.of(row)

    def all(self, principal: Principal, sandbox_id: str) -> list[DeploymentView]:
        """List the components of a sandbox, by name, with what their processes use."""
        with self._database.read() as session:
            sandbox = access.readable(session, principal, sandbox_id)
            rows = list(repository.deployments(session, sandbox_id))
        note_use(self._database, sandbox, principal)
        seen = self._backend.observe(sandbox_id)
        return [DeploymentView.of(row, seen=seen.component(row.name)) for row in rows]

    def get(self, principal: Principal, sandbox_id: str, name: str) -> DeploymentView:
        """Show one component.

        Raises:
            ComponentNotFoundError: the sandbox has none of that name.
        """
        with self._database.read() as session:
            sandbox = access.readable(session, principal, sandbox_id)
            row = repository.get_deployment(session, sandbox_id, name)
        note_use(self._database, sandbox, principal)
        return DeploymentView.of(row, seen=self._backend.observe(sandbox_id).component(name))

    def stop(self, principal: Principal, sandbox_id: str, name: str) -> DeploymentView:
        """Have a component stopped, in the background; one that is stopped already is not an error."""
        with self._database.begin() as work:
            sandbox = access.owned(work, principal, sandbox_id)
            row = repository.get_deployment(work.session, sandbox_id, name, lock=True)
            if row.desired != Desired.STOPPED and sandbox.state not in LEAVING:
                row.desired, row.next_attempt_at, row.changed_at = Desired.STOPPED, None, work.now
                work.audit(
                    principal,
                    "component.stop",
                    row.id,
                    organisation=sandbox.organisation,
                    sandbox=sandbox_id,
                    component=name,
                )
                streams.tell_news(
                    work,
                    streams.deployment_stream(row.id),
                    "stop-requested",
                    Text(nl=f"{name} wordt gestopt.", en=f"{name} is being stopped."),
                )
                defer_converge(work, sandbox_id)
            return DeploymentView.of(row)

    def stream_of(self, principal: Principal, sandbox_id: str, name: str) -> str:
        """Name the progress stream of a component, for who may see it."""
        return streams.deployment_stream(self.get(principal, sandbox_id, name).id)

    def logs(self, principal: Principal, sandbox_id: str, name: str, *, lines: int) -> list[LogLine]:
        """Give the last lines that a component wrote."""
        self.get(principal, sandbox_id, name)
        return self._backend.logs(sandbox_id, name, lines=lines)

    def follow_logs(self, principal: Principal, sandbox_id: str, name: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines and then new ones, until the component ends or the platform stops."""
        self.get(principal, sandbox_id, name)
        for line in self._backend.follow_logs(sandbox_id, name, lines=lines):
            yield line
            if self._closing.is_set() or self._database.closing.is_set():
                return

    def usage(self, principal: Principal, sandbox_id: str) -> dict[str, list[Sample]]:
        """Give what each component used in the last half hour, oldest first; only of those that ran."""
        with self._database.read() as session:
            access.readable(session, principal, sandbox_id)
            return usage.recent(session, sandbox_id, now=self._database.clock.now())

    def target(self, principal: Principal, sandbox_id: str, name: str) -> ComponentTarget:
        """Give what a conformance run needs of a component that runs now.

        Raises:
            ComponentNotFoundError: the sandbox has none of that name.
            SandboxNotReadyError: it does not run now.
            SandboxSuspendedError: its sandbox rests.
        """
        with self._database.read() as session:
            sandbox = access.readable(session, principal, sandbox_id)
            row = repository.get_deployment(session, sandbox_id, name)
        note_use(self._database, sandbox, principal)
        return _target(sandbox, row, self._backend.observe(sandbox_id))

    def target_of(self, principal: Principal, deployment_id: str) -> ComponentTarget:
        """Give the same by the deployment's id.

        Raises:
            ComponentNotFoundError: there is none, or it is not the principal's.
            SandboxNotReadyError: it does not run now.
        """
        sandbox, row = self._by_id(principal, deployment_id)
        return _target(sandbox, row, self._backend.observe(sandbox.id))

    def standing(self, principal: Principal, deployment_id: str) -> Standing:
        """Tell what a deployment holds now, whether or not it runs.

        Raises:
            ComponentNotFoundError: there is none, or it is not the principal's.
        """
        sandbox, row = self._by_id(principal, deployment_id)
        seen = self._backend.observe(sandbox.id)
        return Standing(
            digest=row.digest,
            revision=row.revision,
            is_running=is_running(sandbox, row, seen),
            is_at_seed=sandbox.town_day_wanted == 0,
        )

    def sandbox_of(self, principal: Principal, deployment_id: str) -> SandboxView:
        """Give the sandbox in which a component is deployed.

        Raises:
            ComponentNotFoundError: there is none, or it is not the principal's.
        """
        return SandboxView.of(self._by_id(principal, deployment_id)[0])

    def _by_id(self, principal: Principal, deployment_id: str) -> tuple[SandboxRow, DeploymentRow]:
        with self._database.read() as session:
            row = session.get(DeploymentRow, deployment_id)
            if row is None:
                raise refusals.component_not_found()
            sandbox = access.readable(session, principal, row.sandbox_id)
        note_use(self._database, sandbox, principal)
        return sandbox, row

    def _new_deployment(self, work: UnitOfWork, sandbox: SandboxRow, name: str, bundle: Bundle) -> DeploymentRow:
        if len(repository.deployments(work.session, sandbox.id)) >= self._policy.components:
            raise refusals.component_quota(self._policy.components)
        row = DeploymentRow(
            id=new_id("dep"),
            sandbox_id=sandbox.id,
            name=name,
            state=DeploymentState.REQUESTED,
            desired=Desired.RUNNING,
            revision=0,
            manifest=bundle.manifest_json,
            digest=bundle.digest,
            failures=0,
            created_at=work.now,
            changed_at=work.now,
        )
        work.session.add(row)
        return row


def _target(sandbox: SandboxRow, row: DeploymentRow, seen: Observed) -> ComponentTarget:
    if sandbox.state == SandboxState.SUSPENDED:
        raise refusals.suspended()
    component = seen.component(row.name)
    if component is None or not is_running(sandbox, row, seen):
        raise refusals.not_running()
    view = replace(DeploymentView.of(row), base_url=component.base_url)
    return ComponentTarget(
        organisation=sandbox.organisation,
        sandbox_id=sandbox.id,
        deployment_id=row.id,
        component=row.name,
        version=view.manifest.version,
        title_nl=view.manifest.title.nl,
        title_en=view.manifest.title.en,
        digest=row.digest,
        revision=row.revision,
        base_url=component.base_url,
        openapi_url=view.openapi_url,
        health_url=view.health_url or component.base_url,
        town_url=sandbox.town_url or "",
        town_digest=sandbox.town_digest or "",
        tier=sandbox.tier,
        pages=view.manifest.pages,
        claims=view.manifest.claims,
    )
