"""Files that pages need: our own, and MapLibre GL JS as its makers publish it.

MapLibre (BSD-3-Clause, `static/maplibre/LICENSE.txt`) lies in the package because pages may fetch nothing from
elsewhere, and no package on PyPI carries a version of it that can write with the fonts of the reader's machine.
`python -m vlavirgem.explore.vendor` fetches it anew and compares it with its digests.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib import resources
from typing import NamedTuple

from fastapi import Request  # noqa: TC002 - FastAPI reads annotations at run time
from starlette.exceptions import HTTPException
from starlette.responses import Response

from vlavirgem.explore.vendor import FILES, VERSION

_OURS = {
    "stad.css": ("text/css", (("report", "face.css"), ("report", "map.css"), ("explore", "static/explore.css"))),
    "kaart.js": ("text/javascript", (("explore", "static/kaart.js"),)),
    "stadskaart.mjs": ("text/javascript", (("explore", "static/stadskaart.mjs"),)),
    "kaartstijl.mjs": ("text/javascript", (("explore", "static/kaartstijl.mjs"),)),
    "icon.svg": ("image/svg+xml", (("explore", "static/icon.svg"),)),
}
_KINDS = {".mjs": "text/javascript", ".css": "text/css", ".txt": "text/plain"}
_FOREVER = "public, max-age=31536000, immutable"
VENDOR = f"/static/maplibre-{VERSION}"
"""Where MapLibre is: another version has another address, so browsers may keep it."""


class _Packed(NamedTuple):
    content: bytes
    media_type: str
    digest: str


def read_static(name: str) -> Response:
    """Give a file of our own that pages need."""
    if name not in _OURS:
        raise HTTPException(404)
    media_type, parts = _OURS[name]
    text = "".join(
        resources.files(f"vlavirgem.{package}").joinpath(path).read_text("utf-8") for package, path in parts
    )
    return Response(text, media_type=media_type, headers={"Cache-Control": "no-cache"})


def read_vendor(request: Request, version: str, name: str) -> Response:
    """Give a file of MapLibre."""
    if version != VERSION or name not in FILES:
        raise HTTPException(404)
    packed = _packed(name)
    headers = {"Cache-Control": _FOREVER, "ETag": f'"{packed.digest}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed.content, media_type=packed.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed.content), media_type=packed.media_type, headers=headers)


@cache
def _packed(name: str) -> _Packed:
    """Pack a file once, not for everybody who asks."""
    content = resources.files("vlavirgem.explore").joinpath(f"static/maplibre/{name}").read_bytes()
    media_type = _KINDS[name[name.rindex(".") :]]
    return _Packed(gzip.compress(content, mtime=0), media_type, hashlib.sha256(content).hexdigest()[:16])
