"""Where everything of a local sandbox stands on disk; names follow from ids."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"sbx-[0-9a-z]{1,40}")
_COMPONENT = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ComponentPlace:
    """The folders of one component."""

    folder: Path

    @property
    def run(self) -> Path:
        """Status and log of its process."""
        return self.folder / "run"

    @property
    def data(self) -> Path:
        """What it may write; emptied by a reset."""
        return self.folder / "data"

    @property
    def note(self) -> Path:
        """What runs here and where: digest, revision and port."""
        return self.folder / "place.json"

    def code(self, digest: str) -> Path:
        """The unpacked bundle of a digest."""
        return self.folder / f"code-{digest.removeprefix('sha256:')[:16]}"


@dataclass(frozen=True, slots=True)
class Room:
    """The folder of one sandbox."""

    folder: Path

    @property
    def town(self) -> Path:
        """Status and log of the town's server."""
        return self.folder / "town"

    @property
    def note(self) -> Path:
        """Digest and port of the town."""
        return self.folder / "town.json"

    def component(self, name: str) -> ComponentPlace:
        """The folders of a component."""
        if not _COMPONENT.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a component")
        return ComponentPlace(self.folder / "components" / name)

    def components(self) -> list[str]:
        """Names of the components that have a folder."""
        folder = self.folder / "components"
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


class Rooms:
    """All that the local backend keeps under one folder.

    Args:
        root: That folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @property
    def towns(self) -> Path:
        """Generated towns, by profile, seed and generator version."""
        return self.root / "towns"

    @property
    def environments(self) -> Path:
        """Virtual environments, by content."""
        return self.root / "environments"

    def room(self, sandbox_id: str) -> Room:
        """The folder of a sandbox."""
        if not _ID.fullmatch(sandbox_id):
            raise ValueError(f"{sandbox_id!r} cannot name a sandbox")
        return Room(self.root / "rooms" / sandbox_id)

    def ids(self) -> list[str]:
        """Ids of the sandboxes that have a folder."""
        folder = self.root / "rooms"
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def write_note(path: Path, note: dict[str, Any]) -> None:
    """Write a small JSON file in one move."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fresh.write_text(json.dumps(note))
    fresh.replace(path)


def read_note(path: Path) -> dict[str, Any] | None:
    """Read a note back; None when it is not there."""
    try:
        note: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return note
