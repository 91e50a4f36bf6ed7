"""The labels by which our things are told from everybody else's on an engine."""

from __future__ import annotations

from typing import Final

DOMAIN: Final = "proeftuin.vlaanderen"
INSTALLATION: Final = f"{DOMAIN}/installation"
SANDBOX: Final = f"{DOMAIN}/sandbox-id"
KIND: Final = f"{DOMAIN}/kind"
COMPONENT: Final = f"{DOMAIN}/component"
SPEC: Final = f"{DOMAIN}/spec"
"""Digest of what a container was made from: another one means another container."""


def selection(**wanted: str) -> dict[str, list[str]]:
    """Give the filter of the engine that selects things by labels, for example `sandbox_id="sbx-…"`.

    Names are those of the labels with underscores for hyphens.
    """
    return {"label": [f"{DOMAIN}/{name.replace('_', '-')}={value}" for name, value in sorted(wanted.items())]}
