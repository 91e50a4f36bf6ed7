"""A whole town is checked against our shapes, and the check finds what pyshacl finds."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from support.shacl_oracles import by_engine, by_pyshacl, compared, statements
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.cli import app
from vlavirgem.errors import ShapeError
from vlavirgem.export.checking import check_town
from vlavirgem.export.findings import in_words
from vlavirgem.export.shacl.constraints import CHECKS, Asked
from vlavirgem.export.shacl.facts import Facts
from vlavirgem.export.shacl.gate import Gate
from vlavirgem.export.shacl.paths import Reached
from vlavirgem.export.shacl.rules import CONSTRAINTS, Constraint
from vlavirgem.export.shacl.terms import Things, Values
from vlavirgem.export.source import Hall, Part, TownSource
from vlavirgem.schema import TABLES, Kind
from vlavirgem.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.shacl_oracles import Found
    from vlavirgem.dictionary import Column
    from vlavirgem.export.source import Source

IN_WIJKEN = frozenset(name for name, table in TABLES.items() if not table.once)
PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix person: <http://www.w3.org/ns/person#> . @prefix schema: <http://schema.org/> .
@prefix persoon: <https://data.vlaanderen.be/ns/persoon#> . @prefix m8g: <http://data.europa.eu/m8g/> .
@prefix lpdc: <https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix vvg: <https://data.vlavirgem.example/ns#> .
@prefix e: <https://e.example/> .
"""
NOT_KEPT = (
    PREFIXES
    + """
e:Household a sh:NodeShape ; sh:targetClass persoon:Gezin ; sh:nodeKind sh:Literal ; sh:pattern "/[0-9]*[05]$" ;
  sh:minLength 51 ; sh:maxLength 51 ; sh:class person:Person ;
  sh:property [ sh:path persoon:gezinslid ; sh:minCount 2 ; sh:maxCount 3 ; sh:class persoon:Gezin ;
      sh:disjoint persoon:gezinshoofd ; sh:nodeKind sh:BlankNode ] ,
    [ sh:path vvg:aantalLeden ; sh:minInclusive 2 ; sh:maxInclusive 3 ; sh:datatype xsd:string ] ,
    [ sh:path vvg:aantalLeden ; sh:minExclusive 2 ; sh:maxExclusive 3 ; sh:hasValue 2 ; sh:in ( 1 2 "3" ) ] ,
    [ sh:path dct:type ; sh:in ( <https://data.vlavirgem.example/id/concept/huishoudtype/koppel> ) ;
      sh:class skos:Concept ; sh:pattern "koppel" ; sh:maxLength 60 ] ,
    [ sh:path [ sh:inversePath persoon:isLidVan ] ; sh:maxCount 2 ; sh:pattern "1$" ] ;
  sh:or ( [ sh:property [ sh:path vvg:aantalLeden ; sh:minInclusive 5 ] ] [ sh:pattern "/[0-9]*[13579]$" ;
      sh:property [ sh:path persoon:gezinslid ; sh:minCount 2 ] ] ) .
e:Person a sh:NodeShape ; sh:targetClass person:Person ; sh:targetSubjectsOf schema:parent ;
  sh:property [ sh:path foaf:familyName ; sh:maxLength 8 ; sh:pattern "^[A-M]" ; sh:languageIn ( "nl" ) ;
      sh:lessThan vvg:nergens ; sh:disjoint foaf:givenName ; sh:message "Te lang." ] ,
    [ sh:path schema:parent ; sh:minCount 2 ; sh:hasValue <https://data.vlavirgem.example/id/persoon/1> ] ,
    [ sh:path ( schema:parent persoon:heeftGeboorte persoon:datum ) ; sh:minCount 1 ; sh:maxCount 1 ;
      sh:hasValue "1980-01-01"^^xsd:date ] ,
    [ sh:path ( persoon:isLidVan persoon:gezinslid persoon:isLidVan ) ; sh:maxCount 0 ] .
e:Product a sh:NodeShape ; sh:targetClass lpdc:InstancePublicService ;
  sh:property [ sh:path dct:title ; sh:languageIn ( "fr" "en" ) ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
    [ sh:path dcat:keyword ; sh:uniqueLang true ] , [ sh:path m8g:processingTime ; sh:datatype xsd:duration ] ,
    [ sh:path schema:startDate ; sh:lessThan schema:dateCreated ; sh:lessThanOrEquals schema:dateModified ] ,
    [ sh:path schema:dateModified ; sh:lessThan schema:dateCreated ; sh:lessThanOrEquals schema:startDate ] .
"""
)
"""Every constraint that is known, on things that mostly do not keep it."""


