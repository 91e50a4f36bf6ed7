"""Container images that the platform makes itself, of towns and components: they go when nobody needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import structlog

from proeftuin_sandbox import repository

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import timedelta

    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.policy import Policy

_MIB = 1024 * 1024
_log = structlog.get_logger(__name__)


class Workshop(Protocol):
    """Makes the images of towns and components, and keeps them on this machine until nobody needs them."""

    def prune(self, *, bundles: Collection[str], towns: Collection[tuple[str, int]], unused: timedelta) -> int:
        """Take away what nobody used for so long; gives how many bytes that freed.

        Args:
            bundles: Digests of the bundles that are in use: what was made of them stays.
            towns: Profile and seed of the towns that are in use; idem.
            unused: How long.
        """
        ...


class MadeImages:
    """Tells the workshop what living sandboxes need.

    Args:
        database: The rows: what lives.
        policy: The operator's choices.
        workshop: Where the platform makes images itself; None where it makes none.
    """

    def __init__(self, database: Database, policy: Policy, workshop: Workshop | None) -> None:
        self._database = database
        self._policy = policy
        self._workshop = workshop

    def tidy(self) -> None:
        """Have what nobody needs taken away; may run at any time."""
        if self._workshop is None:
            return
        with self._database.read() as session:
            bundles, towns = repository.digests_in_use(session), repository.towns_in_use(session)
        try:
            freed = self._workshop.prune(bundles=bundles, towns=towns, unused=self._policy.made_unused)
        except OSError as error:  # a disk with a fault must not keep sandboxes from being looked after
            _log.warning("images that nobody needs are not removed", error=str(error))
            return
        if freed:
            _log.info("images that nobody needs are removed", mebibytes=-(-freed // _MIB))
