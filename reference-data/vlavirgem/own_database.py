"""The PostgreSQL that a served folder brings along: made within a second, beside the folder, and ended with its owner.

It is made without waiting for the disk, as all that goes into it then can be made again. What visitors write later is
on disk before they are answered.
"""

from __future__ import annotations

import glob
import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from proeftuin_postgres import EmbeddedPostgres, EmbeddedPostgresError
from proeftuin_postgres.cluster import LOCK, Cluster, ClusterError, has_lock, initialise
from proeftuin_postgres.postmaster import pid_of, socket_folder_of, socket_url
from vlavirgem.errors import DatabaseError
from vlavirgem.lasting import note_filled, put_on_disk, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_NAME = "postgres"
_SOCKETS = "vlavirgem-"
_LOGGING = """
# Not on the screen of who serves, but in the folder `log`.
logging_collector = on
log_filename = 'postgresql.log'
log_rotation_age = 0
log_rotation_size = 0
"""
_PATIENCE_SECONDS = 10.0
_PATIENCE_WITH_A_SERVER = 5.0  # one that was just told to end needs about a second
_PATIENCE_WITH_A_LOG = 0.5  # what writes the log of a server ends a moment after it
_OLD_SECONDS = 60


def place_beside(folder: Path) -> Path:
    """Say where the database of a folder with a town is."""
    return folder.absolute().with_name(f".{folder.absolute().name}.postgres")


@contextmanager
def served_by_us(folder: Path, *, patience: float = _PATIENCE_WITH_A_SERVER) -> Iterator[None]:
    """Keep other processes from serving a folder too; however this one ends, that ends with it.

    Args:
        folder: A folder with a town.
        patience: For how many seconds somebody who serves it may be about to end.

    Raises:
        DatabaseError: another process serves it, or it cannot be opened.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise DatabaseError(f"{folder} cannot be opened: {error.strerror}.") from error
    try:
        if not _is_ours(handle, patience=patience):
            raise DatabaseError(f"Another process serves {folder} already; stop that one, or serve a copy.")
        yield
    finally:
        os.close(handle)


def _is_ours(handle: int, *, patience: float) -> bool:
    try:
        return has_lock(handle, patience=patience)
    except OSError:  # without locks, as on some that are shared, PostgreSQL's own lock is all there is
        return True


def running_url(place: Path) -> str | None:
    """Give the URL of the database in a folder when some process serves it now."""
    socket_folder = socket_folder_of(place)
    return socket_url(socket_folder, _NAME) if socket_folder is not None and _is_alive(place) else None


class OwnDatabase:
    """The database of a folder, running as long as this object is open.

    It begins to come up at once, and `url` waits for it.

    Args:
        place: The folder of the database; made when it is not there yet.
        whole: Whether one that was not filled to the end, or of which a power failure took a part, is made anew.

    Attributes:
        is_new: Whether it is to be filled.
        is_lost: Whether that is because of a power failure.
    """

    def __init__(self, place: Path, *, whole: bool = False) -> None:
        self._place = place
        self._server: Cluster | EmbeddedPostgres | None = None
        self._error: Exception | None = None
        self._begun, self._ended = threading.Event(), threading.Event()
        self._is_ours = _can_run(place)
        self.is_lost = False
        if not self._is_ours:  # otherwise its lock is waited for
            _wait_until_ended(place)
        elif whole and place.exists() and (state := state_of(place)) in ("begun", "lost"):
            self.is_lost = state == "lost"
            _set_aside(place)
        self.is_new = not (place / "PG_VERSION").exists()
        # The kernel ends PostgreSQL together with the thread that started it; this one stays until the end.
        threading.Thread(target=self._keep, name="postgres", daemon=True).start()

    def _keep(self) -> None:
        try:
            if not self._is_ours:
                self._server = EmbeddedPostgres(self._place)
            else:
                _tidy(self._place)
                if not (self._place / "PG_VERSION").exists():
                    _make(self._place)
                self._server = Cluster(self._place, place=_socket_place(self._place))
        except (ClusterError, EmbeddedPostgresError, OSError) as error:
            self._error = error
        self._begun.set()
        self._ended.wait()

    def coming_url(self) -> str | None:
        """Give the URL that it will have, when that is known before it is there."""
        return socket_url(_socket_place(self._place), _NAME) if self._is_ours else None

    def url(self) -> str:
        """Wait until it takes connections, and give its URL.

        Raises:
            DatabaseError: it does not start here.
        """
        self._begun.wait()
        try:
            if self._error is not None:
                raise self._error
            if isinstance(self._server, Cluster):
                self._wait(self._server)
        except OSError as error:
            raise DatabaseError(f"The database {self._place} cannot be made or opened: {error.strerror}.") from error
        except (ClusterError, EmbeddedPostgresError) as error:
            raise DatabaseError(str(error)) from error
        assert self._server is not None  # noqa: S101 - begun without an error
        return self._server.url(_NAME)

    def _wait(self, server: Cluster) -> None:
        try:
            server.wait()
        except ClusterError as error:
            raise DatabaseError(
                f"{error} See {self._place / 'log'}. Without {self._place} the town is served as it was made."
            ) from error

    def make_lasting(self) -> None:
        """Note that it is filled; from now on, have all that is written on disk before it is answered.

        Raises:
            DatabaseError: PostgreSQL does not follow.
        """
        if not isinstance(self._server, Cluster) or (state := state_of(self._place)) == "on disk":
            return
        if state != "filled":
            note_filled(self._place)
            self._wait_for_disk()
        threading.Thread(target=put_on_disk, args=(self._place,), name="sync", daemon=True).start()

    def _wait_for_disk(self) -> None:
        """Have PostgreSQL read its settings anew.

        Raises:
            DatabaseError: it does not follow.
        """
        import psycopg  # noqa: PLC0415 - only the first time

        deadline = time.monotonic() + _PATIENCE_SECONDS
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute("SHOW fsync").fetchone() != ("on",):
                if time.monotonic() > deadline:
                    raise DatabaseError(f"PostgreSQL in {self._place} does not read its settings anew.")
                time.sleep(0.002)

    def close(self) -> None:
        """Stop it."""
        self._begun.wait()
        if self._server is not None:
            self._server.close()
        if self._is_ours:
            _clear(_socket_place(self._place), patience=_PATIENCE_WITH_A_LOG)
        self._ended.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make(place: Path) -> None:
    """Make an empty database, whole or not at all.

    Raises:
        ClusterError: it cannot be made there.
        OSError: idem.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{place.name}.new-", dir=place.parent))
    try:
        initialise(fresh, is_lasting=False)  # until it is filled
        with (fresh / "postgresql.conf").open("a") as config:
            config.write(_LOGGING)
        fresh.replace(place)
    except (ClusterError, OSError):
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _set_aside(place: Path) -> None:
    """Make room for another database; a server that is about to end does so where this one goes."""
    aside = Path(tempfile.mkdtemp(prefix=f"{place.name}.old-", dir=place.parent))
    place.replace(aside)
    shutil.rmtree(aside, ignore_errors=True)  # what cannot go yet goes at a later start


