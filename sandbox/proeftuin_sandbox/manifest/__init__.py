"""component.yaml: what a supplier says about a component, checked against the published schema."""

from proeftuin_sandbox.manifest.issues import Issue
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
from proeftuin_sandbox.manifest.reading import MANIFEST_NAME, manifest_from_json, parse_manifest, read_manifest
from proeftuin_sandbox.manifest.schema import component_schema

__all__ = [
    "MANIFEST_NAME",
    "Claim",
    "CommandRun",
    "EndpointRun",
    "Health",
    "ImageRun",
    "Issue",
    "Manifest",
    "PythonRun",
    "Run",
    "Supplier",
    "component_schema",
    "manifest_from_json",
    "parse_manifest",
    "read_manifest",
]
