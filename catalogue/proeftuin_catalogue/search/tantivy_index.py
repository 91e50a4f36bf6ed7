"""The everyday index: tantivy in the memory of each process, derived from the search rows.

Each process follows the column `change`: before a question, at most once a second, it asks the database
for the newest number and takes in what is newer. Nothing is written to disk, nothing needs a rebuild by
hand: a new process reads all rows once, in seconds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import tantivy
from sqlalchemy import select

from proeftuin_catalogue import repository
from proeftuin_catalogue.models import SearchRow
from proeftuin_catalogue.search.base import Hit, SearchResult, Sort
from proeftuin_catalogue.search.columns import Columns
from proeftuin_catalogue.search.documents import SearchDocument, Words, summary_of, words_of
from proeftuin_catalogue.search.words import wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from proeftuin_catalogue.search.base import SearchQuery
    from proeftuin_kernel.db import Database

_HEAP = 50_000_000
_PREFIX_FROM = 3
_TYPO_FROM = 5
_WEIGHTS = {"name": 8.0, "name_nl": 5.0, "lead_nl": 2.5, "body_nl": 1.0, "english": 1.0}
_PREFIX_WEIGHT = 0.5
_TYPO_WEIGHT = 0.2
_NO_WORDS = Words(name="", lead="", body="", english="")
"""What stays in memory of a document's words once tantivy has them: nothing."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """One state of the index; a search uses one from beginning to end."""

    searcher: Any
    columns: Columns
    change: int


class TantivySearchIndex:
    """Searches in memory; forgives one typing error in words of five letters and more.

    Args:
        database: Where the search rows are.
        poll_seconds: How old an answer may be with respect to other processes. Own changes are seen at
            once, because the service calls `notice`.
        monotonic: Gives seconds; for tests.
    """

    engine: Literal["tantivy"] = "tantivy"

    def __init__(
        self, database: Database, *, poll_seconds: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._poll_seconds = poll_seconds
        self._monotonic = monotonic
        self._asked_at = float("-inf")
        self._lock = threading.Lock()
        self._schema, self._index = _new_index()
        self._nl, self._en = _analyzer("dutch"), _analyzer("english")
        self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        self._rows: dict[str, int] = {}
        self._documents: list[SearchDocument] = []
        self._snapshot = _Snapshot(self._index.searcher(), Columns([]), 0)

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a question from a state that is at most `poll_seconds` old."""
        if self._monotonic() - self._asked_at >= self._poll_seconds:
            self.refresh()
        snapshot = self._snapshot
        words = wanted(query.text)
        scores = self._scores(snapshot, words) if words else None
        hits, counts = snapshot.columns.search(query, scores)
        page, bands, more = snapshot.columns.order(query, hits, scores)
        shown = scores is not None and query.sort is Sort.RELEVANCE
        found = []
        for row in page:
            document = snapshot.columns.documents[row]
            band = int(bands[row])
            key = snapshot.columns.key_of(query.sort, row, band=band)
            found.append(
                Hit(
                    summary=document.summary,
                    band=band if shown else None,
                    strength=document.strength,
                    key=key,
                )
            )
        return SearchResult(hits=tuple(found), total=int(hits.sum()), counts=counts, more=more)

    def notice(self) -> None:
        """Look for changes before the next answer, however fresh this one is."""
        self._asked_at = float("-inf")

    def refresh(self) -> int:
        """Take in every row with a newer change number, and give how many there were."""
        with self._lock:
            asked_at = self._monotonic()
            with self._database.read() as session:
                newest = repository.last_change(session)
                rows = (
                    session.execute(
                        select(*_READ).where(SearchRow.change > self._snapshot.change).order_by(SearchRow.change)
                    ).all()
                    if newest > self._snapshot.change
                    else []
                )
            if rows:
                self._take_in((row[1:] for row in rows), change=max(row.change for row in rows))
            self._asked_at = asked_at
            return len(rows)

    def _take_in(self, rows: Iterable[Any], *, change: int) -> None:
        documents = list(self._documents)
        for stored, strength, lot, sort_name, newest in rows:
            document = SearchDocument(
                summary=summary_of(stored),
                words=_NO_WORDS,
                strength=strength,
                lot=lot,
                sort_name=sort_name,
                newest=newest,
            )
            solution_id = document.summary.id
            place = self._rows.get(solution_id)
            if place is None:
                place = self._rows[solution_id] = len(documents)
                documents.append(document)
            else:
                self._writer.delete_documents_by_term("id", solution_id)
                documents[place] = document
            self._writer.add_document(_entry(place, solution_id, words_of(stored)))
        self._writer.commit()
        self._index.reload()
        self._documents = documents
        self._snapshot = _Snapshot(self._index.searcher(), Columns(documents), change)

    def _scores(self, snapshot: _Snapshot, words: tuple[str, ...]) -> NDArray[np.float64]:
        scores = np.zeros(len(snapshot.columns.documents))
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, self._word(word)) for word in words])
        found = snapshot.searcher.search(query, limit=max(len(scores), 1), count=False).hits
        if found:
            places = snapshot.searcher.fast_field_values("row", [address for _, address in found])
            scores[places] = [score for score, _ in found]
        return scores

    def _word(self, word: str) -> tantivy.Query:
        """Look for a word as it stands, by its stem, as a beginning, and with one typing error."""
        stems = {"name": word, "english": _first(self._en.analyze(word), word)}
        dutch = _first(self._nl.analyze(word), word)
        ways = [
            tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, name, stems.get(name, dutch)), weight)
            for name, weight in _WEIGHTS.items()
        ]
        if len(word) >= _PREFIX_FROM:
            ways.append(self._fuzzy(word, distance=0, weight=_PREFIX_WEIGHT))
        if len(word) >= _TYPO_FROM:
            ways.append(self._fuzzy(word, distance=1, weight=_TYPO_WEIGHT))
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in ways])

    def _fuzzy(self, word: str, *, distance: int, weight: float) -> tantivy.Query:
        fuzzy = tantivy.Query.fuzzy_term_query(self._schema, "words", word, distance=distance, prefix=True)
        return tantivy.Query.boost_query(fuzzy, weight)


_READ = (
    SearchRow.change,
    SearchRow.document,
    SearchRow.strength,
    SearchRow.lot,
    SearchRow.sort_name,
    SearchRow.newest,
)


def _new_index() -> tuple[tantivy.Schema, tantivy.Index]:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name in ("name", "words"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("name_nl", "lead_nl", "body_nl"):
        builder.add_text_field(name, tokenizer_name="stem_nl", index_option="freq")
    builder.add_text_field("english", tokenizer_name="stem_en", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema)
    index.register_tokenizer("stem_nl", _analyzer("dutch"))
    index.register_tokenizer("stem_en", _analyzer("english"))
    return schema, index


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    # Words come in folded and split by `words.folded`, so splitting at spaces is enough.
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.stemmer(language)).build()


def _entry(place: int, solution_id: str, words: Words) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_unsigned("row", place)
    entry.add_text("id", solution_id)
    entry.add_text("name", words.name)
    entry.add_text("name_nl", words.name)
    entry.add_text("lead_nl", words.lead)
    entry.add_text("body_nl", words.body)
    entry.add_text("english", words.english)
    entry.add_text("words", f"{words.name} {words.lead} {words.body} {words.english}")
    return entry


def _first(stems: list[str], word: str) -> str:
    return stems[0] if stems else word
