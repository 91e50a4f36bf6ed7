"""How dates, durations, numbers and texts read, in the language of the page."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_kernel.text import Language

ZONE = ZoneInfo("Europe/Brussels")
LOCALES = {"nl": "nl_BE", "en": "en_GB"}
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MACHINE_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
NOTHING = Markup("–")


class Formats:
    """The filters of a template environment in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._locale = LOCALES[language]

    def text(self, value: Text | str | None) -> str:
        """Give a kernel text in the language of the page; Dutch where a supplier gave no English."""
        return value.in_(self._language) or value.nl if isinstance(value, Text) else (value or "")

    def day(self, value: date | datetime | None) -> Markup:
        """Write a day: 21 november 2026."""
        if value is None:
            return NOTHING
        moment = value.astimezone(ZONE).date() if isinstance(value, datetime) else value
        return _time(value, format_date(moment, "d MMMM y", locale=self._locale))

    def moment(self, value: datetime | None) -> Markup:
        """Write a moment: 21 november 2026 om 13:05."""
        if value is None:
            return NOTHING
        at = "'at'" if self._language == "en" else "'om'"
        return _time(value, format_datetime(value, f"d MMMM y {at} HH:mm", tzinfo=ZONE, locale=self._locale))

    def clock(self, value: datetime | None) -> Markup:
        """Write the time of day: 13:05:09."""
        if value is None:
            return NOTHING
        return _time(value, format_datetime(value, "HH:mm:ss", tzinfo=ZONE, locale=self._locale))

    def with_dates(self, words: str) -> Markup:
        """Write the moments in a sentence, such as `2026-11-21T22:00:00Z`, for people."""
        parts, after = [Markup()], 0
        for found in _MACHINE_MOMENT.finditer(words):
            with suppress(ValueError):  # looks like a moment and is none: it stays as it is
                moment = self.moment(datetime.fromisoformat(found[0]))
                parts += [escape(words[after : found.start()]), moment]
                after = found.end()
        return Markup("").join([*parts, escape(words[after:])])

    def until(self, value: datetime, now: datetime) -> str:
        """Write how long until (or since) a moment: over 3 uur, 2 dagen geleden."""
        return str(format_timedelta(value - now, add_direction=True, threshold=1.3, locale=self._locale))

    def seconds(self, value: float) -> str:
        """Write a duration: 3 s, 4 min, 2 u."""
        if value < _MINUTE:
            return f"{max(1, round(value))} s"
        if value < _HOUR:
            return f"{round(value / _MINUTE)} min"
        if value < 2 * _DAY:
            return f"{round(value / _HOUR)} {'u' if self._language == 'nl' else 'h'}"
        return f"{round(value / _DAY)} {'dagen' if self._language == 'nl' else 'days'}"

    def span(self, value: float) -> str:
        """Write a measured duration, also a short one: 340 ms, 2,4 s, 4 min."""
        if value < 1:
            return f"{round(value * 1000)} ms"
        return f"{self.number(round(value, 1))} s" if value < _MINUTE else self.seconds(value)

    def number(self, value: float) -> str:
        """Write a number with the separators of the language."""
        return str(format_decimal(value, locale=self._locale))


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """The filters of a template environment in one language, by name."""
    formats = Formats(language)
    return {
        "text": formats.text,
        "day": formats.day,
        "moment": formats.moment,
        "clock": formats.clock,
        "with_dates": formats.with_dates,
        "until": formats.until,
        "seconds": formats.seconds,
        "span": formats.span,
        "number": formats.number,
        "variant": variant,
        "pretty_json": pretty_json,
        "host": host,
    }


def variant(value: str, count: int) -> int:
    """Pick one of `count` looks for a name; the same name always looks the same."""
    return int.from_bytes(hashlib.sha256(value.encode()).digest()[:4]) % count


def pretty_json(value: str) -> str:
    """Indent a JSON body so that it can be read; other text stays as it is."""
    try:
        return json.dumps(json.loads(value), indent=2, ensure_ascii=False)
    except ValueError:
        return value


def host(value: str) -> str:
    """The host of an address, to name a link."""
    return value.split("://", 1)[-1].split("/", 1)[0]


def _time(value: date | datetime, words: str) -> Markup:
    machine = value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, escape(words))
