"""Archives of strangers: read when they are what they say, refused in clear words when not."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.oci.archives import write_archive
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.model import LAYER_GZIP_TYPE, digest_of
from proeftuin_infra.oci.reading import ArchiveLimits, read_archive
from support.oci_images import docker_save, tar_of, tiny_image

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore

LAYER = tar_of({"bin/hallo": b"hallo"})


def saved(path: Path, files: dict[str, bytes], *, links: dict[str, str] | None = None) -> Path:
    path.write_bytes(tar_of(files, links=links))
    return path


def code_of(store: ImageStore, path: Path, limits: ArchiveLimits | None = None) -> str:
    with pytest.raises(ImageError) as caught:
        read_archive(store, path, limits=limits)
    assert caught.value.cause.nl
    assert caught.value.remedy.en
    return caught.value.code


def test_what_an_old_docker_saves_is_read(tmp_path: Path, store: ImageStore) -> None:
    """Its manifest has no digests: they are found from the content."""
    image = read_archive(store, saved(tmp_path / "a.tar", docker_save({"1/layer.tar": LAYER})))

    assert digest_of(LAYER) == image.layers[0].diff_id
    assert image.digest == digest_of(image.manifest)
    assert {"User": "10001:10001", "Cmd": ["/bin/hallo"]} == image.settings
    assert ("linux", "amd64") == image.platform


def test_a_layer_that_is_a_link_to_another_is_found_inside_the_archive(tmp_path: Path, store: ImageStore) -> None:
    """Docker 20.10 saves a layer that occurs twice only once."""
    files = docker_save({"1/layer.tar": LAYER, "2/layer.tar": LAYER})
    del files["2/layer.tar"]

    image = read_archive(store, saved(tmp_path / "a.tar", files, links={"2/layer.tar": "../1/layer.tar"}))

    assert 2 == len(image.layers)


def test_a_compressed_layer_keeps_its_own_digest_and_tells_what_is_inside(tmp_path: Path, store: ImageStore) -> None:
    """What is sent on must be what the manifest names."""
    packed = gzip.compress(LAYER, mtime=0)
    path = saved(tmp_path / "a.tar", docker_save({"l": packed}, diff_ids=[digest_of(LAYER)]))

    (layer,) = read_archive(store, path).layers

    assert (digest_of(packed), digest_of(LAYER)) == (layer.digest, layer.diff_id)
    assert (len(packed), len(LAYER), LAYER_GZIP_TYPE) == (layer.size, layer.unpacked_size, layer.media_type)


def test_one_of_several_platforms_is_chosen(tmp_path: Path, store: ImageStore) -> None:
    """An index that names another processor too is common; two that fit are not clear."""
    image = tiny_image(store, tmp_path / "files")
    write_archive(store, image, tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar") as tar:
        files = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr] # all files
    mine = json.loads(files["index.json"])["manifests"][0]
    arm = {**mine, "digest": "sha256:" + "0" * 64, "platform": {"os": "linux", "architecture": "arm64"}}
    files["index.json"] = json.dumps({"manifests": [arm, mine]}).encode()

    assert image.digest == read_archive(store, saved(tmp_path / "b.tar", files)).digest

    files["index.json"] = json.dumps({"manifests": [{**arm, "platform": None}, mine]}).encode()
    assert "archive-many-images" == code_of(store, saved(tmp_path / "c.tar", files))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "archive-unreadable"),
        ({"manifest.json": b"{"}, "archive-unreadable"),
        ({"manifest.json": b"[" * 100_000}, "archive-unreadable"),
        ({"manifest.json": b"[]"}, "archive-many-images"),
        ({"manifest.json": b"[{}, {}]"}, "archive-many-images"),
        ({"manifest.json": b"[1]"}, "archive-unreadable"),
        ({"manifest.json": b'[{"Config": "away", "Layers": []}]'}, "archive-unreadable"),
        ({"manifest.json": b'[{"Config": "../../etc/passwd", "Layers": []}]'}, "archive-unsafe"),
        ({"manifest.json": b'[{"Config": "/etc/passwd", "Layers": []}]'}, "archive-unsafe"),
        ({"index.json": b'{"manifests": [{"digest": "sha256:../x"}]}'}, "archive-unreadable"),
        ({"index.json": b'{"manifests": {}}'}, "archive-unreadable"),
        ({"../../outside": b"x"}, "archive-unsafe"),
        ({"/outside": b"x"}, "archive-unsafe"),
        (docker_save({"l": LAYER}, diff_ids=["sha256:" + "0" * 64]), "archive-mismatch"),
        (docker_save({"l": LAYER}, diff_ids=[]), "archive-mismatch"),
        (docker_save({"l": b"no tar at all" * 100}), "archive-unreadable"),
        (docker_save({"l": b"\x28\xb5\x2f\xfd" + b"zstd"}), "layer-compression"),
        (docker_save({"l": gzip.compress(LAYER)[:-20]}), "archive-unreadable"),
    ],
)
def test_what_is_no_image_is_refused_in_words(
    tmp_path: Path, store: ImageStore, files: dict[str, bytes], code: str
) -> None:
    """Every refusal has a code, a cause and a remedy in two languages, and never a traceback."""
    assert code == code_of(store, saved(tmp_path / "a.tar", files))


def test_a_file_that_is_no_tar_is_refused(tmp_path: Path, store: ImageStore) -> None:
    """People upload the wrong file."""
    for name, data in {
        "a": b"",
        "b": b"PK\x03\x04" * 500,
        "c": gzip.compress(b"hello"),
        "d": b"\x1f\x8bbroken",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert "archive-unreadable" == code_of(store, tmp_path / name)


def test_a_manifest_that_was_changed_is_noticed(tmp_path: Path, store: ImageStore) -> None:
    """The digest in the index binds it."""
    image = tiny_image(store, tmp_path / "files")
    write_archive(store, image, tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar") as tar:
        files = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr] # all files
    name = f"blobs/sha256/{image.digest[7:]}"
    files[name] = files[name].replace(b'"schemaVersion":2', b'"schemaVersion":3')

    assert "archive-mismatch" == code_of(store, saved(tmp_path / "b.tar", files))


def test_a_bomb_stops_at_the_ceiling_and_leaves_nothing(tmp_path: Path, store: ImageStore) -> None:
    """A small file may unpack to a large one; a length in a header may be a lie."""
    bomb = gzip.compress(tar_of({"zeros": bytes(8 * 1024 * 1024)}))
    path = saved(tmp_path / "a.tar", docker_save({"l": bomb}))
    assert "archive-too-large" == code_of(store, path, ArchiveLimits(unpacked_mib=4))

    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(bytes(8 * 1024 * 1024)))
    assert "archive-too-large" == code_of(store, tmp_path / "b.tar.gz", ArchiveLimits(archive_mib=4))

    many = saved(tmp_path / "c.tar", docker_save({"l": tar_of({str(n): b"" for n in range(50)})}))
    assert "archive-too-large" == code_of(store, many, ArchiveLimits(files=49))
    assert "archive-too-large" == code_of(store, many, ArchiveLimits(entries=2))
    assert "archive-too-large" == code_of(store, many, ArchiveLimits(layers=0))
    assert [] == list((store.folder / "tmp").iterdir())


@pytest.mark.parametrize("inside", [False, True])
def test_a_header_that_claims_gigabytes_is_not_believed(tmp_path: Path, store: ImageStore, inside: bool) -> None:
    """The tar format lets a stranger say how long a name is; it would be read whole into memory."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 5 * 1024 * 1024
    hostile = io.BytesIO(header.tobuf(tarfile.USTAR_FORMAT) + bytes(6 * 1024 * 1024)).getvalue()
    path = tmp_path / "a.tar"
    if inside:
        saved(path, docker_save({"l": hostile}))
    else:
        path.write_bytes(hostile)

    assert "archive-unreadable" == code_of(store, path)
