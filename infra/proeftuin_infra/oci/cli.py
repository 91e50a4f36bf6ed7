"""Commands for who makes images: `python -m proeftuin_infra.oci`; `infra/images` calls it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import urlsplit

import typer

from proeftuin_infra.installing import InstallError
from proeftuin_infra.oci.archives import write_archive
from proeftuin_infra.oci.base import make_base
from proeftuin_infra.oci.building import ImageBuilder
from proeftuin_infra.oci.contexts import component_context, platform_context, town_context
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.model import Image
from proeftuin_infra.oci.platform import platform_image, stock_image
from proeftuin_infra.oci.reading import read_archive
from proeftuin_infra.oci.registry import Registry
from proeftuin_infra.oci.registry_access import Credentials
from proeftuin_infra.oci.sbom import LABEL
from proeftuin_infra.oci.scanning import scan
from proeftuin_infra.oci.store import ImageStore
from proeftuin_infra.oci.town import TOWN_LABEL, town_image
from proeftuin_infra.processes import ProcessHost

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_T = TypeVar("_T")

app = typer.Typer(
    help="Images maken, bekijken en bewaren. | Make, look at and save images.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Cache = Annotated[Path, typer.Option(envvar="PROEFTUIN_IMAGE_CACHE", help="Map met de images.")]
_CACHE = Path(".proeftuin/images")


@app.command()
def base(root: Annotated[Path, typer.Argument(help="Map van rootfs.sh.")], cache: Cache = _CACHE) -> None:
    """Maak het image proeftuin/base. | Make the image proeftuin/base."""
    image = make_base(ImageStore(cache), root)
    typer.echo(f"base {image.digest} {image.size // 1024 // 1024} MiB")


@app.command("list")
def list_images(cache: Cache = _CACHE) -> None:
    """Toon de images. | List the images."""
    store = ImageStore(cache)
    for name in store.names():
        image = store.find(name)
        typer.echo(
            f"{name:<45} {image.digest} {image.size // 1024 // 1024} MiB" if image else f"{name:<45} onvolledig"
        )


@app.command()
def save(
    name: Annotated[str, typer.Argument(help="Naam, zoals list ze toont.")],
    target: Annotated[Path, typer.Argument(help="Het bestand.")],
    cache: Cache = _CACHE,
    tag: Annotated[list[str] | None, typer.Option(help="Naam met tag voor de engine.")] = None,
) -> None:
    """Bewaar een image als archief voor 'docker load'. | Save an image as an archive for 'docker load'."""
    store = ImageStore(cache)
    image = _found(store, name)
    write_archive(store, image, target, names=tuple(tag or ()))
    typer.echo(f"{target} {image.digest}")


@app.command("sbom")
def show_sbom(name: Annotated[str, typer.Argument(help="Naam, zoals list ze toont.")], cache: Cache = _CACHE) -> None:
    """Toon wat er in een image zit, als CycloneDX. | Show what is in an image, as CycloneDX."""
    store = ImageStore(cache)
    typer.echo(store.read(_found(store, name).labels.get(LABEL, "")).decode())


@app.command()
def town(profile: str = "gehucht", seed: int = 1830, cache: Cache = _CACHE) -> None:
    """Maak het image van een gemeente. | Make the image of a town."""
    with _builder(cache) as builder:
        image = _shown(town_image(builder, profile=profile, seed=seed))
    typer.echo(f"town {image.digest} {image.size // 1024 // 1024} MiB {image.labels[TOWN_LABEL]}")


@app.command()
def context(
    kind: Annotated[str, typer.Argument(help="town, component of platform.")],
    target: Annotated[Path, typer.Argument(help="Map die leeg is of nog niet bestaat.")],
    source: Annotated[Path | None, typer.Option(help="Map van een component, of de wheel van het platform.")] = None,
    requirement: Annotated[list[str] | None, typer.Option(help="Pakket van een component.")] = None,
    cache: Cache = _CACHE,
) -> None:
    """Vul een map voor 'docker build'. | Fill a folder for 'docker build'."""
    with _builder(cache) as builder:
        if kind == "town":
            _shown(town_context(builder, target, profile="gehucht", seed=1830))
        elif kind == "component" and source is not None:
            _shown(component_context(builder, target, folder=source, requirements=requirement or []))
        elif kind == "platform" and source is not None:
            _shown(platform_context(builder, target, wheel=source))
        else:
            raise typer.BadParameter("town | component --source MAP | platform --source WHEEL")
    typer.echo(str(target))


@app.command()
def publish(
    *,
    wheel: Annotated[Path, typer.Option(help="De wheel van het platform, van 'uv build --wheel'.")],
    to: Annotated[str, typer.Option(help="Register: https://registry.example/proeftuin.")],
    town: Annotated[list[str] | None, typer.Option(help="Profiel van een gemeente die klaar moet staan.")] = None,
    seed: Annotated[int, typer.Option(help="Zaad van die gemeenten.")] = 1830,
    user: Annotated[str, typer.Option(envvar="PROEFTUIN_REGISTRY_USER", help="Wie er mag schrijven.")] = "",
    password: Annotated[str, typer.Option(envvar="PROEFTUIN_REGISTRY_PASSWORD", help="Wachtwoord.")] = "",
    cache: Cache = _CACHE,
) -> None:
    """Zet de images van het platform in een register. | Put the platform's images in a registry."""
    with _builder(cache) as builder:
        images = {
            "platform": _shown(platform_image(builder, wheel)),
            "stock": _shown(stock_image(builder, [(profile, seed) for profile in town or []])),
        }
        parts = urlsplit(to)
        folder = f"{parts.path.strip('/')}/".lstrip("/")
        credentials = Credentials(user, password) if user else None
        with Registry(parts.netloc, credentials=credentials, is_plain=parts.scheme == "http") as registry:
            for name, image in images.items():
                digest = registry.push(builder.store, image, f"{folder}{name}")
                typer.echo(f"{parts.netloc}/{folder}{name}@{digest}")


