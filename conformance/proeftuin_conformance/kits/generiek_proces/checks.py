"""Checks over HTTP: what a case means."""

from __future__ import annotations

from pyoxigraph import NamedNode, RdfFormat, parse

from proeftuin_conformance.checks import CheckContext, Fail, check
from proeftuin_conformance.kits.generiek_proces.loket import Loket
from proeftuin_conformance.rdf import NotRdfError, to_nquads

DOSSIER = NamedNode("https://data.vlaanderen.be/ns/dossier#Dossier")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


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
    found = [quad for quad in parse(quads, RdfFormat.N_QUADS) if quad.predicate == TYPE]
    ctx.applied(f"GET {dossier.url}")
    if not any((quad.subject, quad.object) == (NamedNode(answer.url), DOSSIER) for quad in found):
        raise Fail(
            "Op het adres van het dossier staat geen dossier:Dossier.",
            "There is no dossier:Dossier at the address of the case.",
            expected=f"<{answer.url}> a {DOSSIER}",
            actual=", ".join(sorted(str(quad.object) for quad in found)) or "geen enkel type / no type at all",
            exchange=answer,
        )
