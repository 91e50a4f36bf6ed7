"""Release numbers in their order of precedence (Semantic Versioning 2.0.0, clause 11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

PATTERN = (
    r"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(?:-((?:0|[1-9][0-9]{0,8}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]{0,8}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$"
)
"""Numbers of at most nine digits, so that they fit everywhere; otherwise the grammar of the specification."""
MAX_LENGTH = 64
_VERSION = re.compile(PATTERN, re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class SemVer:
    """A release number that can be compared.

    Build metadata says nothing about precedence; it only breaks ties here, so that an order is total.
    """

    major: int
    minor: int
    patch: int
    pre: tuple[str, ...] = ()
    build: str = ""

    @classmethod
    def parse(cls, text: str) -> SemVer:
        """Read a release number.

        Raises:
            ValueError: the text is not SemVer 2, or longer than 64 characters.
        """
        match = _VERSION.fullmatch(text) if len(text) <= MAX_LENGTH else None
        if match is None:
            raise ValueError(f"not a SemVer 2 release number: {text[:80]!r}")
        major, minor, patch, pre, build = match.groups()
        return cls(int(major), int(minor), int(patch), tuple(pre.split(".")) if pre else (), build or "")

    @property
    def _key(self) -> tuple[object, ...]:
        # Clause 11: a pre-release comes before its release; numbers before words; fewer fields before more.
        fields = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre)
        return (self.major, self.minor, self.patch, not self.pre, fields, self.build)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, SemVer):
            return NotImplemented
        return self._key < other._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SemVer) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def current(versions: list[str]) -> str | None:
    """Choose the release that a buyer would get: the highest that is no pre-release, else the highest."""
    ordered = sorted(versions, key=SemVer.parse)
    stable = [version for version in ordered if not SemVer.parse(version).pre]
    chosen = stable or ordered
    return chosen[-1] if chosen else None
