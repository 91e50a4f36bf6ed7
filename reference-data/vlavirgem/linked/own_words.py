"""Linked data of another municipality than VlaVirGem: the same entities, with its own name and codes in them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from vlavirgem.place import NAME, NIS_CODE

if TYPE_CHECKING:
    from vlavirgem.linked.mapping import Entity

_UNIT = "bestuurseenheid/"
"""How the IRIs of public bodies begin: they end in a word, such as `gemeente`, and not in a number."""


def in_own_words(entity: Entity, *, name: str, nis_code: str) -> Entity:
    """Give an entity as it is in the municipality with this name and NIS code."""
    spoken: Entity = _in_own_words(entity, name=name, nis_code=nis_code)
    return spoken


def _in_own_words(value: Any, *, name: str, nis_code: str) -> Any:
    if isinstance(value, str):
        spoken = value.replace(NAME, name).replace(NIS_CODE, nis_code)
        return f"{_UNIT}{nis_code}-{spoken.removeprefix(_UNIT)}" if spoken.startswith(_UNIT) else spoken
    if isinstance(value, tuple):
        return tuple(_in_own_words(item, name=name, nis_code=nis_code) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                one.name: _in_own_words(getattr(value, one.name), name=name, nis_code=nis_code)
                for one in fields(value)
            },
        )
    return value
