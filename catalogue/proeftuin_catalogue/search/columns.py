"""The facets and sort keys of all solutions as columns, so that counting and ordering are a few array steps.

Tantivy finds and scores; these columns filter, count and order. Row numbers are handed out by
`tantivy_index` and are the same in both.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any

import numpy as np

from proeftuin_catalogue.search.base import Facet, Sort, fullest
from proeftuin_catalogue.search.ranking import BANDS
from proeftuin_catalogue.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from proeftuin_catalogue.search.base import SearchQuery
    from proeftuin_catalogue.search.documents import SearchDocument

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Scores = NDArray[np.float64]


class _Codes:
    """One facet: for each (row, value) a pair of numbers, and the values that the codes stand for."""

    def __init__(
        self, documents: Sequence[SearchDocument], values_of: Callable[[SearchDocument], Sequence[str]]
    ) -> None:
        codes: dict[str, int] = {}
        rows: list[int] = []
        coded: list[int] = []
        for row, document in enumerate(documents):
            for value in values_of(document):
                rows.append(row)
                coded.append(codes.setdefault(value, len(codes)))
        self.values = list(codes)
        self.rows = np.array(rows, np.int64)
        self.codes = np.array(coded, np.int64)
        self._size = len(documents)
        self._repeats = len(set(zip(rows, coded, strict=True))) < len(rows)

    def pairs(self, chosen: frozenset[str]) -> Mask:
        """Tell for each pair whether its value is chosen; an empty choice takes all."""
        if not chosen:
            return np.ones(len(self.codes), np.bool_)
        wanted = np.array([value in chosen for value in self.values], np.bool_)
        return wanted[self.codes] if len(self.codes) else np.zeros(0, np.bool_)

    def rows_with(self, pairs: Mask) -> Mask:
        """Tell for each row whether one of these pairs is on it."""
        mask = np.zeros(self._size, np.bool_)
        mask[self.rows[pairs]] = True
        return mask

    def count(self, pairs: Mask, *, within: Mask) -> dict[str, int]:
        """Count rows per value over these pairs; a row counts once per value."""
        kept = pairs & within[self.rows]
        rows, codes = self.rows[kept], self.codes[kept]
        if self._repeats:  # a table of rows by values, ticked once however often a pair stands there
            ticked = np.zeros((self._size, len(self.values)), np.bool_)
            ticked[rows, codes] = True
            numbers = ticked.sum(axis=0)
        else:
            numbers = np.bincount(codes, minlength=len(self.values))
        return {self.values[code]: int(numbers[code]) for code in np.flatnonzero(numbers)}


class Columns:
    """All solutions in columns.

    Args:
        documents: By row number.
    """

    def __init__(self, documents: Sequence[SearchDocument]) -> None:
        self.documents = documents
        self._facets = {
            Facet.DOMAIN: _Codes(documents, lambda one: one.summary.domains),
            Facet.LICENCE: _Codes(documents, lambda one: (one.summary.licence,)),
            Facet.HOSTING: _Codes(documents, lambda one: one.summary.hosting),
            Facet.SUPPLIER: _Codes(documents, lambda one: (one.summary.supplier.id,)),
            Facet.STATUS: _Codes(documents, lambda one: (str(one.summary.status),)),
            # The same pairs in the same order, once by standard and once by state.
            Facet.STANDARD: _Codes(documents, lambda one: [mark.partition("|")[0] for mark in one.marks]),
            Facet.EVIDENCE: _Codes(documents, lambda one: [mark.partition("|")[2] for mark in one.marks]),
        }
        self._strength = np.array([one.strength for one in documents], np.int64)
        self._lot = np.array([one.lot for one in documents], np.int64)
        self._newest = np.array([one.newest for one in documents], np.int64)
        names = sorted((one.sort_name, one.summary.id, row) for row, one in enumerate(documents))
        self._names = [(name, identity) for name, identity, _ in names]
        self._by_name = np.empty(len(documents), np.int64)
        self._by_name[[row for _, _, row in names]] = np.arange(len(documents))

    def search(
        self, query: SearchQuery, scores: Scores | None
    ) -> tuple[Mask, dict[Facet, tuple[tuple[str, int], ...]]]:
        """Filter and count.

        Args:
            query: The question; its words were answered by `scores`.
            scores: By row, 0 for what the words do not fit; None when no words were asked.

        Returns:
            Which rows are hits, and the counts per facet.
        """
        everything = np.ones(len(self.documents), np.bool_) if scores is None else scores > 0
        filters = self._filters(query.filters)
        hits = everything.copy()
        for mask in filters.values():
            hits &= mask
        counts = {facet: self._count(query, facet, everything, hits, filters) for facet in Facet}
        return hits, counts

    def order(
        self, query: SearchQuery, hits: Mask, scores: Scores | None
    ) -> tuple[list[int], NDArray[np.int64], bool]:
        """Put the hits in order and cut out the page.

        Returns:
            Row numbers of the page, the band of every row, and whether more follows.
        """
        rows = np.flatnonzero(hits)
        band = np.zeros(len(self.documents), np.int64)
        if scores is not None and len(rows):
            share = np.round(scores / scores[rows].max(), 4)
            band = 2 - (share >= round(BANDS[0], 4)).astype(np.int64) - (share >= round(BANDS[1], 4))
        keys = self._keys(query.sort, band)
        if query.after is not None:
            rows = rows[self._is_after(query, keys, rows)]
        ordered = rows[np.lexsort([key[rows] for key in reversed(keys)])]
        return [int(row) for row in ordered[: query.limit]], band, len(ordered) > query.limit

    def key_of(self, sort: Sort, row: int, *, band: int) -> tuple[Any, ...]:
        """Give the sort key of a row as plain values; the same as the other index gives."""
        document = self.documents[row]
        if sort is Sort.NAME:
            return (document.sort_name, document.summary.id)
        if sort is Sort.NEWEST:
            return (-document.newest, document.lot)
        return (band, -document.strength, document.lot)

    def _filters(self, filters: Mapping[Facet, frozenset[str]]) -> dict[Facet, Mask]:
        masks: dict[Facet, Mask] = {}
        for facet in (Facet.DOMAIN, Facet.LICENCE, Facet.HOSTING, Facet.SUPPLIER, Facet.STATUS):
            codes = self._facets[facet]
            chosen = filters.get(facet, frozenset())
            if facet is Facet.STATUS and not chosen:
                chosen = frozenset(Status) - {Status.WITHDRAWN}
            if chosen:
                masks[facet] = codes.rows_with(codes.pairs(chosen))
        kits, states = self._mark_pairs(filters, without=None)
        if filters.get(Facet.STANDARD) or filters.get(Facet.EVIDENCE):
            # One mask for both: they speak of the same mark.
            masks[Facet.EVIDENCE] = self._facets[Facet.EVIDENCE].rows_with(kits & states)
        return masks

    def _mark_pairs(self, filters: Mapping[Facet, frozenset[str]], *, without: Facet | None) -> tuple[Mask, Mask]:
        kits = frozenset() if without is Facet.STANDARD else filters.get(Facet.STANDARD, frozenset())
        states = frozenset() if without is Facet.EVIDENCE else filters.get(Facet.EVIDENCE, frozenset())
        return self._facets[Facet.STANDARD].pairs(kits), self._facets[Facet.EVIDENCE].pairs(states)

    def _count(
        self,
        query: SearchQuery,
        facet: Facet,
        everything: Mask,
        hits: Mask,
        filters: Mapping[Facet, Mask],
    ) -> tuple[tuple[str, int], ...]:
        is_mark = facet in {Facet.STANDARD, Facet.EVIDENCE}
        own = Facet.EVIDENCE if is_mark else facet
        within = hits
        if own in filters:
            within = everything.copy()
            for other, mask in filters.items():
                if other is not own:
                    within &= mask
        codes = self._facets[facet]
        if is_mark:
            kits, states = self._mark_pairs(query.filters, without=facet)
            pairs = kits & states
        else:
            pairs = np.ones(len(codes.codes), np.bool_)
        counts = codes.count(pairs, within=within)
        counts.pop("", None)  # the pseudo-standard of solutions without any mark
        return fullest(counts, selected=query.chosen(facet))

    def _keys(self, sort: Sort, band: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        if sort is Sort.NAME:
            return [self._by_name]
        if sort is Sort.NEWEST:
            return [-self._newest, self._lot]
        return [band, -self._strength, self._lot]

    def _is_after(self, query: SearchQuery, keys: list[NDArray[np.int64]], rows: Rows) -> Mask:
        key = query.after or ()
        if query.sort is Sort.NAME:
            name, identity = key
            key = (bisect.bisect_right(self._names, (name, identity)) - 1,)
        later = np.zeros(len(rows), np.bool_)
        equal = np.ones(len(rows), np.bool_)
        for column, value in zip(keys, key, strict=True):
            here = column[rows]
            later |= equal & (here > value)
            equal &= here == value
        return later
