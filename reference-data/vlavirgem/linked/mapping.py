"""The words in which an entity is described once, for every rendering."""

from __future__ import annotations

from dataclasses import dataclass

from vlavirgem.place import ID_BASE

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "adres": "https://data.vlaanderen.be/ns/adres#",
    "dbo": "http://dbpedia.org/ontology/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "besluit": "http://data.vlaanderen.be/ns/besluit#",
    "bestuur": "https://data.vlaanderen.be/ns/bestuur#",
    "dossier": "https://data.vlaanderen.be/ns/dossier#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "ext": "http://mu.semte.ch/vocabularies/ext/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gebouw": "https://data.vlaanderen.be/ns/gebouw#",
    "generiek": "https://data.vlaanderen.be/ns/generiek#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "lblodlg": "http://data.lblod.info/vocabularies/leidinggevenden/",
    "locn": "http://www.w3.org/ns/locn#",
    "lpdc": "https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#",
    "mandaat": "http://data.vlaanderen.be/ns/mandaat#",
    "m8g": "http://data.europa.eu/m8g/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "belgifps": "http://vocab.belgif.be/ns/publicservice#",
    "org": "http://www.w3.org/ns/org#",
    "perceel": "https://data.vlaanderen.be/ns/perceel#",
    "pav": "http://purl.org/pav/",
    "person": "http://www.w3.org/ns/person#",
    "persoon": "https://data.vlaanderen.be/ns/persoon#",
    "organisatie": "https://data.vlaanderen.be/ns/organisatie#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "regorg": "http://www.w3.org/ns/regorg#",
    "schema": "http://schema.org/",
    "sf": "http://www.opengis.net/ont/sf#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "transactie": "https://data.vlaanderen.be/ns/transactie#",
    "vvg": "https://data.vlavirgem.example/ns#",
    "weg": "https://data.vlaanderen.be/ns/weg#",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Namespaces; http or https as the official files have it. `vvg` is what OSLO has no term for."""

DUTCH, ENGLISH = "@nl", "@en"
"""Instead of a datatype: text in a language."""


def expand(name: str) -> str:
    """Turn `prefix:local` into an IRI; an IRI stays as it is."""
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + local
    return name


@dataclass(frozen=True, slots=True)
class Value:
    """A literal from a column. `datatype` is `prefix:name`, or `@nl` or `@en` for text in that language."""

    column: str
    datatype: str = "xsd:string"


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same literal for every entity."""

    text: str | bool | int
    datatype: str = "xsd:string"


@dataclass(frozen=True, slots=True)
class Link:
    """An IRI made of a template with column names in braces; none where a column is empty.

    A template without a scheme is under `ID_BASE`.
    """

    template: str

    @property
    def iri(self) -> str:
        """The template as a whole IRI."""
        return self.template if "://" in self.template else ID_BASE + self.template


@dataclass(frozen=True, slots=True)
class Text:
    """A literal made of a template with column names in braces; none where a column is empty."""

    template: str
    datatype: str = "xsd:string"


@dataclass(frozen=True, slots=True)
class Code:
    """A concept of a code list: its short name in JSON, `scheme` plus that name as IRI.

    Attributes:
        template: Column names in braces, or the name of one concept.
        scheme: IRI of the code list, up to the short name; without a scheme it is under `ID_BASE`.
    """

    template: str
    scheme: str

    @property
    def base(self) -> str:
        """The code list's IRI in full."""
        return self.scheme if "://" in self.scheme else ID_BASE + self.scheme


@dataclass(frozen=True, slots=True)
class Codes:
    """One concept of a code list for each item of a list column."""

    column: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Texts:
    """One literal for each item of a list column."""

    column: str
    datatype: str = DUTCH


@dataclass(frozen=True, slots=True)
class Node:
    """A thing without a page of its own: the entity's IRI plus a fragment.

    It is there only when the column `when` holds something; always when `when` is empty.
    """

    fragment: str
    types: tuple[Type, ...]
    properties: tuple[Property, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Children:
    """All entities of another kind whose `key` column holds this entity's number, in their order.

    `embedded` children are shown whole, others only by their IRI.

    Attributes:
        entity: The other kind.
        key: Its column with this entity's number.
        embedded: Whether they are shown whole.
        link: What is linked to instead of the child itself, made of its columns: for tables that tie two things.
        only: A column of theirs and the values that count; all of them when it is not given.
    """

    entity: str
    key: str
    embedded: bool = False
    link: Link | None = None
    only: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A class: its short name in JSON-LD and its IRI as `prefix:name`."""

    term: str
    iri: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its name in JSON-LD, its IRI as `prefix:name`, and where its value comes from."""

    term: str
    iri: str
    value: Value | Fixed | Text | Link | Code | Codes | Texts | Node | Children


@dataclass(frozen=True, slots=True)
class Join:
    """Columns taken from another table, under other names: `columns` maps theirs to ours."""

    table: str
    key: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """How the rows of one table become linked data.

    Attributes:
        name: Part of the IRI: `https://data.vlavirgem.example/id/{name}/{id}`.
        table: The table.
        types: Its classes; the first one is the most telling.
        properties: Its properties.
        joins: Columns of other tables that the properties use.
        path: Template of the IRI under `ID_BASE`, if it is not the usual one.
    """

    name: str
    table: str
    types: tuple[Type, ...]
    properties: tuple[Property, ...]
    joins: tuple[Join, ...] = ()
    path: str = ""

    @property
    def iri(self) -> Link:
        """The IRI of an entity of this kind."""
        return Link(self.path or f"{self.name}/{{id}}")
