"""The command `proeftuin`: one sub-command per area, heavy imports only where they are needed."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from proeftuin_conformance.badges.cli import app as badge_app
from proeftuin_conformance.cli import app as conformance_app
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.cli import app as component_app
from proeftuin_sandbox.cli_sandbox import app as sandbox_app

app = typer.Typer(
    name="proeftuin",
    help="Living-lab sandboxes and a catalogue of proven solutions for Flemish municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.add_typer(sandbox_app, name="sandbox")
app.add_typer(component_app, name="component")
app.add_typer(conformance_app, name="conformance")
app.add_typer(badge_app, name="badge")

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
    port: PortOption = None,
) -> None:
    """Do the whole main job with example components, then serve until Ctrl-C."""
    from proeftuin.demo import run_demo  # noqa: PLC0415 - keeps --help fast
    from proeftuin_kernel.log import configure_logging  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    settings = (read_settings() if port is None else read_settings(port=port)).model_copy(
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
def settings() -> None:
    """List every setting with its environment variable, default and meaning."""
    from proeftuin_kernel.settings import Settings  # noqa: PLC0415

    for name, field in Settings.model_fields.items():
        default = "(secret)" if "secret" in name else field.default
        typer.echo(f"PROEFTUIN_{name.upper()}  (default: {default})\n    {field.description}")


def main() -> None:
    """Run the command line; an error we know is one line and exit code 2."""
    try:
        app()
    except ProeftuinError as error:
        sys.exit(_complain(error.title, error.detail, error.code))


def _complain(title: Text, detail: Text, code: str) -> int:
    typer.echo(f"proeftuin: {title.en}: {detail.en} [{code}]", err=True)
    return 2
