"""Every implementation of `SearchIndex` keeps the rules of `search.base`; both agree with the obvious way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proeftuin_catalogue.releases import ReleaseDraft
from proeftuin_catalogue.search.base import Facet, SearchQuery, Sort
from proeftuin_catalogue.search.postgres_index import PostgresSearchIndex
from proeftuin_catalogue.search.tantivy_index import TantivySearchIndex
from proeftuin_catalogue.service import CatalogueService
from proeftuin_catalogue.vocabulary import Domain, Hosting
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.text import Text
from support import catalogue_truth as truth
from support.catalogue_builders import API, DIGEST, KITS, PROCESS, Names, draft, run, synthetic

if TYPE_CHECKING:
    from proeftuin_catalogue.search.base import SearchIndex
    from proeftuin_catalogue.views import SolutionSummary
    from proeftuin_kernel.db import Database

SOLUTIONS = 120
NAMED = {
    "dossierloketten": draft("Dossierloketten"),
    "vergunning": draft("Zaak en Co", long=Text(nl="Voor het aanvragen van een vergunning.", en="")),
    "financien": draft("Financiën", short=Text(nl="Boekhouding van de gemeente", en="Accounts")),
    "omgevingsloket": draft(
        "Omgevingsportaal", short=Text(nl="Alles over bouwen", en="Planning permits for citizens")
    ),
}


@pytest.fixture(scope="module")
def catalogue(database: Database) -> CatalogueService:
    """A catalogue of synthetic solutions in every state of evidence, and some with known words."""
    service = CatalogueService(database, kits=KITS, organisations=Names())
    service.start()
    for place, (owner, one) in enumerate(synthetic(SOLUTIONS)):
        made = service.publishing.create(SYSTEM, owner, one)
        if place % 4 == 3:
            continue
        name = f"component-{place}"
        release = ReleaseDraft(version="1.0.0", component_name=name, artefact_digest=DIGEST)
        service.publishing.release(SYSTEM, made, release)
        for kit in KITS[: place % 3]:
            service.publishing.claim(SYSTEM, made, "1.0.0", kit.id)
        verdict = ("pass", "fail", "error")[place % 5 % 3]
        digest = DIGEST if place % 7 else f"sha256:{'e' * 64}"
        kit = KITS[place % 2]
        service.evidence.record_evidence(
            **run(
                place,
                organisation=owner,
                component_name=name,
                component_digest=digest,
                verdict=verdict,
                kit_id=kit.id,
                kit_version=kit.version,
            )
        )
        if place % 10 == 0:
            service.publishing.withdraw(SYSTEM, made)
    for slug, one in NAMED.items():
        service.publishing.create(SYSTEM, "org-a", one, slug=slug)
    return service


@pytest.fixture(scope="module")
def everything(catalogue: CatalogueService, database: Database) -> list[SolutionSummary]:
    """All solutions, withdrawn ones too."""
    statuses = {Facet.STATUS: frozenset({"concept", "active", "withdrawn"})}
    hits = PostgresSearchIndex(database).search(SearchQuery(filters=statuses, limit=1000)).hits
    assert SOLUTIONS + len(NAMED) == len(hits)
    return [hit.summary for hit in hits]


@pytest.fixture(scope="module")
def indexes(catalogue: CatalogueService, database: Database) -> dict[str, SearchIndex]:
    """One of each kind."""
    return {"tantivy": TantivySearchIndex(database), "postgresql": PostgresSearchIndex(database)}


@pytest.fixture(params=["tantivy", "postgresql"])
def index(request: pytest.FixtureRequest, indexes: dict[str, SearchIndex]) -> SearchIndex:
    """Each implementation in turn."""
    return indexes[request.param]


def slugs(index: SearchIndex, text: str, **more: object) -> list[str]:
    query = replace(SearchQuery(text=text, limit=500), **more)
    return [hit.summary.slug for hit in index.search(query).hits]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("vergunningen", "vergunning"),
        ("VERGUNNING", "vergunning"),
        ("vergunning aanvragen", "vergunning"),
        ("een vergunning voor de aanvraag", "vergunning"),
        ("dossierloket", "dossierloketten"),
        ("loket", "dossierloketten"),
        ("dossiers", "dossierloketten"),
        ("dossierlok", "dossierloketten"),
        ("financien", "financien"),
        ("FINANCIËN", "financien"),
        ("permit", "omgevingsloket"),
        ("permits citizen", "omgevingsloket"),
        ("aardappel dossierloketten", "dossierloketten"),
    ],
)
def test_words_are_found_in_every_inflection(index: SearchIndex, words: str, slug: str) -> None:
    """Dutch and English stems, compounds, prefixes, accents, capitals, and the supplier's name."""
    assert slug in slugs(index, words)


def test_all_words_must_fit(index: SearchIndex) -> None:
    """More words narrow; a word that nothing has finds nothing."""
    assert "vergunning" not in slugs(index, "vergunning onderzeeboot")
    assert [] == slugs(index, "onderzeeboot")


def test_only_little_words_or_signs_mean_everything(index: SearchIndex) -> None:
    """A question without content is no question."""
    everything = index.search(SearchQuery()).total

    assert [everything] * 3 == [index.search(SearchQuery(text=text)).total for text in ("de het een", "!?", " ")]


