"""The fallback and the check: PostgreSQL's own full text search over the search rows.

It needs nothing but the database. It forgives no typing errors; everything else is as in `base`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Numeric, and_, case, exists, func, literal, literal_column, select, true, tuple_

from proeftuin_catalogue.models import SearchRow
from proeftuin_catalogue.search.base import Facet, Hit, SearchResult, Sort, fullest
from proeftuin_catalogue.search.documents import summary_of
from proeftuin_catalogue.search.ranking import BANDS
from proeftuin_catalogue.search.words import wanted
from proeftuin_catalogue.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import CTE, Row
    from sqlalchemy.orm import Session

    from proeftuin_catalogue.search.base import SearchQuery
    from proeftuin_kernel.db import Database

_PREFIX_FROM = 3
_WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.3, 0.6, 1.0}'::real[]")
"""How much words weigh: D (unused), all text, the short description, the name."""


class PostgresSearchIndex:
    """Searches in the database itself.

    Args:
        database: The truth; search rows are written by `projection`.
    """

    engine: Literal["postgresql"] = "postgresql"

    def __init__(self, database: Database) -> None:
        self._database = database

    def refresh(self) -> int:
        """Do nothing: the rows are the index."""
        return 0

    def notice(self) -> None:
        """Do nothing, for the same reason."""

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a question with one query for the page and one per facet."""
        words = wanted(query.text)
        with self._database.read() as session:
            found = self._hits(query, words)
            total = session.scalar(select(func.count()).select_from(found)) or 0
            rows = session.execute(_page(query, found)).all()
            counts = {facet: self._count(session, query, words, facet) for facet in Facet}
        hits = tuple(_hit(row, query.sort, has_words=bool(words)) for row in rows[: query.limit])
        return SearchResult(hits=hits, total=total, counts=counts, more=len(rows) > query.limit)

    def _hits(self, query: SearchQuery, words: tuple[str, ...]) -> CTE:
        score = func.ts_rank(_WEIGHTS, SearchRow.vector, _question(words)) if words else literal(1.0)
        scored = (
            select(SearchRow.solution_id, score.label("score"))
            .where(_matches(words), *_conditions(query.filters, without=None))
            .cte("scored")
        )
        share = scored.c.score / func.nullif(func.max(scored.c.score).over(), 0)
        # Shares are rounded as in the other index, so that no hit falls between two bands by a hair.
        share = func.round(share.cast(Numeric), 4)
        band = case((share >= round(BANDS[0], 4), 0), (share >= round(BANDS[1], 4), 1), else_=2)
        return (
            select(
                SearchRow.document,
                SearchRow.strength,
                SearchRow.lot,
                SearchRow.sort_name,
                SearchRow.newest,
                SearchRow.solution_id,
                (band if words else literal(0)).label("band"),
            )
            .join(scored, scored.c.solution_id == SearchRow.solution_id)
            .cte("hits")
        )

    @staticmethod
    def _count(
        session: Session, query: SearchQuery, words: tuple[str, ...], facet: Facet
    ) -> tuple[tuple[str, int], ...]:
        conditions = [_matches(words), *_conditions(query.filters, without=facet)]
        selected = query.chosen(facet)
        if facet in {Facet.STANDARD, Facet.EVIDENCE}:
            return fullest(_count_marks(session, query, facet, conditions), selected=selected)
        columns: dict[Facet, Any] = {
            Facet.DOMAIN: func.unnest(SearchRow.domains),
            Facet.HOSTING: func.unnest(SearchRow.hosting),
            Facet.LICENCE: SearchRow.licence,
            Facet.SUPPLIER: SearchRow.supplier,
            Facet.STATUS: SearchRow.status,
        }
        values = select(columns[facet].label("value")).where(*conditions).subquery()
        rows = session.execute(select(values.c.value, func.count()).group_by(values.c.value))
        return fullest({row[0]: row[1] for row in rows}, selected=selected)


