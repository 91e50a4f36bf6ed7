"""Promises and proofs of isolation as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin.portal.views.isolation import Attack, Capability, Promises, Proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_sandbox.backends.promises import Capabilities
    from proeftuin_sandbox.views import ProofView


def promises(found: Capabilities) -> Promises:
    """Show what a backend promises."""
    return Promises(
        backend=found.backend,
        tier=found.tier,
        controls=tuple(
            Capability(name=one.id, title=one.title, level=one.level.value, note=one.explanation)
            for one in found.controls
        ),
    )


def proof(found: ProofView) -> Proof:
    """Show one proof, from the record that was written down then."""
    record = found.record
    return Proof(
        at=found.at,
        holds=found.holds,
        tier=str(record.get("tier", "")),
        digest=str(record.get("digest", "")),
        attacks=tuple(_attack(one) for one in record.get("findings", ())),
    )


def _attack(found: Mapping[str, Any]) -> Attack:
    return Attack(
        control=str(found["control"]),
        name=str(found.get("attack", "")),
        held=bool(found["held"]),
        detected=bool(found["detected"]),
        promised=bool(found.get("promised", True)),
        seen=str(found.get("detail", "")),
    )
