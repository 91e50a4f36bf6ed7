"""Runs the command line so that whatever a person did wrong becomes one line and exit code 2."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from typer._click.exceptions import NoArgsIsHelpError, UsageError  # typer gives them no other name

from vlavirgem.errors import VlavirgemError

if TYPE_CHECKING:
    from typing import NoReturn

    import typer


def run(app: typer.Typer, *, name: str) -> NoReturn:
    """Run a command line and end the process, with the exit code of its command.

    Typer draws a box of several lines around what was typed wrong; a script that logs us, and a person who pipes, want
    one line.

    Args:
        app: The command line.
        name: What people call it, however it was started.
    """
    try:
        sys.exit(app(standalone_mode=False, prog_name=name))
    except NoArgsIsHelpError:  # the help has been shown
        sys.exit(2)
    except UsageError as error:
        asked = name if error.ctx is None else error.ctx.command_path
        _refuse(f"{asked}: {error.format_message().rstrip('.')}; see `{asked} --help`.")
    except (VlavirgemError, OSError) as error:  # also a folder that may not be read, a disk that is full
        _refuse(f"{name}: {error}")


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(" ".join(message.split()) + "\n")
    sys.exit(2)
