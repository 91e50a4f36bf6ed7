"""Wait until the owner is gone, then stop its embedded PostgreSQL.

Run as `python -m proeftuin_postgres.guardian FOLDER` with a pipe on standard input. The pipe
closes when the owner closes it and also when the owner is killed: the kernel does that part.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from proeftuin_postgres.embedded import stop_server


def main() -> None:
    """Block on standard input; at its end stop the server of the folder in the first argument."""
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.buffer.read()
    stop_server(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
