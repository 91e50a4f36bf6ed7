"""The real command lines, as a person types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROEFTUIN = str(Path(sys.executable).with_name("proeftuin"))


def proeftuin(
    *arguments: str | Path, seconds: float = 60, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `proeftuin …` to its end."""
    return subprocess.run(
        [PROEFTUIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env=clean_environment() | dict(environment or {}),
    )


def clean_environment() -> dict[str, str]:
    """Give our environment without settings of the platform and without a wide terminal of our own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PROEFTUIN_", "COLUMNS"))}
