"""From the text of a component.yaml to a `Manifest`, or to errors that name the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.limits import Limits
from proeftuin_kernel.text import Text
from proeftuin_sandbox.manifest.issues import Issue, Mark, refuse
from proeftuin_sandbox.manifest.marks import SIZE_LIMIT, parse_marked
from proeftuin_sandbox.manifest.model import (
    Claim,
    CommandRun,
    EndpointRun,
    Health,
    ImageRun,
    Manifest,
    PythonRun,
    Run,
    Supplier,
)
from proeftuin_sandbox.manifest.rules import issues_of

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_NAME = "component.yaml"


def read_manifest(folder: Path) -> tuple[Manifest, dict[str, Any]]:
    """Read the component.yaml of a folder.

    Returns:
        The manifest, and its plain JSON form as it can be stored.

    Raises:
        ComponentYamlError: it is not there, cannot be read, or breaks a rule.
    """
    path = folder / MANIFEST_NAME
    try:
        with path.open("rb") as file:
            text = file.read(SIZE_LIMIT + 1).decode()
    except UnicodeDecodeError as error:
        raise refuse([_whole_file(Text(nl="bewaar het bestand als UTF-8", en="save the file as UTF-8"))]) from error
    except OSError as error:
        raise refuse(
            [
                _whole_file(
                    Text(
                        nl="dit bestand ontbreekt; maak het met 'proeftuin component init'",
                        en="this file is missing; make it with 'proeftuin component init'",
                    )
                )
            ]
        ) from error
    return parse_manifest(text)


def parse_manifest(text: str, *, file: str = MANIFEST_NAME) -> tuple[Manifest, dict[str, Any]]:
    """Parse and check the text of a component.yaml.

    Args:
        text: YAML 1.1, one document.
        file: Name for messages.

    Returns:
        The manifest, and its plain JSON form as it can be stored.

    Raises:
        ComponentYamlError: it breaks a rule; every fault is listed with line and column.
    """
    marked = parse_marked(text, file=file)
    issues = issues_of(marked)
    if issues:
        raise refuse(issues)
    return manifest_from_json(marked.value), marked.value


def manifest_from_json(data: dict[str, Any]) -> Manifest:
    """Build a manifest from a value that the schema has accepted."""
    about = data["metadata"]
    health = data.get("health", {})
    return Manifest(
        name=about["name"],
        version=about["version"],
        title=Text(**about["title"]),
        description=Text(**about["description"]) if "description" in about else None,
        domains=tuple(about.get("domains", [])),
        supplier=Supplier(about["supplier"]["name"], about["supplier"].get("url")),
        licence=about["licence"],
        run=_run(data["run"]),
        health=Health(path=health.get("path", "/"), timeout_seconds=health.get("timeoutSeconds", 30)),
        openapi=data.get("openapi"),
        claims=tuple(
            Claim(claim["kit"], claim.get("version"), claim.get("actor")) for claim in data.get("claims", [])
        ),
        needs=tuple(data.get("needs", [])),
        limits=_limits(data.get("resources", {})),
        environment=dict(data.get("environment", {})),
        pages=tuple(data.get("pages", [])),
    )


def _run(data: dict[str, Any]) -> Run:
    if "python" in data:
        python = data["python"]
        return PythonRun(
            command=tuple(python["command"]),
            requirements=tuple(python.get("requirements", [])),
            requirements_file=python.get("requirementsFile"),
        )
    if "command" in data:
        return CommandRun(command=tuple(data["command"]))
    if "image" in data:
        image = data["image"]
        return ImageRun(reference=image.get("reference"), archive=image.get("archive"), uploaded=image.get("uploaded"))
    return EndpointRun(url=data["endpoint"])


def _limits(data: dict[str, int]) -> Limits:
    fallback = Limits()
    return Limits(
        memory_mib=data.get("memoryMiB", fallback.memory_mib),
        cpu_seconds=data.get("cpuSeconds", fallback.cpu_seconds),
        open_files=data.get("openFiles", fallback.open_files),
        processes=data.get("processes", fallback.processes),
        disk_mib=data.get("diskMiB", fallback.disk_mib),
    )


def _whole_file(message: Text) -> Issue:
    return Issue(MANIFEST_NAME, Mark(1, 1), "", message)
