"""Bundles: the same content gives the same digest, and nothing hostile is unpacked."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from typing import TYPE_CHECKING

import pytest

from proeftuin_sandbox.bundles import BundleLimits, content_digest, pack, unpack
from proeftuin_sandbox.errors import BundleError, BundleTooLargeError, ComponentYamlError
from support.sandbox_bundles import archive, component, member

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = BundleLimits(packed_mib=1, unpacked_mib=2)


def packed(folder: Path) -> bytes:
    target = io.BytesIO()
    pack(folder, target)
    return target.getvalue()


def test_the_same_content_gives_the_same_bytes_whenever_and_wherever_it_is_packed(tmp_path: Path) -> None:
    """Times, places, caches and version control do not count."""
    one, two = component(tmp_path / "een"), component(tmp_path / "twee")
    (two / "__pycache__").mkdir()
    (two / "__pycache__" / "x.pyc").write_bytes(b"x")
    (two / ".git").mkdir()
    (two / ".git" / "HEAD").write_text("x")
    os.utime(two / "server.py", (1, 1))

    assert packed(one) == packed(two)
    assert content_digest(one) == content_digest(two)


def test_a_changed_byte_name_or_executable_bit_changes_the_digest(tmp_path: Path) -> None:
    """What runs differently has another digest."""
    folder = component(tmp_path / "c")
    digests = {content_digest(folder)}
    (folder / "server.py").chmod(0o755)
    digests.add(content_digest(folder))
    (folder / "server.py").write_text("x")
    digests.add(content_digest(folder))
    (folder / "server.py").rename(folder / "other.py")
    digests.add(content_digest(folder))

    assert 4 == len(digests)


def test_what_was_packed_is_what_is_unpacked(tmp_path: Path) -> None:
    """Digest, links and executable bits survive the journey."""
    folder = component(tmp_path / "c")
    (folder / "sub").mkdir()
    (folder / "sub" / "koppeling").symlink_to("../server.py")
    (folder / "start").write_text("#!/bin/sh\n")
    (folder / "start").chmod(0o700)

    bundle = unpack(io.BytesIO(packed(folder)), tmp_path / "out", limits=LIMITS)

    assert (content_digest(folder), "klok") == (bundle.digest, bundle.manifest.name)
    assert os.access(tmp_path / "out" / "start", os.X_OK)
    assert (folder / "server.py").read_text() == (tmp_path / "out" / "sub" / "koppeling").read_text()


def test_a_bundle_that_was_packed_with_its_folder_around_it_is_accepted(tmp_path: Path) -> None:
    """`tar -czf x.tar.gz klok` is what people type."""
    folder = component(tmp_path / "klok")
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        tar.add(folder, "klok")
    target.seek(0)

    assert content_digest(folder) == unpack(target, tmp_path / "out", limits=LIMITS).digest


@pytest.mark.parametrize(
    "members",
    [
        [member("/etc/passwd", b"x")],
        [member("../buiten", b"x")],
        [member("a/../../buiten", b"x")],
        [member("k", type=tarfile.SYMTYPE, linkname="/etc")],
        [member("k", type=tarfile.SYMTYPE, linkname="../buiten")],
        [
            member("a/b/k", type=tarfile.SYMTYPE, linkname="../.."),
            member("x", type=tarfile.SYMTYPE, linkname="a/b/k/.."),
        ],
        [member("k", type=tarfile.SYMTYPE, linkname="."), member("k/x", b"x")],
        [member("k", type=tarfile.LNKTYPE, linkname="component.yaml")],
        [member("k", type=tarfile.CHRTYPE)],
        [member("k", type=tarfile.BLKTYPE)],
        [member("k", type=tarfile.FIFOTYPE)],
        [member("k", b"1"), member("k", b"2")],
    ],
    ids=["absolute", "dots", "inner dots", "link to root", "link out", "chained links", "through a link", "hard link",
         "character device", "block device", "pipe", "twice"],
)  # fmt: skip
def test_what_leaves_the_folder_or_is_no_file_is_refused(members: list, tmp_path: Path) -> None:
    """Nothing is written anywhere, and nothing half remains."""
    with pytest.raises(BundleError):
        unpack(archive(*members), tmp_path / "out", limits=LIMITS)

    assert [] == list(tmp_path.iterdir())


def test_a_link_that_leaves_once_the_outer_folder_is_peeled_off_is_refused(tmp_path: Path) -> None:
    """Peeling the outer folder may not open a way out."""
    text = archive().read()
    with tarfile.open(fileobj=io.BytesIO(text)) as good:
        inner = good.extractfile("component.yaml").read()
    bad = archive(
        member("klok/component.yaml", inner), member("klok/k", type=tarfile.SYMTYPE, linkname=".."), manifest=False
    )
    with pytest.raises(BundleError):
        unpack(bad, tmp_path / "out", limits=LIMITS)


def test_a_bomb_costs_no_more_than_the_limit(tmp_path: Path) -> None:
    """Three kilobytes that unpack to three megabytes are stopped; so is a header of that size."""
    with pytest.raises(BundleTooLargeError):
        unpack(archive(member("nul", bytes(3 * 1024 * 1024))), tmp_path / "out", limits=LIMITS)
    with pytest.raises(BundleTooLargeError):
        unpack(archive(member("a" * (3 * 1024 * 1024), b"")), tmp_path / "out", limits=LIMITS)

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "data",
    [b"", b"x", gzip.compress(b"x" * 2000), gzip.compress(b"")[:-4], b"\x1f\x8b" + b"0" * 99],
    ids=["empty", "one byte", "gzip of no tar", "cut off", "only looks like gzip"],
)
def test_what_is_no_tar_gz_is_refused_with_words(data: bytes, tmp_path: Path) -> None:
    """Random bytes are the sender's fault, said kindly."""
    with pytest.raises((BundleError, ComponentYamlError)):
        unpack(io.BytesIO(data), tmp_path / "out", limits=LIMITS)

    assert [] == list(tmp_path.iterdir())


def test_a_bundle_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    """A broken upload never becomes a component."""
    whole = packed(component(tmp_path / "c"))
    with pytest.raises((BundleError, ComponentYamlError)):
        unpack(io.BytesIO(whole[: len(whole) // 2]), tmp_path / "out", limits=LIMITS)