def _count_marks(
    session: Session, query: SearchQuery, facet: Facet, conditions: list[ColumnElement[bool]]
) -> dict[str, int]:
    # Few different sets of marks exist, so grouping by the whole set leaves little to unfold.
    rows = session.execute(select(SearchRow.marks, func.count()).where(*conditions).group_by(SearchRow.marks))
    counts: Counter[str] = Counter()
    kits, states = query.chosen(Facet.STANDARD), query.chosen(Facet.EVIDENCE)
    for marks, number in rows:
        pairs = [tuple(mark.split("|", 1)) for mark in marks]
        if facet is Facet.STANDARD:
            values = {kit for kit, state in pairs if kit and (not states or state in states)}
        else:
            values = {state for kit, state in pairs if not kits or kit in kits}
        counts.update(dict.fromkeys(values, number))
    return dict(counts)


def _conditions(filters: Mapping[Facet, frozenset[str]], *, without: Facet | None) -> list[ColumnElement[bool]]:
    chosen = {facet: sorted(values) for facet, values in filters.items() if values and facet is not without}
    conditions: list[ColumnElement[bool]] = []
    if Facet.DOMAIN in chosen:
        conditions.append(SearchRow.domains.overlap(chosen[Facet.DOMAIN]))
    if Facet.HOSTING in chosen:
        conditions.append(SearchRow.hosting.overlap(chosen[Facet.HOSTING]))
    if Facet.LICENCE in chosen:
        conditions.append(SearchRow.licence.in_(chosen[Facet.LICENCE]))
    if Facet.SUPPLIER in chosen:
        conditions.append(SearchRow.supplier.in_(chosen[Facet.SUPPLIER]))
    if Facet.STATUS in chosen:
        conditions.append(SearchRow.status.in_(chosen[Facet.STATUS]))
    elif without is not Facet.STATUS:
        conditions.append(SearchRow.status != Status.WITHDRAWN)
    if Facet.STANDARD in chosen or Facet.EVIDENCE in chosen:
        conditions.append(_has_mark(chosen.get(Facet.STANDARD), chosen.get(Facet.EVIDENCE)))
    return conditions


def _has_mark(kits: list[str] | None, states: list[str] | None) -> ColumnElement[bool]:
    mark = func.unnest(SearchRow.marks).table_valued("value").render_derived()
    kit, state = func.split_part(mark.c.value, "|", 1), func.split_part(mark.c.value, "|", 2)
    wishes = [
        kit.in_(kits) if kits is not None else true(),
        state.in_(states) if states is not None else true(),
    ]
    return exists(select(literal(1)).select_from(mark).where(*wishes))


def _matches(words: tuple[str, ...]) -> ColumnElement[bool]:
    return SearchRow.vector.op("@@")(_question(words)) if words else true()


def _question(words: tuple[str, ...]) -> ColumnElement[Any]:
    """Ask for every word, in its Dutch or its English stem, or as the beginning of a word."""
    whole: ColumnElement[Any] | None = None
    for word in words:
        term = f"{word}:*" if len(word) >= _PREFIX_FROM else word
        either = func.to_tsquery("dutch", term).op("||")(func.to_tsquery("english", term))
        whole = either if whole is None else whole.op("&&")(either)
    return whole if whole is not None else func.to_tsquery("simple", "")


def _page(query: SearchQuery, found: CTE) -> Any:
    columns = found.c
    # Descending values are negated, so that one row comparison takes up where a page ended.
    orders: dict[Sort, tuple[Any, ...]] = {
        Sort.RELEVANCE: (columns.band, -columns.strength, columns.lot),
        Sort.NAME: (columns.sort_name, columns.solution_id.collate("C")),
        Sort.NEWEST: (-columns.newest, columns.lot),
    }
    order = orders[query.sort]
    after = true() if query.after is None else tuple_(*order) > tuple_(*[literal(part) for part in query.after])
    return (
        select(
            columns.document, columns.band, columns.strength, *[part.label(f"k{n}") for n, part in enumerate(order)]
        )
        .where(and_(after))
        .order_by(*order)
        .limit(query.limit + 1)
    )


def _hit(row: Row[Any], sort: Sort, *, has_words: bool) -> Hit:
    document, band, strength, *key = tuple(row)
    return Hit(
        summary=summary_of(document),
        band=band if has_words and sort is Sort.RELEVANCE else None,
        strength=strength,
        key=tuple(key),
    )
