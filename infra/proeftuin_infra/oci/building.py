"""An image from a component's code and the packages that it needs; what was made before is found again."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from proeftuin_infra.installing import Installer
from proeftuin_infra.oci import sbom
from proeftuin_infra.oci.base import find_base
from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.model import canonical

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from proeftuin_infra.oci.model import Image, Layer
    from proeftuin_infra.oci.store import ImageStore
    from proeftuin_infra.processes import ProcessHost

_PYTHON = (3, 11)  # of bookworm
_LIBC = "manylinux_2_36"  # idem
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_FORMAT = 1  # raise it when the same input should give another image
_OWN_RECORDS = ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
_SHEBANG = re.compile(rb"\A#!(/bin/sh\n'''exec' .*?\n' '''\n|[^\n]*python[^\n]*\n)", re.DOTALL)

APP = "app"
PACKAGES = "packages"
PYTHON_ENVIRONMENT = {
    "PYTHONPATH": f"/{PACKAGES}",
    "PATH": f"/{PACKAGES}/bin:/usr/local/bin:/usr/bin:/bin",
}


@dataclass(frozen=True, slots=True)
class Packages:
    """Installed packages as a layer.

    Attributes:
        layer: Everything at `/packages`.
        parts: What was installed, for an SBOM.
    """

    layer: Layer
    parts: tuple[sbom.Part, ...]


class ImageBuilder:
    """Makes images in a store.

    Args:
        store: Holds the base image; gets the layers and the images.
        host: Runs the installer.
        environment: The platform's own environment, from which the installer gets what it needs.
    """

    def __init__(self, store: ImageStore, *, host: ProcessHost, environment: Mapping[str, str]) -> None:
        self.store = store
        self.installer = Installer(host, environment=environment)

    def packages_layer(
        self, requirements: Sequence[str], *, leave_out: tuple[str, ...] = ()
    ) -> Generator[str, None, Packages]:
        """Install packages for the base image's Python and processor, once for the same requirements.

        Only ready-built wheels are taken: nothing of a stranger runs here.

        Args:
            requirements: Packages by PEP 508.
            leave_out: Glob patterns of files that are not needed.

        Returns:
            The layer; what it yields is what the installer says.

        Raises:
            ImageError: `base-missing`.
            InstallError: a requirement cannot be installed.
        """
        machine = _MACHINES[find_base(self.store).platform[1]]
        wanted = {
            "format": _FORMAT,
            "requirements": sorted({str(Requirement(line)) for line in requirements}),
            "python": _PYTHON,
            "libc": _LIBC,
            "machine": machine,
            "leaveOut": sorted(leave_out),
            "bytecode": sys.version_info[:2] == _PYTHON,
        }
        name = f"packages-{hashlib.sha256(canonical(wanted)).hexdigest()[:32]}"
        with self.store.making(name):
            if (known := self.store.use_layer(name)) is not None:
                layer, facts = known
                return Packages(layer, tuple(sbom.Part(*part) for part in facts["parts"]))
            scratch = self.store.scratch()
            try:
                yield from self._install(scratch, requirements, machine=machine, leave_out=leave_out)
                target = scratch / PACKAGES
                parts = sbom.python_parts(target)
                layer = layer_from_folder(self.store, FolderLayer(target, PACKAGES))
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            facts = {"parts": [[part.purl, part.name, part.version, part.licence] for part in parts]}
            self.store.keep_layer(name, layer, facts=facts)
            return Packages(layer, parts)

    def bundle_image(
        self,
        folder: Path,
        *,
        digest: str,
        command: Sequence[str],
        requirements: Sequence[str] | None = None,
        title: str = "component",
    ) -> Generator[str, None, Image]:
        """Make the image of a component: the base, its packages and its code.

        Args:
            folder: The unpacked bundle.
            digest: Of the bundle's content: the same digest gives the same image, which is then not made again.
            command: The program and its arguments; starts in the folder of the code.
            requirements: Packages of a Python component; None for a component without Python.
            title: For people, in the SBOM.

        Returns:
            The image, kept under the name `bundle-…`; what it yields is what the installer says.

        Raises:
            ImageError: `base-missing`.
            InstallError: a requirement cannot be installed.
        """
        base = find_base(self.store)
        packages = None
        if requirements is not None:
            packages = yield from self.packages_layer(requirements)
        wanted = {
            "format": _FORMAT,
            "base": base.digest,
            "packages": packages.layer.digest if packages else None,
            "code": digest,
            "command": list(command),
        }
        name = f"bundle-{hashlib.sha256(canonical(wanted)).hexdigest()[:32]}"
        with self.store.making(name):
            if (known := self.store.use(name)) is not None:
                return known
            code = yield from self.code_layer(folder, is_python=packages is not None)
            document = self.document(base, packages.parts if packages else (), name=title, version=digest)
            image = compose(
                self.store,
                base,
                *([packages.layer] if packages else []),
                code,
                settings=ImageSettings(
                    command=tuple(command),
                    environment=PYTHON_ENVIRONMENT if packages else {},
                    working_folder=f"/{APP}",
                    labels={sbom.LABEL: document, "org.opencontainers.image.title": title},
                ),
            )
            self.store.keep(name, image, made_for=digest)
            return image

    def document(self, base: Image, parts: tuple[sbom.Part, ...], *, name: str, version: str) -> str:
        """Keep the SBOM of an image on a base: what the base has, and more.

        Returns:
            Its digest, for the label `vlaanderen.proeftuin.sbom`.
        """
        below = base.labels.get(sbom.LABEL, "")
        earlier = sbom.parts_of(self.store.read(below)) if below and self.store.has(below) else ()
        return self.store.add(sbom.sbom((*earlier, *parts), name=name, version=version))

    def compile_python(self, folder: Path, *, inside: str, work: Path) -> Generator[str, None, None]:
        """Write byte code that does not look at the time of its source.

        In an image all times are zero and files cannot be written: without it, Python would compile
        everything again at every start. A source that does not compile is left as it is.

        Args:
            folder: Whose sources.
            inside: Where the folder goes in the image.
            work: A folder for this run.
        """
        if sys.version_info[:2] != _PYTHON:  # our byte code would not be read
            return
        work.mkdir()
        program = "import compileall, sys; compileall.compile_dir(sys.argv[1], force=True, stripdir=sys.argv[1], "
        program += "prependdir=sys.argv[2], quiet=2, invalidation_mode=__import__('py_compile')"
        program += ".PycInvalidationMode.UNCHECKED_HASH)"
        yield from self.installer.program(work, (sys.executable, "-I", "-c", program, str(folder), inside))

    def code_layer(self, folder: Path, *, is_python: bool) -> Generator[str, None, Layer]:
        """Make the layer of a component's code, at `/app`; of Python code, with its byte code."""
        if not is_python:
            return layer_from_folder(self.store, FolderLayer(folder, APP))
        scratch = self.store.scratch()
        try:
            shutil.copytree(folder, scratch / APP, symlinks=True)
            yield from self.compile_python(scratch / APP, inside=f"/{APP}", work=scratch / "compile")
            return layer_from_folder(self.store, FolderLayer(scratch / APP, APP))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _install(
        self, scratch: Path, requirements: Sequence[str], *, machine: str, leave_out: tuple[str, ...]
    ) -> Generator[str, None, None]:
        target, work = scratch / PACKAGES, scratch / "work"
        target.mkdir()
        work.mkdir()
        if not requirements:
            return
        listed = scratch / "requirements.txt"
        listed.write_text("".join(f"{line}\n" for line in requirements))
        install = ["pip", "install", "--no-build", "--color", "never", "--no-progress", "--link-mode", "copy"]
        where = ["--python-version", ".".join(map(str, _PYTHON)), "--python-platform", f"{machine}-{_LIBC}"]
        what = ["--target", str(target), "--requirement", str(listed)]
        yield from self.installer.run(work, [*install, *where, *what])
        _make_independent(target)
        for pattern in leave_out:
            for path in target.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        yield from self.compile_python(target, inside=f"/{PACKAGES}", work=scratch / "compile")


def _make_independent(target: Path) -> None:
    """Take away what tells where and when packages were installed, and let programs find the image's Python."""
    (target / ".lock").unlink(missing_ok=True)
    for information in target.glob("*.dist-info"):
        for name in _OWN_RECORDS:
            (information / name).unlink(missing_ok=True)
        record = information / "RECORD"
        if record.is_file():
            record.write_text(_stable_record(record.read_text("utf-8")), "utf-8")
    programs = target / "bin"
    for program in programs.iterdir() if programs.is_dir() else ():
        data = program.read_bytes()
        program.write_bytes(_SHEBANG.sub(b"#!/usr/local/bin/python\n", data, count=1))


def _stable_record(text: str) -> str:
    kept = [
        row
        for row in csv.reader(io.StringIO(text))
        if row and not row[0].startswith(("..", "bin/")) and row[0].rsplit("/", 1)[-1] not in _OWN_RECORDS
    ]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(sorted(kept))
    return written.getvalue()
