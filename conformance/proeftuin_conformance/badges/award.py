"""When results earn a badge, and why not when they do not.

The rule, stricter than "the run passed" because a badge outlives its run:

1. no requirement that the standard calls MUST has the outcome `fail`, and none at all has `error`; a SHOULD that
   is not met is told in the badge's results and in the report, as the standard leaves room for it;
2. every requirement a standard calls MUST was seen to hold (`pass`), does not apply (`omit`, with a reason),
   or is one the kit has no test for and says why (`not_tested`, with a reason);
3. at least one requirement was seen to hold: a run in which nothing applied proves nothing.

A MUST that was skipped withholds the badge whatever the reason: it could be tested and was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_conformance.outcomes import Level, Outcome
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """What a run found for one requirement.

    Attributes:
        id: the requirement's id in its kit.
        title: what it asks, in one line.
        level: how strongly the standard asks it.
        outcome: what the run found.
        reason: why it was not tested or does not apply; empty otherwise.
    """

    id: str
    title: Text
    level: Level
    outcome: Outcome
    reason: Text | None = None


def reasons_to_withhold(results: Iterable[RequirementResult]) -> tuple[Text, ...]:
    """Give every reason why `results` do not earn a badge; empty when they do."""
    rows = tuple(results)
    found = [reason for row in rows if (reason := _reason(row)) is not None]
    if not any(row.outcome is Outcome.PASS for row in rows):
        found.append(
            Text(
                nl="geen enkele eis is met succes getest",
                en="not a single requirement was tested successfully",
            )
        )
    return tuple(found)


def _reason(row: RequirementResult) -> Text | None:
    name = f"{row.id} ({row.title.nl})", f"{row.id} ({row.title.en})"
    match row.outcome:
        case Outcome.FAIL if row.level is Level.MUST:
            return Text(nl=f"{name[0]} voldoet niet", en=f"{name[1]} is not met")
        case Outcome.ERROR:
            return Text(
                nl=f"{name[0]} kon niet worden beoordeeld door een fout in de test of de opstelling",
                en=f"{name[1]} could not be judged because of an error in the test or the set-up",
            )
        case Outcome.SKIP if row.level is Level.MUST:
            return Text(
                nl=f"{name[0]} is verplicht en werd overgeslagen", en=f"{name[1]} is mandatory and was skipped"
            )
        case Outcome.OMIT | Outcome.NOT_TESTED if row.level is Level.MUST and row.reason is None:
            return Text(
                nl=f"{name[0]} is verplicht en niet getest, zonder reden",
                en=f"{name[1]} is mandatory and was not tested, without a reason",
            )
        case _:
            return None
