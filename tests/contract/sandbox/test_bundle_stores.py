"""What every place for uploaded bundles promises, on disk and in the database."""

from __future__ import annotations

import gzip
import io
import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin.schema import migrate
from proeftuin_kernel.clock import FixedClock
from proeftuin_kernel.db import Database
from proeftuin_sandbox.bundle_store import BundleStore
from proeftuin_sandbox.bundles import BundleLimits, pack
from proeftuin_sandbox.errors import BundleError, BundleTooLargeError
from proeftuin_sandbox.shared_bundles import PART_BYTES, SharedBundleStore
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[[str], BundleStore]

LIMITS = BundleLimits(packed_mib=4, unpacked_mib=8)


@pytest.fixture(scope="module")
def migrated(new_database: Callable[[str | None], str]) -> str:
    url = new_database(None)
    migrate(url)
    return url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 22, 5, 0, tzinfo=UTC))


@pytest.fixture(params=["folder", "database"])
def make(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[Make]:
    """Make the store of a replica: replicas share a folder, or a database and nothing else."""
    if request.param == "folder":
        yield lambda _: BundleStore(tmp_path / "shared", limits=LIMITS)
        return
    database = Database(request.getfixturevalue("migrated"), clock=clock)
    yield lambda replica: SharedBundleStore(database, tmp_path / replica, limits=LIMITS)
    database.close()


def packed(folder: Path, *, size: int = 10) -> io.BytesIO:
    """A bundle with so many bytes that no packing makes smaller."""
    made = component(folder)
    (made / "data.bin").write_bytes(os.urandom(size))
    target = io.BytesIO()
    pack(made, target)
    target.seek(0)
    return target


def age(place: Path) -> None:
    """Let the files of a store be of two hours ago."""
    for path in place.parent.iterdir():
        os.utime(path, (time.time() - 7200,) * 2)


def test_what_one_replica_received_another_reads_whole(make: Make, tmp_path: Path) -> None:
    """The replica that answers people is never the one that works."""
    sent = packed(tmp_path / "c", size=2 * PART_BYTES + 12345)
    bundle = make("api").put(sent)

    assert sent.getvalue() == make("worker").path(bundle.digest).read_bytes()


def test_the_same_content_is_kept_once_however_it_was_packed(make: Make, tmp_path: Path) -> None:
    """Parts of two packings together would be no bundle at all."""
    sent = packed(tmp_path / "c", size=PART_BYTES + 5)
    first = make("api").put(sent)
    again = make("other").put(io.BytesIO(gzip.compress(gzip.decompress(sent.getvalue()), 1)))

    assert first.digest == again.digest
    read = make("worker").path(first.digest).read_bytes()
    assert gzip.decompress(sent.getvalue()) == gzip.decompress(read)


def test_what_nobody_sent_is_nowhere(make: Make) -> None:
    assert not make("worker").path("sha256:" + "0" * 64).exists()


def test_what_is_refused_is_not_kept(make: Make, tmp_path: Path) -> None:
    store = make("api")
    with pytest.raises(BundleError):
        store.put(io.BytesIO(b"no bundle"))
    with pytest.raises(BundleTooLargeError):
        store.put(packed(tmp_path / "c", size=5 * 1024 * 1024))

    place = store.path("sha256:" + "0" * 64)
    assert [] == list(place.parent.iterdir())


def test_what_is_needed_or_came_in_lately_stays(make: Make, tmp_path: Path, clock: FixedClock) -> None:
    """A row may not be committed yet when the sweep comes by."""
    old = make("api").put(packed(tmp_path / "old"))
    needed = make("api").put(packed(tmp_path / "needed"))
    age(make("api").path(needed.digest))
    clock.advance(timedelta(hours=2))
    fresh = make("api").put(packed(tmp_path / "fresh"))
    make("api").clean(keep={needed.digest})

    found = [make("worker").path(one.digest).is_file() for one in (old, needed, fresh)]
    assert [False, True, True] == found
