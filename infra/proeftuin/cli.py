"""The command `proeftuin`: one sub-command per area, imported when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from typer.core import TyperGroup

from proeftuin_kernel.errors import ProeftuinError

if TYPE_CHECKING:
    from typing import Any

    from proeftuin_kernel.text import Text

AREAS: Final = {
    "sandbox": (
        "proeftuin_sandbox.cli_sandbox",
        "Proeftuinen vragen, bekijken en verwijderen. | Ask for, see and remove sandboxes.",
    ),
    "component": (
        "proeftuin_sandbox.cli",
        "Uw component: maken, controleren, uitrollen, volgen. | Your component: make, check, deploy, watch.",
    ),
    "image": (
        "proeftuin_sandbox.cli_image",
        "Container-images: uploaden, tonen, verwijderen. | Container images: upload, list, remove.",
    ),
    "conformance": (
        "proeftuin_conformance.cli",
        "Test een draaiende component met een kit. / Test a running component with a kit.",
    ),
    "badge": (
        "proeftuin_conformance.badges.cli",
        "Badges: nakijken, tonen, sleutels maken. / Badges: check, show, make keys.",
    ),
}
"""The sub-commands of the areas: the module whose `app` they are, and what `--help` says of them."""


class _WithAreas(TyperGroup):
    """Knows the areas by name, and imports one only when its command is really carried out."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a line; typer has the types of the click that it carries along."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in AREAS:
            command = typer.main.get_command(area(name))
            command.name = name
        return name, command, rest


def area(name: str) -> typer.Typer:
    """Import the command line of one area."""
    found: typer.Typer = import_module(AREAS[name][0]).app
    return found


app = typer.Typer(
    name="proeftuin",
    cls=_WithAreas,
    help="Living-lab sandboxes and a catalogue of proven solutions for Flemish municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

for _name, (_, _help) in AREAS.items():
    app.add_typer(typer.Typer(help=_help), name=_name)

PortOption = Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.", min=0, max=65535)]


@app.command()
def serve(port: PortOption = None) -> None:
    """Run the platform until Ctrl-C: web pages, API and background jobs."""
    from proeftuin.platform import running  # noqa: PLC0415 - keeps --help fast
    from proeftuin.stopping import interruptible  # noqa: PLC0415
    from proeftuin_kernel.log import configure_logging  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    settings = read_settings() if port is None else read_settings(port=port)
    configure_logging(settings)
    with interruptible(), running(settings) as (platform, address):
        typer.echo(f"proeftuin: {address}")
        platform.wait()


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Print the summary and stop.")] = False,
    lang: Annotated[Literal["nl", "en"], typer.Option(help="Language of the story.")] = "nl",
    backend: Annotated[
        Literal["local", "docker", "kubernetes"] | None, typer.Option(help="Where its sandboxes run.")
    ] = None,
    port: PortOption = None,
) -> None:
    """Do the whole main job with example components, then serve until Ctrl-C."""
    from proeftuin.demo import run_demo  # noqa: PLC0415 - keeps --help fast
    from proeftuin_kernel.log import configure_logging  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    chosen = {"port": port, "sandbox_backend": backend}
    settings = read_settings(**{name: value for name, value in chosen.items() if value is not None}).model_copy(
        update={"log_level": "ERROR"}
    )
    configure_logging(settings)
    if not run_demo(settings, language=lang, once=once):
        raise typer.Exit(130)  # as a shell reports Ctrl-C


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from proeftuin.platform import data_folder, database  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    with data_folder(settings.data_dir), database(settings):
        typer.echo("The database has the schema of this version.")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Where dumps are kept.")],
    *,
    keep: Annotated[int, typer.Option(help="Dumps that stay, this one included.", min=1)] = 14,
) -> None:
    """Dump the database to a new file in a folder, and take away the oldest ones."""
    from proeftuin.backup import back_up  # noqa: PLC0415 - keeps --help fast
    from proeftuin.platform import data_folder, database  # noqa: PLC0415
    from proeftuin_kernel.clock import SystemClock  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    now = SystemClock().now()
    if settings.database_url is not None:
        typer.echo(back_up(settings.database_url, folder, keep=keep, now=now))
        return
    with data_folder(settings.data_dir), database(settings) as url:
        typer.echo(back_up(url, folder, keep=keep, now=now))


@app.command()
def settings() -> None:
    """List every setting with its environment variable, default and meaning."""
    from proeftuin_kernel.settings import Settings  # noqa: PLC0415

    for name, field in Settings.model_fields.items():
        default = "(secret)" if "secret" in name else field.default
        typer.echo(f"PROEFTUIN_{name.upper()}  (default: {default})\n    {field.description}")


@app.command()
def doctor(
    *,
    backend: Annotated[
        Literal["local", "docker", "kubernetes"] | None,
        typer.Option(help="Backend to look at. Default: all; the one of the settings decides the exit code."),
    ] = None,
    lang: Annotated[Literal["nl", "en"], typer.Option(help="Language of the report.")] = "nl",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, in both languages.")] = False,
) -> None:
    """Tell what this machine lacks for each backend and how to get it; exit code 1 when something is needed."""
    from proeftuin.doctor import printing  # noqa: PLC0415 - keeps --help fast
    from proeftuin.doctor.findings import is_fit  # noqa: PLC0415
    from proeftuin.doctor.looking import BACKENDS, examine  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    asked = backend or settings.sandbox_backend
    findings = examine(settings, BACKENDS if backend is None else (backend,))
    typer.echo(printing.as_json(findings, asked) if as_json else printing.as_text(findings, asked, lang))
    if not is_fit(findings, asked):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; an error we know is one line and exit code 2."""
    try:
        app()
    except ProeftuinError as error:
        sys.exit(_complain(error.title, error.detail, error.code))


def _complain(title: Text, detail: Text, code: str) -> int:
    typer.echo(f"proeftuin: {title.en}: {detail.en} [{code}]", err=True)
    return 2