@dataclasses.dataclass(frozen=True)
class Frames:
    """A town of one part, of which tables may hold anything."""

    tables: Mapping[str, pl.DataFrame]

    def read(self, number: int, *, table: str) -> pl.DataFrame:
        assert number == 0
        return self.tables[table]

    @property
    def part(self) -> Part:
        return Part(Hall(cast("Source", self)), number=0)


def found_in(tables: Mapping[str, pl.DataFrame], rules: str, *, of: frozenset[str]) -> Found:
    """Check what is said of the rows of some tables."""
    gate = Gate(rules)
    facts = Facts(gate.looks_at)
    facts.add(Frames(tables).part, of=of, own=True)
    return compared(gate.findings(facts))


def triples_of(tables: Mapping[str, pl.DataFrame], *, of: frozenset[str]) -> bytes:
    return statements(Frames(tables).part, own=of)


def test_every_constraint_finds_what_pyshacl_finds(small_town: Town) -> None:
    """Focus, path, component and value, of each constraint that is known."""
    tables = frozenset({"huishoudens", "personen", "producten"})

    expected = by_pyshacl(triples_of(small_town.tables, of=tables), NOT_KEPT)

    found = {component.removesuffix("ConstraintComponent") for _, _, component, _ in expected}
    assert {*CONSTRAINTS.values(), "Or"} == found
    assert expected == found_in(small_town.tables, NOT_KEPT, of=tables)


def damaged(town: Town) -> Town:
    """Break something in four kinds of things."""
    changes = {
        "adressen": pl.when(pl.col("id") % 5 == 3).then(pl.lit('0 "x"')).otherwise("huisnummer").alias("huisnummer"),
        "personen": pl.when(pl.col("id") % 9 == 4).then(pl.lit("")).otherwise("achternaam").alias("achternaam"),
        "dossiers": pl.lit("1999-01-01").str.to_date().alias("sluitingsdatum"),
        "huishoudens": pl.lit(999_999).alias("adres_id"),
    }
    tables = {
        name: frame.with_columns(changes[name])
        if name in changes and changes[name].meta.output_name() in frame
        else frame
        for name, frame in town.tables.items()
    }
    return dataclasses.replace(town, tables=tables)


def test_a_damaged_town_is_found_as_pyshacl_finds_it(small_town: Town) -> None:
    """Our own shapes on all that wijken hold, without what the town has once: hundreds of violations."""
    broken = damaged(small_town)
    triples = triples_of(broken.tables, of=IN_WIJKEN)

    expected = by_pyshacl(triples, shapes())

    assert len(expected) > 300
    assert expected == found_in(broken.tables, shapes(), of=IN_WIJKEN)
    assert expected == by_engine(triples, shapes())


STRANGE = {
    Kind.TEXT: pl.Series(["", "x", "inGebruik", "1", "2000-01-01", "Noëlla"]),
    Kind.INTEGER: pl.Series([0, 1, 2, 1830, 100_001, 2**40]),
    Kind.BOOLEAN: pl.Series([True, False]),
}


COLUMNS = [(name, column.name) for name, table in TABLES.items() for column in table.columns if column.name != "id"]


