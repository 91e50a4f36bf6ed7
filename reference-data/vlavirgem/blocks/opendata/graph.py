"""RDF from the JSON-LD that these services make themselves, and RDF written as N-Triples or Turtle.

Only what our own contexts use is understood: terms with a type, a language, `@set` or a base of their own, prefixes,
nodes inside nodes, `@included` and `@graph`. Foreign JSON-LD never comes here.

Sources: JSON-LD 1.1 (W3C), RDF 1.1 N-Triples and RDF 1.1 Turtle (W3C).
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from vlavirgem.linked.mapping import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Triple = tuple[str, str, str]

N_TRIPLES, TURTLE = "application/n-triples", "text/turtle"
KNOWN = {
    **PREFIXES,
    "dcatap": "http://data.europa.eu/r5r/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "ldes": "https://w3id.org/ldes#",
    "tree": "https://w3id.org/tree#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
"""Prefixes of what this block tells, beside those of the town."""
_XSD, _TYPE = "http://www.w3.org/2001/XMLSchema#", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")


def triples(document: Mapping[str, Any], *, blank: str = "b") -> list[Triple]:
    """Give the statements of a document that carries its `@context`, as terms of N-Triples.

    Args:
        document: The document.
        blank: What the labels of its blank nodes begin with: two documents in one graph need two of these.
    """
    reader = _Reader(document.get("@context", {}), blank=blank)
    reader.node({key: value for key, value in document.items() if key != "@context"})
    return reader.found


class _Reader:
    def __init__(self, context: Mapping[str, Any], *, blank: str) -> None:
        self.found: list[Triple] = []
        self._context = context
        self._blank = blank
        self._blanks = 0

    def node(self, document: Mapping[str, Any]) -> str:
        """Read a node, and give the term that names it."""
        if "@id" in document:
            subject = f"<{self._iri(document['@id'])}>"
        else:
            self._blanks += 1
            subject = f"_:{self._blank}{self._blanks}"
        for key, value in document.items():
            if key in ("@graph", "@included"):
                for other in _list(value):
                    self.node(other)
            elif key == "@type":
                self.found += [(subject, _TYPE, f"<{self._iri(kind)}>") for kind in _list(value)]
            elif key != "@id":
                self._property(subject, key, value)
        return subject

    def _property(self, subject: str, key: str, value: Any) -> None:
        definition = self._context.get(key)
        if isinstance(definition, str):
            definition = {"@id": definition}
        elif definition is None:
            definition = {"@id": self._iri(key)}
            if definition["@id"] == key:  # a term that the context does not know says nothing
                return
        predicate = f"<{self._iri(definition['@id'])}>"
        for item in _list(value):
            self.found.append((subject, predicate, self._object(item, definition)))

    def _object(self, value: Any, definition: Mapping[str, Any]) -> str:
        if isinstance(value, dict):
            if "@value" not in value:
                return self.node(value)
            return _literal(value["@value"], kind=self._kind(value.get("@type")), language=value.get("@language"))
        kind = definition.get("@type")
        if kind == "@id":
            base = definition.get("@context", {}).get("@base", "")
            return f"<{value if '://' in value else base + value if base else self._iri(value)}>"
        return _literal(value, kind=self._kind(kind), language=definition.get("@language"))

    def _kind(self, name: str | None) -> str | None:
        return None if name is None else self._iri(name)

    def _iri(self, name: str) -> str:
        definition = self._context.get(name)
        if isinstance(definition, str):
            name = definition
        prefix, colon, local = name.partition(":")
        namespace = self._context.get(prefix) if colon and not local.startswith("//") else None
        return namespace + local if isinstance(namespace, str) else name


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _literal(value: Any, *, kind: str | None, language: str | None) -> str:
    if isinstance(value, bool):
        text, native = str(value).lower(), "boolean"
    elif isinstance(value, int):
        text, native = str(value), "integer"
    elif isinstance(value, float):
        text, native = repr(value), "double"
    else:
        text, native = str(value), "string"
    quoted = f'"{text.translate(_ESCAPED)}"'
    if kind is None and language and native == "string":
        return f"{quoted}@{language}"
    kind = kind or _XSD + native
    return quoted if kind == f"{_XSD}string" else f"{quoted}^^<{kind}>"


def n_triples(found: Iterable[Triple]) -> bytes:
    """Write statements, one per line."""
    return "".join(f"{subject} {predicate} {thing} .\n" for subject, predicate, thing in found).encode()


def turtle_head() -> bytes:
    """Write the prefixes."""
    return ("".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in KNOWN.items()) + "\n").encode()


def turtle(found: Iterable[Triple]) -> bytes:
    """Write statements as paragraphs, one per subject, without the prefixes."""
    paragraphs = []
    for subject, statements in groupby(sorted(set(found)), key=lambda triple: triple[0]):
        facts = " ;\n    ".join(
            f"{'a' if predicate == _TYPE else _short(predicate)} " + ", ".join(_short(thing) for _, _, thing in things)
            for predicate, things in groupby(statements, key=lambda triple: triple[1])
        )
        paragraphs.append(f"{_short(subject)} {facts} .\n")
    return "\n".join(paragraphs).encode()


_NAMESPACES = sorted(((iri, prefix) for prefix, iri in KNOWN.items()), key=lambda pair: -len(pair[0]))


def _short(term: str) -> str:
    """Write an IRI, or the datatype of a literal, with a prefix where there is one."""
    if term.startswith('"'):
        if not term.endswith(">"):
            return term
        before, _, kind = term.rpartition('"^^<')
        return f'{before}"^^{_short("<" + kind)}'
    iri = term[1:-1]
    for namespace, prefix in _NAMESPACES:
        if term.startswith("<") and iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return term


def statements(document: Mapping[str, Any]) -> Iterator[Triple]:
    """Give each statement of a document once, in the order in which it is first told."""
    yield from dict.fromkeys(triples(document))