@pytest.mark.parametrize("words", ["' OR 1=1 --", "a & !b | (c", ":*", "\\", "naam:*", '"x" -y', "x" * 200, "0", "ß"])
def test_signs_of_query_languages_are_only_signs(index: SearchIndex, words: str) -> None:
    """Nobody has to know a query language, and nobody can abuse one."""
    assert index.search(SearchQuery(text=words)).total >= 0


def test_tantivy_forgives_one_typing_error(indexes: dict[str, SearchIndex]) -> None:
    """One letter too few, too many, wrong or swapped, in words of five letters and more."""
    for typo in ("dosierloket", "dossiierloket", "dosiserloketten", "dassierloket", "vergnning"):
        wanted = "vergunning" if typo.startswith("v") else "dossierloketten"
        assert wanted in slugs(indexes["tantivy"], typo)


def test_a_typing_error_never_goes_before_the_word_itself(indexes: dict[str, SearchIndex]) -> None:
    """What fits as it was written comes first."""
    assert "dossierloketten" == slugs(indexes["tantivy"], "dossierloketten")[0]


_CHOICES: dict[Facet, list[str]] = {
    Facet.STANDARD: [API.id, PROCESS.id, "bestaat-niet"],
    Facet.EVIDENCE: ["getest", "verlopen", "gefaald", "verklaard", "nooit-getest"],
    Facet.DOMAIN: [str(one) for one in Domain],
    Facet.LICENCE: ["EUPL-1.2", "MIT", "proprietary", "niets"],
    Facet.HOSTING: [str(one) for one in Hosting],
    Facet.SUPPLIER: ["org-a", *(f"org-{number}" for number in range(0, 300, 7))],
    Facet.STATUS: ["concept", "active", "withdrawn"],
}
_filters = st.fixed_dictionaries(
    {},
    optional={facet: st.frozensets(st.sampled_from(choices), max_size=3) for facet, choices in _CHOICES.items()},
)


@given(filters=_filters)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hits_and_counts_are_those_of_the_obvious_way(
    indexes: dict[str, SearchIndex],
    everything: list[SolutionSummary],
    filters: dict[Facet, frozenset[str]],
) -> None:
    """Facet counts leave out their own filter; standard and evidence speak of the same mark."""
    for index in indexes.values():
        result = index.search(SearchQuery(filters=filters, limit=500))

        assert truth.found(everything, filters) == {hit.summary.id for hit in result.hits}
        assert len(result.hits) == result.total
        for facet in Facet:
            given_counts = {value: number for value, number in result.counts[facet] if number}
            expected = truth.counts(everything, filters, facet)
            if len(expected) <= 50:
                assert expected == given_counts, facet
            else:
                assert given_counts.items() <= expected.items()


@given(filters=_filters, sort=st.sampled_from(Sort), size=st.integers(9, 60))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_join_up_and_both_indexes_order_alike(
    indexes: dict[str, SearchIndex], filters: dict[Facet, frozenset[str]], sort: Sort, size: int
) -> None:
    """Paging by cursor gives each hit once, in one order, whichever index answers."""
    orders = []
    for index in indexes.values():
        query = SearchQuery(filters=filters, sort=sort, limit=size)
        ids: list[str] = []
        while True:
            result = index.search(query)
            ids += [hit.summary.id for hit in result.hits]
            if not result.more:
                break
            query = replace(query, after=result.hits[-1].key)
        assert len(ids) == len(set(ids)) == result.total
        orders.append(ids)

    assert orders[0] == orders[1]


@pytest.mark.parametrize("text", ["", "gemeente", "loket beheer"])
def test_relevance_goes_by_fit_then_evidence_then_lot(index: SearchIndex, text: str) -> None:
    """Within a band of fit the stronger evidence goes first; claims buy nothing; the rest is drawn by lot."""
    hits = index.search(SearchQuery(text=text, limit=500)).hits

    assert hits
    assert [hit.key for hit in hits] == sorted(hit.key for hit in hits)
    for hit in hits:
        tested = sum(mark.state == "getest" for mark in hit.summary.marks)
        expired = sum(mark.state == "verlopen" for mark in hit.summary.marks)
        assert 256 * tested + expired == hit.strength
    assert (None if not text else 0) == hits[0].band


def test_paging_through_words_gives_each_hit_once(index: SearchIndex) -> None:
    """Also when the order comes from scores."""
    query = SearchQuery(text="gemeente", limit=7)
    ids: list[str] = []
    while True:
        result = index.search(query)
        ids += [hit.summary.id for hit in result.hits]
        if not result.more:
            break
        query = replace(query, after=result.hits[-1].key)

    assert len(ids) == len(set(ids)) == result.total > 20


def test_the_everyday_index_finds_at_least_what_the_database_finds(
    indexes: dict[str, SearchIndex], everything: list[SolutionSummary]
) -> None:
    """The derived index misses nothing that full text search in the database finds, for words as written."""
    words = {word for one in everything for word in one.name.nl.lower().split() if not word.isdigit()}
    assert len(words) > 50
    for word in sorted(words):
        missing = set(slugs(indexes["postgresql"], word)) - set(slugs(indexes["tantivy"], word))
        assert set() == missing, word
