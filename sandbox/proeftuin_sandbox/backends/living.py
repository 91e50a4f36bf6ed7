"""A town that lives in stretches, so that who waits sees how far it is, and a lost worker loses little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STRETCHES: Final = 12


def stretches(live_to: Callable[[int], int], *, until: int) -> Iterator[Step]:
    """Have a town live up to a day, a month of a year at a time; one that is there already gives no step.

    Args:
        live_to: Has the town live up to a day, or leaves it alone when it is there, and gives the day that it is.
        until: Which day.
    """
    day = live_to(0)
    if day >= until:
        return
    length = -(-(until - day) // _STRETCHES)
    ends = [*range(day + length, until, length), until]
    for number, end in enumerate(ends, start=1):
        yield Step(
            "live", Text(nl=f"De gemeente leeft tot dag {end}", en=f"The town lives to day {end}"), number, len(ends)
        )
        live_to(end)
