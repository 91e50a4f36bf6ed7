"""Sandboxes and components as pages show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from proeftuin.portal.adapters.component_pages import component_row, component_view
from proeftuin.portal.adapters.uploads import as_bundle, name_in
from proeftuin.portal.desks import Slice
from proeftuin.portal.views.progress import progress_of, text_in
from proeftuin.portal.views.sandboxes import (
    Capability,
    Choice,
    NewSandbox,
    SandboxRow,
    SandboxView,
    Trouble,
)
from proeftuin_kernel import journal
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.paging import decode_cursor, encode_cursor
from proeftuin_sandbox.service import NewSandbox as Wish
from vlavirgem.profile import load_profile, profile_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proeftuin.links import OrganisationNames
    from proeftuin.portal.adapters.assessment import Assessment
    from proeftuin.portal.views.progress import Progress
    from proeftuin.portal.views.runs import RunRow
    from proeftuin.portal.views.sandboxes import ComponentView
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.service import SandboxService
    from proeftuin_sandbox.views import DeploymentView
    from proeftuin_sandbox.views import SandboxView as Sandbox

_USUAL_SECONDS = 3
_RUNS = 10
_LOG_LINES = 200


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
        rows = tuple(_row(one, names) for one in shown)
        last = shown[-1] if len(found) > limit else None
        return Slice(rows, encode_cursor(last.created_at.isoformat(), last.id) if last else None)

    def form(self, principal: Principal) -> NewSandbox:
        """What the form for a new sandbox offers."""
        allowed = [
            one for one in principal.organisations if principal.may(Permission.SANDBOX_MANAGE, organisation=one)
        ]
        names = self._names.names(allowed)
        policy = self._service.policy
        return NewSandbox(
            organisations=tuple(
                Choice(value=one, label=Text(nl=names.get(one, one), en=names.get(one, one))) for one in allowed
            ),
            profiles=tuple(_profile(name) for name in profile_names()),
            default_minutes=_minutes(policy.lifetime),
            max_minutes=_minutes(policy.max_lifetime),
        )

    def create(self, principal: Principal, *, organisation: str, name: str, profile: str, minutes: int) -> str:
        """Ask for a sandbox; gives its id.

        Raises:
            BadInputError: there is no such profile.
        """
        if profile not in profile_names():
            words = Text(nl="Kies een grootte uit de lijst.", en="Choose a size from the list.")
            raise BadInputError(words, extra={"errors": [{"pointer": "/profiel", "detail": words.as_dict()}]})
        wish = Wish(name=name, organisation=organisation, profile=profile, lifetime=timedelta(minutes=minutes))
        return self._service.create(principal, wish).id

    def sandbox(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """One sandbox."""
        found = self._service.get(principal, sandbox_id)
        deployments = self._service.components.all(principal, sandbox_id)
        names = self._names.names({found.organisation})
        return SandboxView(
            id=found.id,
            name=found.name,
            organisation=names.get(found.organisation, found.organisation),
            state=_state(found),
            backend=found.backend,
            profile=found.profile,
            seed=found.seed,
            created=found.created_at,
            expires=found.expires_at,
            latest_expiry=found.ceiling_at,
            progress=self._progress(self._service.stream_of(principal, sandbox_id), usual_seconds=_USUAL_SECONDS),
            capabilities=self._capabilities(),
            components=tuple(component_row(one) for one in deployments),
            runs=self._runs(principal, deployments),
            town_digest=found.town_digest,
            town_url=found.town_url,
            trouble=trouble(found.cause),
            may_manage=principal.may(Permission.SANDBOX_MANAGE, organisation=found.organisation),
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
            progress=self._progress(components.stream_of(principal, sandbox_id, name)),
            trouble=trouble(found.cause),
            may_manage=principal.may(Permission.SANDBOX_MANAGE, organisation=sandbox.organisation),
        )

    def extend(self, principal: Principal, sandbox_id: str, *, minutes: int) -> None:
        """Let a sandbox live longer."""
        self._service.extend(principal, sandbox_id, by=timedelta(minutes=minutes))

    def reset(self, principal: Principal, sandbox_id: str) -> None:
        """Put the town back to its seed."""
        self._service.reset(principal, sandbox_id)

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

    def _capabilities(self) -> tuple[Capability, ...]:
        return tuple(
            Capability(name=control.id, title=control.title, level=control.level.value, note=control.explanation)
            for control in self._service.capabilities().controls
        )

    def _runs(self, principal: Principal, deployments: Sequence[DeploymentView]) -> tuple[RunRow, ...]:
        if self._assessment is None:
            return ()
        found = [
            run
            for deployment in deployments
            for run in self._assessment.runs(principal, deployment_id=deployment.id, limit=_RUNS)
        ]
        return tuple(sorted(found, key=lambda run: run.at, reverse=True)[:_RUNS])

    def _progress(self, stream: str, *, usual_seconds: int | None = None) -> Progress:
        return progress_of(journal.read(self._database, stream), usual_seconds=usual_seconds)


def trouble(cause: Mapping[str, Any] | None) -> Trouble | None:
    """Read why something failed: `{"code", "cause", "remedy"}`."""
    if cause is None:
        return None
    return Trouble(
        code=str(cause["code"]),
        cause=text_in(cause["cause"]) or Text(nl="", en=""),
        remedy=text_in(cause.get("remedy")),
    )


def _row(found: Sandbox, names: Mapping[str, str]) -> SandboxRow:
    return SandboxRow(
        id=found.id,
        name=found.name,
        organisation=names.get(found.organisation, found.organisation),
        state=_state(found),
        profile=found.profile,
        created=found.created_at,
        expires=found.expires_at,
    )


def _state(found: Sandbox) -> str:
    return "resetting" if found.is_resetting and found.state.value == "ready" else found.state.value


def _profile(name: str) -> Choice:
    profile = load_profile(name)
    size = f"{profile.inhabitants:,}".replace(",", "\N{NO-BREAK SPACE}")
    return Choice(
        value=name,
        label=Text(nl=f"{profile.title['nl']}, {size} inwoners", en=f"{profile.title['en']}, {size} inhabitants"),
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


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
