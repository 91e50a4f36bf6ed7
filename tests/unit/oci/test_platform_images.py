"""The platform's own image, and the one with images that were made before."""

from __future__ import annotations

import json
import shutil
import tarfile
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_infra.oci import ImageBuilder, ImageSettings, compose
from proeftuin_infra.oci import platform as making
from proeftuin_infra.oci.base import find_base, make_base
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.scanning import scan
from proeftuin_infra.oci.store import ImageStore
from proeftuin_infra.processes import ProcessHost
from support.oci_images import finished, folder_with, tiny_image

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImageBuilder]:
    """A builder whose platform needs no packages."""
    root = folder_with(tmp_path / "root", {"var/lib/dpkg/status": "", "usr/lib/x86_64-linux-gnu/libc.so.6": "x"})
    (root / "usr" / "local" / "bin").mkdir(parents=True)
    (root / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
    store = ImageStore(tmp_path / "store")
    make_base(store, root)
    monkeypatch.setattr(making, "pinned", lambda _roots: ("proeftuin==0.1.0",))
    host = ProcessHost()
    yield ImageBuilder(store, host=host, environment={"UV_OFFLINE": "1"})
    host.close()


def wheel(path: Path, *, words: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        # A `ZipInfo` has a fixed date; a mere name has the clock's, and the same wheel made later would be another.
        packed.writestr(zipfile.ZipInfo("proeftuin/__init__.py"), f"{words!r}\n")
        packed.writestr(zipfile.ZipInfo("proeftuin-0.1.0.dist-info/METADATA"), "Name: proeftuin\nVersion: 0.1.0\n")
    return path


def content(store: ImageStore, digest: str) -> dict[str, bytes]:
    with tarfile.open(store.path(digest)) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isreg()}  # type: ignore[union-attr] # all files


def test_the_platform_is_found_by_its_python_and_is_nobodys_root(builder: ImageBuilder, tmp_path: Path) -> None:
    """Its own programs are started isolated from the environment, so a file in the image's Python must say where."""
    image = finished(making.platform_image(builder, wheel(tmp_path / "a.whl", words="een")))
    files = content(builder.store, image.layers[-1].digest)

    assert b"/proeftuin\n/packages\n" == files["usr/local/lib/python3.11/dist-packages/proeftuin.pth"]
    assert {"proeftuin/proeftuin/__init__.py", "proeftuin/proeftuin-0.1.0.dist-info/METADATA"} <= files.keys()
    assert "10001:10001" == image.settings["User"]
    assert [] == [found for found in scan(builder.store, image) if found.is_fatal and found.code != "image-no-digest"]


def test_a_new_version_is_one_new_layer(builder: ImageBuilder, tmp_path: Path) -> None:
    """A gigabyte of packages is not sent again because a line of ours changed."""
    first = finished(making.platform_image(builder, wheel(tmp_path / "a.whl", words="een")))
    again = finished(making.platform_image(builder, wheel(tmp_path / "a.whl", words="een")))
    other = finished(making.platform_image(builder, wheel(tmp_path / "b.whl", words="twee")))

    assert first.digest == again.digest
    assert first.layers[:-1] == other.layers[:-1]
    assert first.layers[-1] != other.layers[-1]


def test_a_stock_is_a_store_in_which_base_and_towns_are_found_again(
    builder: ImageBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker copies it and makes no town anew; the names of layers go along, or it would install packages again."""
    store = builder.store
    town = tiny_image(store, tmp_path / "town")
    store.keep("town-abc", town)
    store.keep("bundle-secret", tiny_image(store, tmp_path / "stranger"))
    store.keep_layer("packages-abc", town.layers[0], facts={"parts": []})
    other = layer_from_folder(store, FolderLayer(folder_with(tmp_path / "other", {"x": "y"})))
    store.keep_layer("packages-other", other, facts={"parts": []})

    def found(_builder: ImageBuilder, *, profile: str, seed: int) -> Generator[str, None, Any]:
        yield f"{profile} {seed}"
        return town

    monkeypatch.setattr(making, "town_image", found)
    stock = finished(making.stock_image(builder, [("gehucht", 1830)]))
    with tarfile.open(store.path(stock.layers[-1].digest)) as tar:
        tar.extractall(tmp_path / "copied", filter="data")
    copied = ImageStore(tmp_path / "copied" / "stock")

    assert ["base", "town-abc"] == copied.names()
    assert find_base(store).digest == find_base(copied).digest
    assert copied.find("town-abc") is not None
    assert ["packages-abc"] == copied.layer_names()
    assert json.loads(stock.config)["config"]["User"] == "10001:10001"


def test_a_stock_is_made_without_holding_a_town_in_memory_or_writing_it_twice(
    builder: ImageBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A town is hundreds of megabytes; only its name and its layer in the stock are new."""
    store, size = builder.store, 24 * 2**20
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "town").write_bytes(bytes(size))
    layer = layer_from_folder(store, FolderLayer(tmp_path / "large"))
    town = compose(store, None, layer, settings=ImageSettings(command=("x",)))
    store.keep("town-large", town)

    def found(_builder: ImageBuilder, *, profile: str, seed: int) -> Generator[str, None, Any]:
        yield f"{profile} {seed}"
        return town

    def no_copy(*_paths: object) -> None:
        raise AssertionError("a layer is copied")

    monkeypatch.setattr(making, "town_image", found)
    monkeypatch.setattr(shutil, "copyfile", no_copy)
    tracemalloc.start()
    stock = finished(making.stock_image(builder, [("gehucht", 1830)]))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < size / 4
    assert stock.layers[-1].size > size
    assert 1 == store.path(layer.digest).stat().st_nlink
