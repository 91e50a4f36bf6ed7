"""What tells our things from those of another platform on the same server, engine or cluster."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from proeftuin_kernel.settings import SettingInvalidError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path


_FILE = "namespace"


def installation_of(root: Path) -> str:
    """Give the name of the platform that keeps its things under this folder.

    It is drawn once and kept there; two processes that draw at the same time agree on one.
    """
    path = root / _FILE
    if not path.exists():
        _write_once(path, secrets.token_hex(4))
    return path.read_text()


def name_installation(root: Path, name: str) -> None:
    """Give the platform that keeps its things under this folder the name that its operator chose.

    Raises:
        SettingInvalidError: it has another name already; what it made under that one would be lost.
    """
    path = root / _FILE
    if not path.exists():
        _write_once(path, name)
    known = path.read_text()
    if known != name:
        raise SettingInvalidError(
            Text(
                nl=f"PROEFTUIN_INSTALLATION is {name}, maar dit platform heet {known}. Wat het onder die naam maakte, "
                "zou niemand nog opruimen.",
                en=f"PROEFTUIN_INSTALLATION is {name}, but this platform is called {known}. Nobody would clean up "
                "what it made under that name.",
            )
        )


def _write_once(path: Path, name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".namespace.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.write_text(name)
    try:
        os.link(fresh, path)  # fails when somebody else was first, and never shows half a name
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
