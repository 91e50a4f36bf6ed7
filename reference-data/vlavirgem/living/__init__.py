"""A town lived forward: what happens in it day after day, as a stream that is the same everywhere.

`live(town, days=30)` yields the events of thirty days in the order in which they happen. The same town and the same
number of days always give the same bytes, and thirty days begin with the very events of ten. An event is a CloudEvent
(version 1.0) whose data are the rows that it adds, changes and takes away, in the words of the data dictionary: who
applies them one by one has the town of that day.

Nothing here needs a data frame library, so that a served town can live where only its building blocks are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlavirgem.living.days import MOST_DAYS, live, live_day
    from vlavirgem.living.events import Event

__all__ = ["MOST_DAYS", "Event", "live", "live_day"]


def __getattr__(name: str) -> Any:
    """Find a public name when it is first asked for: most who use a part of this package never live a day."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vlavirgem.living import days, events  # noqa: PLC0415 - see above

    return getattr(events if name == "Event" else days, name)
