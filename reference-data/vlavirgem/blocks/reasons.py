"""Why a value is refused, in Dutch and in English: what pydantic finds, in the words of these services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = {
    "missing": ("dit ontbreekt", "this is missing"),
    "given_twice": ("dit staat er meer dan eens", "this is given more than once"),
    "extra_forbidden": ("dit is niet bekend", "this is not known"),
    "json_invalid": ("dit is geen JSON: {error}", "this is no JSON: {error}"),
    "greater_than_equal": ("minstens {ge}", "{ge} at least"),
    "greater_than": ("meer dan {gt}", "more than {gt}"),
    "less_than_equal": ("hoogstens {le}", "{le} at most"),
    "less_than": ("minder dan {lt}", "less than {lt}"),
    "string_too_short": ("minstens zoveel tekens: {min_length}", "so many characters at least: {min_length}"),
    "string_too_long": ("hoogstens zoveel tekens: {max_length}", "so many characters at most: {max_length}"),
    "string_pattern_mismatch": ("tekst die past op {pattern}", "text that fits {pattern}"),
    "too_short": ("minstens zoveel: {min_length}", "so many at least: {min_length}"),
    "too_long": ("hoogstens zoveel: {max_length}", "so many at most: {max_length}"),
    "literal_error": ("een van deze: {expected}", "one of these: {expected}"),
}
"""By the kind of error; what stands between braces comes with it."""
_FAMILIES = (
    ("int_", "een geheel getal", "a whole number"),
    ("float_", "een getal", "a number"),
    ("bool_", "true of false", "true or false"),
    ("string_", "een tekst", "a text"),
    ("date_", "een dag die bestaat, als jjjj-mm-dd", "a day that exists, as yyyy-mm-dd"),
    ("datetime_", "een tijdstip met datum, uur en tijdzone", "a moment with date, time and time zone"),
    ("timezone_", "een tijdstip met tijdzone", "a moment with a time zone"),
    ("list_", "een lijst", "a list"),
    (
        "model_",
        "een object in JSON (Content-Type: application/json)",
        "an object in JSON (Content-Type: application/json)",
    ),
    ("dict_", "een object", "an object"),
)
"""By how the kind begins: what was expected."""
_OURS = "Value error, "


def explain(fault: Mapping[str, Any]) -> tuple[str, str]:
    """Say why a value is refused, in Dutch and in English.

    Args:
        fault: An error as pydantic tells it; what our own checks say is in Dutch only.
    """
    kind, about = str(fault.get("type", "")), dict(fault.get("ctx") or {})
    if kind in _TEXTS:
        dutch, english = _TEXTS[kind]
        known = {name: _written(value) for name, value in about.items()}
        return dutch.format(**{name: text.replace(" or ", " of ") for name, text in known.items()}), english.format(
            **known
        )
    for beginning, dutch, english in _FAMILIES:
        if kind.startswith(beginning):
            return dutch, english
    said = str(fault["msg"])
    return said.removeprefix(_OURS), said if not said.startswith(_OURS) else "this value is not accepted"


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
