"""The records that a sandbox keeps of its isolation and of its end."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proeftuin_sandbox.backends.base import Owned
    from proeftuin_sandbox.backends.promises import Capabilities, Proof


def isolation_record(proof: Proof, capabilities: Capabilities, *, at: datetime) -> dict[str, Any]:
    """Write down what was tried, what was seen, and what this backend does not promise at all."""
    return _sealed(
        {
            "backend": capabilities.backend,
            "tier": capabilities.tier,
            "provedAt": at.isoformat(),
            "holds": proof.holds,
            "findings": [
                {
                    "control": finding.control,
                    **({"attack": finding.attack} if finding.attack else {}),
                    "promised": finding.promised,
                    "held": finding.held,
                    "detected": finding.detected,
                    "detail": finding.detail,
                }
                for finding in proof.findings
            ],
            "controls": {control.id: control.level.value for control in capabilities.controls},
        }
    )


def destruction_record(before: Sequence[dict[str, str]], residue: Sequence[Owned], *, at: datetime) -> dict[str, Any]:
    """Write down what there was and what is left."""
    return _sealed({"at": at.isoformat(), "removed": list(before), "residue": owned_as_json(residue)})


def owned_as_json(things: Sequence[Owned]) -> list[dict[str, str]]:
    """Give the form in which things of ours are stored."""
    return [{"kind": thing.kind, "name": thing.name} for thing in things]


def _sealed(record: dict[str, Any]) -> dict[str, Any]:
    """Add a digest, so that a record can be quoted and a changed one is noticed."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**record, "digest": "sha256:" + hashlib.sha256(text.encode()).hexdigest()}
