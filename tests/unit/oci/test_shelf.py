"""Uploaded images are judged before they are kept, kept whole, and leave nothing behind."""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.oci import ImagePolicy, ImageShelf, ImageStore, stream_archive
from proeftuin_infra.oci.depot import ImageDepot
from proeftuin_kernel.errors import UnavailableError
from support.oci_images import docker_save, tar_of, tiny_image
from support.oci_registries import PROGRAM, RunningRegistry, running_registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYER, OTHER = tar_of({"bin/hallo": b"hallo"}), tar_of({"bin/dag": b"dag"})


@pytest.fixture
def shelf(tmp_path: Path) -> ImageShelf:
    return ImageShelf(tmp_path / "shelf", policy=ImagePolicy(size_mib=1))


def files_of(shelf: ImageShelf) -> Iterator[str]:
    """Name every file of content, and of what is being received."""
    for path in sorted(shelf.store.folder.rglob("*")):
        if path.is_file() and path.parent.name != "locks":
            yield path.name


def put(shelf: ImageShelf, archive: bytes) -> str:
    with shelf.receiving() as place:
        (place / "archive").write_bytes(archive)
        judged = shelf.judge(place / "archive")
        shelf.keep(judged)
    assert judged.image is not None
    return judged.image.digest


def judged_codes(shelf: ImageShelf, archive: bytes) -> list[str]:
    with shelf.receiving() as place:
        (place / "archive").write_bytes(archive)
        return [one.code for one in shelf.judge(place / "archive").findings if one.is_fatal]


def test_an_image_is_kept_and_found_by_its_digest(shelf: ImageShelf) -> None:
    """What is given back is the image, byte for byte; the archive itself is not kept."""
    digest = put(shelf, tar_of(docker_save({"a.tar": LAYER})))
    found = shelf.find(digest)

    assert found is not None
    assert digest == found.digest
    assert frozenset({digest}) == shelf.digests()
    assert LAYER in b"".join(stream_archive(shelf.store, found))
    assert [] == list((shelf.store.folder / "tmp").iterdir())


def test_an_oci_archive_keeps_the_digest_that_its_builder_gave(shelf: ImageShelf, store: ImageStore, tmp_path) -> None:
    """The digest on the shelf is the one that a registry would know."""
    image = tiny_image(store, tmp_path / "files")

    assert image.digest == put(shelf, b"".join(stream_archive(store, image)))


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (b"dit is geen tar", "archive-unreadable"),
        (tar_of({"iets": b"anders"}), "archive-unreadable"),
        (tar_of(docker_save({"a.tar": LAYER}))[:-11_000], "archive-unreadable"),
        (tar_of(docker_save({"a.tar": LAYER}, diff_ids=["sha256:" + "0" * 64])), "archive-mismatch"),
        (tar_of(docker_save({"a.tar": LAYER}, architecture="arm64")), "image-platform"),
        (tar_of(docker_save({"a.tar": LAYER}, config={"Cmd": ["/x"]})), "image-root"),
        (tar_of(docker_save({"a.tar": LAYER}, config={"User": "10001"})), "image-no-command"),
        (tar_of(docker_save({"a.tar": tar_of({"groot": bytes(1_200_000)})})), "image-size"),
        (tar_of(docker_save({"a.tar": tar_of({"groot": bytes(3_000_000)})})), "archive-too-large"),
        (tar_of(docker_save({"a.tar": tar_of({"../uit": b"x"})})), "image-path"),
        (b"BZh91AY&SY" + bytes(100), "layer-compression"),
    ],
)
def test_what_may_not_run_is_told_and_nothing_of_it_is_left(shelf: ImageShelf, archive: bytes, code: str) -> None:
    """Each fault has its own code."""
    assert [code] == judged_codes(shelf, archive)
    assert [] == list(files_of(shelf))


def test_all_that_is_wrong_is_told_at_once(shelf: ImageShelf) -> None:
    """A supplier mends everything before sending hundreds of megabytes again."""
    wrong = docker_save({"a.tar": tar_of({"groot": bytes(1_200_000)})}, architecture="arm64", config={"User": "root"})

    assert ["image-no-command", "image-platform", "image-root", "image-size"] == judged_codes(shelf, tar_of(wrong))


