"""The commands of the README do what it says, word for word, on a platform that runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proeftuin.demo.cast import PLAYERS, token_for
from proeftuin.platform import running
from proeftuin_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parent.parent.parent
README = (REPOSITORY / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """What a reader's shell has: the virtual environment, the platform's address, a start-up's token.

    The data is not in pytest's own folder: every pytest that starts closes that for PostgreSQL's user.
    """
    with (
        tempfile.TemporaryDirectory(prefix="proeftuin-readme-", ignore_cleanup_errors=True) as folder,
        running(Settings(port=0, data_dir=Path(folder) / "data", log_level="ERROR")) as (platform, url),
        token_for(platform.application, PLAYERS[0]) as token,
    ):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        yield os.environ | {"PATH": path, "PROEFTUIN_URL": url, "PROEFTUIN_TOKEN": token, "LANG": "C.UTF-8"}


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n", 1)[0].removeprefix("$ ")[:40])
def test_a_block_of_commands_works_as_written(block: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Whoever copies the block into a shell gets no error."""
    commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    assert commands

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(commands)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert 0 == done.returncode, done.stdout[-2000:] + done.stderr[-2000:]


def test_every_link_of_the_readme_leads_somewhere() -> None:
    """Links to files of the repository exist."""
    targets = [target for target in re.findall(r"\]\(([^)#]+)", README) if "://" not in target]

    assert [] == [target for target in targets if not (REPOSITORY / target).exists()]


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    """`make …` in the README is in the Makefile."""
    makefile = (REPOSITORY / "Makefile").read_text()
    named = set(re.findall(r"(?:`|^)make ([a-z]+)\b", README, re.MULTILINE))

    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
