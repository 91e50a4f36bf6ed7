"""Kits that are no longer installed, as the reports of old runs remember them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin.portal.adapters.standards import stored_report
from proeftuin_assessment.models import RunRow
from proeftuin_kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError

if TYPE_CHECKING:
    from proeftuin_assessment.service import RunService
    from proeftuin_conformance.report import Report
    from proeftuin_kernel.auth import Principal

_TRIED = 20  # newest runs looked at; a reader who may see none of them gets no page


class PastKits:
    """Finds what an old report says of a kit, for who may read that report."""

    def __init__(self, runs: RunService) -> None:
        self._runs = runs

    def find(self, principal: Principal, kit: str, *, version: str | None) -> Report | None:
        """Give the newest report that was made with a kit; of one version of it when that is asked."""
        chosen = select(RunRow.id).where(RunRow.kit == kit, RunRow.report.is_not(None))
        if version is not None:
            chosen = chosen.where(RunRow.kit_version == version)
        with self._runs.database.read() as session:
            found = session.scalars(chosen.order_by(RunRow.id.desc()).limit(_TRIED)).all()
        for run in found:
            try:
                return stored_report(self._runs.report(principal, run))
            except (NotFoundError, ForbiddenError, UnauthenticatedError):  # not for this reader
                continue
        return None
