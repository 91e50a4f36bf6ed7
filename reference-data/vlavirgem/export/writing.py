"""Write an export: one file per kind of entity, and the manifest that proves the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from vlavirgem.errors import TownFolderError
from vlavirgem.export.columns import view
from vlavirgem.export.concepts import concepts
from vlavirgem.export.jsonld import documents
from vlavirgem.export.nquads import links_to_parents, quads
from vlavirgem.folder import TABLE_FORMATS, finish_folder, new_folder, write_folder
from vlavirgem.linked.catalogue import ENTITIES, find_entity
from vlavirgem.linked.context import make_context
from vlavirgem.linked.mapping import Children, Node, expand
from vlavirgem.place import ID_BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vlavirgem.linked.mapping import Property
    from vlavirgem.town import Town

FORMATS = (*TABLE_FORMATS, "jsonld", "nquads")
_SLICE = 50_000
"""Rows in memory as text at one time."""


def export_town(town: Town, folder: Path | str, *, fmt: str) -> None:
    """Write a town in a format of `FORMATS`.

    Raises:
        TownFolderError: the format is unknown, or the folder cannot be written.
        ExistsError: the folder is not empty.
    """
    if fmt in TABLE_FORMATS:
        write_folder(town, folder, fmt=fmt)
        return
    writers: dict[str, Callable[[Town, Path], None]] = {"jsonld": _write_jsonld, "nquads": _write_nquads}
    if fmt not in writers:
        raise TownFolderError(f"There is no format {fmt!r}; choose one of: {', '.join(FORMATS)}.")
    with new_folder(Path(folder)) as partial:
        writers[fmt](town, partial)
        finish_folder(town, partial, fmt=fmt)


def _write_nquads(town: Town, folder: Path) -> None:
    for entity in ENTITIES:
        with (folder / f"{entity.name}.nq").open("w", encoding="utf-8") as file:
            frame = view(entity, tables=town.tables)
            for start in range(0, frame.height, _SLICE):
                for lines in quads(frame.slice(start, _SLICE), entity=entity, find=find_entity):
                    file.writelines(lines.to_list())
            for prop, subject in _children_of(entity.properties):
                assert isinstance(prop.value, Children)  # noqa: S101 - chosen so
                child = find_entity(prop.value.entity)
                children = view(child, tables=town.tables)
                lines = links_to_parents(children, parent=entity, prop=prop, subject=subject, child=child)
                file.writelines(lines.to_list())
    with (folder / "concepten.nq").open("w", encoding="utf-8") as file:
        _write_concept_quads(town, file)


def _write_concept_quads(town: Town, file: TextIO) -> None:
    graph = f"<{ID_BASE}graaf/concepten>"
    for iri, scheme, code in concepts(ENTITIES, tables=town.tables):
        file.write(f"<{iri}> <{expand('rdf:type')}> <{expand('skos:Concept')}> {graph} .\n")
        file.write(f"<{iri}> <{expand('skos:inScheme')}> <{scheme}> {graph} .\n")
        file.write(f'<{iri}> <{expand("skos:notation")}> "{code}" {graph} .\n')


def _write_jsonld(town: Town, folder: Path) -> None:
    for entity in ENTITIES:
        lines = documents(entity, tables=town.tables, find=find_entity)
        context = make_context(entity, find=find_entity)
        with (folder / f"{entity.name}.jsonld").open("w", encoding="utf-8") as file:
            _write_graph(file, context=context, lines=lines.to_list())
    skos = {
        "Concept": expand("skos:Concept"),
        "inScheme": {"@id": expand("skos:inScheme"), "@type": "@id"},
        "notatie": expand("skos:notation"),
    }
    items = [
        json.dumps({"@id": iri, "@type": "Concept", "inScheme": scheme, "notatie": code})
        for iri, scheme, code in concepts(ENTITIES, tables=town.tables)
    ]
    with (folder / "concepten.jsonld").open("w", encoding="utf-8") as file:
        _write_graph(file, context=skos, lines=items)


def _write_graph(file: TextIO, *, context: Mapping[str, object], lines: list[str]) -> None:
    file.write('{"@context":')
    json.dump(context, file, ensure_ascii=False)
    file.write(',\n"@graph":[\n')
    file.write(",\n".join(lines))
    file.write("\n]}\n")


def _children_of(properties: tuple[Property, ...], *, subject: str = "") -> Iterator[tuple[Property, str]]:
    for prop in properties:
        if isinstance(prop.value, Children):
            yield prop, subject
        elif isinstance(prop.value, Node):
            yield from _children_of(prop.value.properties, subject=prop.value.fragment)
