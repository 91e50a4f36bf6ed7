"""A whole town is checked against our shapes, and the fast engine finds what pyshacl finds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import polars as pl
import pyshacl
import pytest
from rdflib import RDF, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection
from typer.testing import CliRunner

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.cli import app
from vlavirgem.export.checking import check_town, named_in, statements
from vlavirgem.export.findings import in_words
from vlavirgem.export.shacl_engine import Engine, Finding
from vlavirgem.export.source import TownSource, parts_of
from vlavirgem.schema import TABLES
from vlavirgem.shapes import shapes

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.term import Node

SH = Namespace("http://www.w3.org/ns/shacl#")
IN_WIJKEN = frozenset(name for name, table in TABLES.items() if not table.once)
GOOD = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://e.example/> .
e:S a sh:NodeShape ; sh:targetClass e:T ; sh:nodeKind sh:IRI ; sh:pattern "^https://e.example/t[0-9]$" ;
  sh:property [ sh:path e:few ; sh:minCount 1 ; sh:maxCount 2 ] , [ sh:path e:kind ; sh:class e:K ] ,
    [ sh:path e:day ; sh:datatype xsd:date ] , [ sh:path e:start ; sh:lessThan e:end ; sh:lessThanOrEquals e:end ] ,
    [ sh:path e:code ; sh:in ( "a" "b" ) ] , [ sh:path e:fixed ; sh:hasValue "x" ] ,
    [ sh:path e:name ; sh:minLength 2 ; sh:maxLength 4 ; sh:pattern "^[a-z]+$" ] ,
    [ sh:path e:size ; sh:minInclusive 1 ; sh:maxInclusive 9 ; sh:minExclusive 0 ; sh:maxExclusive 10 ] ,
    [ sh:path e:text ; sh:uniqueLang true ; sh:languageIn ( "nl" "en" ) ] ,
    [ sh:path ( e:part e:name ) ; sh:minCount 1 ; sh:datatype xsd:string ] ,
    [ sh:path e:link ; sh:nodeKind sh:IRI ; sh:message "Moet een adres zijn." ] .
"""
BAD = """
<https://e.example/t1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://e.example/T> .
<https://e.example/t1> <https://e.example/few> "1" .
<https://e.example/t1> <https://e.example/few> "2" .
<https://e.example/t1> <https://e.example/few> "3" .
<https://e.example/t1> <https://e.example/kind> <https://e.example/no> .
<https://e.example/t1> <https://e.example/day> "2026-12-01" .
<https://e.example/t1> <https://e.example/start> "2026-02-01"^^<http://www.w3.org/2001/XMLSchema#date> .
<https://e.example/t1> <https://e.example/end> "2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
<https://e.example/t1> <https://e.example/code> "c" .
<https://e.example/t1> <https://e.example/name> "ABCDE" .
<https://e.example/t1> <https://e.example/name> "a" .
<https://e.example/t1> <https://e.example/size> "0"^^<http://www.w3.org/2001/XMLSchema#integer> .
<https://e.example/t1> <https://e.example/size> "10"^^<http://www.w3.org/2001/XMLSchema#integer> .
<https://e.example/t1> <https://e.example/text> "een"@nl .
<https://e.example/t1> <https://e.example/text> "twee"@nl .
<https://e.example/t1> <https://e.example/text> "trois"@fr .
<https://e.example/t1> <https://e.example/part> <https://e.example/p> .
<https://e.example/p> <https://e.example/name> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .
<https://e.example/t1> <https://e.example/link> "https://e.example/x" .
<https://e.example/other> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://e.example/T> .
"""
"""Each constraint that our shapes use, broken."""


def by_pyshacl(triples: bytes, shapes_text: str) -> set[tuple[str, str, str, str]]:
    """Give focus, path, component and value of what pyshacl finds."""
    _, report, _ = pyshacl.validate(
        Graph().parse(data=triples, format="nt"), shacl_graph=Graph().parse(data=shapes_text, format="turtle")
    )
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        value = report.value(result, SH.value)
        found.add(
            (
                str(report.value(result, SH.focusNode)),
                path_of(report, report.value(result, SH.resultPath)),
                str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2],
                "" if value is None else str(value),
            )
        )
    return found


def path_of(report: Graph, path: Node | None) -> str:
    if path is None:
        return ""
    if isinstance(path, BNode):
        return "/".join(f"<{step}>" for step in Collection(report, path))
    assert not isinstance(path, Literal)
    return f"<{path}>"


def compared(findings: list[Finding]) -> set[tuple[str, str, str, str]]:
    return {(one.focus, one.path.strip("()"), one.component, one.value) for one in findings}


def test_both_engines_find_the_same_where_everything_is_broken() -> None:
    """The oracle is pyshacl."""
    expected = by_pyshacl(BAD.encode(), GOOD)

    assert {"MinCount", "MaxCount", "Class", "Datatype", "LessThan", "In", "HasValue", "MinLength", "MaxLength"} <= {
        component.removesuffix("ConstraintComponent") for _, _, component, _ in expected
    }
    assert expected == compared(Engine(GOOD).findings(BAD.encode()))


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


def test_both_engines_find_the_same_in_a_damaged_town(small_town: Town) -> None:
    """Our own shapes on all that wijken hold, without what the town has once: hundreds of violations."""
    (part,) = parts_of(TownSource(damaged(small_town)))
    triples = statements(part, own=IN_WIJKEN)

    expected = by_pyshacl(triples, shapes())

    assert len(expected) > 300
    assert expected == compared(Engine(shapes()).findings(triples))
    wanted = statements(part, own=IN_WIJKEN, only=named_in(shapes()))
    assert len(wanted) < len(triples)
    assert expected == compared(Engine(shapes()).findings(wanted))


def test_a_closed_shape_is_shown_everything() -> None:
    """It looks at properties that it does not name, so nothing may be left out."""
    assert named_in(GOOD) is not None
    assert named_in(GOOD + "e:C a sh:NodeShape ; sh:closed true .") is None


@pytest.fixture(scope="module")
def two_wijken() -> Town:
    return Town.generate(small_profile(1_100, dossiers__per_duizend=5), seed=7)


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each part looked at by itself."""
    monkeypatch.setattr("vlavirgem.export.checking.AT_ONCE", 1)


def test_a_town_in_parts_keeps_our_shapes(two_wijken: Town, parts_of_one_wijk: None, one_at_a_time: None) -> None:
    """What refers to another part, such as a councillor to a person, is known there."""
    source = TownSource(two_wijken)

    assert 2 == source.count
    assert [] == check_town(source)


def test_what_is_wrong_is_found_once_wherever_it_is(
    two_wijken: Town, parts_of_one_wijk: None, one_at_a_time: None
) -> None:
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