def with_damage(frame: pl.DataFrame, column: Column, chance: int) -> pl.DataFrame:
    """Empty a column in some rows, put strange values there or those of other rows, or have rows twice or not."""
    every = 1 + chance % 4
    hit = pl.int_range(pl.len()) % every == 0
    match chance % 5:
        case 0:
            return frame.filter(~hit)
        case 1:
            other = pl.when(hit).then(pl.col(column.name).shift(1)).otherwise(column.name)
            return pl.concat([frame, frame.filter(hit).with_columns(pl.col(column.name).shift(1))]).with_columns(other)
        case 2 if column.kind in STRANGE:
            values = STRANGE[column.kind]
            strange = pl.lit(values[chance % len(values)], dtype=frame.schema[column.name])
        case _:
            strange = pl.lit(None, dtype=frame.schema[column.name])
    return frame.with_columns(pl.when(hit).then(strange).otherwise(column.name).alias(column.name))


@cache
def tables_of_a_town() -> Mapping[str, pl.DataFrame]:
    return Town.generate(small_profile(), seed=8).tables


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.tuples(st.sampled_from(COLUMNS), st.integers(0, 2**16)), min_size=1, max_size=12))
def test_whatever_is_damaged_is_found(changes: list[tuple[tuple[str, str], int]]) -> None:
    """The fast engine finds what pyshacl finds, and so do we: in columns of every table, emptied or strange."""
    tables = dict(tables_of_a_town())
    for (name, column), chance in changes:
        tables[name] = with_damage(tables[name], TABLES[name].column(column), chance)
    everything = frozenset(TABLES)

    expected = by_engine(triples_of(tables, of=everything), shapes())

    assert expected == found_in(tables, shapes(), of=everything)


@pytest.mark.parametrize(
    "unknown",
    [
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:closed true .",
        "e:S a sh:NodeShape ; sh:targetNode e:t ; sh:nodeKind sh:IRI .",
        "e:S a sh:PropertyShape ; sh:targetClass e:T ; sh:path e:p ; sh:minCount 1 .",
        "e:S sh:targetClass e:T ; sh:nodeKind sh:IRI .",
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:minCount 1 .",
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:qualifiedMinCount 1 ] .",
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path [ sh:zeroOrMorePath e:p ] ] .",
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:uniqueLang false ] .",
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:minInclusive 1.5 ] .",
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:nodeKind sh:Strange ] .",
        'e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:pattern "a" ; sh:flags "i" ] .',
        'e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:pattern "(?=a)" ] .',
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ e:path e:p ] .",
        "e:S a sh:NodeShape .",
        "This is no Turtle",
    ],
)
def test_what_is_not_known_is_refused(unknown: str) -> None:
    """A shape that is skipped would make a town look right."""
    with pytest.raises(ShapeError):
        Gate(PREFIXES + unknown)


@pytest.mark.parametrize(
    ("malformed", "told"),
    [
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:minCount 1 ] .", "has 0 sh:path"),
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p, e:q ] .", "has 2 sh:path"),
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:in e:elsewhere ] .", "is no list"),
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path [] ] .", "nothing is said of it"),
        ('e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path "p" ] .', "nothing is said of it"),
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property e:elsewhere .", "nothing is said of it"),
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:or ( e:elsewhere ) .", "nothing is said of it"),
        ("e:S a sh:NodeShape ; sh:targetClass e:T ; sh:or e:elsewhere .", "is no list"),
        (
            "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:or _:l . _:l rdf:first e:S ; rdf:rest _:l .",
            "is no list that ends",
        ),
    ],
)
def test_what_is_malformed_is_refused_with_what_is_wrong(malformed: str, told: str) -> None:
    """A user's own shapes may hold any mistake; the answer names it."""
    with pytest.raises(ShapeError, match=told):
        Gate(f"@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n{PREFIXES}{malformed}")


@pytest.mark.parametrize(
    "rule",
    [
        "sh:path foaf:familyName ; sh:lessThan foaf:name",
        "sh:path persoon:isLidVan ; sh:lessThan schema:parent",
        "sh:path ( persoon:heeftGeboorte persoon:datum ) ; sh:lessThan foaf:name",
    ],
)
def test_what_cannot_be_compared_is_refused(small_town: Town, rule: str) -> None:
    """Texts and things have no order here."""
    rules = PREFIXES + f"e:S a sh:NodeShape ; sh:targetClass person:Person ; sh:property [ {rule} ] ."

    with pytest.raises(ShapeError, match="is known for"):
        found_in(small_town.tables, rules, of=frozenset({"personen"}))


