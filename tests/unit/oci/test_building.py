"""Components become images: made once, the same everywhere, and nothing of a package runs while it is made."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from proeftuin_infra.installing import InstallError
from proeftuin_infra.oci import ImageBuilder, ImageError
from proeftuin_infra.oci.base import make_base
from proeftuin_infra.oci.cli import app
from proeftuin_infra.oci.sbom import LABEL, debian_parts, parts_of
from proeftuin_infra.oci.scanning import scan
from proeftuin_infra.oci.store import ImageStore
from proeftuin_infra.processes import ProcessHost
from support.oci_images import finished, folder_with

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

STATUS = """\
Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u14

Package: oud
Status: deinstall ok config-files
Architecture: all
Version: 1
"""
AS_IN_311 = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="byte code is made by Python 3.11 only")


@dataclass
class Workshop:
    """A store with a base image, and an index of wheels that is a folder."""

    folder: Path
    store: ImageStore
    host: ProcessHost

    def builder(self) -> ImageBuilder:
        environment = {"UV_FIND_LINKS": str(self.folder / "wheels"), "UV_OFFLINE": "1", "UV_NO_CACHE": "1"}
        return ImageBuilder(self.store, host=self.host, environment=environment)

    def files(self, digest: str) -> dict[str, bytes]:
        with tarfile.open(self.store.path(digest)) as tar:
            return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isreg()}  # type: ignore[union-attr] # all files


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    wheel(tmp_path / "wheels")
    host = ProcessHost()
    store = ImageStore(tmp_path / "store")
    make_base(store, root(tmp_path / "root"))
    yield Workshop(tmp_path, store, host)
    host.close()


def root(folder: Path) -> Path:
    """Make what looks like a root file system of infra/images."""
    folder_with(folder, {"var/lib/dpkg/status": STATUS, "usr/lib/x86_64-linux-gnu/libc.so.6": "x"})
    (folder / "usr" / "local" / "bin").mkdir(parents=True)
    (folder / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
    return folder


def wheel(folder: Path) -> None:
    """Make a package with a program, and code that would leave a trace if it ran."""
    folder.mkdir()
    about = "proefpakket-1.0.dist-info"
    with zipfile.ZipFile(folder / "proefpakket-1.0-py3-none-any.whl", "w") as packed:
        packed.writestr("proefpakket.py", "raise SystemExit('a package was run while it was installed')\n")
        packed.writestr("kapot.py", "dit is geen python\n")
        packed.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: proefpakket\nVersion: 1.0\nLicense: EUPL-1.2\n"
        )
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{about}/entry_points.txt", "[console_scripts]\nproef = proefpakket:main\n")
        packed.writestr(f"{about}/RECORD", "")


def test_packages_become_a_layer_that_knows_nothing_of_this_machine(workshop: Workshop) -> None:
    """No path of the platform, no moment, no installer; programs find the image's own Python."""
    made = finished(workshop.builder().packages_layer(["proefpakket==1.0"]))

    files = workshop.files(made.layer.digest)
    about = "packages/proefpakket-1.0.dist-info"
    assert files["packages/bin/proef"].startswith(b"#!/usr/local/bin/python\n")
    assert {f"{about}/METADATA", f"{about}/RECORD", "packages/proefpakket.py"} <= files.keys()
    assert not {f"{about}/INSTALLER", f"{about}/REQUESTED", f"{about}/uv_cache.json", "packages/.lock"} & files.keys()
    assert not [name for name, data in files.items() if str(workshop.folder).encode() in data]
    assert sys.executable.encode() not in b"".join(files.values())


def test_the_same_packages_are_installed_once_and_are_the_same_elsewhere(workshop: Workshop) -> None:
    """A cache by content, whose content does not depend on where it was made."""
    first = finished(workshop.builder().packages_layer(["proefpakket==1.0"]))
    (workshop.folder / "wheels" / "proefpakket-1.0-py3-none-any.whl").unlink()
    assert first == finished(workshop.builder().packages_layer(["proefpakket == 1.0"]))

    (workshop.folder / "elsewhere").mkdir()
    wheel(workshop.folder / "elsewhere" / "wheels")
    other = Workshop(workshop.folder / "elsewhere", ImageStore(workshop.folder / "other"), workshop.host)
    make_base(other.store, root(other.folder / "root"))
    assert first == finished(other.builder().packages_layer(["proefpakket==1.0"]))


@AS_IN_311
def test_byte_code_is_there_and_holds_without_the_time_of_its_source(workshop: Workshop) -> None:
    """All times in an image are zero; without this Python would compile everything at each start."""
    made = finished(workshop.builder().packages_layer(["proefpakket==1.0"]))

    files = workshop.files(made.layer.digest)
    compiled = files["packages/__pycache__/proefpakket.cpython-311.pyc"]
    assert 0b01 == int.from_bytes(compiled[4:8], "little")  # PEP 552: by hash, unchecked
    assert b"/packages/proefpakket.py" in compiled
    assert "packages/__pycache__/kapot.cpython-311.pyc" not in files


