"""The command line: run a kit, list kits, show a kit's requirements.

Exit codes: 0 pass, 1 fail, 2 bad input, 3 inconclusive.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import httpx
import typer
from rich.console import Console
from rich.table import Table

from proeftuin_conformance.client import Limits
from proeftuin_conformance.errors import ConformanceError, KitError, UsageError
from proeftuin_conformance.events import RunFinished
from proeftuin_conformance.kit import find_kit, load_kits
from proeftuin_conformance.reports import (
    HtmlReporter,
    JsonReporter,
    JunitReporter,
    NdjsonReporter,
    TerminalReporter,
)
from proeftuin_conformance.runner import Options
from proeftuin_conformance.runner import run as start_run
from proeftuin_conformance.target import Target, require_http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from proeftuin_conformance.kit import Kit, Mode
    from proeftuin_conformance.reports import Reporter
    from proeftuin_conformance.texts import Language

FILES = {"html": "report.html", "json": "report.json", "junit": "junit.xml", "ndjson": "events.ndjson"}
FORMATS = ("terminal", *FILES)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Test een draaiende component met een kit. | Test a running component with a kit.",
)

Lang = Annotated[str, typer.Option("--lang", help="Taal: nl of en. | Language: nl or en.")]


@app.command()
def run(
    *,
    url: Annotated[str, typer.Option("--url", help="Basisadres van de API. | Base address of the API.")],
    kit: Annotated[str, typer.Option("--kit", help="Naam van de kit; zie `kits`. | Name of the kit; see `kits`.")],
    openapi: Annotated[
        str | None,
        typer.Option(
            "--openapi", help="Adres van het OpenAPI-document; {url}/openapi.json. | Address of the document."
        ),
    ] = None,
    health: Annotated[
        str | None, typer.Option("--health", help="Geeft 2xx als de component gezond is. | Answers 2xx when healthy.")
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", "-H", help="'Naam: waarde', bij elk verzoek; geheim. | With each request; secret."),
    ] = None,
    town_url: Annotated[
        str | None, typer.Option("--town-url", help="Adres van de testgemeente. | Address of the test town.")
    ] = None,
    reset_url: Annotated[
        str | None, typer.Option("--reset-url", help="POST hierheen zet alles terug. | A POST here resets all.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", help="Startgetal van gegenereerde verzoeken. | Seed of generated requests.")
    ] = 1830,
    mode: Annotated[str, typer.Option("--mode", help="quick of full. | quick or full.")] = "full",
    actor: Annotated[
        str | None, typer.Option("--actor", help="Alleen eisen van deze rol. | Of this role only.")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconden per verzoek. | Seconds per request.")
    ] = 10.0,
    wall_time: Annotated[
        float, typer.Option("--wall-time", min=1, help="Seconden voor de hele test. | Seconds for the whole test.")
    ] = 600.0,
    max_examples: Annotated[
        int | None, typer.Option("--max-examples", min=0, help="Voorbeelden per bewerking. | Examples per operation.")
    ] = None,
    component: Annotated[
        str | None,
        typer.Option("--component", help="Naam en versie, voor het rapport. | Name and version, to report."),
    ] = None,
    report_dir: Annotated[
        Path | None, typer.Option("--report-dir", help="Map voor de rapporten. | Folder for the reports.")
    ] = None,
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="terminal, html, json, junit, ndjson; mag vaker. | Repeatable; without a folder on stdout.",
        ),
    ] = None,
    lang: Lang = "nl",
) -> None:
    """Test een component. 0 geslaagd, 1 niet, 2 verkeerde invoer, 3 geen uitspraak. | Test a component."""
    with _usage_errors():
        language = _language(lang)
        if mode not in {"quick", "full"}:
            raise UsageError(f"--mode: quick of/or full, niet/not {mode!r}")
        chosen_mode: Mode = "quick" if mode == "quick" else "full"
        chosen = find_kit(kit)
        require_http(url, what="--url")
        if town_url is not None:
            require_http(town_url, what="--town-url")
        target = Target(
            base_url=url,
            openapi_url=openapi,
            health_url=health,
            headers=_headers(header or []),
            reset=_reset(reset_url, timeout),
            town_url=town_url,
            component=component,
        )
        cancelled = threading.Event()
        options = Options(
            seed=seed,
            mode=chosen_mode,
            actor=actor,
            wall_time_s=wall_time,
            limits=Limits(timeout_s=timeout),
            max_examples=max_examples,
            cancelled=cancelled,
        )
        with contextlib.ExitStack() as stack:
            reporters = _reporters(format_, report_dir, language, stack)
            stack.enter_context(_cancel_on_interrupt(cancelled))
            code = 3
            for event in start_run(chosen, target, options):
                for reporter in reporters:
                    reporter.handle(event)
                if isinstance(event, RunFinished):
                    code = event.report.exit_code
    raise typer.Exit(code)


@app.command()
def kits(lang: Lang = "nl") -> None:
    """Toon de kits. | List the kits."""
    with _usage_errors():
        language = _language(lang)
        for kit in load_kits().values():
            typer.echo(f"{kit.id} {kit.version}  {kit.title.in_(language)} · {kit.standard.title.in_(language)}")
            typer.echo(f"    {kit.summary.in_(language)}")


@app.command()
def requirements(
    kit: Annotated[str, typer.Argument(metavar="KIT", help="Naam van de kit. | Name of the kit.")],
    format_: Annotated[str, typer.Option("--format", help="table of json. | table or json.")] = "table",
    lang: Lang = "nl",
) -> None:
    """Toon de eisen van een kit: waarmee getest, of waarom niet. | Show a kit's requirements."""
    with _usage_errors():
        language = _language(lang)
        chosen = find_kit(kit)
        if format_ == "json":
            typer.echo(json.dumps(_requirements(chosen), ensure_ascii=False, indent=2))
            return
        if format_ != "table":
            raise UsageError(f"--format: table of/or json, niet/not {format_!r}")
        table = Table("id", "", language, "", box=None, pad_edge=False)
        for requirement in chosen.requirements:
            reason = requirement.not_tested_reason
            tested = " ".join(requirement.tested_by) if reason is None else f"– {reason.in_(language)}"
            table.add_row(requirement.id, str(requirement.level), requirement.title.in_(language), tested)
        Console().print(table)


