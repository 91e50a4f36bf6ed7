"""What can be said of a requirement, and how many outcomes become one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(StrEnum):
    """Worst first: a run is as good as its worst required requirement.

    `error` says nothing about the product and blames nobody.
    """

    ERROR = "error"  # the suite, the set-up or the network failed: nothing was learnt
    FAIL = "fail"  # seen to be wrong, with evidence
    SKIP = "skip"  # could not be verified: a precondition was not met
    NOT_TESTED = "not_tested"  # no test exists; the kit says why
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    OMIT = "omit"  # does not apply to this component


_SEVERITY = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome], *, default: Outcome) -> Outcome:
    """The worst of the outcomes; `default` when there are none."""
    return min(outcomes, key=_SEVERITY.__getitem__, default=default)


class Level(StrEnum):
    """How strongly a standard asks (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Blame(StrEnum):
    """Where the cause of a finding lies; shown as the finding's class."""

    SETUP = "setup"  # address, credentials, network, reset
    DATA = "data"  # the dataset or the seeded ids
    PRODUCT = "product"  # the component itself
    SUITE = "suite"  # the kit or its engines: ours
