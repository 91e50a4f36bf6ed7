"""Fill a database that comes up, from a process of its own: reading a town and reading a web service go side by side.

Run as `python -m vlavirgem.filling PLACE [FOLDER]`. What goes wrong is one line on standard error, and exit code 2. It
reads its standard input to the end, which comes when its owner ends, however that happens; then it ends too.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from vlavirgem.errors import DatabaseError, VlavirgemError
from vlavirgem.own_database import running_url

if TYPE_CHECKING:
    from types import TracebackType

    from vlavirgem.town import Town

_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.01


def town_of(folder: Path | None) -> Town:
    """Open the town of a folder; without one make the `gehucht`.

    Raises:
        TownFolderError: the folder holds none.
    """
    if folder is None:
        from vlavirgem.town import Town  # noqa: PLC0415 - slow to import

        return Town.generate()
    from vlavirgem.folder import open_folder  # noqa: PLC0415 - idem

    return open_folder(folder)


class Filling:
    """A process that fills a database; it ends with the block.

    Args:
        place: The folder of a database that takes connections soon.
        folder: A town on disk; without one the `gehucht`.
    """

    def __init__(self, place: Path, *, folder: Path | None) -> None:
        command = [sys.executable, "-m", "vlavirgem.filling", str(place), *([] if folder is None else [str(folder)])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait(self) -> None:
        """Wait until the database is filled.

        Raises:
            DatabaseError: it is not.
        """
        assert self._process.stderr is not None  # noqa: S101 - a pipe
        complaint = self._process.stderr.read()
        if self._process.wait():
            raise DatabaseError(complaint.strip().splitlines()[-1] if complaint.strip() else "Filling was broken off.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                pipe.close()


def _wait_for(place: Path) -> str:
    """Wait until the database of a folder takes connections, and give its URL.

    Raises:
        DatabaseError: that takes too long.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (url := running_url(place)) is None:
        if time.monotonic() > deadline:
            raise DatabaseError(f"PostgreSQL in {place} is not ready after {_PATIENCE_SECONDS:.0f} seconds.")
        time.sleep(_POLL_SECONDS)
    return url


def _end_with_owner() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Fill the database in the first argument with the town of the folder in the second."""
    gc.disable()  # it ends before there is much to collect
    threading.Thread(target=_end_with_owner, daemon=True).start()
    place, folder = Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None
    try:
        from vlavirgem.store.hurrying import fill_in_a_hurry  # noqa: PLC0415 - slow to import

        town = town_of(folder)
        fill_in_a_hurry(town, _wait_for(place))
    except VlavirgemError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    os._exit(0)  # there is nothing to tidy up, and somebody waits


if __name__ == "__main__":
    main()
