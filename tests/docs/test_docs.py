"""What users can set, type or meet is written down, and what is written down exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main
from pydantic import SecretStr

import proeftuin.api
import proeftuin.demo
import proeftuin.platform
import vlavirgem.cli
from proeftuin.cli import AREAS, app, area
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

REPOSITORY = Path(__file__).parent.parent.parent
READMES = [REPOSITORY / "README.md", *sorted(REPOSITORY.glob("*/README.md"))]
PROSE = "\n".join(path.read_text() for path in READMES)
COMPONENT_ENVIRONMENT = {  # what a component is given, and what clients and tests read; not settings of the platform
    "PROEFTUIN_BASE_URL", "PROEFTUIN_COMPONENT", "PROEFTUIN_DATA_DIR", "PROEFTUIN_SANDBOX", "PROEFTUIN_TOKEN",
    "PROEFTUIN_TOWN_URL", "PROEFTUIN_URL", "PROEFTUIN_STANDARDS_DATA", "PROEFTUIN_TEST_DATABASE_URL",
    "PROEFTUIN_CHAOS_SEED",
}  # fmt: skip


ASSEMBLED = (proeftuin.api, proeftuin.demo, proeftuin.platform, *map(area, AREAS))
"""Imported so that every area's errors are known, whatever the command line leaves for later."""


def variables() -> set[str]:
    return {f"PROEFTUIN_{name.upper()}" for name in Settings.model_fields}


def errors(root: type[ProeftuinError] = ProeftuinError) -> Iterator[type[ProeftuinError]]:
    for error in root.__subclasses__():
        if error.__module__.startswith(("proeftuin", "vlavirgem")) and not error.__name__.startswith("_"):
            yield error
        yield from errors(error)


def whole_program() -> click.Group:
    """The command `proeftuin` with the commands of every area, which it imports on demand."""
    whole: Any = typer.main.get_command(app)
    whole.commands |= {name: typer.main.get_command(area(name)) for name in AREAS}
    return whole  # type: ignore[no-any-return] # typer carries its own click along


def commands(command: click.Command, name: str) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    for word, sub in subcommands.items():
        yield from commands(sub, f"{name} {word}")
    if not subcommands:
        yield name


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    """An operator never has to read the code."""
    table = dict(re.findall(r"^\| `(PROEFTUIN_[A-Z_]+)` \| [^|]+ \| (.+) \|$", PROSE, re.MULTILINE))
    expected = {f"PROEFTUIN_{name.upper()}": field.description for name, field in Settings.model_fields.items()}

    assert expected == {name: meaning for name, meaning in table.items() if name in expected}


def test_every_default_is_documented() -> None:
    """The table says what happens when an operator chooses nothing."""
    table = dict(re.findall(r"^\| `(PROEFTUIN_[A-Z_]+)` \| ([^|]+) \|", PROSE, re.MULTILINE))
    words = {None: "none", "": "empty"}
    expected = {
        f"PROEFTUIN_{name.upper()}": words.get(field.default, f"`{field.default}`")
        for name, field in Settings.model_fields.items()
        if not isinstance(field.default, SecretStr)
    }

    assert expected == {name: default for name, default in table.items() if name in expected}


def test_no_readme_names_a_setting_that_does_not_exist() -> None:
    """A setting that is gone leaves the documents too."""
    named = set(re.findall(r"PROEFTUIN_[A-Z][A-Z_]*[A-Z]", PROSE))

    assert set() == named - variables() - COMPONENT_ENVIRONMENT


def test_every_error_code_is_documented() -> None:
    """Whoever quotes a code finds it."""
    assert [] == sorted({error.code for error in errors() if f"`{error.code}`" not in PROSE})


def test_the_tables_of_error_codes_say_what_the_platform_says() -> None:
    """Status and title in both languages, as in a problem document; and no code that no error has."""
    row = re.compile(r"^\| `([a-z-]+)` \| (\d{3}) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
    every = [ProeftuinError, *errors()]

    assert {(one.code, str(one.status), one.title.nl, one.title.en) for one in every} == set(row.findall(PROSE))


def test_an_error_code_means_one_thing() -> None:
    """Two errors with the same code and different words would make the code worthless."""
    seen: dict[str, set[str]] = {}
    for error in errors():
        seen.setdefault(error.code, set()).add(error.title.nl)

    assert {} == {code: titles for code, titles in seen.items() if len(titles) > 1}


def test_every_command_is_documented() -> None:
    """Each command and sub-command of both programs stands in a README."""
    trees = [(whole_program(), "proeftuin"), (typer.main.get_command(vlavirgem.cli.app), "vlavirgem")]
    found = [name for tree, word in trees for name in commands(tree, word)]

    assert len(found) > 20
    assert [] == [name for name in found if name not in PROSE]


def test_no_readme_names_a_command_that_does_not_exist() -> None:
    """What stands in code, in a block or between backticks, can be typed."""
    known = {"proeftuin": whole_program(), "vlavirgem": typer.main.get_command(vlavirgem.cli.app)}
    code = "\n".join(map("".join, re.findall(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", PROSE, re.DOTALL)))
    unknown = []
    for program, first, second in re.findall(
        r"(?<![\w/.-])(?<!from )(proeftuin|vlavirgem) ([a-z]+)(?: ([a-z]+)(?![\w./-]))?", code
    ):
        command = getattr(known[program], "commands", {}).get(first)
        if command is None or (second and second not in getattr(command, "commands", {second: None})):
            unknown.append(f"{program} {first} {second}".strip())

    assert [] == unknown
