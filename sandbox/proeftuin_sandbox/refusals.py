"""The words with which the service refuses; each says what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_kernel.errors import TooLargeError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.errors import (
    ComponentNameDiffersError,
    ComponentNotFoundError,
    ComponentQuotaError,
    EndpointNotPossibleError,
    IdempotencyKeyReusedError,
    LifetimeCeilingError,
    OrganisationNeededError,
    PreviewFailedError,
    PreviewNotFoundError,
    PreviewOverError,
    SandboxGoneError,
    SandboxNotReadyError,
    SandboxQuotaError,
    SandboxSuspendedError,
    TownTooOldError,
    WillNotRunError,
)
from proeftuin_sandbox.states import SandboxState

if TYPE_CHECKING:
    from datetime import timedelta


def organisation_needed() -> OrganisationNeededError:
    """It is not clear on whose behalf."""
    return OrganisationNeededError(
        Text(
            nl="Geef met 'organisation' aan voor welke organisatie u dit vraagt.",
            en="Say with 'organisation' for which organisation you ask this.",
        )
    )


def quota(allowed: int) -> SandboxQuotaError:
    """The organisation has as many sandboxes as it may."""
    return SandboxQuotaError(
        Text(
            nl=f"Uw organisatie heeft al {allowed} proeftuinen. Verwijder er een, of wacht tot er een afloopt.",
            en=f"Your organisation already has {allowed} sandboxes. Remove one, or wait until one expires.",
        )
    )


def component_quota(allowed: int) -> ComponentQuotaError:
    """The sandbox has as many components as it may."""
    return ComponentQuotaError(
        Text(
            nl=f"Deze proeftuin heeft al {allowed} componenten. Vraag een tweede proeftuin.",
            en=f"This sandbox already has {allowed} components. Ask for a second sandbox.",
        )
    )


def ceiling(longest: timedelta) -> LifetimeCeilingError:
    """It would live too long."""
    minutes = int(longest.total_seconds() // 60)
    return LifetimeCeilingError(
        Text(
            nl=f"Een proeftuin wordt hoogstens {minutes} minuten oud, verlengingen inbegrepen.",
            en=f"A sandbox lives at most {minutes} minutes, extensions included.",
        )
    )


def town_too_old(most: int) -> TownTooOldError:
    """The town would live too far."""
    return TownTooOldError(
        Text(
            nl=f"Een gemeente leeft hoogstens {most} dagen. Zet ze terug naar het begin, of vraag minder dagen.",
            en=f"A town lives {most} days at most. Reset it to its start, or ask for fewer days.",
        )
    )


def key_reused() -> IdempotencyKeyReusedError:
    """The same key came with another wish."""
    return IdempotencyKeyReusedError(
        Text(
            nl="Deze Idempotency-Key hoort bij een andere vraag. Gebruik voor elke nieuwe vraag een nieuwe.",
            en="This Idempotency-Key belongs to another request. Use a new one for each new request.",
        )
    )


def suspended() -> SandboxSuspendedError:
    """The sandbox rests."""
    return SandboxSuspendedError(
        Text(
            nl="Deze proeftuin is gepauzeerd. Hervat hem, en probeer het dan opnieuw.",
            en="This sandbox is suspended. Resume it, and try again then.",
        ),
        extra={"state": "suspended"},
    )


def not_ready(state: str) -> SandboxNotReadyError | SandboxSuspendedError:
    """The sandbox is in a state in which this cannot be done."""
    if state == SandboxState.SUSPENDED:
        return suspended()
    return SandboxNotReadyError(
        Text(
            nl=f"De proeftuin is niet klaar (toestand: {state}). Volg de voortgang en probeer het dan opnieuw.",
            en=f"The sandbox is not ready (state: {state}). Follow its progress and try again then.",
        ),
        extra={"state": state},
    )


def not_running() -> SandboxNotReadyError:
    """The component does not run now."""
    return SandboxNotReadyError(
        Text(
            nl="De component draait nu niet. Bekijk de oorzaak bij de component en rol die opnieuw uit.",
            en="The component does not run now. See the cause at the component and deploy it again.",
        )
    )


def gone() -> SandboxGoneError:
    """The sandbox is gone or going."""
    return SandboxGoneError(
        Text(
            nl="Deze proeftuin is verwijderd of wordt verwijderd. Vraag een nieuwe.",
            en="This sandbox is removed or being removed. Ask for a new one.",
        )
    )


def will_not_run(state: str) -> WillNotRunError:
    """It failed for good, or was stopped."""
    return WillNotRunError(
        Text(
            nl=f"De proeftuin of de component komt niet vanzelf terug (toestand: {state}). Bekijk de oorzaak daar.",
            en=f"The sandbox or the component does not come back by itself (state: {state}). See the cause there.",
        ),
        extra={"state": state},
    )


def component_not_found() -> ComponentNotFoundError:
    """There is no such component, or it is somebody else's."""
    return ComponentNotFoundError(
        Text(
            nl="Deze component bestaat niet, of is niet van u.",
            en="This component does not exist, or is not yours.",
        )
    )


def preview_not_found() -> PreviewNotFoundError:
    """There is no such link."""
    return PreviewNotFoundError(
        Text(
            nl="Deze link bestaat niet. Vraag een nieuwe aan wie hem gaf.",
            en="This link does not exist. Ask for a new one from whoever gave it.",
        )
    )


def preview_over() -> PreviewOverError:
    """The link is over."""
    return PreviewOverError(
        Text(
            nl="Deze link is verlopen of ingetrokken. Vraag een nieuwe aan wie hem gaf.",
            en="This link expired or was revoked. Ask for a new one from whoever gave it.",
        )
    )


def preview_failed() -> PreviewFailedError:
    """The component does not answer."""
    return PreviewFailedError(
        Text(
            nl="De component geeft geen antwoord. Bekijk het logboek van de component.",
            en="The component gives no answer. See the log of the component.",
        )
    )


def preview_outside() -> PreviewFailedError:
    """The component sends the visitor elsewhere."""
    return PreviewFailedError(
        Text(
            nl="De component stuurt door naar een ander adres; een link blijft binnen de component.",
            en="The component redirects to another address; a link stays within the component.",
        )
    )


def preview_too_large(mib: int) -> TooLargeError:
    """What was sent through a link is too large."""
    return TooLargeError(
        Text(
            nl=f"Via een link kunt u hoogstens {mib} MiB versturen.",
            en=f"Through a link you can send at most {mib} MiB.",
        )
    )


def name_differs(asked: str, written: str) -> ComponentNameDiffersError:
    """The address and the description name different components."""
    return ComponentNameDiffersError(
        Text(
            nl=f"Het adres noemt '{asked}', component.yaml noemt '{written}'. Gebruik dezelfde naam.",
            en=f"The address says '{asked}', component.yaml says '{written}'. Use the same name.",
        )
    )


def endpoint() -> EndpointNotPossibleError:
    """It runs elsewhere, which is not possible here yet."""
    return EndpointNotPossibleError(
        Text(
            nl="Een component die elders draait (run.endpoint), kan nog niet. Gebruik run.python of run.command.",
            en="A component that runs elsewhere (run.endpoint) is not possible yet. Use run.python or run.command.",
        )
    )
