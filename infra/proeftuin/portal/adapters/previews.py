"""Links to components as pages show and make them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proeftuin.portal.views.previews import MOST_MINUTES, NewPreview, PreviewRow
from proeftuin_kernel.errors import GoneError, NotFoundError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proeftuin_kernel.auth import Principal
    from proeftuin_sandbox.service import SandboxService
    from proeftuin_sandbox.views import DeploymentView

_LOOK_MINUTES = 60


def live_previews(
    service: SandboxService,
    principal: Principal,
    sandbox_id: str,
    *,
    deployments: Sequence[DeploymentView],
    now: datetime,
) -> tuple[PreviewRow, ...]:
    """The links of a sandbox that work now, newest first."""
    titles = {one.name: one.manifest.title for one in deployments}
    return tuple(
        PreviewRow(
            id=one.id,
            component=one.component,
            title=titles.get(one.component, Text(nl=one.component, en=one.component)),
            made_by=one.created_by,
            expires=one.expires_at,
        )
        for one in service.previews.all(principal, sandbox_id)
        if one.revoked_at is None and one.expires_at > now
    )


def share(
    service: SandboxService, principal: Principal, sandbox_id: str, name: str, *, minutes: int | None, now: datetime
) -> NewPreview:
    """Make a link; it ends with the sandbox at the latest, and None means then.

    Raises:
        ProeftuinError: there is no such component, or the principal may not.
    """
    left = service.get(principal, sandbox_id).expires_at - now
    wanted = min(timedelta(minutes=MOST_MINUTES if minutes is None else minutes), left)
    made = service.previews.create(principal, sandbox_id, name, lifetime=max(wanted, timedelta(0)))
    return NewPreview(id=made.id, token=made.token or "")


def look(
    service: SandboxService, principal: Principal, sandbox_id: str, name: str, *, token: str | None, now: datetime
) -> str:
    """Give the secret of a link for the reader alone: the one that the reader holds while it works, else a new one.

    Raises:
        ProeftuinError: the component does not run, or the principal may not.
    """
    service.get(principal, sandbox_id)
    if token is not None:
        try:
            service.previews.open(token)
        except (NotFoundError, GoneError):
            token = None
    if token is None:
        token = share(service, principal, sandbox_id, name, minutes=_LOOK_MINUTES, now=now).token
        service.previews.open(token)
    return token