def _requirements(kit: Kit) -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "clauseUrl": one.clause_url,
            "level": str(one.level),
            "actor": one.actor,
            "title": one.title.to_dict(),
            "text": one.text.to_dict(),
            "testedBy": list(one.tested_by),
            "notTestedReason": None if one.not_tested_reason is None else one.not_tested_reason.to_dict(),
        }
        for one in kit.requirements
    ]


@contextlib.contextmanager
def _usage_errors() -> Iterator[None]:
    """One line on stderr and exit code 2 for bad input."""
    try:
        yield
    except (UsageError, KitError) as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.strerror}: {error.filename}")


def _refuse(message: str) -> NoReturn:
    typer.echo(f"proeftuin conformance: {' '.join(message.split())}", err=True)
    raise typer.Exit(2)


def _language(lang: str) -> Language:
    if lang == "nl":
        return "nl"
    if lang == "en":
        return "en"
    raise UsageError(f"--lang: nl of/or en, niet/not {lang!r}")


def _headers(lines: list[str]) -> dict[str, str]:
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise UsageError("--header: schrijf / write 'Naam: waarde'")  # the value may be a secret: not repeated
        headers[name.strip()] = value.strip()
    return headers


def _reset(url: str | None, timeout: float) -> Callable[[], None] | None:
    if url is None:
        return None
    require_http(url, what="--reset-url")

    def reset() -> None:
        try:
            httpx.post(url, timeout=timeout, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise ConformanceError(f"POST {url}: {error}") from error

    return reset


def _reporters(
    formats: list[str] | None, folder: Path | None, language: Language, stack: contextlib.ExitStack
) -> list[Reporter]:
    wanted = formats or (["terminal"] if folder is None else list(FORMATS))
    for name in wanted:
        if name not in FORMATS:
            raise UsageError(f"--format: {', '.join(FORMATS)}; niet/not {name!r}")
    files = [name for name in wanted if name in FILES]
    if folder is None and len(files) > 1:
        raise UsageError("--format: meer dan een bestand vraagt --report-dir / more than one file needs --report-dir")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    reporters: list[Reporter] = []
    for name in files:
        stream: TextIO = sys.stdout
        if folder is not None:
            stream = stack.enter_context((folder / FILES[name]).open("w", encoding="utf-8"))
        reporters.append(_reporter(name, stream, language))
    if "terminal" in wanted:
        console = Console(stderr=folder is None and bool(files))
        reporters.append(TerminalReporter(console, language=language))
    return reporters


def _reporter(name: str, stream: TextIO, language: Language) -> Reporter:
    if name == "html":
        return HtmlReporter(stream, language=language)
    if name == "junit":
        return JunitReporter(stream, language=language)
    return JsonReporter(stream) if name == "json" else NdjsonReporter(stream)


@contextlib.contextmanager
def _cancel_on_interrupt(cancelled: threading.Event) -> Iterator[None]:
    """The first Ctrl-C ends the run in order, with a report; the second one at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        cancelled.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