def test_what_cannot_be_installed_leaves_nothing(workshop: Workshop) -> None:
    """And is told with its code."""
    with pytest.raises(InstallError) as caught:
        finished(workshop.builder().packages_layer(["bestaat-niet==1.0"]))

    assert "bestaat-niet" in " ".join(caught.value.said)
    assert [] == list((workshop.store.folder / "tmp").iterdir())


def test_a_bundle_becomes_an_image_that_runs_its_command(workshop: Workshop) -> None:
    """Base, packages, code; not as root, in its own folder, with its own packages first."""
    code = folder_with(workshop.folder / "code", {"loket/__main__.py": "print(1)\n", "component.yaml": "x"})
    command = ("python", "-m", "loket")
    make = {"digest": "sha256:1", "command": command, "requirements": ["proefpakket==1.0"], "title": "loket"}

    image = finished(workshop.builder().bundle_image(code, **make))

    assert 3 == len(image.layers)
    assert (list(command), "/app", "10001:10001") == tuple(
        image.settings[key] for key in ("Cmd", "WorkingDir", "User")
    )
    assert {"PYTHONPATH=/packages", "PATH=/packages/bin:/usr/local/bin:/usr/bin:/bin"} <= set(image.settings["Env"])
    assert {"app/component.yaml", "app/loket/__main__.py"} <= workshop.files(image.layers[2].digest).keys()
    assert () == scan(workshop.store, image)
    assert image == finished(workshop.builder().bundle_image(code, **make))
    assert not list(code.rglob("*.pyc"))  # the bundle itself is left as it is


def test_another_bundle_command_or_base_is_another_image(workshop: Workshop) -> None:
    """Nothing stale is ever given."""
    code = folder_with(workshop.folder / "code", {"start": "#!/bin/sh"})
    builder = workshop.builder()
    first = finished(builder.bundle_image(code, digest="sha256:1", command=["./start"]))
    (code / "start").write_text("#!/bin/sh\nexit")
    second = finished(builder.bundle_image(code, digest="sha256:2", command=["./start"]))
    third = finished(builder.bundle_image(code, digest="sha256:2", command=["./start", "-v"]))
    folder_with(workshop.folder / "root", {"etc/new": "x"})
    make_base(workshop.store, workshop.folder / "root")
    fourth = finished(builder.bundle_image(code, digest="sha256:2", command=["./start", "-v"]))

    assert 4 == len({one.digest for one in (first, second, third, fourth)})
    assert 2 == len(first.layers)


def test_an_image_carries_the_list_of_what_is_in_it(workshop: Workshop) -> None:
    """CycloneDX, Debian's packages and Python's; the image names it by its digest."""
    code = folder_with(workshop.folder / "code", {"x.py": ""})
    making = workshop.builder().bundle_image(code, digest="sha256:1", command=["x"], requirements=["proefpakket==1.0"])
    document = workshop.store.read(finished(making).labels[LABEL])

    content = json.loads(document)
    assert ("CycloneDX", "1.6") == (content["bomFormat"], content["specVersion"])
    assert [
        "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64&distro=bookworm",
        "pkg:pypi/proefpakket@1.0",
    ] == [part.purl for part in parts_of(document)]
    assert "EUPL-1.2" == parts_of(document)[1].licence


def test_without_a_base_it_is_told_how_to_make_one(tmp_path: Path) -> None:
    """The first thing that a new machine meets."""
    host = ProcessHost()
    builder = ImageBuilder(ImageStore(tmp_path / "empty"), host=host, environment={})
    with pytest.raises(ImageError) as caught:
        finished(builder.packages_layer([]))
    host.close()

    assert "base-missing" == caught.value.code
    assert "infra/images/make-base" in caught.value.remedy.nl


def test_a_folder_that_is_no_root_file_system_makes_no_base(tmp_path: Path) -> None:
    """Not even by accident."""
    with pytest.raises(ImageError, match="base-broken"):
        make_base(ImageStore(tmp_path / "store"), folder_with(tmp_path / "x", {"a": "b"}))


def test_only_what_is_installed_counts(tmp_path: Path) -> None:
    """Dpkg remembers what was removed too."""
    assert ["libc6"] == [part.name for part in debian_parts(root(tmp_path / "root"))]


def test_the_commands_make_list_save_judge_and_describe(workshop: Workshop) -> None:
    """What infra/images calls; wrong input is one line and exit code 2."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--cache", str(workshop.store.folder)])

    target = str(workshop.folder / "base.tar")
    assert 0 == run("base", str(workshop.folder / "root")).exit_code
    assert "base" in run("list").stdout
    assert 0 == run("save", "base", target, "--tag", "proeftuin/base:1").exit_code
    assert 0 == run("scan", target).exit_code
    assert "CycloneDX" == json.loads(run("sbom", "base").stdout)["bomFormat"]
    wrong = subprocess.run(
        [sys.executable, "-m", "proeftuin_infra.oci", "base", str(workshop.folder / "wheels")],
        capture_output=True,
        text=True,
        check=False,
        cwd=workshop.folder,
    )
    assert (2, 1) == (wrong.returncode, len(wrong.stderr.splitlines()))
    assert 2 == run("save", "nergens", target).exit_code
