"""Sandboxes and components as pages show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING

from proeftuin.portal.adapters.asking import form_of, order_of, plan_view
from proeftuin.portal.adapters.component_pages import component_row, component_view, trouble
from proeftuin.portal.adapters.isolation import promises, proof
from proeftuin.portal.adapters.previews import live_previews, look, share
from proeftuin.portal.adapters.uploads import as_bundle, name_in
from proeftuin.portal.adapters.usage import usage_of
from proeftuin.portal.desks import Slice
from proeftuin.portal.views.progress import Step, progress_of, text_in
from proeftuin.portal.views.sandboxes import SandboxRow, SandboxView, Turn
from proeftuin_kernel import journal
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.paging import decode_cursor, encode_cursor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proeftuin.links import OrganisationNames
    from proeftuin.portal.adapters.assessment import Assessment
    from proeftuin.portal.views.asking import NewSandbox, PlanView, Wish
    from proeftuin.portal.views.isolation import Promises
    from proeftuin.portal.views.previews import NewPreview
    from proeftuin.portal.views.runs import RunRow
    from proeftuin.portal.views.sandboxes import ComponentView
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.journal import Entry
    from proeftuin_sandbox.service import SandboxService
    from proeftuin_sandbox.views import DeploymentView
    from proeftuin_sandbox.views import SandboxView as Sandbox

_USUAL_SECONDS = 3
_RUNS = 10
_LOG_LINES = 200
_ENTRIES = 400
_NEWS = 40
_PROOFS = 10


class Sandboxes:
    """The desk of sandboxes."""

    def __init__(
        self,
        service: SandboxService,
        *,
        database: Database,
        names: OrganisationNames,
        assessment: Assessment | None,
    ) -> None:
        self._service = service
        self._database = database
        self._names = names
        self._assessment = assessment

    def list(self, principal: Principal, *, cursor: str | None, limit: int) -> Slice[SandboxRow]:
        """The sandboxes that somebody may see, newest first."""
        if not principal.may(Permission.SANDBOX_READ):
            return Slice(())
        found = self._service.page(principal, before=_key(cursor), limit=limit + 1)
        shown = found[:limit]
        names = self._names.names({one.organisation for one in shown})
        rows = tuple(sandbox_row(one, names) for one in shown)
        last = shown[-1] if len(found) > limit else None
        return Slice(rows, encode_cursor(last.created_at.isoformat(), last.id) if last else None)

    def form(self, principal: Principal) -> NewSandbox:
        """What the form for a new sandbox offers."""
        return form_of(self._service, principal, names=self._names)

    def plan(self, principal: Principal, wish: Wish) -> PlanView:
        """What would come of a wish now; nothing is made."""
        return plan_view(self._service.plan(principal, order_of(wish)), names=self._names)

    def create(self, principal: Principal, wish: Wish) -> str:
        """Ask for a sandbox; gives its id."""
        return self._service.create(principal, order_of(wish)).id

    def promises(self) -> Promises:
        """What the isolation tier of this platform promises."""
        return promises(self._service.capabilities())

    def sandbox(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """One sandbox."""
        found = self._service.get(principal, sandbox_id)
        deployments = self._service.components.all(principal, sandbox_id)
        names = self._names.names({found.organisation})
        entries = journal.latest(self._database, self._service.stream_of(principal, sandbox_id), limit=_ENTRIES)
        removed = found.destruction
        return SandboxView(
            id=found.id,
            name=found.name,
            organisation=names.get(found.organisation, found.organisation),
            state=_state(found),
            backend=found.backend,
            profile=found.profile,
            seed=found.seed,
            created=found.created_at,
            expires=found.expires_at if _has_begun(found) else None,
            latest_expiry=found.ceiling_at if _has_begun(found) else None,
            progress=progress_of(entries, usual_seconds=_USUAL_SECONDS),
            capabilities=self.promises().controls,
            components=tuple(component_row(one) for one in deployments),
            runs=self._runs(principal, deployments),
            town_digest=found.town_digest,
            town_url=found.town_url,
            trouble=trouble(found.cause),
            may_manage=principal.may(Permission.SANDBOX_MANAGE, organisation=found.organisation),
            tier=found.tier,
            turn=_turn(found),
            proofs=tuple(proof(one) for one in self._service.proofs(principal, sandbox_id, limit=_PROOFS)),
            usage=usage_of(deployments, self._service.components.usage(principal, sandbox_id)),
            news=_news(entries),
            previews=live_previews(
                self._service, principal, sandbox_id, deployments=deployments, now=self._database.clock.now()
            ),
            last_used=found.last_used_at,
            repairs=found.repairs,
            town_day=found.town_day,
            removed=len(removed["removed"]) if removed is not None else None,
            residue=len(removed["residue"]) if removed is not None else None,
        )

    def component(self, principal: Principal, sandbox_id: str, name: str) -> ComponentView:
        """One component with the end of its log."""
        sandbox = self._service.get(principal, sandbox_id)
        components = self._service.components
        found = components.get(principal, sandbox_id, name)
        return component_view(
            found,
            sandbox_name=sandbox.name,
            logs=components.logs(principal, sandbox_id, name, lines=_LOG_LINES),
            runs=self._runs(principal, [found]),
            progress=progress_of(
                journal.latest(self._database, components.stream_of(principal, sandbox_id, name), limit=_ENTRIES)
            ),
            trouble=trouble(found.cause),
            may_manage=principal.may(Permission.SANDBOX_MANAGE, organisation=sandbox.organisation),
        )

    def extend(self, principal: Principal, sandbox_id: str, *, minutes: int) -> None:
        """Let a sandbox live longer."""
        self._service.extend(principal, sandbox_id, by=timedelta(minutes=minutes))

    def reset(self, principal: Principal, sandbox_id: str) -> None:
        """Put the town back to its seed."""
        self._service.reset(principal, sandbox_id)

    def live(self, principal: Principal, sandbox_id: str, *, days: int) -> None:
        """Have the town live some days on."""
        self._service.live(principal, sandbox_id, days=days)

    def suspend(self, principal: Principal, sandbox_id: str) -> None:
        """Stop everything and keep the data."""
        self._service.suspend(principal, sandbox_id)

    def resume(self, principal: Principal, sandbox_id: str) -> None:
        """Have a sandbox that rests, or that failed, come back."""
        self._service.resume(principal, sandbox_id)

    def prove(self, principal: Principal, sandbox_id: str) -> None:
        """Prove the isolation anew."""
        self._service.prove(principal, sandbox_id)

    def destroy(self, principal: Principal, sandbox_id: str) -> None:
        """Clean up a sandbox for good."""
        self._service.destroy(principal, sandbox_id)

    def upload_limit(self) -> int:
        """How large an upload may be, in bytes."""
        return self._service.bundles.limits.packed_mib * 1024 * 1024

    def deploy(self, principal: Principal, sandbox_id: str, *, source: IO[bytes], filename: str) -> str:
        """Deploy a component from a bundle or from a component.yaml alone; gives its name."""
        components = self._service.components
        components.check_deployable(principal, sandbox_id)
        bundle = as_bundle(source, filename=filename)
        return components.deploy(principal, sandbox_id, name_in(bundle), bundle).name

    def stop(self, principal: Principal, sandbox_id: str, name: str) -> None:
        """Stop a component."""
        self._service.components.stop(principal, sandbox_id, name)

    def share(self, principal: Principal, sandbox_id: str, name: str, *, minutes: int | None) -> NewPreview:
        """Make a link with which others see a component; None: for as long as its sandbox is there."""
        now = self._database.clock.now()
        return share(self._service, principal, sandbox_id, name, minutes=minutes, now=now)

    def look(self, principal: Principal, sandbox_id: str, name: str, *, token: str | None) -> str:
        """Give the secret of a link for the reader: the one that the reader holds while it works, else a new one."""
        now = self._database.clock.now()
        return look(self._service, principal, sandbox_id, name, token=token, now=now)

    def unshare(self, principal: Principal, sandbox_id: str, preview_id: str) -> None:
        """End a link."""
        self._service.previews.revoke(principal, sandbox_id, preview_id)

    def _runs(self, principal: Principal, deployments: Sequence[DeploymentView]) -> tuple[RunRow, ...]:
        if self._assessment is None:
            return ()
        found = [
            run
            for deployment in deployments
            for run in self._assessment.runs(principal, deployment_id=deployment.id, limit=_RUNS)
        ]
        return tuple(sorted(found, key=lambda run: run.at, reverse=True)[:_RUNS])


def sandbox_row(found: Sandbox, names: Mapping[str, str]) -> SandboxRow:
    """Show one sandbox in a list."""
    return SandboxRow(
        id=found.id,
        name=found.name,
        organisation=names.get(found.organisation, found.organisation),
        state=_state(found),
        profile=found.profile,
        created=found.created_at,
        expires=found.expires_at if _has_begun(found) else None,
        last_used=found.last_used_at,
        repairs=found.repairs,
    )


def _has_begun(found: Sandbox) -> bool:
    """Tell whether the time of a sandbox runs: not before it got its first place."""
    return found.state.value != "queued" or found.ready_at is not None


def _state(found: Sandbox) -> str:
    state = found.state.value
    if state == "ready" and found.is_resetting:
        return "resetting"
    if state == "ready" and found.town_day_wanted > found.town_day:
        return "living"
    if state == "ready" and found.is_proving:
        return "proving"
    return "suspending" if state == "suspended" and found.suspended_at is None else state


def _turn(found: Sandbox) -> Turn | None:
    queued = found.queued
    if queued is None:
        return None
    return Turn(
        position=queued.turn.position, since=queued.since, expected=queued.turn.expected_at, reason=queued.reason
    )


def _news(entries: Sequence[Entry]) -> tuple[Step, ...]:
    """What happened in a sandbox's life, newest first."""
    told = [(entry, text_in(entry.data.get("message"))) for entry in reversed(entries)]
    return tuple(Step(message=words, at=entry.at, kind=entry.kind) for entry, words in told if words)[:_NEWS]


def _key(cursor: str | None) -> tuple[datetime, str] | None:
    key = decode_cursor(cursor, size=2)
    if key is None:
        return None
    try:
        return datetime.fromisoformat(str(key[0])), str(key[1]).replace("\0", "")
    except ValueError:
        raise BadInputError(
            Text(
                nl="De cursor is ongeldig. Begin opnieuw bij de eerste bladzijde.",
                en="The cursor is not valid. Start again at the first page.",
            )
        ) from None