@app.command("scan")
def scan_archive(
    archive: Annotated[Path, typer.Argument(help="Archief van 'docker save'.")], cache: Cache = _CACHE
) -> None:
    """Toets een image: 0 het mag, 1 het mag niet. | Judge an image: 0 allowed, 1 not."""
    store = ImageStore(cache)
    image = read_archive(store, archive)
    findings = scan(store, image)
    for finding in findings:
        typer.echo(
            f"{'FOUT' if finding.is_fatal else 'let op'} {finding.code}: {finding.cause.nl}. {finding.remedy.nl}"
        )
    typer.echo(image.digest)
    if any(finding.is_fatal for finding in findings):
        raise typer.Exit(1)


@contextmanager
def _builder(cache: Path) -> Iterator[ImageBuilder]:
    host = ProcessHost()
    try:
        yield ImageBuilder(ImageStore(cache), host=host, environment=os.environ)
    finally:
        host.close()


def _shown(making: Generator[str, None, _T]) -> _T:
    """Tell what the installer says; gives what is made in the end."""
    while True:
        try:
            typer.echo(next(making), err=True)
        except StopIteration as end:
            value: _T = end.value
            return value


def _found(store: ImageStore, name: str) -> Image:
    image = store.find(name)
    if image is None:
        raise typer.BadParameter(f"{name} is er niet | is not there")
    return image


def main() -> None:
    """Run the commands; what is wrong with an image becomes one line and exit code 2."""
    try:
        app()
    except InstallError as error:
        sys.stderr.write(f"images: {error}\n")
        raise SystemExit(2) from None
    except ImageError as error:
        sys.stderr.write(f"images: {error.cause.nl}; {error.remedy.nl} ({error.code})\n")
        raise SystemExit(2) from None
