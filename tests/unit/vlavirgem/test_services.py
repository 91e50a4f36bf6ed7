"""The catalogue of services is complete, in plain language, and keeps the official shapes and code lists."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from rdflib import RDF, SKOS, Graph

from vlavirgem.blocks.formulieren import form_schema
from vlavirgem.process import case_types
from vlavirgem.public_services import authorities, channels, form_texts, life_events, products, regulations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vlavirgem import Town

IPDC = "https://productencatalogus.data.vlaanderen.be/id/concept/"
LONGEST_SENTENCE = 20
SPOKEN_TO = re.compile(r"\b(je|jij|jou|jouw|jullie)\b", re.IGNORECASE)
CODE_LISTS = {
    "type": ("type.ttl", "Type"),
    "themas": ("thema.ttl", "Thema"),
    "doelgroepen": ("doelgroep.ttl", "Doelgroep"),
    "bevoegd_niveau": ("bevoegd-bestuursniveau.ttl", "BevoegdBestuursniveau"),
    "uitvoerend_niveau": ("uitvoerend-bestuursniveau.ttl", "UitvoerendBestuursniveau"),
    "your_europe": ("your-europe-categorie.ttl", "YourEuropeCategorie"),
}
"""For each column, the file of its official code list and the part of its IRI."""


def dutch_texts(product: dict[str, Any]) -> Iterator[str]:
    """Everything that a visitor reads about a product."""
    yield product["naam"]
    yield product["beschrijving"]
    yield from product["voorwaarden"]
    yield from product["bewijzen"]
    yield from product["stappen"]
    yield from (text for text, _ in product["kosten"])
    if product["voordeel"]:
        yield product["voordeel"]


def test_there_are_at_least_a_hundred_and_fifty_products() -> None:
    """The issue asks for 150; each has its own number and name, in both languages."""
    assert len(products()) >= 150
    for unique in ("nummer", "naam", "naam_en", "beschrijving", "beschrijving_en"):
        assert len(products()) == len({product[unique] for product in products()}), unique


@pytest.mark.parametrize("product", products(), ids=lambda product: product["nummer"])
def test_a_product_is_told_in_plain_language(product: dict[str, Any]) -> None:
    """Level B1: sentences of at most twenty words, that end as sentences do, and "u"."""
    for text in (*dutch_texts(product), product["beschrijving_en"]):
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
    for text in dutch_texts(product):
        assert not SPOKEN_TO.search(text), text
        assert text == product["naam"] or text.endswith((".", "?")), text
    assert re.fullmatch(r"[A-Z][^.]*\.", product["beschrijving_en"]), product["beschrijving_en"]


@pytest.mark.parametrize("product", products(), ids=lambda product: product["nummer"])
def test_a_product_is_complete_and_refers_to_what_exists(product: dict[str, Any]) -> None:
    """Steps, a cost, a channel, search words and a legal basis; every code is in its list."""
    assert len(product["stappen"]) >= 2
    assert all(product[part] for part in ("kosten", "kanalen", "zoektermen", "regelgeving", "themas", "doelgroepen"))
    assert product["termijn_dagen"] >= 1
    assert all(amount >= 0 for _, amount in product["kosten"])
    assert {product["bevoegd"], product["uitvoerder"]} <= set(authorities())
    assert set(product["kanalen"]) <= set(channels())
    assert set(product["levensgebeurtenissen"]) <= set(life_events())
    assert set(product["regelgeving"]) <= set(regulations())
    assert set(product["velden"]) <= set(form_texts().fields)
    assert (product["type"] == "FinancieelVoordeel") == bool(product["voordeel"])
    assert (product["dossiertype"] is None) == (not product["velden"])


def test_what_products_refer_to_is_used() -> None:
    """A list without dead entries."""
    used = {code for product in products() for code in product["regelgeving"]}
    assert set(regulations()) == used
    assert set(life_events()) == {code for product in products() for code in product["levensgebeurtenissen"]}
    fields = {name for product in products() for name in product["velden"]}
    assert set(form_texts().fields) == {*fields, *form_texts().before, *form_texts().after}


def test_every_kind_of_case_is_offered() -> None:
    """At least fourteen kinds; no product starts a case of a kind that does not exist."""
    offered = {product["dossiertype"] for product in products()} - {None}
    assert len(case_types()) >= 14
    assert set(case_types()) == offered


def test_the_tables_hold_what_the_texts_say(small_town: Town) -> None:
    """Parts stand in the order of their product, and the words of a product are those of its parts."""
    table = small_town.tables["producten"]
    assert [product["nummer"] for product in products()] == table["productnummer"].to_list()
    for name, whole in (("productstappen", "procedure"), ("productkosten", "kost")):
        parts = small_town.tables[name]
        assert parts["product_id"].is_sorted()
        joined = parts.group_by("product_id", maintain_order=True).agg("omschrijving", "volgnummer")
        assert table[whole].to_list() == [" ".join(texts) for texts in joined["omschrijving"]]
        assert [list(range(1, len(n) + 1)) for n in joined["volgnummer"]] == joined["volgnummer"].to_list()


def test_no_page_of_a_product_can_exist(small_town: Town) -> None:
    """Pages and mailboxes are under `.example` (RFC 2606)."""
    pages = [*small_town.tables["producten"]["website"], *small_town.tables["productregelgeving"]["adres"]]
    assert all(page.startswith("https://www.vlavirgem.example/") for page in pages)
    assert all(address.endswith("@vlavirgem.example") for address in small_town.tables["producten"]["email"])


@pytest.mark.parametrize("column", CODE_LISTS)
def test_every_code_is_in_the_official_list(standards_data: Path, small_town: Town, column: str) -> None:
    """IPDC's code lists, as Digitaal Vlaanderen publishes them."""
    file, scheme = CODE_LISTS[column]
    official = Graph().parse(standards_data / "ipdc-lpdc" / "codelijsten" / file)
    known = {str(concept) for concept in official.subjects(RDF.type, SKOS.Concept)}
    values = small_town.tables["producten"][column]
    used = set(values.explode().drop_nulls() if values.dtype.is_nested() else values)

    assert used
    assert {f"{IPDC}{scheme}/{code}" for code in used} <= known


