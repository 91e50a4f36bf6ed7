"""Checks over HTTP: what a case means."""

from __future__ import annotations

from rdflib import RDF, Dataset, Namespace, URIRef

from proeftuin_conformance.checks import CheckContext, Fail, check
from proeftuin_conformance.kits.generiek_proces.loket import Loket
from proeftuin_conformance.rdf import NotRdfError, to_nquads

DOSSIER = Namespace("https://data.vlaanderen.be/ns/dossier#")


@check(verifies=["gp-25"])
def a_case_is_json_ld_with_oslo_terms(ctx: CheckContext) -> None:
    """Op het adres van een dossier staat een dossier:Dossier met eigenschappen van OSLO."""
    dossier = Loket(ctx.http).nieuw()
    answer = ctx.http.get(dossier.url, headers={"Accept": "application/ld+json"})
    try:
        quads = to_nquads(answer, http=ctx.http, contexts={})
    except NotRdfError as error:
        raise Fail(
            "Het dossier is niet te lezen als JSON-LD.",
            "The case cannot be read as JSON-LD.",
            expected="JSON-LD",
            actual=str(error),
            exchange=answer,
        ) from error
    graph = Dataset(default_union=True).parse(data=quads, format="nquads")
    ctx.applied(f"GET {dossier.url}")
    types = sorted(str(found) for found in graph.objects(None, RDF.type))
    if (URIRef(answer.url), RDF.type, DOSSIER.Dossier) not in graph:
        raise Fail(
            "Op het adres van het dossier staat geen dossier:Dossier.",
            "There is no dossier:Dossier at the address of the case.",
            expected=f"<{answer.url}> a <{DOSSIER.Dossier}>",
            actual=", ".join(types) or "geen enkel type / no type at all",
            exchange=answer,
        )
