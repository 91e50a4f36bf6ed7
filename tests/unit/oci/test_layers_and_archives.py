"""Images are the same bytes whoever makes them, and come back whole from an archive."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.oci.archives import stream_archive, write_archive
from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.reading import read_archive
from proeftuin_infra.oci.store import ImageStore
from support.oci_images import folder_with, tiny_image

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci.model import Layer


def entries(store: ImageStore, layer: Layer) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(store.path(layer.digest)) as tar:
        return {entry.name: entry for entry in tar}


def test_the_same_files_give_the_same_layer_whenever_and_in_whatever_order(tmp_path: Path, store: ImageStore) -> None:
    """The digest of an image may depend on content only."""
    one = folder_with(tmp_path / "one", {"b.txt": "b", "a/c.txt": "c"})
    other = folder_with(tmp_path / "other", {"a/c.txt": "c", "b.txt": "b"})
    os.utime(other / "b.txt", (1, 1))

    assert layer_from_folder(store, FolderLayer(one)) == layer_from_folder(store, FolderLayer(other))


def test_a_layer_tells_owner_mode_and_place_and_nothing_of_this_machine(tmp_path: Path, store: ImageStore) -> None:
    """Times, names of users and the rights of owners stay here."""
    folder = folder_with(tmp_path / "code", {"start": "#!/bin/sh", "deep/data.txt": "x"})
    (folder / "start").chmod(0o4755)
    (folder / "deep" / "data.txt").chmod(0o600)
    (folder / "link").symlink_to("start")
    (folder / "again").hardlink_to(folder / "start")

    found = entries(store, layer_from_folder(store, FolderLayer(folder, "srv/app", uid=10001, gid=10001)))

    assert ["srv", "srv/app", "srv/app/again", "srv/app/deep", "srv/app/deep/data.txt"] == list(found)[:5]
    assert 0o755 == found["srv/app/again"].mode
    assert 0o644 == found["srv/app/deep/data.txt"].mode
    assert "srv/app/again" == found["srv/app/start"].linkname
    assert "start" == found["srv/app/link"].linkname
    assert {0} == {entry.mtime for entry in found.values()}
    assert {""} == {entry.uname for entry in found.values()}
    assert (0, 10001) == (found["srv"].uid, found["srv/app"].uid)


def test_modes_can_be_kept_for_what_checks_them(tmp_path: Path, store: ImageStore) -> None:
    """PostgreSQL refuses a data folder that others may enter."""
    folder = folder_with(tmp_path / "data", {"PG_VERSION": "18"})
    folder.chmod(0o700)
    (folder / "PG_VERSION").chmod(0o600)

    found = entries(store, layer_from_folder(store, FolderLayer(folder, "town/data", uid=10001, keep_modes=True)))

    assert (0o700, 0o600) == (found["town/data"].mode, found["town/data/PG_VERSION"].mode)


def test_sockets_and_pipes_are_left_out(tmp_path: Path, store: ImageStore) -> None:
    """They mean nothing elsewhere, and reading one would wait for ever."""
    folder = folder_with(tmp_path / "code", {"a": "a"})
    os.mkfifo(folder / "pipe")

    assert ["a"] == list(entries(store, layer_from_folder(store, FolderLayer(folder))))


def test_an_image_comes_back_from_its_archive_byte_for_byte(tmp_path: Path, store: ImageStore) -> None:
    """Written, read in another store, and written again: all the same."""
    image = tiny_image(store, tmp_path / "files")
    first, second = tmp_path / "first.tar", tmp_path / "second.tar"
    write_archive(store, image, first, names=("proeftuin/hallo:1",))

    elsewhere = ImageStore(tmp_path / "elsewhere")
    back = read_archive(elsewhere, first)
    write_archive(elsewhere, back, second, names=("proeftuin/hallo:1",))

    assert image == back
    assert first.read_bytes() == second.read_bytes()


def test_an_archive_compressed_as_a_whole_is_read_too(tmp_path: Path, store: ImageStore) -> None:
    """`docker save | gzip` is what people keep."""
    image = tiny_image(store, tmp_path / "files")
    write_archive(store, image, tmp_path / "image.tar")
    subprocess.run(["gzip", str(tmp_path / "image.tar")], check=True)

    assert image.digest == read_archive(ImageStore(tmp_path / "elsewhere"), tmp_path / "image.tar.gz").digest


def test_layers_that_the_engine_has_can_stay_out_of_an_archive(tmp_path: Path, store: ImageStore) -> None:
    """The base need not travel with every component."""
    base = tiny_image(store, tmp_path / "files")
    more = layer_from_folder(store, FolderLayer(folder_with(tmp_path / "more", {"x": "x"}), "app"))
    image = compose(store, base, more, settings=ImageSettings(command=("x",)))

    data = b"".join(stream_archive(store, image, without={base.layers[0].diff_id}))
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        names = tar.getnames()

    assert f"blobs/sha256/{more.digest[7:]}" in names
    assert f"blobs/sha256/{base.layers[0].digest[7:]}" not in names


def test_an_image_on_another_keeps_its_variables_and_labels_and_adds_its_own(
    tmp_path: Path, store: ImageStore
) -> None:
    """What is below is added to; what is said again wins."""
    base = tiny_image(
        store, tmp_path / "files", settings=ImageSettings(environment={"A": "1", "B": "1"}, labels={"l": "1"})
    )

    image = compose(
        store,
        base,
        settings=ImageSettings(command=("x",), environment={"B": "2"}, labels={"m": "2"}, health=("y",)),
    )

    assert ["A=1", "B=2"] == image.settings["Env"]
    assert {"l": "1", "m": "2"} == image.labels
    assert ["CMD", "y"] == image.settings["Healthcheck"]["Test"]
    assert "10001:10001" == image.settings["User"]


def test_an_image_of_which_a_blob_is_lost_is_not_found(tmp_path: Path, store: ImageStore) -> None:
    """Half an image is no image: it is made again."""
    image = tiny_image(store, tmp_path / "a")
    store.keep("one", image)
    store.path(image.layers[0].digest).unlink()

    assert store.find("one") is None
    with pytest.raises(ImageError, match="image-incomplete"):
        write_archive(store, image, tmp_path / "image.tar")
    assert not (tmp_path / "image.tar").exists()


def test_a_name_or_digest_cannot_lead_outside_the_store(store: ImageStore) -> None:
    """Names come from digests of strangers."""
    for wrong in ("sha256:../../etc/passwd", "sha512:00", ""):
        with pytest.raises(ValueError, match="no sha256 digest"):
            store.path(wrong)
    with pytest.raises(ValueError, match="cannot name"):
        store.find("../outside")


@pytest.mark.skipif(
    shutil.which("skopeo") is None, reason="skopeo is not installed; it is an outside judge of archives"
)
@pytest.mark.parametrize("kind", ["oci-archive", "docker-archive"])
def test_an_outside_judge_reads_our_archive_in_both_of_its_forms(tmp_path: Path, store: ImageStore, kind: str) -> None:
    """One file is an OCI layout and what `docker load` takes."""
    image = tiny_image(store, tmp_path / "files")
    write_archive(store, image, tmp_path / "image.tar", names=("proeftuin/hallo:1",))

    shown = subprocess.run(
        ["skopeo", "inspect", "--config", "--raw", f"{kind}:{tmp_path / 'image.tar'}"],
        capture_output=True,
        check=True,
    )

    assert json.loads(image.config) == json.loads(shown.stdout)
