"""Documents about what is no row of a table: code lists, concepts, our own words, and graphs of an export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.identifiers.meanings import (
    CodeList,
    Meaning,
    code_lists,
    known_problems,
    own_code,
    own_words,
    spoken,
)
from vlavirgem.blocks.problems import TYPE_BASE
from vlavirgem.explore.words import naming
from vlavirgem.linked.mapping import expand
from vlavirgem.place import ID_BASE
from vlavirgem.report.wording import Both
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlavirgem.blocks.served import Served

CONCEPT, GRAPH, LIFE_EVENT = "concept", "graaf", "levensgebeurtenis"
VOCABULARY = expand("vvg:").removesuffix("#")
PROBLEMS = TYPE_BASE.rstrip("/")
_CONCEPTS = "concepten"
_LINK = {"@type": "@id"}
CONTEXT = {
    "@version": 1.1,
    "Begrip": expand("skos:Concept"),
    "Codelijst": expand("skos:ConceptScheme"),
    "Woordenlijst": "http://www.w3.org/2002/07/owl#Ontology",
    "Graaf": "http://www.w3.org/ns/sparql-service-description#NamedGraph",
    "Klasse": expand("rdfs:Class"),
    "Eigenschap": expand("rdf:Property"),
    "naam": {"@id": expand("skos:prefLabel"), "@container": "@language"},
    "label": {"@id": expand("rdfs:label"), "@container": "@language"},
    "definitie": {"@id": expand("skos:definition"), "@container": "@language"},
    "code": expand("skos:notation"),
    "codelijst": {"@id": expand("skos:inScheme"), **_LINK},
    "begrippen": {"@reverse": expand("skos:inScheme")},
    "termen": {"@reverse": expand("rdfs:isDefinedBy")},
}
"""How these documents are linked data; a document links to its parts against the direction of the statement."""


def describe_concept(name: str, code: str, *, served: Served) -> dict[str, Any] | None:
    """Describe a concept of one of our code lists; nothing when it is not there."""
    found = code_lists().get(name)
    known = {own_code(one, served=served): meaning for one, meaning in found.concepts.items()} if found else {}
    return _concept(name, code, known[code], served=served) if code in known else None


def describe_list(name: str, *, served: Served) -> dict[str, Any] | None:
    """Describe one of our code lists with all its concepts; nothing when it is not there."""
    found = code_lists().get(name)
    if found is None:
        return None
    parts = [
        _concept(name, own_code(code, served=served), meaning, served=served)
        for code, meaning in found.concepts.items()
    ]
    for part in parts:
        part.pop("codelijst")
    return {**_list(name, found, served=served), "begrippen": parts}


def describe_lists(*, served: Served) -> list[dict[str, Any]]:
    """Describe all our code lists, without their concepts."""
    return [_list(name, found, served=served) for name, found in code_lists().items()]


def describe_words() -> dict[str, Any]:
    """Describe our own words."""
    return {
        "@id": VOCABULARY,
        "@type": "Woordenlijst",
        **_told(
            Meaning(
                Both("Eigen woorden", "Our own words"),
                Both(
                    "Wat OSLO en andere standaarden geen term hebben, heet hier zo.",
                    "What OSLO and other standards have no term for is called this here.",
                ),
            )
        ),
        "termen": [
            {
                "@id": f"{VOCABULARY}#{word}",
                "@type": "Klasse" if word[0].isupper() else "Eigenschap",
                **_told(meaning, label="label"),
            }
            for word, meaning in own_words().items()
        ],
    }


def describe_life_events(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Describe the list of life events.

    Args:
        rows: Code and names of each.
    """
    scheme = f"{ID_BASE}{LIFE_EVENT}"
    meaning = Meaning(
        Both("Levensgebeurtenissen", "Life events"),
        Both("Waarom iemand een product vraagt.", "Why somebody asks for a service."),
    )
    concepts = [
        {
            "@id": f"{scheme}/{row['code']}",
            "@type": "Begrip",
            "naam": {"nl": row["naam"], "en": row["naam_en"]},
            "code": row["code"],
        }
        for row in rows
    ]
    return {**_scheme(scheme, meaning), "begrippen": concepts}


def describe_problems() -> dict[str, Any]:
    """Describe what can go wrong with a request."""
    meaning = Meaning(
        Both("Problemen", "Problems"),
        Both("Wat er bij een verzoek mis kan gaan, en wat u dan doet.", "What can go wrong, and what to do then."),
    )
    return {**_scheme(PROBLEMS, meaning), "begrippen": [_problem(*one) for one in known_problems().items()]}


def describe_problem(code: str) -> dict[str, Any] | None:
    """Describe one thing that can go wrong; nothing when nobody says so (RFC 9457, 3.1.1)."""
    found = known_problems().get(code)
    return None if found is None else {**_problem(code, found), "codelijst": PROBLEMS}


def _problem(code: str, meaning: Meaning) -> dict[str, Any]:
    return {"@id": f"{PROBLEMS}/{code}", "@type": "Begrip", **_told(meaning), "code": code}


def describe_graph(name: str) -> dict[str, Any] | None:
    """Describe a graph in the N-Quads of an export: what a table says; nothing when there is no such table."""
    if name == _CONCEPTS:
        label, text = Both("concepten", "concepts"), Both("De codes die de gemeente gebruikt.", "The codes in use.")
    elif name in TABLES:
        label = naming(name).many
        text = Both(TABLES[name].text, f"What an export says of {label.en}.")
    else:
        return None
    return {"@id": f"{ID_BASE}{GRAPH}/{name}", "@type": "Graaf", **_told(Meaning(label, text))}


def _list(name: str, found: CodeList, *, served: Served) -> dict[str, Any]:
    return _scheme(f"{ID_BASE}{CONCEPT}/{name}", spoken(found.meaning, served=served))


def _scheme(iri: str, meaning: Meaning) -> dict[str, Any]:
    return {"@id": iri, "@type": "Codelijst", **_told(meaning)}


def _concept(name: str, code: str, meaning: Meaning, *, served: Served) -> dict[str, Any]:
    scheme = f"{ID_BASE}{CONCEPT}/{name}"
    return {
        "@id": f"{scheme}/{code}",
        "@type": "Begrip",
        **_told(spoken(meaning, served=served)),
        "code": code,
        "codelijst": scheme,
    }


def _told(meaning: Meaning, *, label: str = "naam") -> dict[str, Any]:
    return {label: meaning.label._asdict(), "definitie": meaning.text._asdict()}
