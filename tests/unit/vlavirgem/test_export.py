"""Exports say the same in every form, and the same as the services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pyoxigraph as ox
import pytest
from pyld import jsonld

from vlavirgem.errors import TownFolderError
from vlavirgem.export import export_town
from vlavirgem.export.columns import view
from vlavirgem.export.jsonld import documents
from vlavirgem.folder import verify_folder
from vlavirgem.linked.catalogue import ENTITIES, find_entity
from vlavirgem.linked.context import make_context
from vlavirgem.linked.documents import CHILDREN, Renderer
from vlavirgem.linked.mapping import Children, Node, expand

if TYPE_CHECKING:
    from pathlib import Path

    from vlavirgem import Town
    from vlavirgem.linked.mapping import Entity, Property

LINKED = {
    "nquads": (".nq", ox.RdfFormat.N_QUADS),
    "jsonld": (".jsonld", ox.RdfFormat.JSON_LD),
    "turtle": (".ttl", ox.RdfFormat.TURTLE),
}
XSD_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"


def triples(data: bytes, *, fmt: ox.RdfFormat) -> set[tuple[str, str, str]]:
    """Parse, forget graphs, and write numbers in one way; there are no blank nodes."""
    found = set()
    for quad in ox.parse(data, format=fmt):
        thing = quad.object
        is_double = isinstance(thing, ox.Literal) and thing.datatype.value == XSD_DOUBLE
        found.add((str(quad.subject), str(quad.predicate), repr(float(thing.value)) if is_double else str(thing)))
    return found


@pytest.fixture(scope="module")
def exported(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("export")
    for fmt in LINKED:
        export_town(small_town, base / fmt, fmt=fmt)
    return {fmt: base / fmt for fmt in LINKED}


def statements(folder: Path, *, fmt: str) -> set[tuple[str, str, str]]:
    suffix, known = LINKED[fmt]
    files = [path for path in sorted(folder.glob(f"*{suffix}")) if path.name != "dcat.jsonld"]
    return set().union(*(triples(path.read_bytes(), fmt=known) for path in files))


def test_all_linked_data_says_the_same(exported: dict[str, Path]) -> None:
    """Parsed back by an independent library, all forms are one set of statements; there are no blank nodes."""
    n_quads, json_ld, turtle = (statements(exported[name], fmt=name) for name in ("nquads", "jsonld", "turtle"))

    assert len(n_quads) > 10_000
    assert n_quads == json_ld
    assert n_quads == turtle


def test_an_export_is_proved_by_its_manifest(exported: dict[str, Path]) -> None:
    """Every export is a folder that verifies."""
    for folder in exported.values():
        assert [] == verify_folder(folder)


def test_an_export_in_linked_data_is_not_read_back(exported: dict[str, Path]) -> None:
    """A town is read from tables; the error says so."""
    from vlavirgem import Town  # noqa: PLC0415 - the fixture's type has the same name

    with pytest.raises(TownFolderError, match="read from parquet or csv"):
        Town.load(exported["nquads"])


def test_an_unknown_format_names_the_known_ones(small_town: Town, tmp_path: Path) -> None:
    """Nothing is written."""
    with pytest.raises(TownFolderError, match=r"parquet, csv, .*jsonld, nquads, turtle"):
        export_town(small_town, tmp_path / "x", fmt="xml")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
def test_the_export_gives_the_same_documents_as_the_services(small_town: Town, entity: Entity) -> None:
    """One mapping, two renderings: by column for all, by row for one."""
    render = Renderer(entity, find=find_entity)
    rows = [with_children(row, entity=entity, town=small_town) for row in rows_of(entity, small_town)]

    expected = [render(row) for row in rows]

    made = documents(entity, tables=small_town.tables, find=find_entity)
    assert expected == [json.loads(text) for text in made.to_list()]


def rows_of(entity: Entity, town: Town) -> list[dict[str, Any]]:
    return view(entity, tables=town.tables).to_dicts()


def with_children(row: dict[str, Any], *, entity: Entity, town: Town) -> dict[str, Any]:
    for prop in child_properties(entity.properties):
        assert isinstance(prop.value, Children)
        child = find_entity(prop.value.entity)
        own = view(child, tables=town.tables).filter(pl.col(prop.value.key) == row["id"]).to_dicts()
        if prop.value.only:
            column, values = prop.value.only
            own = [one for one in own if one[column] in values]
        whole = prop.value.embedded or prop.value.link
        row[CHILDREN + prop.term] = own if whole else [one["id"] for one in own]
    return row


def child_properties(properties: tuple[Property, ...]) -> list[Property]:
    found = []
    for prop in properties:
        if isinstance(prop.value, Children):
            found.append(prop)
        elif isinstance(prop.value, Node):
            found += child_properties(prop.value.properties)
    return found


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
def test_no_term_of_a_context_is_lost(small_town: Town, entity: Entity) -> None:
    """Every member of a document becomes a statement; an independent processor is the judge.

    The official contexts give links the class of their range as type, so that they become literals;
    ours must not.
    """
    document = json.loads(documents(entity, tables=small_town.tables, find=find_entity)[0])
    context = make_context(entity, find=find_entity)

    (expanded,) = jsonld.expand({"@context": context, **document})

    by_iri = {expand(prop.iri) for prop in entity.properties if prop.term in document}
    assert by_iri <= set(expanded)
    for prop in entity.properties:
        if prop.term in document and isinstance(document[prop.term], str) and "://" in document[prop.term]:
            values = expanded[expand(prop.iri)]
            # A page is a text where the official shapes ask for one.
            assert all("@id" in value or prop.iri in ("foaf:homepage", "schema:url") for value in values), prop.term


def test_texts_with_quotes_and_line_ends_survive() -> None:
    """Escaping is ours, so it is tested with the worst."""
    from vlavirgem.export.nquads import quads  # noqa: PLC0415 - only here
    from vlavirgem.linked.places import STREET  # noqa: PLC0415 - only here

    nasty = 'Aan "de" \\ kant\r\nvan\tde weg \x07 é'
    never = pl.Series([None], dtype=pl.Datetime("us", "UTC"))
    street = {"id": [1], "wijk_id": [1], "naam": [nasty], "status": ["inGebruik"], "versie": never}
    tables = {"straatnamen": pl.DataFrame(street)}

    text = documents(STREET, tables=tables, find=find_entity)[0]
    lines = b"".join(quads(STREET, tables=tables))

    assert nasty == json.loads(text)["naam"]
    labels = [q.object.value for q in ox.parse(lines, format=ox.RdfFormat.N_QUADS) if "label" in q.predicate.value]
    assert [nasty] == labels