def forms_of(town: Town) -> list[dict[str, Any]]:
    fields = town.tables["formuliervelden"].partition_by("formulier_id", as_dict=True)
    return [
        form_schema(form, fields=fields[form["id"],].to_dicts())
        for form in town.tables["formulieren"].iter_rows(named=True)
    ]


def filled_in(schema: dict[str, Any]) -> dict[str, Any]:
    """Fill in a form as an exemplary visitor does."""
    texts = {
        "nummerplaat": "1-ABC-001",
        "ondernemingsnummer": "0999999922",
        "rekeningnummer": "BE00000000000000",
        "nummerBrief": "2026/00012",
        "nummerKaart": "123456",
        "telefoon": "+32 00 12 34 56",
        "email": "ada@post.vlavirgem.example",
    }
    answers: dict[str, Any] = {}
    for name, field in schema["properties"].items():
        match field["type"]:
            case "string" if field.get("format") == "date":
                answers[name] = date(2026, 5, 4).isoformat()
            case "string":
                answers[name] = texts.get(name) or field.get("enum", ["Testtekst"])[0]
            case "integer" | "number":
                answers[name] = field["minimum"]
            case "boolean":
                answers[name] = True
            case "array":
                answers[name] = field["items"]["enum"][:2]
    return answers


def test_a_form_for_each_product_that_starts_a_case(small_town: Town) -> None:
    """Every form is a JSON Schema (2020-12) that accepts a form filled in well and refuses one with a hole."""
    starting = [product for product in products() if product["dossiertype"]]
    schemas = forms_of(small_town)

    assert len(starting) == len(schemas)
    for schema in schemas:
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        answers = filled_in(schema)
        assert [] == [error.message for error in validator.iter_errors(answers)]
        for name in schema["required"]:
            assert not validator.is_valid({key: value for key, value in answers.items() if key != name})
        assert not validator.is_valid({**answers, "akkoord": False})
        assert not validator.is_valid({**answers, "onbekend": "x"})
