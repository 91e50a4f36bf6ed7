"""What tells our things from those of another platform on the same server, engine or cluster."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def installation_of(root: Path) -> str:
    """Give the name of the platform that keeps its things under this folder.

    It is drawn once and kept there; two processes that draw at the same time agree on one.
    """
    path = root / "namespace"
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        fresh = root / f".namespace.{os.getpid()}.{secrets.token_hex(4)}"
        fresh.write_text(secrets.token_hex(4))
        try:
            os.link(fresh, path)  # fails when somebody else was first, and never shows half a name
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
