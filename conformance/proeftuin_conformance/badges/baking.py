"""A credential inside its picture, so that the picture is the proof.

Open Badges 3.0, section 5.3.2 (SVG): `<openbadges:credential>` directly after the `<svg>` tag, with the JSON
in a CDATA section. Beside it we put a copy of the status list, as it was at that moment, so that a picture
can be checked without a network for as long as the list says it may be used.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from proeftuin_conformance.badges.errors import UnreadableError
from proeftuin_conformance.badges.jsontext import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_BADGES: Final = "https://purl.imsglobal.org/ob/v3p0"
SNAPSHOT: Final = "urn:proeftuin:badge:1"
SVG: Final = "http://www.w3.org/2000/svg"
MAX_IMAGE_BYTES: Final = 1024 * 1024


_OPENING: Final = re.compile(r"""<svg(?=[\s>])(?:[^<>"']|"[^"]*"|'[^']*')*(?<!/)>""")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file carries: the credential and, if it is there, a status list of the day it was made."""

    credential: bytes
    status_list: bytes | None = None


def bake(svg: str, *, credential: Mapping[str, Any], status_list: Mapping[str, Any] | None = None) -> str:
    """Put a credential, and a status list beside it, into an SVG that holds none.

    Raises:
        UnreadableError: `svg` is not an SVG, or holds a credential already.
    """
    root = _root(svg.encode("utf-8"))
    if _inside(root, f"{{{OPEN_BADGES}}}credential") or _inside(root, f"{{{SNAPSHOT}}}statuslist"):
        raise UnreadableError(nl="de afbeelding bevat al een badge", en="the image holds a badge already")
    opening = _OPENING.search(svg)
    if opening is None:  # an SVG written with another prefix; nobody's drawing program does that
        raise UnreadableError(nl="de afbeelding heeft geen <svg>", en="the image has no <svg>")
    start = opening.end()
    parts = [f'<openbadges:credential xmlns:openbadges="{OPEN_BADGES}">{_cdata(credential)}</openbadges:credential>']
    if status_list is not None:
        parts.append(
            f'<proeftuin:statuslist xmlns:proeftuin="{SNAPSHOT}">{_cdata(status_list)}</proeftuin:statuslist>'
        )
    baked = svg[:start] + "".join(parts) + svg[start:]
    if not _inside(_root(baked.encode("utf-8")), f"{{{OPEN_BADGES}}}credential"):  # `<svg>` stood in a comment
        raise UnreadableError(nl="de afbeelding kan geen badge dragen", en="the image cannot carry a badge")
    return baked


def carried(data: bytes) -> Carried:
    """Read what a file carries: a credential in JSON, or an SVG with a credential inside.

    Raises:
        UnreadableError: neither, or an SVG with no credential or with more than one.
    """
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"{":
        parse(data)
        return Carried(data)
    if head != b"<":
        raise UnreadableError(nl="het bestand is geen JSON en geen SVG", en="the file is neither JSON nor SVG")
    root = _root(data)
    credentials = _inside(root, f"{{{OPEN_BADGES}}}credential")
    if len(credentials) != 1:
        raise UnreadableError(
            nl=f"de afbeelding bevat {len(credentials)} badges; er moet er precies één zijn",
            en=f"the image holds {len(credentials)} badges; there must be exactly one",
        )
    snapshots = _inside(root, f"{{{SNAPSHOT}}}statuslist")
    if len(snapshots) > 1:
        raise UnreadableError(
            nl="de afbeelding bevat meer dan één statuslijst", en="the image holds more than one status list"
        )
    return Carried(credentials[0], snapshots[0] if snapshots else None)


def _root(data: bytes) -> Any:
    if len(data) > MAX_IMAGE_BYTES:
        raise UnreadableError(
            nl=f"de afbeelding is groter dan {MAX_IMAGE_BYTES} bytes",
            en=f"the image is larger than {MAX_IMAGE_BYTES} bytes",
        )
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableError(
            nl=f"de afbeelding is geen geldige SVG: {error}", en=f"the image is not valid SVG: {error}"
        ) from error
    if root.tag != f"{{{SVG}}}svg":
        raise UnreadableError(nl="de afbeelding is geen SVG", en="the image is not SVG")
    return root


def _inside(root: Any, tag: str) -> list[bytes]:
    return [(element.text or "").encode("utf-8") for element in root.iter(tag)]


def _cdata(document: Mapping[str, Any]) -> str:
    # `]]>` would end the section; in JSON it can only stand inside a string, where `>` may be escaped.
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("]]>", "]]\\u003e")
    return f"<![CDATA[{text}]]>"
