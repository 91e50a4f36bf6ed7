"""The catalogue as the rest of the platform holds it: three desks and one index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_catalogue.kits import KitShelf
from proeftuin_catalogue.projection import Projector
from proeftuin_catalogue.publishing import Publishing
from proeftuin_catalogue.reading import Reading
from proeftuin_catalogue.register import EvidenceRegister
from proeftuin_catalogue.search.postgres_index import PostgresSearchIndex
from proeftuin_catalogue.search.tantivy_index import TantivySearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proeftuin_catalogue.events import SolutionChanged
    from proeftuin_catalogue.kits import KnownKit
    from proeftuin_catalogue.projection import OrganisationDirectory
    from proeftuin_catalogue.search.base import SearchIndex
    from proeftuin_kernel.db import Database

SEED = "vlavirgem-1830"
"""Decides the lots. Changing it gives every solution another place among its equals."""


class CatalogueService:
    """Solutions, releases, claims and evidence.

    Attributes:
        reading: What everybody may do.
        publishing: What suppliers do with their own solutions.
        evidence: What event handlers report; nobody else.

    Args:
        database: The truth.
        kits: The conformance kits that are installed, as plain data.
        organisations: Gives suppliers their names.
        seed: See `SEED`.
        index: Another index than tantivy; the fallback is always PostgreSQL.
    """

    def __init__(
        self,
        database: Database,
        *,
        kits: Iterable[KnownKit],
        organisations: OrganisationDirectory,
        seed: str = SEED,
        index: SearchIndex | None = None,
    ) -> None:
        self._database = database
        self._index = index or TantivySearchIndex(database)
        self.kits = KitShelf(kits)
        self._projector = Projector(kits=self.kits, organisations=organisations, seed=seed)
        self.reading = Reading(
            database,
            kits=self.kits,
            projector=self._projector,
            index=self._index,
            fallback=PostgresSearchIndex(database),
        )
        self.publishing = Publishing(database, kits=self.kits, projector=self._projector, changed=self.catch_up)
        self.evidence = EvidenceRegister(database, projector=self._projector, changed=self.catch_up)

    def start(self) -> None:
        """Bring search rows up to the present rules and fill this process's index; call once at start-up."""
        self._projector.project_stale(self._database)
        self._index.refresh()

    def catch_up(self) -> None:
        """Have this process's next answer know of what was just committed, whoever did it."""
        self._index.notice()

    def on_solution_changed(self, _event: SolutionChanged) -> None:
        """Handle our own event in the process that relays: its index is fresh before anybody asks."""
        self.catch_up()
