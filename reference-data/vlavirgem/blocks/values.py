"""What a value looks like when it is sent: as the OpenAPI document says, where pydantic would take more."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*", re.DOTALL)


def written_as_day(value: object) -> object:
    """Accept only `YYYY-MM-DD` as a text: pydantic would also take a number of seconds, or a moment."""
    if isinstance(value, bool | int | float) or (isinstance(value, str) and not _DAY.fullmatch(value)):
        raise PydanticCustomError("date_type", "a day")
    return value


def _written_as_moment(value: object) -> object:
    if isinstance(value, bool | int | float) or (isinstance(value, str) and not _MOMENT.fullmatch(value)):
        raise PydanticCustomError("datetime_type", "a moment")
    return value


def _is_number(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "a number")
    return value


def _in_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("int_parsing", "a number")
    return value


def _is_yes_or_no(value: object) -> object:
    if value is not None and not isinstance(value, bool):
        raise PydanticCustomError("bool_type", "true or false")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_as_moment)]
"""Date and time with a time zone (RFC 3339)."""
AsNumber = BeforeValidator(_is_number)
"""In JSON a number is no text and no `true`. It comes after bounds, or they would not be in the OpenAPI document."""
InDigits = BeforeValidator(_in_digits)
"""In an address a number is digits: no spaces, `+`, `_` or zeros in front, so that it is written in one way."""
YesNo = Annotated[bool, BeforeValidator(_is_yes_or_no)]
"""In JSON `true` or `false`, and not `"yes"` or 1."""
