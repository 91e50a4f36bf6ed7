"""What linked data says of the rows in some tables, as columns: the same statements that `export.nquads` writes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.export.columns import child_properties, chosen_children, kinds, view
from vlavirgem.export.concepts import concepts
from vlavirgem.export.shacl.terms import Objects, Things, Values
from vlavirgem.linked.catalogue import VLAVIRGEM
from vlavirgem.linked.mapping import Children, Code, Codes, Fixed, Link, Node, Text, Texts, Value, expand
from vlavirgem.place import ID_BASE
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from vlavirgem.linked.catalogue import Catalogue
    from vlavirgem.linked.mapping import Entity, Property, Type

_STRING = expand("xsd:string")
_LANG_STRING = expand("rdf:langString")


@dataclass(frozen=True, slots=True)
class Fact:
    """Statements with one property: row by row a subject and an object."""

    subject: Things
    object: Objects


class Facts:
    """Statements by property, and things by class.

    Args:
        wanted: The properties and classes that are looked at.
        catalogue: The entities of the municipality.
    """

    def __init__(self, wanted: Collection[str], *, catalogue: Catalogue = VLAVIRGEM) -> None:
        self._wanted = wanted
        self._catalogue = catalogue
        self.with_property: dict[str, list[Fact]] = defaultdict(list)
        self.of_class: dict[str, list[Things]] = defaultdict(list)
        self.own_of_class: dict[str, list[Things]] = defaultdict(list)
        self.own_with_property: dict[str, list[Fact]] = defaultdict(list)

    def add(self, tables: Mapping[str, pl.DataFrame], *, of: Collection[str], own: bool) -> None:
        """Add what is said of the rows in some tables.

        Args:
            tables: The tables at hand.
            of: Those whose rows it is about.
            own: Whether these are to be checked; others are there only because those refer to them.
        """
        entities = [entity for entity in self._catalogue.entities if entity.table in of]
        for entity in entities:
            _Rows(self, entity, frame=view(entity, tables=tables), own=own).add()
        for parent in self._catalogue.entities:
            for prop, fragment in child_properties(parent.properties):
                if expand(prop.iri) in self._wanted:
                    self._add_children(parent, prop, fragment=fragment, tables=tables, of=of, own=own)
        self._add_concepts(concepts(entities, tables=tables), own=own)

    def looks_at(self, prop: Property) -> bool:
        """Say whether a property is looked at."""
        return expand(prop.iri) in self._wanted

    def say(self, iri: str, subject: Things, objects: Objects, *, own: bool) -> None:
        """Add statements with one property, if it is looked at."""
        if iri in self._wanted and len(subject):
            for part, rows in subject.parts():
                fact = Fact(part, objects if rows is None else objects.take(rows))
                self.with_property[iri].append(fact)
                if own:
                    self.own_with_property[iri].append(fact)

    def classify(self, iri: str, things: Things, *, own: bool) -> None:
        """Add things of a class, if it is looked at."""
        if iri in self._wanted and len(things):
            for part, _ in things.parts():
                self.of_class[iri].append(part)
                if own:
                    self.own_of_class[iri].append(part)

    def _add_children(
        self,
        parent: Entity,
        prop: Property,
        *,
        fragment: str,
        tables: Mapping[str, pl.DataFrame],
        of: Collection[str],
        own: bool,
    ) -> None:
        assert isinstance(prop.value, Children)  # noqa: S101 - chosen so
        child = self._catalogue.find(prop.value.entity)
        if child.table not in of:
            return
        frame = chosen_children(view(child, tables=tables), children=prop.value)
        rows = _Filled(frame, kinds=kinds(child))
        target = (prop.value.link or child.iri).iri
        owner = f"{ID_BASE}{parent.name}/{{{prop.value.key}}}" + (f"#{fragment}" if fragment else "")
        there = rows.there(*_columns(owner), *_columns(target))
        self.say(expand(prop.iri), rows.things(owner, there), rows.things(target, there), own=own)

    def _add_concepts(self, found: Iterable[tuple[str, str, str]], *, own: bool) -> None:
        iris, schemes, codes = (
            (pl.Series(column, dtype=pl.String) for column in zip(*found, strict=True))
            if found
            else (pl.Series(dtype=pl.String),) * 3
        )
        things = Things("{}", iris)
        self.classify(expand("skos:Concept"), things, own=own)
        self.say(expand("skos:inScheme"), things, Things("{}", schemes), own=own)
        self.say(expand("skos:notation"), things, Values(codes, Kind.TEXT, _STRING), own=own)


class _Filled:
    """A table, of which templates are filled for the rows that have all their columns."""

    def __init__(self, frame: pl.DataFrame, *, kinds: Mapping[str, Kind]) -> None:
        self.frame = frame
        self.kinds = kinds
        self._made: dict[tuple[str, frozenset[str]], pl.Series] = {}

    def there(self, *columns: str) -> frozenset[str]:
        """Give which of some columns are empty in a row: rows count where all of these hold something."""
        return frozenset(name for name in columns if name and self.frame[name].null_count())

    def column(self, name: str, there: frozenset[str]) -> pl.Series:
        """Give a column in the rows that count: the same series each time, so that one sees that rows are the same."""
        key = name, there
        if key not in self._made:
            column = self.frame[name]
            if there:
                column = column.filter(self._mask(there))
            self._made[key] = column
        return self._made[key]

    def _mask(self, there: frozenset[str]) -> pl.Series:
        return self.frame.select(pl.all_horizontal(pl.col(name).is_not_null() for name in there)).to_series()

    def height(self, there: frozenset[str]) -> int:
        """Count the rows that count."""
        return int(self._mask(there).sum()) if there else self.frame.height

    def text(self, template: str, there: frozenset[str]) -> pl.Series:
        """Fill a template."""
        pieces = []
        for part in re.split(r"(\{\w+\})", template):
            if part.startswith("{"):
                name = part[1:-1]
                kind = self.kinds.get(name, Kind.TEXT)
                pieces.append(Values(self.column(name, there), kind, "").written())
            elif part:
                pieces.append(pl.repeat(part, self.height(there), eager=True))
        if not pieces:
            return pl.repeat("", self.height(there), eager=True)
        return pieces[0] if len(pieces) == 1 else pl.select(pl.concat_str(pieces)).to_series()

    def things(self, template: str, there: frozenset[str]) -> Things:
        """Fill a template of IRIs."""
        names = _columns(template)
        if len(names) == 1:
            return Things(template.replace(f"{{{names[0]}}}", "{}"), self.column(names[0], there))
        return Things("{}", self.text(template, there))


class _Rows:
    """The statements about all rows of an entity."""

    def __init__(self, facts: Facts, entity: Entity, *, frame: pl.DataFrame, own: bool) -> None:
        self._facts = facts
        self._entity = entity
        self._rows = _Filled(frame, kinds=kinds(entity))
        self._own = own

    def add(self) -> None:
        """Add them."""
        self._thing(self._entity.iri.iri, types=self._entity.types, properties=self._entity.properties, when="")

    def _thing(self, subject: str, *, types: tuple[Type, ...], properties: tuple[Property, ...], when: str) -> None:
        there = self._rows.there(when, *_columns(subject))
        for kind in types:
            self._facts.classify(expand(kind.iri), self._rows.things(subject, there), own=self._own)
        for prop in properties:
            match prop.value:
                case Node(fragment=fragment, types=node_types, properties=inner, when=node_when):
                    target = f"{self._entity.iri.iri}#{fragment}"
                    self._say(prop, subject, target, when=(when, node_when))
                    self._thing(target, types=node_types, properties=inner, when=node_when)
                case Children():
                    pass
                case _ if self._facts.looks_at(prop):
                    self._property(prop, subject, when=when)

    def _property(self, prop: Property, subject: str, *, when: str) -> None:
        match prop.value:
            case Texts(column=column, datatype=datatype):
                self._items(prop, subject, column, datatype=datatype, when=when)
            case Codes(column=column, scheme=scheme):
                self._items(prop, subject, column, base=Code("", scheme).base, when=when)
            case Link():
                self._say(prop, subject, prop.value.iri, when=(when,))
            case Code(template=template):
                self._say(prop, subject, prop.value.base + template, when=(when,))
            case Value(column=column, datatype=datatype):
                there = self._rows.there(when, column, *_columns(subject))
                values = _literal(self._rows.column(column, there), self._rows.kinds[column], datatype)
                self._tell(prop, subject, there, values)
            case Text(template=template, datatype=datatype):
                there = self._rows.there(when, *_columns(template), *_columns(subject))
                self._tell(prop, subject, there, _literal(self._rows.text(template, there), Kind.TEXT, datatype))
            case Fixed(text=text, datatype=datatype):
                there = self._rows.there(when, *_columns(subject))
                shown = str(text).lower() if isinstance(text, bool) else str(text)
                same = pl.repeat(shown, self._rows.height(there), eager=True)
                self._tell(prop, subject, there, _literal(same, Kind.TEXT, datatype))
            case _:
                raise TypeError(f"{prop.term} has no statements that are known here")

    def _say(self, prop: Property, subject: str, target: str, *, when: tuple[str, ...]) -> None:
        if self._facts.looks_at(prop):
            there = self._rows.there(*when, *_columns(target), *_columns(subject))
            self._tell(prop, subject, there, self._rows.things(target, there))

    def _tell(self, prop: Property, subject: str, there: frozenset[str], objects: Objects) -> None:
        self._facts.say(expand(prop.iri), self._rows.things(subject, there), objects, own=self._own)

    def _items(
        self, prop: Property, subject: str, column: str, *, when: str, datatype: str = "", base: str = ""
    ) -> None:
        """Add a statement for each item of a list."""
        there = self._rows.there(when, column, *_columns(subject))
        lists = self._rows.column(column, there)
        rows = np.repeat(np.arange(len(lists)), lists.list.len().to_numpy())
        items = lists.filter(lists.list.len() > 0).explode(empty_as_null=False)
        known = items.is_not_null().to_numpy()
        things = self._rows.things(subject, there).take(rows[known])
        items = items.drop_nulls()
        objects = Things(base + "{}", items) if base else _literal(items, Kind.TEXT, datatype)
        self._facts.say(expand(prop.iri), things, objects, own=self._own)


def _literal(values: pl.Series, kind: Kind, datatype: str) -> Values:
    if datatype.startswith("@"):
        return Values(values, kind, _LANG_STRING, datatype[1:])
    return Values(values, kind, expand(datatype))


def _columns(template: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", template)
