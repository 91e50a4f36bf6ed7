"""`proeftuin component`: make, check, deploy, watch and stop a component."""

from __future__ import annotations

import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from proeftuin_sandbox.cli_support import (
    DEFAULT_URL,
    Sandbox,
    Token,
    Url,
    choose,
    complain,
    connected,
    follow,
    language,
    one_line,
)
from proeftuin_sandbox.errors import ComponentYamlError

app = typer.Typer(
    help="Uw component: maken, controleren, uitrollen, volgen. | Your component: make, check, deploy, watch.",
    no_args_is_help=True,
    add_completion=False,
)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Map met component.yaml. | Folder with component.yaml.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Naam van de component. | Name of the component.")]
_BAD_INPUT = 2


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Map; wordt gemaakt als ze er niet is. | Folder; made when absent.")
    ] = Path(),
    example: Annotated[
        bool, typer.Option("--example", help="Ook een server die werkt. | Also a server that works.")
    ] = False,
) -> None:
    """Schrijf een component.yaml om mee te beginnen. | Write a component.yaml to begin with."""
    names = {"component.yaml": "component.yaml"} | ({"server.py": "server.py.txt"} if example else {})
    taken = [name for name in names if (folder / name).exists()]
    if taken:
        complain(choose(f"{folder / taken[0]} bestaat al", f"{folder / taken[0]} exists already"))
    with one_line():
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in names.items():
            content = files("proeftuin_sandbox").joinpath("example", source).read_text("utf-8")
            (folder / name).write_text(content, "utf-8")
            typer.echo(folder / name)


@app.command()
def validate(path: Folder = Path()) -> None:
    """Controleer een component.yaml: 0 goed, 2 fout. | Check a component.yaml."""
    from proeftuin_sandbox.bundles import content_digest  # noqa: PLC0415 - keeps --help fast
    from proeftuin_sandbox.manifest import MANIFEST_NAME, PythonRun, read_manifest  # noqa: PLC0415
    from proeftuin_sandbox.requirements import requirements_of  # noqa: PLC0415

    folder = path.parent if path.name == MANIFEST_NAME else path
    with one_line():
        try:
            manifest, _ = read_manifest(folder)
            if isinstance(manifest.run, PythonRun):
                requirements_of(manifest.run, folder)
        except ComponentYamlError as error:
            for fault in error.extra["errors"]:
                words = fault["detail"][language()]
                sys.stderr.write(f"{fault['file']}:{fault['line']}:{fault['column']}: {words}\n")
            raise typer.Exit(_BAD_INPUT) from None
        typer.echo(f"{manifest.name} {manifest.version} {content_digest(folder)} ok")


@app.command()
def deploy(
    path: Folder,
    sandbox: Sandbox,
    url: Url = DEFAULT_URL,
    token: Token = None,
    wait: Annotated[bool, typer.Option(help="Wacht tot het draait. | Wait until it runs.")] = True,
) -> None:
    """Zet een component in een proeftuin: 0 draait, 1 start niet, 2 geweigerd. | Deploy a component."""
    from proeftuin_sandbox.bundles import pack  # noqa: PLC0415 - keeps --help fast
    from proeftuin_sandbox.manifest import read_manifest  # noqa: PLC0415

    with connected(url, token) as client, tempfile.TemporaryFile() as bundle:
        name = read_manifest(path)[0].name
        digest = pack(path, bundle)
        bundle.seek(0)
        place = f"/api/v1/sandboxes/{sandbox}/components/{name}"
        client.upload(place, bundle)
        typer.echo(f"{name} {digest}")
        if wait:
            follow(client, f"{place}/events", wanted="running")


@app.command()
def logs(  # noqa: PLR0917 - Typer passes arguments by name
    name: Name,
    sandbox: Sandbox,
    url: Url = DEFAULT_URL,
    token: Token = None,
    tail: Annotated[int, typer.Option(min=1, max=10_000, help="Laatste regels. | Last lines.")] = 200,
    follow_on: Annotated[bool, typer.Option("--follow", help="Blijf volgen. | Keep following.")] = False,
) -> None:
    """Toon wat een component schreef. | Show what a component wrote."""
    with connected(url, token) as client:
        path = f"/api/v1/sandboxes/{sandbox}/components/{name}/logs"
        for line in client.text_lines(path, params={"tail": tail, "follow": str(follow_on).lower()}):
            typer.echo(line)


@app.command()
def stop(name: Name, sandbox: Sandbox, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Stop een component; log en gegevens blijven. | Stop a component; its log and data stay."""
    with connected(url, token) as client:
        place = f"/api/v1/sandboxes/{sandbox}/components/{name}"
        client.call("DELETE", place)
        follow(client, f"{place}/events", wanted="stopped")
