"""`proeftuin image`: upload container images, look at them and remove them."""

from __future__ import annotations

import base64
import hashlib
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from proeftuin_sandbox.cli_support import DEFAULT_URL, Token, Url, choose, complain, connected, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_sandbox.client import PlatformClient

app = typer.Typer(
    help="Container-images: uploaden, tonen, verwijderen. | Container images: upload, list, remove.",
    no_args_is_help=True,
    add_completion=False,
)
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="Van `docker save`, of een OCI-archief. | Of `docker save`, or an OCI archive."
    ),
]
Digest = Annotated[str, typer.Argument(metavar="DIGEST", help="sha256:…, zoals `push` gaf. | As `push` gave it.")]
Organisation = Annotated[str | None, typer.Option(help="Id: org-…; nodig bij meer dan één. | When you have several.")]
_PLACE = "/api/v1/images"
_MIB = 1024 * 1024
_CHUNK = _MIB // 4
_TENTHS = 10
_REFRESH_SECONDS = 0.2


@app.command()
def push(
    file: File,
    organisation: Organisation = None,
    name: Annotated[str | None, typer.Option(help="Naam voor mensen. | Name for people.")] = None,
    url: Url = DEFAULT_URL,
    token: Token = None,
) -> None:
    """Upload een image; de laatste regel is zijn digest, voor component.yaml. | Upload an image."""
    with connected(url, token) as client, file.open("rb") as source:
        size = file.stat().st_size
        asked = _asked(organisation)
        held = client.call("GET", _PLACE, params=asked)
        if size > held["largestMib"] * _MIB:
            largest = held["largestMib"]
            complain(
                choose(f"een image is hoogstens {largest} MiB", f"an image is at most {largest} MiB")
                + " [image-too-large]"
            )
        digest = hashlib.file_digest(source, "sha256")
        known = next((one for one in held["items"] if one["archiveDigest"] == f"sha256:{digest.hexdigest()}"), None)
        image = known or _send(client, source, size=size, name=name or file.name, digest=digest.digest(), asked=asked)
        for finding in image["findings"]:
            said = f"{finding['cause'][language()]} [{finding['code']}]"
            typer.echo(choose(f"let op: {said}", f"mind: {said}"), err=True)
        if known is not None:
            typer.echo(choose("dit image was er al", "this image was there already"), err=True)
        typer.echo(f"run: {{image: {{uploaded: {image['digest']}}}}}", err=True)
        typer.echo(image["digest"])


@app.command("list")
def list_(organisation: Organisation = None, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Toon de images van uw organisatie. | List the images of your organisation."""
    with connected(url, token) as client:
        held = client.call("GET", _PLACE, params=_asked(organisation))
    for one in held["items"]:
        needed = ", ".join(_named(one)) or (one["expiresAt"] or "")[:10]
        known_as = " ".join(dict.fromkeys((one["name"], one["reference"] or one["name"])))
        typer.echo(f"{one['digest']}  {_mib(one['sizeBytes']):>5} MiB  {one['createdAt'][:16]}  {known_as}  {needed}")
    used, allowed = held["usedMib"], held["allowedMib"]
    typer.echo(choose(f"{used} van {allowed} MiB in gebruik", f"{used} of {allowed} MiB in use"), err=True)


@app.command()
def show(digest: Digest, organisation: Organisation = None, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Toon alles van één image: wat de controle vond, wie het gebruikt. | Show all of one image."""
    with connected(url, token) as client:
        image = client.call("GET", f"{_PLACE}/{digest}", params=_asked(organisation))
    used_at = (image["usedAt"] or choose("nooit", "never"))[:16]
    facts = {
        "digest": image["digest"],
        choose("naam", "name"): image["name"],
        choose("heet bij de maker", "maker's name"): image["reference"],
        choose("grootte", "size"): f"{_mib(image['sizeBytes'])} MiB",
        choose("uitgepakt", "unpacked"): f"{_mib(image['unpackedBytes'])} MiB",
        choose("platform", "platform"): image["architecture"],
        choose("geüpload", "uploaded"): f"{image['createdAt'][:16]} {image['createdBy']}",
        choose("laatst uitgerold", "last deployed"): used_at,
        choose("gebruikt door", "used by"): ", ".join(_named(image)),
        choose("verdwijnt", "goes"): (image["expiresAt"] or "")[:10],
    }
    width = max(map(len, facts))
    for name, value in facts.items():
        if value:
            typer.echo(f"{name:<{width}}  {value}")
    for finding in image["findings"]:
        cause, remedy = (finding[part][language()] for part in ("cause", "remedy"))
        typer.echo(choose("let op", "mind") + f": {cause} [{finding['code']}]: {remedy}")


@app.command()
def remove(digest: Digest, organisation: Organisation = None, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Verwijder een image dat geen component nodig heeft. | Remove an image that no component needs."""
    with connected(url, token) as client:
        client.order("DELETE", f"{_PLACE}/{digest}", params=_asked(organisation))


def _send(
    client: PlatformClient, source: IO[bytes], *, size: int, name: str, digest: bytes, asked: dict[str, str]
) -> dict[str, Any]:
    source.seek(0)
    return client.send(
        _PLACE,
        _shown(source, size=size),
        size=size,
        params={**asked, "name": name},
        headers={"Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:"},
    )


def _shown(source: IO[bytes], *, size: int) -> Iterator[bytes]:
    """Give a file in pieces, and say how far it is: in place on a terminal, ten lines elsewhere."""
    in_place = sys.stderr.isatty()
    begun = time.monotonic()
    sent, told_at, told = 0, 0.0, -1
    while piece := source.read(_CHUNK):
        yield piece
        sent += len(piece)
        now = time.monotonic()
        tenth = sent * _TENTHS // size
        if (now - told_at >= _REFRESH_SECONDS or sent == size) if in_place else tenth > told:
            told_at, told = now, tenth
            speed = sent / _MIB / max(now - begun, 0.001)
            line = f"{sent * 100 // size:>3} %  {_mib(sent)}/{_mib(size)} MiB  {speed:.1f} MB/s"
            sys.stderr.write(f"\r{line} " if in_place else f"{line}\n")
            sys.stderr.flush()
    sys.stderr.write("\n" if in_place else "")
    typer.echo(choose("het platform kijkt het image na …", "the platform looks the image through …"), err=True)


def _asked(organisation: str | None) -> dict[str, str]:
    return {"organisation": organisation} if organisation is not None else {}


def _named(image: dict[str, Any]) -> list[str]:
    return [f"{one['component']} ({one['sandboxName']})" for one in image["usedBy"]]


def _mib(size: int) -> int:
    return -(-size // _MIB)
