"""The command line: 0 when it worked, 1 when a folder is not what it says, 2 with one line on bad input."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from vlavirgem import Town


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vlavirgem.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_generate_verify_and_export_work_together(tmp_path: Path, hamlet: Town) -> None:
    """The commands of the README, on the demo town."""
    made = run("generate", "--profile", "gehucht", "--seed", "1830", "--to", "parquet", tmp_path / "stad")
    assert (0, hamlet.digest) == (made.returncode, made.stdout.split()[-1])
    assert made.stderr  # says what it is doing

    verified = run("verify", tmp_path / "stad")
    assert (0, "ok") == (verified.returncode, verified.stdout.split()[-1])

    exported = run("export", tmp_path / "stad", tmp_path / "nq", "--to", "nquads")
    assert (0, hamlet.digest) == (exported.returncode, exported.stdout.split()[-1])
    assert 0 == run("verify", tmp_path / "nq").returncode

    (tmp_path / "nq" / "persoon.nq").write_text("")
    damaged = run("verify", tmp_path / "nq")
    assert 1 == damaged.returncode
    assert "persoon.nq: changed" in damaged.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generate", "--profile", "metropool", "OUT"], "There is no profile 'metropool'"),
        (["generate", "--to", "xlsx", "OUT"], "parquet or csv"),
        (["generate", "--seed", "veel", "OUT"], "seed"),
        (["generate", "."], "already exists"),
        (["generate", "--profile", "dorp", "--only", "99001", "OUT"], "--only chooses municipalities of a region"),
        (["generate", "--profile", "vlaanderen", "--only", "44021", "OUT"], "no municipality '44021' in vlaanderen"),
        (["generate", "--profile", "vlaanderen", "--partition", "1/2", "--to", "csv", "OUT"], "written as parquet"),
        (["generate", "--identifiers", "echt", "OUT"], "There are no 'echt' identifiers"),
        (["generate", "--partition", "9/8", "OUT"], "written as 1/8, 2/8"),
        (["prepare", "."], "already exists"),
        (["join", "OUT", "absent"], "`vlavirgem generate --partition` makes one"),
        (["job", "--image", "town:1", "--claim", "towns", "--name", "Mijn stad"], "not 'Mijn stad'"),
        (["profiles", "atlantis"], "There is no region 'atlantis'"),
        (["verify", "absent"], "`vlavirgem generate` makes one"),
        (["verify", "x" * 300], "x" * 300),
        (["reset", "x" * 300], "x" * 300),
        (["export", "absent", "OUT", "--to", "csv"], "holds no town"),
        (["load", "absent", "--database-url", "postgresql://nowhere.invalid/x"], "holds no town"),
        (["serve", "--port", "70000"], "port"),
        (["serve", "--port", "0", "--database-url", "postgresql://127.0.0.1:1/x"], "cannot be reached"),
        (["bestaat-niet"], "bestaat-niet"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_bad_input_gives_exit_code_2_and_says_why(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No stack trace, nothing left behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iets").write_text("")

    done = run(*arguments)

    assert 2 == done.returncode
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert ["iets"] == [path.name for path in tmp_path.iterdir()]


def test_profiles_are_listed() -> None:
    """With their size."""
    lines = run("profiles").stdout.splitlines()

    assert ["gehucht", "dorp", "gemeente", "stad", "centrumstad", "vlaanderen"] == [line.split()[0] for line in lines]
    assert "1000 inwoners" in lines[0]
    assert "6800000 inwoners in 285 gemeenten" in lines[-1]
    assert 285 == len(run("profiles", "vlaanderen").stdout.splitlines())


def test_a_region_is_generated_in_partitions_joined_and_verified(tmp_path: Path) -> None:
    """As one town is; a part of it can be asked for too."""
    made = run("generate", tmp_path / "v", "--profile", "vlaanderen", "--only", "99285", "--only", "99284")
    assert 0 == made.returncode
    assert "100 %" in made.stderr

    verified = run("verify", tmp_path / "v")
    assert (0, f"{made.stdout.split()[-1]} ok") == (verified.returncode, " ".join(verified.stdout.split()[-2:]))
    refused = run("serve", tmp_path / "v")
    assert (2, True) == (refused.returncode, "name one, such as" in refused.stderr)
    (tmp_path / "v" / "gemeenten" / "99285" / "README.md").unlink()
    damaged = run("verify", tmp_path / "v")
    assert (1, "gemeenten/99285: README.md: missing\n") == (damaged.returncode, damaged.stdout)

    partition = run("generate", tmp_path / "p", "--profile", "vlaanderen", "--partition", "10000/10000")
    assert (0, "0") == (partition.returncode, partition.stdout.split()[-1])
    incomplete = run("join", tmp_path / "j", tmp_path / "p")
    assert (2, True) == (incomplete.returncode, "is in none of the partitions" in incomplete.stderr)


def test_help_does_not_load_the_heavy_libraries() -> None:
    """Somebody who asks for help does not wait for Polars."""
    code = (
        "import sys, vlavirgem.cli; "
        "sys.exit(bool({'polars', 'numpy', 'pyproj', 'fastapi', 'psycopg', 'rdflib'} & set(sys.modules)))"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
    started = time.monotonic()
    assert 0 == run("--help").returncode
    assert time.monotonic() - started < 20  # generous: machines differ


def test_serving_does_not_load_the_generator() -> None:
    """A sandbox must be ready in seconds."""
    code = (
        "import sys, vlavirgem.server, vlavirgem.blocks.app; "
        "sys.exit(bool({'polars', 'numpy', 'pyproj', 'pyarrow', 'rdflib'} & set(sys.modules)))"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
