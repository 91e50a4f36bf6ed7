"""From Pulumi's events and errors to steps and causes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from proeftuin_infra.kube.client.errors import CERTIFICATE, EXPIRED, LOGIN, UNREACHABLE, refusal
from proeftuin_infra.kube.skeleton.engine import FAILED, Change, EngineError, EngineStep, PlannedObject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi.automation import EngineEvent

_TYPE = "kubernetes:"
_CHANGES = {"same": Change.SAME, "create": Change.CREATE, "delete": Change.DELETE}
_FORBIDDEN = 403
_SIGNS = (
    (EXPIRED, re.compile(r"certificate has expired", re.IGNORECASE)),
    (CERTIFICATE, re.compile(r"x509|certificate signed by|tls: ", re.IGNORECASE)),
    (LOGIN, re.compile(r"Unauthorized|must be logged in", re.IGNORECASE)),
    (
        UNREACHABLE,
        re.compile(
            r"unreachable|connection refused|no route to host|i/o timeout|no such host|context deadline exceeded"
            r"|failed to (?:read|load) kubeconfig|invalid configuration",
            re.IGNORECASE,
        ),
    ),
)
_DAMAGED = re.compile(
    r"snapshot integrity|incorrect passphrase|decrypt|unexpected end of JSON|invalid character|unmarshal"
    r"|could not deserialize|checkpoint",
    re.IGNORECASE,
)


class News:
    """Reads the events of one command; called from Pulumi's own thread, so it never raises.

    Args:
        total: Objects that the program registers.
    """

    def __init__(self, total: int) -> None:
        self.problems: list[str] = []
        self._total = total
        self._begun: set[str] = set()

    def step(self, event: EngineEvent) -> EngineStep | None:
        """Give the step that an event tells of; None when it tells of none."""
        if event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            self.problems.append(re.sub(r"<\{%[^%]*%\}>", "", event.diagnostic_event.message).strip())
        begun = event.resource_pre_event
        if begun is None or not begun.metadata.type.startswith(_TYPE) or begun.metadata.urn in self._begun:
            return None
        self._begun.add(begun.metadata.urn)
        kind, _, name = begun.metadata.urn.rpartition("::")[2].partition("/")
        return EngineStep(kind, name, len(self._begun), max(self._total, len(self._begun)))

    @staticmethod
    def planned(event: EngineEvent) -> PlannedObject | None:
        """Give what an event of a preview says would happen to an object."""
        begun = event.resource_pre_event
        if begun is None or not begun.metadata.type.startswith(_TYPE):
            return None
        kind, _, name = begun.metadata.urn.rpartition("::")[2].partition("/")
        return PlannedObject(kind, name, _CHANGES.get(str(begun.metadata.op.value), Change.UPDATE))


def cause(problems: Sequence[str], output: str) -> EngineError:
    """Explain a failed command, by what the cluster said when it was the cluster that refused."""
    said = "; ".join(problems) or output
    short = " ".join(said.split())[:600]
    if "is forbidden" in said:
        refused = refusal(_FORBIDDEN, json.dumps({"message": said}).encode())
        return EngineError(refused.code, short, rule=refused.rule)
    for code, sign in _SIGNS:
        if sign.search(said):
            return EngineError(code, short)
    return EngineError(FAILED, short or "pulumi failed and said nothing")


def is_state_damaged(text: str) -> bool:
    """Tell whether Pulumi cannot read its own state: then the state is made anew, for the cluster has the truth."""
    return bool(_DAMAGED.search(text))
