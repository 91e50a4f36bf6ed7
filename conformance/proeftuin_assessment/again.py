"""A run that was interrupted begins again where every run begins: at the seed, with the component up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.errors import ConflictError

if TYPE_CHECKING:
    import threading

    from proeftuin_assessment.targets import Targets

_BETWEEN_TRIES_S: Final = 0.5
OF_FACTS: Final = ("base_url", "openapi_url", "health_url", "town_url", "pages")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an interrupted run was at work: ids of the sandbox and of the deployment."""

    sandbox: str
    deployment: str


def back_at_seed(
    place: Place, targets: Targets, *, stopping: threading.Event, patience_s: float = 90.0
) -> dict[str, Any]:
    """Put the place of an interrupted run back to its seed and give where the component answers now.

    The interrupted attempt left its traces in the component's data. And when the platform died, its components
    died with it: they come back while this waits, perhaps on other ports.

    Args:
        place: where.
        targets: puts it back.
        stopping: set when the platform stops.
        patience_s: how long the sandbox may take to come back.

    Raises:
        ProeftuinError: it did not come back in time, is gone for good, or the platform stops.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            targets.reset(place.sandbox)
            facts = targets.find(SYSTEM, place.deployment)
        except ConflictError:
            if time.monotonic() > deadline or stopping.wait(_BETWEEN_TRIES_S):
                raise
        else:
            return {name: getattr(facts, name) for name in OF_FACTS}
