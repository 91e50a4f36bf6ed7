"""What everything of a sandbox is called on an engine; names follow from ids."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from proeftuin_infra.docker.labels import COMPONENT, INSTALLATION, KIND, SANDBOX

_ID = re.compile(r"sbx-[0-9a-z]{1,40}")
_COMPONENT = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

TOWN_ALIAS = "town"

DEAD_END = "127.0.0.1"
"""Where names that are of no container are asked: the container's own loopback address, where nobody listens. No
question leaves the room; who asks hears nothing for a second, or at once that the name is unknown."""


class Kind(StrEnum):
    """What a thing on the engine is for; stands in its label `kind`."""

    ROOM = "room"
    WAY_IN = "way-in"
    TOWN = "town"
    COMPONENT = "component"
    GATE = "gate"
    DATA = "data"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class RoomNames:
    """Names and labels of one sandbox.

    Args:
        installation: Tells this platform from another one on the same engine.
        sandbox_id: The sandbox.
    """

    installation: str
    sandbox_id: str

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.sandbox_id):
            raise ValueError(f"{self.sandbox_id!r} cannot name a sandbox")

    @property
    def prefix(self) -> str:
        """What every name begins with."""
        return f"pt-{self.sandbox_id.removeprefix('sbx-')}"

    @property
    def room(self) -> str:
        """The walled network."""
        return f"{self.prefix}-room"

    @property
    def way_in(self) -> str:
        """The network from which the gates are reached."""
        return f"{self.prefix}-in"

    @property
    def town(self) -> str:
        """The container, and the volume, of the town."""
        return f"{self.prefix}-town"

    def component(self, name: str) -> str:
        """The container, and the volume, of a component."""
        if not _COMPONENT.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a component")
        return f"{self.prefix}-c-{name}"

    @staticmethod
    def gate(container: str) -> str:
        """The gate of a container."""
        return f"{container}-gate"

    @staticmethod
    def alias(container: str) -> str:
        """The name by which its gate finds a container: short, and never that of a component."""
        return f"p{hashlib.sha256(container.encode()).hexdigest()[:16]}"

    def labels(self, kind: Kind, component: str | None = None) -> dict[str, str]:
        """Labels of a thing of this sandbox."""
        own = {INSTALLATION: self.installation, SANDBOX: self.sandbox_id, KIND: kind.value}
        return own | ({COMPONENT: component} if component else {})

    def having(self, kind: Kind | None = None) -> dict[str, str]:
        """Give what selects things of this sandbox, by label."""
        own = {"installation": self.installation, "sandbox_id": self.sandbox_id}
        return own | ({"kind": kind.value} if kind else {})
