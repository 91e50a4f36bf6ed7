"""From the services of the areas to what the pages show. The only part of the portal that knows the areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.portal.adapters.journal import DatabaseJournal
from proeftuin.portal.desks import Desks

if TYPE_CHECKING:
    from proeftuin.application import Application


def desks_of(application: Application) -> Desks:
    """Make the desks that this installation has services for."""
    return Desks(journal=DatabaseJournal(application.database))
