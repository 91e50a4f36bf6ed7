"""Why input is refused is said in Dutch and in English, whatever is wrong with it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vlavirgem.blocks.reasons import explain


def _refuse(_value: int) -> int:
    raise ValueError("dit nummer is van niemand")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    naam: str


@pytest.mark.parametrize(
    ("kind", "value", "dutch", "english"),
    [
        (_Body, {}, "dit ontbreekt", "this is missing"),
        (_Body, {"naam": "a", "x": 1}, "dit is niet bekend", "this is not known"),
        (_Body, "naam=a", "een object", "an object"),
        (_Body, {"naam": 5}, "een tekst", "a text"),
        (int, "a", "een geheel getal", "a whole number"),
        (Annotated[int, Field(ge=1)], 0, "minstens 1", "1 at least"),
        (Annotated[int, Field(le=1000)], 5000, "hoogstens 1000", "1000 at most"),
        (Annotated[float, Field(le=0.5)], 2.5, "hoogstens 0.5", "0.5 at most"),
        (Annotated[str, Field(min_length=1)], "", "minstens zoveel tekens: 1", "so many characters at least: 1"),
        (Annotated[str, Field(max_length=2)], "abc", "hoogstens zoveel tekens: 2", "so many characters at most: 2"),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "hoogstens zoveel: 1", "so many at most: 1"),
        (
            Annotated[str, Field(pattern="^[a-z]{1,3}$")],
            "A",
            "tekst die past op ^[a-z]{1,3}$",
            "text that fits ^[a-z]",
        ),
        (Literal["MALE", "FEMALE"], "X", "een van deze: 'MALE' of 'FEMALE'", "one of these: 'MALE' or 'FEMALE'"),
        (date, "2020-13-01", "een dag die bestaat", "a day that exists"),
        (AwareDatetime, "2020-01-01T00:00:00", "een tijdstip met tijdzone", "a moment with a time zone"),
        (bool, "x", "true of false", "true or false"),
        (Annotated[int, AfterValidator(_refuse)], 1, "dit nummer is van niemand", "this value is not accepted"),
    ],
)
def test_each_mistake_is_named_in_two_languages(kind: Any, value: Any, dutch: str, english: str) -> None:
    """Nothing that pydantic says itself comes through, and our own reasons come without its prefix."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    (fault,) = caught.value.errors()
    said = explain(fault)  # type: ignore[arg-type]  # a typed dictionary

    assert said[0].startswith(dutch)
    assert said[1].startswith(english)
    assert "input" not in " ".join(said).lower()


def test_what_is_not_foreseen_is_said_as_it_came() -> None:
    """A kind that a later version brings."""
    assert ("Strange thing", "Strange thing") == explain({"type": "strange", "loc": (), "msg": "Strange thing"})
