"""Serves the component until SIGTERM."""

import logging
import os
import sys
from typing import TYPE_CHECKING

import uvicorn

from dossierloket.instellingen import Instellingen

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp


def serveer(bouw: "Callable[[Instellingen], ASGIApp]") -> int:
    """Serve what `bouw` makes of the environment; gives the exit code, 2 when the environment is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        instellingen = Instellingen.uit(os.environ)
    except ValueError as fout:
        sys.stderr.write(f"dossierloket: ongeldige omgeving: {fout}\n")
        return 2
    uvicorn.run(
        bouw(instellingen),
        host=instellingen.host,
        port=instellingen.poort,
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    return 0
