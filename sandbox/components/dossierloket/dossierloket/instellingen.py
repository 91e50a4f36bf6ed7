"""The settings of the component: the environment that a sandbox gives it, with defaults for a laptop."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Instellingen:
    """Where to listen, where to write, and which town to read.

    Attributes:
        basis_url: the address by which clients reach the component.
        stad_url: root of the town's building blocks; `None` works without a town.
        map: a folder of its own to write in; `None` keeps everything in memory.
    """

    host: str
    poort: int
    basis_url: str
    stad_url: str | None
    map: Path | None

    @classmethod
    def uit(cls, omgeving: Mapping[str, str]) -> "Instellingen":
        """Read the environment variables that are described in the README.

        Raises:
            ValueError: PORT is not a number.
        """
        host = omgeving.get("HOST", "127.0.0.1")
        poort = int(omgeving.get("PORT", "8080"))
        map_ = omgeving.get("PROEFTUIN_DATA_DIR")
        return cls(
            host=host,
            poort=poort,
            basis_url=omgeving.get("PROEFTUIN_BASE_URL", f"http://{host}:{poort}").rstrip("/"),
            stad_url=omgeving.get("PROEFTUIN_TOWN_URL", "").rstrip("/") or None,
            map=Path(map_) if map_ else None,
        )
