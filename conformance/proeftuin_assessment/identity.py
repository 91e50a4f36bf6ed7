"""A badge names a digest: what is deployed after a run must be what was deployed when it was asked for.

The digest alone does not show it: a supplier may put another component there during the run and the first one
back before its end. The revision grows with every upload, so it does show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from proeftuin_assessment.process import ProcessEndedError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from proeftuin_assessment.targets import Deployed
    from proeftuin_kernel.errors import ProeftuinError


class Standing(Enum):
    """How what is deployed now relates to what is tested."""

    SAME = auto()
    GONE = auto()
    """Nothing else was put in its place, but it does not run any more."""
    LIVED = auto()
    """It runs, in a municipality that is no longer what its digest says: it lived."""
    REPLACED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What a run judges: one upload of a component; see `targets.Deployed`."""

    digest: str
    revision: int


class NotJudgedError(ProcessEndedError):
    """The run ends without a verdict on the component, for a cause that people are told."""

    def __init__(self, cause: Text) -> None:
        super().__init__(cause.en)
        self.cause = cause


def compare(tested: Upload, now: Deployed | None) -> Standing:
    """Compare what is tested with what is deployed now; None when there is nothing any more."""
    if now is None:
        return Standing.GONE
    if (tested.digest, tested.revision) != (now.digest, now.revision):
        return Standing.REPLACED
    if not now.is_running:
        return Standing.GONE
    return Standing.SAME if now.is_at_seed else Standing.LIVED


def replaced() -> NotJudgedError:
    """Something else was deployed in its place: what was seen may be of either."""
    return NotJudgedError(
        Text(
            nl="De component werd vervangen terwijl de toets wachtte of liep. Start een nieuwe toets.",
            en="The component was replaced during the run; start a new run.",
        )
    )


def not_there(error: ProeftuinError) -> NotJudgedError:
    """The component did not run, and waiting did not help."""
    return NotJudgedError(
        Text(
            nl=f"De component draait niet, dus kan de toets niet beginnen. {error.detail.nl}",
            en=f"The component does not run, so the run cannot begin. {error.detail.en}",
        )
    )


NO_LONGER_RUNS: Final = Text(
    nl="De component draaide niet meer toen de toets klaar was. Start het opnieuw en vraag een nieuwe toets.",
    en="The component did not run any more when the run was done. Start it again and ask for a new run.",
)
TOWN_LIVED: Final = Text(
    nl="De gemeente leefde verder terwijl de toets liep. Vraag een nieuwe toets; die begint weer bij het begin.",
    en="The municipality lived on during the run. Ask for a new run; it begins at the start again.",
)
