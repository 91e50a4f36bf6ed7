"""What is in an image, as CycloneDX 1.6: Debian's packages and Python's, read from their own records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.parser import HeaderParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from proeftuin_infra.oci.model import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LABEL = "vlaanderen.proeftuin.sbom"
"""Label of an image that holds the digest of its SBOM."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One package.

    Attributes:
        purl: Package URL (https://github.com/package-url/purl-spec), which also identifies it.
        name: Its name.
        version: Its version.
        licence: As the package itself states it; empty when it does not.
    """

    purl: str
    name: str
    version: str
    licence: str = ""


def debian_parts(root: Path, *, release: str = "bookworm") -> tuple[Part, ...]:
    """List the Debian packages of a root file system, from dpkg's records."""
    status = root / "var" / "lib" / "dpkg" / "status"
    return tuple(sorted(_debian(status.read_text("utf-8"), release=release)))


def python_parts(folder: Path) -> tuple[Part, ...]:
    """List the Python packages of a folder, from their `*.dist-info/METADATA` (Core Metadata 2.x)."""
    found = []
    for path in folder.glob("*.dist-info/METADATA"):
        about = HeaderParser().parsestr(path.read_text("utf-8", errors="replace"))
        name, version = str(about["Name"]), str(about["Version"])
        normal = name.lower().replace("_", "-").replace(".", "-")
        licence = str(about["License-Expression"] or about["License"] or "").split("\n", 1)[0][:200]
        found.append(Part(f"pkg:pypi/{quote(normal)}@{quote(version)}", name, version, licence))
    return tuple(sorted(found))


def sbom(parts: Iterable[Part], *, name: str, version: str) -> bytes:
    """Write a CycloneDX document; the same parts give the same bytes (so: no serial number and no date)."""
    about = {"type": "container", "bom-ref": name, "name": name, "version": version}
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": [_component(part) for part in sorted(set(parts))],
    }
    return canonical(content)


def parts_of(document: bytes) -> tuple[Part, ...]:
    """Read back what `sbom` wrote, to add to it."""
    return tuple(
        Part(one["purl"], one["name"], one["version"], _licence_of(one)) for one in json.loads(document)["components"]
    )


def _licence_of(component: dict[str, Any]) -> str:
    listed = component.get("licenses") or [{"license": {"name": ""}}]
    return str(listed[0]["license"]["name"])


def _component(part: Part) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
    }
    if part.licence:
        shown["licenses"] = [{"license": {"name": part.licence}}]
    return shown


def _debian(status: str, *, release: str) -> Iterator[Part]:
    for paragraph in status.split("\n\n"):
        about = HeaderParser().parsestr(paragraph)
        if about["Status"] != "install ok installed":
            continue
        name, version, arch = str(about["Package"]), str(about["Version"]), str(about["Architecture"])
        purl = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={arch}&distro={release}"
        yield Part(purl, name, version)
