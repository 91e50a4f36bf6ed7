"""The conformance kits that this platform knows, as plain data handed in by the assembly."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_catalogue.errors import KitUnknownError
from proeftuin_catalogue.semver import SemVer
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NO_TEXT = Text(nl="", en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKit:
    """A kit and the standard version that it tests.

    Attributes:
        id: Name of the kit, such as `generiek-proces`.
        version: Version of the kit, SemVer; a new major version outdates older evidence.
        title: What people call the standard.
        summary: One sentence about what is tested.
        standard_url: Where the standard stands.
        standard_version: Version of the standard.
    """

    id: str
    version: str
    title: Text
    summary: Text = _NO_TEXT
    standard_url: str = ""
    standard_version: str = ""

    @property
    def major(self) -> int:
        """The part of the version whose growth outdates evidence."""
        return SemVer.parse(self.version).major


class KitShelf:
    """All known kits, by id."""

    def __init__(self, kits: Iterable[KnownKit]) -> None:
        self._kits = {kit.id: kit for kit in sorted(kits, key=lambda kit: kit.id)}

    def __iter__(self) -> Iterator[KnownKit]:
        return iter(self._kits.values())

    def get(self, kit_id: str) -> KnownKit | None:
        """Give a kit, or None: evidence may name a kit that is not installed any more."""
        return self._kits.get(kit_id)

    def find(self, kit_id: str) -> KnownKit:
        """Give a kit.

        Raises:
            KitUnknownError: there is none; the message names the nearest.
        """
        if kit_id in self._kits:
            return self._kits[kit_id]
        near = difflib.get_close_matches(kit_id, self._kits, n=1, cutoff=0.5)
        names = ", ".join(self._kits)
        raise KitUnknownError(
            Text(
                nl="De toetskit '{kit}' bestaat hier niet. "
                + (f"Bedoelt u '{near[0]}'?" if near else f"Kies uit: {names}."),
                en="There is no kit '{kit}' here. "
                + (f"Did you mean '{near[0]}'?" if near else f"Choose from: {names}."),
            ).format(kit=kit_id)
        )

    def title(self, kit_id: str) -> Text:
        """Give the name of a kit for people; its id when it is not installed any more."""
        kit = self._kits.get(kit_id)
        return kit.title if kit else Text(nl=kit_id, en=kit_id)

    @property
    def fingerprint(self) -> str:
        """Changes when a kit comes, goes, or gets another version or title."""
        lines = [f"{kit.id} {kit.version} {kit.title.nl} {kit.title.en}" for kit in self]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
