"""What somebody uploads on the page: a bundle (tar.gz), or a component.yaml alone, which becomes one."""

from __future__ import annotations

import io
import tarfile
import zlib
from typing import IO

from proeftuin_sandbox.errors import ComponentYamlError
from proeftuin_sandbox.manifest import parse_manifest

MANIFEST = "component.yaml"
MANIFEST_LIMIT = 256 * 1024
_DEEPEST = 2
_UNNAMED = "onbekend"


def as_bundle(source: IO[bytes], *, filename: str) -> IO[bytes]:
    """Give the upload as a tar.gz; a file that is called `.yaml` or `.yml` is packed."""
    if not filename.lower().endswith((".yaml", ".yml")):
        return source
    content = source.read(MANIFEST_LIMIT + 1)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    packed.seek(0)
    return packed


def name_in(bundle: IO[bytes]) -> str:
    """Read the component's name from a bundle, which is then at its start again.

    What is wrong with a bundle is for the service to say; here an unreadable one just has no name.
    """
    try:
        with tarfile.open(fileobj=bundle, mode="r:gz") as archive:
            for member in archive:
                path = member.name.removeprefix("./").split("/")
                if path[-1] == MANIFEST and len(path) <= _DEEPEST and member.isfile():
                    content = archive.extractfile(member)
                    text = content.read(MANIFEST_LIMIT).decode() if content else ""
                    return parse_manifest(text)[0].name
    except (tarfile.TarError, OSError, EOFError, zlib.error, UnicodeDecodeError, ComponentYamlError):
        return _UNNAMED
    finally:
        bundle.seek(0)
    return _UNNAMED
