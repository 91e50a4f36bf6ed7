"""What people can do in the municipality, and what gives them the right to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Act:
    """Something that only some may do.

    Attributes:
        code: For programs, for instance `dossier.behandelen`.
        name: In Dutch.
        english: In English.
        roles: Codes of the roles that allow it.
        functions: Functions that allow it, in words.
        per_domain: Whether it is only allowed within the policy domains that somebody has.
    """

    code: str
    name: str
    english: str
    roles: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    per_domain: bool = False

    @property
    def grounds(self) -> tuple[str, ...]:
        """All roles and functions that allow it."""
        return (*self.roles, *self.functions)


@cache
def acts() -> tuple[Act, ...]:
    """Give all acts, in the order of `datasets/handelingen.toml`."""
    text = resources.files("vlavirgem.datasets").joinpath("handelingen.toml").read_text(encoding="utf-8")
    return tuple(
        Act(
            one["code"],
            one["naam"],
            one["en"],
            roles=tuple(one.get("rollen", ())),
            functions=tuple(one.get("functies", ())),
            per_domain=one.get("domein", False),
        )
        for one in tomllib.loads(text)["handeling"]
    )


def find_act(code: str) -> Act | None:
    """Find an act by its code."""
    return next((one for one in acts() if one.code == code), None)
