"""A component as the platform knows it, once its component.yaml is found to be valid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proeftuin_infra.limits import Limits

if TYPE_CHECKING:
    from proeftuin_kernel.text import Text


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who supplies a component."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PythonRun:
    """A Python program with a virtual environment of its own.

    Attributes:
        command: The program and its arguments; `python` is the environment's.
        requirements: Packages by PEP 508.
        requirements_file: A file in the bundle with one package per line, instead of `requirements`.
    """

    command: tuple[str, ...]
    requirements: tuple[str, ...] = ()
    requirements_file: str | None = None


@dataclass(frozen=True, slots=True)
class CommandRun:
    """An executable in the bundle, with its arguments."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImageRun:
    """A container image that the supplier built; exactly one of these is given.

    Attributes:
        reference: Name in a registry, ending in `@sha256:…`.
        archive: Path of a file in the bundle, as `docker save` writes it or an OCI archive.
        uploaded: Digest of an image that the organisation uploaded to the platform before.
    """

    reference: str | None = None
    archive: str | None = None
    uploaded: str | None = None


@dataclass(frozen=True, slots=True)
class EndpointRun:
    """A component that runs elsewhere."""

    url: str


Run = PythonRun | CommandRun | ImageRun | EndpointRun


@dataclass(frozen=True, slots=True)
class Health:
    """Where and how soon a component says that it works."""

    path: str = "/"
    timeout_seconds: int = 30


@dataclass(frozen=True, slots=True)
class Claim:
    """A kit that the component meets, says its supplier."""

    kit: str
    version: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a component.yaml says; defaults are filled in.

    Attributes:
        name: DNS label, unique within a sandbox.
        version: By Semantic Versioning 2.0.0.
        domains: Functions of a municipality that it helps with, by their name in the catalogue.
        openapi: Path of the OpenAPI document of the running component, if it has one.
        needs: Building blocks of the municipality that it uses.
        environment: Variables of its own.
        pages: Paths to check for accessibility.
    """

    name: str
    version: str
    title: Text
    supplier: Supplier
    licence: str
    run: Run
    description: Text | None = None
    domains: tuple[str, ...] = ()
    health: Health = field(default_factory=Health)
    openapi: str | None = None
    claims: tuple[Claim, ...] = ()
    needs: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    environment: dict[str, str] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