def kept(name: str, argument: ox.NamedNode | ox.Literal, values: Values) -> list[bool]:
    """Say of each of some values whether it keeps a constraint."""
    places = np.arange(len(values))
    asked = Asked(Facts(()), Things("{}", pl.Series(["x"] * len(values))), (Reached(places, values),))
    broken = {int(place) for found, _ in CHECKS[name](Constraint(name, (argument,)), asked) for place in found}
    return [place not in broken for place in range(len(values))]


def test_a_duration_says_how_long_in_the_digits_of_xsd() -> None:
    """Something comes after P, and after T; digits are ASCII (XML Schema 1.1 part 2, 3.3.6.2)."""
    iri = "http://www.w3.org/2001/XMLSchema#duration"
    right = ["P30D", "-P1Y2M3DT4H5M6.7S", "PT0S", "P1M", "PT1M", "P1YT1S", "PT1H1S"]
    wrong = ["P", "PT", "-P", "P1YT", "P1D1M", "30D", "P1.5D", "PT1.S", "P\u0663D", ""]

    for texts, answer in ((right, True), (wrong, False)):
        values = Values(pl.Series(texts), Kind.TEXT, iri)
        assert [answer] * len(texts) == kept("datatype", ox.NamedNode(iri), values)


def test_every_language_is_in_a_range_that_is_a_star() -> None:
    """As `langMatches` of SPARQL has it, by which SHACL explains `sh:languageIn`; no language is in no range."""
    texts = pl.Series(["huis"])
    strings = (Values(texts, Kind.TEXT, "x", language) for language in ("nl", "nl-BE", ""))

    assert [[True], [True], [False]] == [kept("languageIn", ox.Literal("*"), one) for one in strings]


@pytest.fixture(scope="module")
def two_wijken() -> Town:
    return Town.generate(small_profile(1_100, dossiers__per_duizend=5), seed=7)


def test_a_town_in_parts_keeps_our_shapes(two_wijken: Town, parts_of_one_wijk: None) -> None:
    """What refers to another part, such as a councillor to a person, is known there."""
    source = TownSource(two_wijken)

    assert 2 == source.count
    assert [] == check_town(source)


def test_what_is_wrong_is_found_once_wherever_it_is(two_wijken: Town, parts_of_one_wijk: None) -> None:
    """In the first wijk, in the last part and at the town hall: each is told on one line, in two languages."""
    last = two_wijken.tables["personen"]["id"][-1]
    broken = {
        "personen": pl.when(pl.col("id").is_in([1, last]))
        .then(pl.lit(""))
        .otherwise("achternaam")
        .alias("achternaam"),
        "producten": pl.when(pl.col("id") == 1).then(pl.lit("X")).otherwise("productnummer").alias("productnummer"),
    }
    tables = {
        name: frame.with_columns(broken[name]) if name in broken else frame
        for name, frame in two_wijken.tables.items()
    }

    lines = [in_words(finding) for finding in check_town(TownSource(dataclasses.replace(two_wijken, tables=tables)))]

    assert 3 == len(lines)
    for line, thing in zip(lines, ["persoon/1 ", f"persoon/{last} ", "product/1 "], strict=True):
        assert line.startswith(f"https://data.vlavirgem.example/id/{thing}")
        assert " | " in line
    assert "foaf:familyName: is te kort | is too short" in lines[0]
    assert "dct:identifier 'X': heeft niet de juiste vorm" in lines[2]


def test_the_command_says_what_is_wrong_and_ends_with_one(small_town: Town, tmp_path: Path) -> None:
    """A folder that keeps its own digest may still hold things that no town may hold."""
    damaged(small_town).write(tmp_path / "bad")

    done = CliRunner().invoke(app, ["check", str(tmp_path / "bad")])

    assert 1 == done.exit_code
    assert (
        "adres/3 adres:huisnummer '0 \"x\"': heeft niet de juiste vorm | does not have the right form" in done.stdout
    )
