"""The policy for images: what is found, and what a supplier can do about it."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.oci.composing import ImageSettings
from proeftuin_infra.oci.reading import read_archive
from proeftuin_infra.oci.scanning import ImagePolicy, scan
from support.oci_images import RUNS, docker_save, tar_of, tiny_image

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore

DIGEST = "registry.example/x@sha256:" + "a" * 64


def codes(findings: tuple) -> dict[str, bool]:
    return {finding.code: finding.is_fatal for finding in findings}


def test_a_good_image_has_no_findings(tmp_path: Path, store: ImageStore) -> None:
    """Nothing to say is a possible outcome."""
    assert () == scan(store, tiny_image(store, tmp_path / "a"), reference=DIGEST)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (replace(RUNS, user=""), "image-root"),
        (replace(RUNS, user="root"), "image-root"),
        (replace(RUNS, user="0:10001"), "image-root"),
        (replace(RUNS, user="www-data"), "image-user-name"),
        (replace(RUNS, user="33"), "image-system-user"),
        (ImageSettings(), "image-no-command"),
        (replace(RUNS, architecture="arm64"), "image-platform"),
    ],
)
def test_what_may_not_run_is_told_with_its_remedy(
    tmp_path: Path, store: ImageStore, settings: ImageSettings, code: str
) -> None:
    """Each rule finds exactly what it is for."""
    findings = scan(store, tiny_image(store, tmp_path / "a", settings=settings))

    assert {code: True} == codes(findings)
    assert findings[0].remedy.nl != findings[0].remedy.en


@pytest.mark.parametrize("reference", ["hallo", "hallo:1", "registry.example/x:latest", f"{DIGEST}0", DIGEST[:-1]])
def test_a_reference_without_a_whole_digest_is_refused(tmp_path: Path, store: ImageStore, reference: str) -> None:
    """A tag can be moved to another image after it was judged."""
    assert {"image-no-digest": True} == codes(scan(store, tiny_image(store, tmp_path / "a"), reference=reference))


def test_a_secret_in_a_variable_is_pointed_out_without_its_value(tmp_path: Path, store: ImageStore) -> None:
    """It is public to whoever can pull the image; our report may not spread it further."""
    settings = replace(RUNS, environment={"DB_PASSWORD": "hunter2", "EMPTY_TOKEN": "", "PATH": "/bin"})

    (finding,) = scan(store, tiny_image(store, tmp_path / "a", settings=settings))

    assert ("image-secret", False) == (finding.code, finding.is_fatal)
    assert "DB_PASSWORD" in finding.cause.nl
    assert "hunter2" not in str(finding.as_json())


def test_size_is_judged_unpacked(tmp_path: Path, store: ImageStore) -> None:
    """It is what fills the disk of a node."""
    image = tiny_image(store, tmp_path / "a")

    assert {"image-size": True} == codes(scan(store, image, policy=ImagePolicy(size_mib=0)))


def test_what_gives_power_in_the_files_is_found(tmp_path: Path, store: ImageStore) -> None:
    """Nothing is unpacked to see it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        program = tarfile.TarInfo("usr/bin/su")
        program.mode = 0o4755
        tar.addfile(program)
        device = tarfile.TarInfo("dev/mem")
        device.type = tarfile.CHRTYPE
        tar.addfile(device)
        tar.addfile(tarfile.TarInfo("../../outside"))
    (tmp_path / "a.tar").write_bytes(tar_of(docker_save({"l": out.getvalue()})))

    findings = scan(store, read_archive(store, tmp_path / "a.tar"))

    assert {"image-path": True, "image-set-user-id": False, "image-device": False} == codes(findings)
    assert findings[0].is_fatal