def test_what_is_not_allowed_cannot_be_kept(shelf: ImageShelf) -> None:
    """Not by mistake either."""
    with shelf.receiving() as place:
        (place / "archive").write_bytes(tar_of(docker_save({"a.tar": LAYER}, config={"User": "0"})))
        judged = shelf.judge(place / "archive")
        with pytest.raises(ValueError, match="not allowed"):
            shelf.keep(judged)


def test_dropping_an_image_leaves_the_layers_that_another_shares(shelf: ImageShelf) -> None:
    """And takes everything else of it."""
    one = put(shelf, tar_of(docker_save({"a.tar": LAYER})))
    other = put(shelf, tar_of(docker_save({"a.tar": LAYER, "b.tar": OTHER})))

    shelf.drop(one)
    shelf.drop(one)
    assert shelf.find(one) is None
    kept = shelf.find(other)
    assert kept is not None
    assert LAYER in b"".join(stream_archive(shelf.store, kept))

    shelf.drop(other)
    assert [] == list(files_of(shelf))


def test_a_full_disk_is_our_fault_and_not_the_suppliers(shelf: ImageShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as what it is, and not as an archive that cannot be read."""

    def full(_store: ImageStore) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ImageStore, "writing", full)
    with shelf.receiving() as place:
        (place / "archive").write_bytes(tar_of(docker_save({"a.tar": LAYER})))
        with pytest.raises(OSError, match="No space left") as caught:
            shelf.judge(place / "archive")

    assert 28 == caught.value.errno


def test_what_a_killed_upload_left_is_removed_and_what_is_under_way_is_not(shelf: ImageShelf) -> None:
    """The kernel lets go of what a dead process held."""
    left = shelf.store.scratch()
    (left / "held").touch()
    (left / "archive").write_bytes(b"half")
    with shelf.receiving() as busy:
        for place in (left, busy):
            os.utime(place, (1, 1))
        assert 1 == shelf.tidy()
        assert busy.is_dir()
        with (busy / "held").open("rb") as held, pytest.raises(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not left.exists()


def test_a_damaged_image_is_not_found(shelf: ImageShelf) -> None:
    """Half an image is none."""
    digest = put(shelf, tar_of(docker_save({"a.tar": LAYER})))
    image = shelf.find(digest)
    assert image is not None
    assert json.loads(image.manifest)["layers"][0]["digest"] == image.layers[0].digest
    shelf.store.path(image.layers[0].digest).unlink()

    assert shelf.find(digest) is None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    if PROGRAM is None:
        pytest.skip("docker-registry is not installed: apt-get install it")
    with running_registry(tmp_path_factory.mktemp("depot"), kind="password") as found:
        yield found


def test_what_one_machine_takes_another_finds(running: RunningRegistry, tmp_path: Path) -> None:
    """Through the registry of the platform; what nobody left there is found nowhere."""
    assert running.credentials is not None
    depot = ImageDepot(
        running.host,
        "proeftuin/uploaded",
        username=running.credentials.user,
        password=running.credentials.password,
        is_plain=True,
    )
    here, there = (
        ImageShelf(tmp_path / name, policy=ImagePolicy(size_mib=1), depot=depot) for name in ("here", "there")
    )
    with here.receiving() as place:
        (place / "archive").write_bytes(tar_of(docker_save({"a.tar": LAYER})))
        judged = here.judge(place / "archive")
        here.share(judged)
        here.keep(judged)
    assert judged.image is not None
    found = there.fetch(judged.image.digest)

    assert found == here.find(judged.image.digest)
    assert found == there.find(judged.image.digest)
    assert there.fetch("sha256:" + "0" * 64) is None
    assert [] == list((there.store.folder / "tmp").iterdir())


def test_a_registry_that_is_away_keeps_nothing_half(tmp_path: Path) -> None:
    """The supplier is told to try again; the image is not kept where only one machine would find it."""
    depot = ImageDepot("127.0.0.1:9", "uploaded")
    shelf = ImageShelf(tmp_path / "shelf", policy=ImagePolicy(size_mib=1), depot=depot)
    with shelf.receiving() as place:
        (place / "archive").write_bytes(tar_of(docker_save({"a.tar": LAYER})))
        judged = shelf.judge(place / "archive")
        with pytest.raises(UnavailableError, match="Try again"):
            shelf.share(judged)

    assert frozenset() == shelf.digests()
