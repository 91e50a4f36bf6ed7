"""A store loses what nobody needs, and never what somebody uses, makes or is about to use."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from proeftuin_infra.oci import ImagePolicy, ImageSettings, ImageShelf, ImageStore, stream_archive
from proeftuin_infra.oci.pruning import prune
from support.oci_images import docker_save, tar_of, tiny_image

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci import Image

DAY = 24 * 3600.0
MAKE_AND_TAKE_AWAY = """
import sys
from pathlib import Path
from proeftuin_infra.oci import ImageSettings, ImageStore
from proeftuin_infra.oci import pruning
from support.oci_images import tiny_image
pruning._UNFINISHED_SECONDS = 1.5
store = ImageStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    name = f"bundle-{number % 7}"
    with store.making(name):
        if store.use(name) is None:
            settings = ImageSettings(user=f"{1000 + number}:1000")
            store.keep(name, tiny_image(store, Path(sys.argv[1]) / f"files{number % 7}", settings=settings))
    store.scratch()
    pruning.prune(store, unused_seconds=0.3)
"""


def image_of(store: ImageStore, folder: Path, user: int = 1000) -> Image:
    return tiny_image(store, folder / str(user), settings=ImageSettings(user=f"{user}:{user}"))


def age(store: ImageStore, *, days: float) -> None:
    """Have everything in a store be as if nobody touched it for so long."""
    moment = time.time() - days * DAY
    for path in store.folder.rglob("*"):
        os.utime(path, (moment, moment))


def is_whole(store: ImageStore, image: Image) -> bool:
    return len(b"".join(stream_archive(store, image))) > 0


def blobs(store: ImageStore) -> set[str]:
    return {f"sha256:{path.name}" for path in (store.folder / "blobs" / "sha256").iterdir()}


def test_what_nobody_used_for_long_goes_with_all_that_it_alone_needs(tmp_path: Path, store: ImageStore) -> None:
    """A cache that only grows fills the disk; what others share stays."""
    kept, gone = image_of(store, tmp_path, 1000), image_of(store, tmp_path, 2000)
    store.keep("bundle-gone", gone)
    age(store, days=31)
    store.keep("bundle-kept", kept)
    freed = prune(store, unused_seconds=30 * DAY)

    assert ["bundle-kept"] == store.names()
    assert freed >= len(gone.manifest) + len(gone.config)
    assert is_whole(store, kept)
    assert kept.blobs == blobs(store)
    assert 0 == prune(store, unused_seconds=30 * DAY)


def test_what_is_in_use_stays_however_old_it_is(tmp_path: Path, store: ImageStore) -> None:
    """By what it was made for: the bundle, or the town."""
    for number, purpose in enumerate(("sha256:abc", "town:gehucht:1830", "sha256:other")):
        store.keep(f"bundle-{number}", image_of(store, tmp_path, 1000 + number), made_for=purpose)
    age(store, days=400)
    prune(store, unused_seconds=30 * DAY, needed_for={"sha256:abc", "town:gehucht:1830"})

    assert ["bundle-0", "bundle-1"] == store.names()


def test_what_was_used_lately_stays(tmp_path: Path, store: ImageStore) -> None:
    """Images and layers: finding one to use it is what counts, looking at it is not."""
    image = image_of(store, tmp_path)
    for name in ("town-used", "town-seen"):
        store.keep(name, image)
        store.keep_layer(name.replace("town", "packages"), image.layers[0], facts={})
    age(store, days=31)
    store.use("town-used")
    store.use_layer("packages-used")
    store.find("town-seen")
    store.find_layer("packages-seen")
    prune(store, unused_seconds=30 * DAY)

    assert (["town-used"], ["packages-used"]) == (store.names(), store.layer_names())
    assert is_whole(store, image)


def test_what_was_put_there_on_purpose_stays(tmp_path: Path, store: ImageStore) -> None:
    """The base and what somebody made by hand cannot be made again by the platform."""
    for number, name in enumerate(("base", "platform", "stock")):
        store.keep(name, image_of(store, tmp_path, 1000 + number))
    store.keep_layer("base-parts", image_of(store, tmp_path).layers[0], facts={})
    age(store, days=4000)

    assert 0 == prune(store, unused_seconds=DAY)
    assert (["base", "platform", "stock"], ["base-parts"]) == (store.names(), store.layer_names())


def test_what_somebody_may_be_making_stays(tmp_path: Path, store: ImageStore) -> None:
    """It has no name yet. A blob that is found and will be referred to is left alone as a new one."""
    image = image_of(store, tmp_path)
    scratch = store.scratch()
    assert 0 == prune(store, unused_seconds=DAY)
    age(store, days=1)
    found = [store.reuse(digest) for digest in sorted(image.blobs)]
    os.utime(scratch)
    prune(store, unused_seconds=DAY)

    assert [True] * 3 == found
    assert image.blobs == blobs(store)
    assert scratch.is_dir()
    assert not store.reuse("sha256:" + "0" * 64)


def test_what_the_dead_left_goes(tmp_path: Path, store: ImageStore) -> None:
    """Blobs without a name, half a file, a folder that was worked in; not a folder that somebody lends."""
    image_of(store, tmp_path)
    half, worked_in, lent = store.folder / "tmp" / "half", store.scratch(), store.scratch()
    half.write_bytes(bytes(1000))
    (worked_in / "deep").mkdir()
    (lent / "held").touch()
    age(store, days=1)

    assert prune(store) > 1000
    assert set() == blobs(store)
    assert [lent] == list((store.folder / "tmp").iterdir())


def test_a_shelf_loses_what_a_killed_platform_left_on_it(tmp_path: Path) -> None:
    """It was killed after it put the layers there and before it wrote down whose they are."""
    shelf = ImageShelf(tmp_path / "shelf", policy=ImagePolicy(size_mib=1))
    digests = []
    for name in (b"een", b"twee"):
        with shelf.receiving() as place:
            (place / "archive").write_bytes(tar_of(docker_save({"a.tar": tar_of({"bin/hallo": name})})))
            judged = shelf.judge(place / "archive")
            shelf.keep(judged)
        assert judged.image is not None
        digests.append(judged.image.digest)
    shelf.store.forget(digests[0].removeprefix("sha256:"))
    age(shelf.store, days=400)
    shelf.tidy()
    kept = shelf.find(digests[1])

    assert kept is not None
    assert kept.blobs == blobs(shelf.store)
    assert frozenset({digests[1]}) == shelf.digests()


def test_nothing_is_broken_by_two_who_make_and_take_away_until_they_are_killed(store: ImageStore) -> None:
    """Whatever has a name afterwards is whole, and what has none can be taken away."""
    chance = random.Random(1830)  # noqa: S311 - when to kill
    path = [*filter(None, sys.path), "tests"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE_AND_TAKE_AWAY, str(store.folder)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    deadline = time.monotonic() + 20
    while len(store.names()) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(chance.uniform(2, 2.5))
    assert [None, None] == [worker.poll() for worker in workers]
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    names = store.names()
    found = [store.find(name) for name in names]

    assert names
    assert None not in found
    assert all(image is not None and is_whole(store, image) for image in found)
    age(store, days=1)
    prune(store)
    assert names == store.names()
    assert {digest for image in found if image is not None for digest in image.blobs} == blobs(store)
    assert [] == list((store.folder / "tmp").iterdir())
