"""Where a run takes place: the component is brought up before every attempt, whatever happened to the platform."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_assessment.identity import Standing, Upload, compare, not_there, replaced
from proeftuin_assessment.targets import Deployed
from proeftuin_kernel.errors import ConflictError, NotFoundError, ProeftuinError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_assessment.models import RunRow
    from proeftuin_assessment.targets import TargetFacts, Targets

_BETWEEN_TRIES_S: Final = 0.5
OF_FACTS: Final = ("base_url", "openapi_url", "health_url", "town_url", "pages")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is at work.

    Attributes:
        deployment: id of the deployment.
        tested: what was deployed there when the run was asked for.
        from_seed: an earlier attempt left its traces in the component's data.
    """

    deployment: str
    tested: Upload
    from_seed: bool

    @classmethod
    def of(cls, row: RunRow, *, from_seed: bool) -> Place | None:
        """Give the place of a run; None for a component that was not deployed here."""
        if row.deployment is None:
            return None
        tested = Upload(digest=row.component_digest, revision=row.target.get("revision", 0))
        return cls(row.deployment, tested, from_seed=from_seed)


def bring_up(
    place: Place, targets: Targets, *, must_end: Callable[[], bool], patience_s: float = 90.0
) -> dict[str, Any]:
    """Have the component run before an attempt begins, and give where it answers now.

    When the platform died, its components died with it: they come back while this waits, perhaps on other ports.

    Args:
        place: where.
        targets: brings it up.
        must_end: asked between tries; True when the run was cancelled or the platform stops.
        patience_s: how long the component may take to come back.

    Raises:
        NotJudgedError: it did not come back in time, will not come back, or is not what it was.
    """
    look_back(place, targets)  # else this would wait for a component that nobody asked to judge
    deadline = time.monotonic() + patience_s
    while True:
        try:
            facts = targets.bring_up(place.deployment, from_seed=place.from_seed)
        except ConflictError as error:
            if time.monotonic() > deadline or must_end():
                raise not_there(error) from error
            time.sleep(_BETWEEN_TRIES_S)
        except ProeftuinError as error:
            raise not_there(error) from error
        else:
            return _where(place, facts)


def look_back(place: Place, targets: Targets) -> Standing:
    """Tell whether what is deployed there is still what the run is about, in the same municipality.

    Raises:
        NotJudgedError: the component was replaced in the meantime.
    """
    try:
        now = targets.deployed(place.deployment)
    except NotFoundError:
        now = None
    standing = compare(place.tested, now)
    if standing is Standing.REPLACED:
        raise replaced()
    return standing


def _where(place: Place, facts: TargetFacts) -> dict[str, Any]:
    now = Deployed(digest=facts.component_digest, revision=facts.revision, is_running=True)
    if compare(place.tested, now) is Standing.REPLACED:
        raise replaced()
    return {name: getattr(facts, name) for name in OF_FACTS}
