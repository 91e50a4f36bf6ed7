"""Static files: ours, and htmx out of an installed package.

All are read once at start, addressed with a digest of their content and cached for good by browsers.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

PREFIX = "/static"
_HTMX = ("htmx.min.js",)
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to send."""

    content: bytes
    media_type: str
    digest: str


class Assets:
    """All static files by name, such as `portal/site.css` or `vendor/htmx.min.js`."""

    def __init__(self, by_name: Mapping[str, Asset]) -> None:
        self._by_name = by_name

    @classmethod
    def load(cls) -> Assets:
        """Read our own files, and htmx from the package `js_lib_htmx` (its Django part is not imported)."""
        found: dict[str, Asset] = {}
        for name, file in _walk(files("proeftuin.portal") / "static", "portal"):
            found[name] = _asset(name, file)
        htmx = files("js_lib_htmx") / "static" / "htmx"
        for path in _HTMX:
            name = f"vendor/{path.rsplit('/', 1)[-1]}"
            found[name] = _asset(name, htmx.joinpath(path))
        return cls(found)

    def url(self, name: str) -> str:
        """The address of a file, with its digest.

        Raises:
            KeyError: there is no such file; a template names one that was not committed.
        """
        return f"{PREFIX}/{name}?v={self._by_name[name].digest}"

    def respond(self, name: str, *, digest: str | None, known: str | None) -> Response | None:
        """Answer a request for a file; None when there is no such file.

        Args:
            name: Path below `/static/`.
            digest: The `v` of the address; when it is right, the answer may be kept for good.
            known: The `If-None-Match` header.
        """
        asset = self._by_name.get(name)
        if asset is None:
            return None
        headers = {"ETag": f'"{asset.digest}"', "Cache-Control": _FOREVER if digest == asset.digest else _BRIEFLY}
        if known == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(asset.content, media_type=asset.media_type, headers=headers)


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, name)
        else:
            yield name, entry


def _asset(name: str, file: Traversable) -> Asset:
    content = file.read_bytes()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, media_type, hashlib.sha256(content).hexdigest()[:12])