def _tidy(place: Path) -> None:
    """Take away what those who were killed left behind: databases that they made, and sockets wherever they served."""
    for kind in ("new", "old"):
        for left in place.parent.glob(f"{glob.escape(place.name)}.{kind}-*"):
            if _is_old(left):  # what they began may still be writing
                shutil.rmtree(left, ignore_errors=True)
    for left in Path(tempfile.gettempdir()).glob(f"{_SOCKETS}{os.geteuid()}-*"):
        if _is_old(left):
            _clear(left)


def _is_old(left: Path) -> bool:
    try:
        return time.time() - left.lstat().st_mtime > _OLD_SECONDS
    except OSError:  # somebody else took it away
        return False


def _clear(socket_place: Path, *, patience: float = 0.0) -> None:
    """Take away the folder of a socket that no server uses; who waits for its lock makes another one."""
    with suppress(OSError):
        handle = os.open(socket_place / LOCK, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            if has_lock(handle, patience=patience):
                for left in socket_place.iterdir():
                    if left.name != LOCK:
                        left.unlink()
                (socket_place / LOCK).unlink()  # last of all, so that there is one as long as anything is there
                socket_place.rmdir()
        finally:
            os.close(handle)


def _wait_until_ended(place: Path) -> None:
    """Give the server of an owner that was killed the time to end, which it does by itself."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (place / "postmaster.pid").exists() and time.monotonic() < deadline:
        if running_url(place) or not _is_alive(place):
            return
        time.sleep(0.02)


def _is_alive(place: Path) -> bool:
    if (pid := pid_of(place)) is None:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _can_run(place: Path) -> bool:
    """Say whether this process can be the one that runs it; otherwise the guardian of `EmbeddedPostgres` does.

    Not where the kernel does not end a server with its owner, nor as root where the user that PostgreSQL then runs as
    does not come. Whether it seems to run does not matter: the guardian would take the folder away from that server.
    """
    if sys.platform != "linux":
        return False
    if os.geteuid() != 0:
        return True
    import pwd  # noqa: PLC0415 - only as root

    if (place / "PG_VERSION").exists() and place.stat().st_uid != pwd.getpwnam("nobody").pw_uid:
        return False
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in place.parents if parent.exists())


def _socket_place(place: Path) -> Path:
    """Give a short path, the same for everybody who would run this database."""
    name = sha256(os.fsencode(place)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"{_SOCKETS}{os.geteuid()}-{name}"
