"""What our own codes and words mean, in two languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from vlavirgem.acts import acts
from vlavirgem.place import NIS_CODE
from vlavirgem.report.wording import Both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.blocks.served import Served


@dataclass(frozen=True, slots=True)
class Meaning:
    """What something is called, and what it is."""

    label: Both
    text: Both


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list of our own.

    Attributes:
        meaning: Of the list.
        concepts: What each code means.
    """

    meaning: Meaning
    concepts: Mapping[str, Meaning]


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Give all our code lists by the last part of their IRI."""
    found = {
        name: CodeList(
            Meaning(Both(*one["naam"]), Both(*one["definitie"])),
            {code: _meaning(said) for code, said in one.get("begrip", {}).items()},
        )
        for name, one in _read("begrippen.toml")["lijst"].items()
    }
    told = {act.code: Meaning(Both(act.name, act.english), Both(act.name, act.english)) for act in acts()}
    found["handeling"] = CodeList(found["handeling"].meaning, told)
    return found


@cache
def own_words() -> Mapping[str, Meaning]:
    """Give our own words by the last part of their IRI."""
    return {word: _meaning(said) for word, said in _read("woorden.toml")["woorden"].items()}


@cache
def known_problems() -> Mapping[str, Meaning]:
    """Give what can go wrong with a request by the last part of its `type`; the text says what to do."""
    return {code: _meaning(said) for code, said in _read("problemen.toml")["problemen"].items()}


def spoken(meaning: Meaning, *, served: Served) -> Meaning:
    """Say of the municipality that is served what is written of VlaVirGem."""
    return Meaning(*(Both(*map(served.say, both)) for both in (meaning.label, meaning.text)))


def own_code(code: str, *, served: Served) -> str:
    """Give a code as the municipality that is served has it: some hold its NIS code."""
    return code.replace(NIS_CODE, served.nis_code)


def _meaning(said: list[str]) -> Meaning:
    dutch, english, text, text_en = said
    return Meaning(Both(dutch, english), Both(text, text_en))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("vlavirgem.datasets").joinpath(name).read_text(encoding="utf-8"))
