"""What the demo shows in the terminal: live steps, then one screen with the outcome."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.rule import Rule
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text as Line

from proeftuin.portal.adapters.standards import stored_report
from proeftuin_conformance.reports.terminal import explain
from proeftuin_kernel.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proeftuin.demo.story import Act

_OUTCOME = {
    "pass": ("green", Text(nl="geslaagd", en="passed")),
    "fail": ("red", Text(nl="niet geslaagd", en="failed")),
    "skip": ("yellow", Text(nl="kon niet getoetst worden", en="could not be tested")),
    "error": ("magenta", Text(nl="geen oordeel mogelijk", en="no verdict possible")),
}


class Screen:
    """Prints for one reader.

    Args:
        console: Where to.
        language: Of the reader.
    """

    def __init__(self, console: Console, *, language: Language) -> None:
        self._console = console
        self._language: Language = language
        self._began = time.monotonic()

    def step(self, text: Text) -> None:
        """Announce a step of the story."""
        seconds = time.monotonic() - self._began
        self._console.print(Line.assemble((f"{seconds:6.1f} s  ", "dim"), (text.in_(self._language), "bold")))

    def together(self, names: Sequence[str]) -> Together:
        """Show several things that happen at the same time; use as a context manager."""
        return Together(self._console, names, language=self._language)

    def verdicts(self, acts: Sequence[Act], *, url: str) -> None:
        """Show who passed what, with the badge or the report behind it."""
        table = Table.grid(padding=(0, 2))
        for act in acts:
            for run in act.runs:
                style, word = _OUTCOME[run["outcome"]]
                link = f"{url}/badges/{run['badge']}" if run["badge"] else f"{url}/toetsen/{run['id']}"
                kind = "badge" if run["badge"] else Text(nl="rapport", en="report").in_(self._language)
                table.add_row(
                    Line(run["component"]),
                    Line(run["kit"]),
                    Line(word.in_(self._language), style=style),
                    Line(f"{kind} {link}", style="dim", no_wrap=True, overflow="ignore"),
                )
        self._console.print(Padding(table, (0, 0, 1, 10)))

    def why_not(self, acts: Sequence[Act]) -> None:
        """Explain every run that did not pass: requirement, clause, what was sent, what came back, curl."""
        for act in acts:
            for run in act.runs:
                if run["outcome"] == "pass":
                    continue
                self._console.print(Rule(Line(f"{run['component']} · {run['kit']}"), align="left", style="dim"))
                report = act.reports.get(run["id"])
                if report is None:
                    cause = run["cause"] or {"nl": "", "en": ""}
                    self._console.print(cause[self._language])
                    continue
                for part in explain(stored_report(report), language=self._language):
                    self._console.print(part, soft_wrap=isinstance(part, Line))

    def found(self, query: str, answer: dict[str, Any]) -> None:
        """Show what a search gives."""
        table = Table.grid(padding=(0, 2))
        for item in answer["items"]:
            marks = ", ".join(f"{mark['kitId']}: {mark['label'][self._language]}" for mark in item["marks"])
            table.add_row(
                Line(item["name"][self._language], style="bold"), Line(item["supplier"]["name"]), Line(marks)
            )
        self._console.print(Padding(Group(Line(f"“{query}” → {answer['total']}"), table), (0, 0, 1, 10)))


class Together:
    """One line per thing that happens; live on a terminal, a line per change elsewhere."""

    def __init__(self, console: Console, names: Sequence[str], *, language: Language) -> None:
        self._console = console
        self._language: Language = language
        self._lock = threading.Lock()
        self._lines = dict.fromkeys(names, "…")
        self._live = Live(self, console=console, refresh_per_second=8, transient=True) if console.is_terminal else None

    def __enter__(self) -> Callable[[str, Text], None]:
        if self._live is not None:
            self._live.start()
        return self.say

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for name, line in self._lines.items():
            table.add_row("        ", Spinner("dots"), Line(name), Line(line, style="dim", overflow="ellipsis"))
        return table

    def say(self, name: str, text: Text) -> None:
        """Tell what happens now."""
        line = text.in_(self._language)
        with self._lock:
            if self._lines[name] == line:
                return
            self._lines[name] = line
            if self._live is None:
                self._console.print(Line(f"          {name}: {line}", style="dim"))
