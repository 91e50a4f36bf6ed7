"""The command `proeftuin`: one sub-command per area, imported when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError  # typer gives them no other name
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
        "Test een draaiende component met een kit. | Test a running component with a kit.",
    ),
    "badge": (
        "proeftuin_conformance.badges.cli",
        "Badges: nakijken, tonen, sleutels maken. | Badges: check, show, make keys.",
    ),
}
"""The sub-commands of the areas: the module whose `app` they are, and what `--help` says of them."""


_BAD_INPUT: Final = 2


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
    help="De proeftuin voor lokale besturen: proberen, toetsen, kiezen. | The living lab: try, test, choose.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

for _name, (_, _help) in AREAS.items():
    app.add_typer(typer.Typer(help=_help), name=_name)

PortOption = Annotated[
    int | None, typer.Option(help="Poort; 0 kiest een vrije. | Port; 0 picks a free one.", min=0, max=65535)
]


@app.command()
def serve(port: PortOption = None) -> None:
    """Laat het platform draaien tot Ctrl-C: pagina's, API, achtergrondwerk. | Run the platform until Ctrl-C."""
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
    once: Annotated[
        bool, typer.Option("--once", help="Toon de samenvatting en stop. | Print the summary and stop.")
    ] = False,
    lang: Annotated[Literal["nl", "en"], typer.Option(help="Taal van het verhaal. | Language of the story.")] = "nl",
    backend: Annotated[
        Literal["local", "docker", "kubernetes"] | None,
        typer.Option(help="Waar haar proeftuinen draaien. | Where its sandboxes run."),
    ] = None,
    port: PortOption = None,
) -> None:
    """Doe de hele hoofdtaak met voorbeelden, en draai dan tot Ctrl-C. | Do the whole main job, then serve."""
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
    """Breng de databank naar het schema van deze versie. | Bring the database to the schema of this version."""
    from proeftuin.platform import data_folder, database  # noqa: PLC0415
    from proeftuin_kernel.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    with data_folder(settings.data_dir), database(settings):
        typer.echo("The database has the schema of this version.")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Waar kopieën staan. | Where dumps are kept.")],
    *,
    keep: Annotated[int, typer.Option(help="Zoveel kopieën blijven, deze meegeteld. | So many stay.", min=1)] = 14,
) -> None:
    """Bewaar de databank in een nieuw bestand; de oudste gaan weg. | Dump the database; the oldest dumps go."""
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
    """Toon elke instelling: omgevingsvariabele, standaardwaarde, betekenis. | List every setting."""
    from proeftuin_kernel.settings import Settings  # noqa: PLC0415

    for name, field in Settings.model_fields.items():
        default = "(secret)" if "secret" in name else field.default
        typer.echo(f"PROEFTUIN_{name.upper()}  (default: {default})\n    {field.description}")


@app.command()
def doctor(
    *,
    backend: Annotated[
        Literal["local", "docker", "kubernetes"] | None,
        typer.Option(
            help="Naar welk backend; standaard alle, en dat van de instellingen beslist. | Backend to look at."
        ),
    ] = None,
    lang: Annotated[Literal["nl", "en"], typer.Option(help="Taal van het verslag. | Language of the report.")] = "nl",
    as_json: Annotated[
        bool, typer.Option("--json", help="Schrijf JSON, in beide talen. | Write JSON, in both languages.")
    ] = False,
) -> None:
    """Zeg wat deze machine mist en hoe u het krijgt: 0 niets, 1 iets. | Tell what is missing: 0 none, 1 some."""
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
    """Run the command line; an error we know, and what was typed wrong, is one line and exit code 2."""
    try:
        sys.exit(app(standalone_mode=False, prog_name="proeftuin"))
    except ProeftuinError as error:
        sys.exit(_complain(error.title, error.detail, error.code))
    except NoArgsIsHelpError:  # the help has been shown
        sys.exit(_BAD_INPUT)
    except UsageError as error:  # typer would draw a box of several lines around it
        asked = "proeftuin" if error.ctx is None else error.ctx.command_path
        typer.echo(f"{asked}: {error.format_message().rstrip('.')}; see `{asked} --help`.", err=True)
        sys.exit(_BAD_INPUT)


def _complain(title: Text, detail: Text, code: str) -> int:
    typer.echo(f"proeftuin: {title.en}: {detail.en} [{code}]", err=True)
    return _BAD_INPUT
