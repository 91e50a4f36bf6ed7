"""What the command lines of the sandbox area share: options, language, one line for each fault."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NoReturn

import httpx
import typer

from proeftuin_kernel.errors import ProeftuinError
from proeftuin_sandbox.client import PlatformClient, PlatformRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_URL = "http://127.0.0.1:8309"
_BAD_INPUT = 2
_NOT_AS_WANTED = 1
_FINAL = frozenset({"failed", "quarantined", "stopped", "destroyed"})

Url = Annotated[str, typer.Option("--url", envvar="PROEFTUIN_URL", help="Adres van het platform. | Its address.")]
Token = Annotated[
    str | None, typer.Option("--token", envvar="PROEFTUIN_TOKEN", help="Uw API-token. | Your API token.")
]
Sandbox = Annotated[
    str, typer.Option("--sandbox", envvar="PROEFTUIN_SANDBOX_ID", help="Id, zoals sbx-… | Id, such as sbx-…")
]


def language() -> str:
    """Choose the language: English when the environment says so, else Dutch."""
    wish = os.environ.get("PROEFTUIN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if wish.lower().startswith("en") else "nl"


@contextmanager
def one_line() -> Iterator[None]:
    """Say what went wrong in one line on standard error, and end with code 2."""
    try:
        yield
    except PlatformRefusedError as error:
        complain(error.detail.in_(language()))
    except ProeftuinError as error:
        complain(f"{error.detail.in_(language())} [{error.code}]")
    except (OSError, httpx.HTTPError) as error:
        complain(_of(error))


def _of(error: Exception) -> str:
    """Say what went wrong outside of us: of a file its name and why, of the network the kind of error too."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return f"{type(error).__name__}: {error}"


@contextmanager
def connected(url: str, token: str | None) -> Iterator[PlatformClient]:
    """Talk to the platform while the block runs; faults become one line."""
    with one_line():
        client = PlatformClient(url, token=token, language=language())
        try:
            yield client
        finally:
            client.close()


def follow(client: PlatformClient, path: str, *, wanted: str) -> None:
    """Show progress until what is wanted is reached; ends with code 1 when it fails instead.

    The end of an operation that was under way before ours is shown and passed by.
    """
    for event in client.follow(path):
        typer.echo(event.line(language()), err=True)  # progress is for people; the answer goes to stdout
        if event.kind != "end":
            continue
        failure = event.data.get("failure")
        if failure is not None:
            typer.echo(f"{failure['remedy'][language()]} [{failure['code']}]", err=True)
        if event.data.get("state") == wanted:
            return
        if failure is not None or event.data.get("state") in _FINAL:
            raise typer.Exit(_NOT_AS_WANTED)


def choose(nl: str, en: str) -> str:
    """Give the text in the person's language."""
    return en if language() == "en" else nl


def complain(said: str) -> NoReturn:
    """Say one line on standard error, and end with code 2."""
    sys.stderr.write(f"proeftuin: {' '.join(said.split())}\n")
    raise typer.Exit(_BAD_INPUT)
