"""The shapes that every API answer builds on: camelCase members, pages of a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from proeftuin_kernel.text import Text

Item = TypeVar("Item")
_YEAR = re.compile(r"\d{4}-\d{2}-\d{2}")


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


WHOLE = BeforeValidator(_number)
"""Makes an integer take what JSON Schema calls one: 2 and 2.0, never "2" or true, which pydantic would take as well.

Stands last: `Annotated[int, Field(ge=1), WHOLE]`. Bounds behind it would be lost from the description.
"""


def _written(value: Any) -> Any:
    if isinstance(value, str) and not _YEAR.match(value):
        raise PydanticCustomError("datetime_parsing", "Input should be written as in ISO 8601")
    if isinstance(value, int | float):
        raise PydanticCustomError("datetime_parsing", "Input should be a text")
    return value


WRITTEN = BeforeValidator(_written)
"""Makes a date or a moment take only what RFC 3339 writes; pydantic would take 373 for a number of seconds."""


class ApiModel(BaseModel):
    """A JSON object with camelCase members; unknown members in a request are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="forbid", frozen=True
    )


class TextOut(ApiModel):
    """A text in both languages."""

    nl: str
    en: str

    @classmethod
    def of(cls, text: Text) -> TextOut:
        """Show a kernel text."""
        return cls(nl=text.nl, en=text.en)


class Page(ApiModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last one.")
    total: int | None = Field(default=None, description="Number of items over all pages, where it is known.")


class Problem(BaseModel):
    """A problem document (RFC 9457) with a stable code and words in two languages."""

    type: str = Field(description="URI of the explanation of this code.")
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, in the reader's language.")
    code: str = Field(description="Stable code; documented in infra/README.md.")
    instance: str | None = Field(default=None, description="The request id, to quote when asking for help.")

    model_config = ConfigDict(extra="allow")
