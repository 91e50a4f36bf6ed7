"""The composition root: builds the services of every area and connects what spans areas.

An area never imports another. "Run passed, so issue a badge, so show it in the catalogue" is a chain of
event handlers, and this is the only place where it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.application import Application

if TYPE_CHECKING:
    from proeftuin_kernel.clock import Clock
    from proeftuin_kernel.settings import Settings


def build(database_url: str, settings: Settings, *, clock: Clock | None = None) -> Application:
    """Build the whole platform on a migrated database. Nothing starts yet: see `Application.start`."""
    return Application.on(database_url, settings, clock=clock)
