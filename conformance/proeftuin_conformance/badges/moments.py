"""Moments as credentials write them: UTC, whole seconds, `Z` (XML Schema dateTimeStamp)."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Write an aware moment, for example `2026-11-21T22:00:00Z`; fractions of a second are dropped.

    Raises:
        ValueError: `moment` has no time zone, so it names no moment.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def moment(text: str) -> datetime:
    """Read what `stamp` writes.

    Raises:
        ValueError: `text` names no moment.
    """
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return value
