"""What goes wrong with a whole sandbox: written down, tried again after a pause, or given up with cause and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from proeftuin_kernel.text import Text
from proeftuin_sandbox import streams
from proeftuin_sandbox.backends.base import Failure
from proeftuin_sandbox.backends.failures import AGAIN
from proeftuin_sandbox.scheduling import defer_admission, try_later
from proeftuin_sandbox.states import SandboxState

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.promises import Capabilities, Proof
    from proeftuin_sandbox.fence import Fence
    from proeftuin_sandbox.policy import Policy

_STOPPING = frozenset({SandboxState.EXPIRING, SandboxState.SUSPENDED})
_log = structlog.get_logger(__name__)


def write_failure(fence: Fence, failure: Failure, policy: Policy, *, otherwise: SandboxState) -> bool:
    """Write down what went wrong; try again after a pause, or give up. What must stop is never given up.

    Args:
        fence: The right to write.
        failure: Cause and remedy.
        policy: How often is tried.
        otherwise: The state when it is given up.

    Returns:
        False: there is nothing more to do now.
    """
    with fence.write() as (work, row):
        stream = streams.sandbox_stream(row.id)
        row.attempts += 1
        row.cause = failure.as_json()
        if otherwise in _STOPPING or (failure.is_transient and row.attempts < policy.attempts):
            streams.tell_news(work, stream, failure.code, failure.cause)
            try_later(work, row, pause=policy.back_off(row.attempts))
        else:
            row.state, row.next_attempt_at, row.drift = otherwise, None, None
            streams.tell_end(work, stream, row.state, failure.cause, failure=failure)
            defer_admission(work)
    _log.warning("sandbox step failed", sandbox=fence.sandbox_id, code=failure.code, cause=failure.cause.en)
    return False


def not_proved(proof: Proof, capabilities: Capabilities) -> Failure:
    """Explain that a promise was not kept, by the names of the controls."""
    titles = {control.id: control.title for control in capabilities.controls}
    broken = dict.fromkeys(
        finding.control for finding in proof.findings if finding.promised and not (finding.held and finding.detected)
    )
    named = [titles.get(control, Text(nl=control, en=control)) for control in broken]
    return Failure(
        "isolation-not-proved",
        Text(
            nl=f"Een belofte over de afscherming werd niet bewezen: {', '.join(one.nl for one in named)}. "
            "In deze proeftuin draait daarom niets.",
            en=f"A promise about the isolation was not proved: {', '.join(one.en for one in named)}. "
            "So nothing runs in this sandbox.",
        ),
        Text(
            nl="Vraag een nieuwe proeftuin; de beheerder ziet in het bewijs wat de controle zag.",
            en="Ask for a new sandbox; the operator sees in the proof what the control saw.",
        ),
    )


TIER_REFUSED = Failure(
    "tier-not-allowed",
    Text(
        nl="De beheerder laat proeftuinen met dit niveau van afscherming hier niet toe.",
        en="The operator does not allow sandboxes of this isolation tier here.",
    ),
    Text(
        nl="Vraag de beheerder een ander soort proeftuin in te stellen.",
        en="Ask the operator to configure another kind of sandbox.",
    ),
)
DRIFTS_AGAIN = Failure(
    "drifts-again",
    Text(
        nl="De proeftuin moest binnen enkele minuten telkens opnieuw hersteld worden; daarom is hij gestopt.",
        en="The sandbox had to be repaired again and again within minutes; so it was stopped.",
    ),
    Text(
        nl="Bekijk in de voortgang wat telkens verdween. Hervat de proeftuin om het opnieuw te proberen.",
        en="See in its progress what kept disappearing. Resume the sandbox to try again.",
    ),
)


def residue_left(what: str) -> Failure:
    """Say that something stayed behind after a destruction."""
    return Failure(
        "residue-left",
        Text(nl=f"Er blijft iets achter: {what}.", en=f"Something is left: {what}."),
        AGAIN,
        is_transient=True,
    )
