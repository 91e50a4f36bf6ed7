"""What the routes of sandboxes share: the service, addresses, and the form of a wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Path

from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import provided
from proeftuin_sandbox.service import NewSandbox, SandboxService
from proeftuin_sandbox.shapes import COMPONENT_NAME, SANDBOX_ID, SandboxIn
from vlavirgem.profile import profile_names

Service = Annotated[SandboxService, Depends(provided(SandboxService))]
SandboxId = Annotated[str, Path(pattern=SANDBOX_ID)]
ComponentName = Annotated[str, Path(pattern=COMPONENT_NAME)]


def wish_of(body: SandboxIn) -> NewSandbox:
    """Read what somebody asks for.

    Raises:
        BadInputError: there is no town of that size.
    """
    if body.town.profile not in profile_names():
        raise _unknown_profile(body.town.profile)
    return NewSandbox(
        name=body.name,
        organisation=body.organisation,
        profile=body.town.profile,
        seed=body.town.seed,
        lifetime=timedelta(minutes=body.lifetime_minutes) if body.lifetime_minutes is not None else None,
    )


def _unknown_profile(profile: str) -> BadInputError:
    known = ", ".join(profile_names())
    message = Text(
        nl=f"De grootte '{profile}' bestaat niet; kies uit: {known}.",
        en=f"The size '{profile}' does not exist; choose from: {known}.",
    )
    return BadInputError(message, extra={"errors": [{"pointer": "/body/town/profile", "detail": message.as_dict()}]})
