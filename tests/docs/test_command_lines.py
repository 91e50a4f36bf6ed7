"""The two command lines speak with one voice, and say in one line what was typed wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typer.main

import proeftuin.cli
import vlavirgem.cli
from proeftuin.cli import AREAS, app, area

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OF_TYPER = {"help", "install_completion", "show_completion"}


def said(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """Everything that the help of a command and of those below it says."""
    yield name, command.help or ""
    for parameter in command.params:
        if parameter.name not in OF_TYPER:
            yield f"{name} {parameter.name}", parameter.help or ""
    for word, below in getattr(command, "commands", {}).items():
        yield from said(below, f"{name} {word}")


def everything_said() -> list[tuple[str, str]]:
    platform: Any = typer.main.get_command(app)
    platform.commands |= {name: typer.main.get_command(area(name)) for name in AREAS}
    return [*said(platform, "proeftuin"), *said(typer.main.get_command(vlavirgem.cli.app), "vlavirgem")]


def test_every_help_is_in_dutch_and_in_english() -> None:
    """Dutch first, then a bar, then English: of each command, argument and option."""
    texts = everything_said()

    assert len(texts) > 100
    assert [] == [where for where, text in texts if text.count(" | ") != 1]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("proeftuin nope", "proeftuin: No such command 'nope'; see `proeftuin --help`."),
        ("proeftuin sandbox create --seed -1", "proeftuin sandbox create: Invalid value for '--seed': "),
        ("proeftuin component deploy .", "proeftuin component deploy: Missing option '--sandbox'"),
        ("proeftuin conformance run --url geen-adres --kit api-regels", "--url: geen http(s)-adres / not an http(s)"),
        ("proeftuin image push nope.tar --url http://127.0.0.1:1", "proeftuin: nope.tar: No such file or directory"),
        ("vlavirgem nope", "vlavirgem: No such command 'nope'; see `vlavirgem --help`."),
        ("vlavirgem generate stad --seed veel", "vlavirgem generate: Invalid value for '--seed': "),
        ("vlavirgem generate stad --partition 0/4", "vlavirgem: A partition is written as 1/8, 2/8"),
        ("vlavirgem export stad", "vlavirgem export: Missing argument 'DIR'; see `vlavirgem export --help`."),
    ],
)
def test_what_was_typed_wrong_is_told_in_one_line_with_exit_code_2(
    line: str, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A box of several lines is of no use in a log."""
    program, *arguments = line.split()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PROEFTUIN_SANDBOX_ID", raising=False)
    monkeypatch.setattr("sys.argv", ["/somewhere/else", *arguments])

    with pytest.raises(SystemExit) as ended:
        {"proeftuin": proeftuin.cli.main, "vlavirgem": vlavirgem.cli.main}[program]()

    out, err = capsys.readouterr()
    assert (2, "", 1) == (ended.value.code, out, len(err.splitlines()))
    assert answer in err
