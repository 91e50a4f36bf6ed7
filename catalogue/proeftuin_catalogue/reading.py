"""What everybody may do: search, look at a solution, see who meets a standard. Never writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from proeftuin_catalogue import repository
from proeftuin_catalogue.drafts import SolutionDraft
from proeftuin_catalogue.evidence import EvidenceState
from proeftuin_catalogue.export import HEAD, cells_of, csv_line
from proeftuin_catalogue.facets import facet_view
from proeftuin_catalogue.projection import marks_of, newest_first
from proeftuin_catalogue.search.base import Facet, SearchQuery, Sort
from proeftuin_catalogue.search.documents import summary_of
from proeftuin_catalogue.search.ranking import ORDER, explain
from proeftuin_catalogue.views import (
    ClaimView,
    EvidenceView,
    HistoryEntry,
    ReleaseView,
    SearchItem,
    SearchPage,
    SolutionView,
    StandardView,
    Supplier,
)
from proeftuin_catalogue.vocabulary import Status
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.paging import decode_cursor, encode_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proeftuin_catalogue.evidence import Evidence
    from proeftuin_catalogue.kits import KitShelf, KnownKit
    from proeftuin_catalogue.models import ClaimRow, ReleaseRow
    from proeftuin_catalogue.projection import Projector
    from proeftuin_catalogue.search.base import SearchIndex, SearchResult
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database

PAGE = 20
_KEY_SHAPES: dict[Sort, tuple[type, ...]] = {
    Sort.RELEVANCE: (int, int, int),
    Sort.NAME: (str, str),
    Sort.NEWEST: (int, int),
}
_MANY = 1000
_BIGGEST = 2**63 - 1
_log = structlog.get_logger(__name__)


class Reading:
    """The catalogue as people and programs see it.

    Args:
        index: Answers searches.
        fallback: Answers when `index` cannot.
    """

    def __init__(
        self, database: Database, *, kits: KitShelf, projector: Projector, index: SearchIndex, fallback: SearchIndex
    ) -> None:
        self._database = database
        self._kits = kits
        self._projector = projector
        self._index = index
        self._fallback = fallback

    def search(
        self,
        principal: Principal,
        *,
        text: str = "",
        filters: Mapping[Facet, frozenset[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> SearchPage:
        """Find solutions.

        Args:
            principal: Who asks.
            text: Words; empty means everything.
            filters: Selected values by facet; values that do not occur find nothing.
            sort: The order.
            cursor: `next` of the page before.
            limit: Solutions on a page.

        Raises:
            BadInputError: the cursor is not one of ours, or of another order.
        """
        principal.require(Permission.CATALOGUE_READ)
        query = SearchQuery(text=text, filters=filters or {}, sort=sort, after=_key_of(cursor, sort), limit=limit)
        result, engine = self._ask(query)
        suppliers = {value for value, _ in result.counts[Facet.SUPPLIER]}
        names = self._projector.names(suppliers)
        return SearchPage(
            items=tuple(SearchItem(solution=hit.summary, reason=explain(hit, sort=sort)) for hit in result.hits),
            total=result.total,
            facets=tuple(facet_view(facet, result, query, names, kits=self._kits) for facet in Facet),
            next=encode_cursor(*result.hits[-1].key) if result.more and result.hits else None,
            engine=engine,
            order=ORDER[sort],
        )

    def get(self, principal: Principal, key: str) -> SolutionView:
        """Give all that is public about a solution, by id or short name.

        Raises:
            SolutionNotFoundError: there is none.
        """
        principal.require(Permission.CATALOGUE_READ)
        with self._database.read() as session:
            row = repository.find_solution(session, key)
            releases = newest_first(repository.releases_of(session, [row.id])[row.id])
            ids = [release.id for release in releases]
            claims = repository.claims_of(session, ids)
            evidence = repository.evidence_of(session, ids)
            draft = SolutionDraft.of_content(row.content, status=row.status)
            supplier = Supplier(id=row.owner, name=self._projector.names([row.owner])[row.owner])
            return SolutionView(
                id=row.id,
                slug=row.slug,
                version=row.version,
                name=draft.name,
                short=draft.short,
                long=draft.long,
                supplier=supplier,
                status=Status(row.status),
                licence=draft.licence,
                domains=draft.domains,
                hosting=draft.hosting,
                website=draft.website,
                source_url=draft.source_url,
                documentation_url=draft.documentation_url,
                contact_url=draft.contact_url,
                aliases=draft.aliases,
                created_at=row.created_at,
                changed_at=row.changed_at,
                releases=tuple(
                    self._release(one, claims.get(one.id, []), evidence.get(one.id, []), supplier) for one in releases
                ),
            )

    def slug_of_component(self, organisation: str, component_name: str) -> str | None:
        """Name the solution whose releases come from a component; None when it is not listed."""
        with self._database.read() as session:
            row = repository.solution_of_component(session, owner=organisation, component_name=component_name)
            return row.slug if row else None

    def slugs_of_release(self, principal: Principal, *, component_name: str, version: str) -> tuple[str, ...]:
        """Name the solutions with a release from a component of this name and version; two suppliers may."""
        principal.require(Permission.CATALOGUE_READ)
        with self._database.read() as session:
            return repository.slugs_of_release(session, component_name=component_name, version=version)

    def history(self, principal: Principal, key: str, *, limit: int = 50) -> tuple[HistoryEntry, ...]:
        """Give the supplier's own changes, newest first; only for the supplier.

        Raises:
            SolutionNotFoundError: there is no such solution.
        """
        with self._database.read() as session:
            row = repository.find_solution(session, key)
            principal.require(Permission.SOLUTION_MANAGE, organisation=row.owner)
            return tuple(
                HistoryEntry(
                    version=line.version,
                    at=line.at,
                    actor_name=line.actor_name,
                    action=line.action,
                    status=Status(line.status),
                    content=line.content,
                )
                for line in repository.history_of(session, row.id, limit=limit)
            )

    def standards(self, principal: Principal) -> tuple[StandardView, ...]:
        """Give every standard that can be tested here, and how many solutions stand where."""
        principal.require(Permission.CATALOGUE_READ)
        return tuple(self._standard(kit, limit=0) for kit in self._kits)

    def standard(self, principal: Principal, kit_id: str, *, limit: int = _MANY) -> StandardView:
        """Give one standard, and the solutions with a mark for it, strongest evidence first.

        Raises:
            KitUnknownError: no such kit is installed.
        """
        principal.require(Permission.CATALOGUE_READ)
        return self._standard(self._kits.find(kit_id), limit=limit)

    def export_csv(self, principal: Principal, *, text: str, filters: Mapping[Facet, frozenset[str]]) -> Iterator[str]:
        """Give all that a search finds as CSV (RFC 4180, UTF-8), piece by piece."""
        principal.require(Permission.CATALOGUE_READ)
        yield csv_line(HEAD)
        after: tuple[Any, ...] | None = None
        while True:
            query = SearchQuery(text=text, filters=filters, sort=Sort.NAME, after=after, limit=_MANY)
            result, _ = self._ask(query)
            for hit in result.hits:
                yield csv_line(cells_of(hit.summary))
            if not result.more:
                return
            after = result.hits[-1].key

    def _ask(self, query: SearchQuery) -> tuple[SearchResult, str]:
        try:
            return self._index.search(query), self._index.engine
        except Exception as failure:  # noqa: BLE001 - a derived index may break in any way; the truth still answers
            _log.warning("search falls back", engine=self._index.engine, error=f"{type(failure).__name__}: {failure}")
            return self._fallback.search(query), self._fallback.engine

    def _standard(self, kit: KnownKit, *, limit: int) -> StandardView:
        chosen = {Facet.STANDARD: frozenset({kit.id})}
        result, _ = self._ask(SearchQuery(filters=chosen, limit=1))
        with self._database.read() as session:
            rows = repository.solutions_of_kits(session, [kit.id], limit=limit) if limit else []
            solutions = tuple(summary_of(row.document) for row in rows)
        found = dict(result.counts[Facet.EVIDENCE])
        return StandardView(
            kit_id=kit.id,
            kit_version=kit.version,
            title=kit.title,
            summary=kit.summary,
            standard_url=kit.standard_url,
            standard_version=kit.standard_version,
            counts={state: found.get(state, 0) for state in EvidenceState if state is not EvidenceState.NEVER},
            solutions=solutions,
        )

    def _release(
        self, row: ReleaseRow, claims: list[ClaimRow], evidence: list[Evidence], supplier: Supplier
    ) -> ReleaseView:
        marks, _ = marks_of(row, claims=claims, evidence=evidence, kits=self._kits, now=self._database.clock.now())
        return ReleaseView(
            id=row.id,
            version=row.number,
            released=row.released,
            artefact_digest=row.artefact_digest,
            component_name=row.component_name,
            claims=tuple(
                ClaimView(
                    id=claim.id,
                    kit_id=claim.kit_id,
                    kit_version=claim.kit_version,
                    actor=claim.actor,
                    claimed_at=claim.claimed_at,
                    claimed_by=supplier,
                )
                for claim in claims
            ),
            evidence=tuple(
                EvidenceView(
                    run_id=one.run_id,
                    kit_id=one.kit_id,
                    kit_version=one.kit_version,
                    kit_digest=one.kit_digest,
                    verdict=one.verdict,
                    finished_at=one.finished_at,
                    depth=one.depth,
                    tier=one.tier,
                    component_digest=one.component_digest,
                    town_digest=one.town_digest,
                    valid_until=one.valid_until,
                    badge_id=one.badge_id,
                    revoked_at=one.revoked_at,
                    revoked_reason=one.revoked_reason,
                )
                for one in evidence
            ),
            marks=marks,
        )


def _key_of(cursor: str | None, sort: Sort) -> tuple[Any, ...] | None:
    shape = _KEY_SHAPES[sort]
    key = decode_cursor(cursor, size=len(shape))
    if key is None:
        return None
    fits = all(type(part) is kind for part, kind in zip(key, shape, strict=True))
    if not fits or any(abs(part) > _BIGGEST if isinstance(part, int) else not part.isprintable() for part in key):
        raise BadInputError(
            Text(
                nl="De cursor hoort bij een andere volgorde. Begin opnieuw bij de eerste pagina.",
                en="The cursor belongs to another order. Start again at the first page.",
            )
        )
    return tuple(key)
