"""`python -m dossierloket`: serve until SIGTERM."""

import logging
import os
import sys

import uvicorn

from dossierloket.app import bouw
from dossierloket.instellingen import Instellingen


def main() -> int:
    """Serve the component that the environment describes; 2 when the environment is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
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


if __name__ == "__main__":
    raise SystemExit(main())
