"""The catalogue of services: its filters, and its web forms as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PRODUCTS = "/ipdc/v1/producten"
FORMS = "/ipdc/v1/formulieren"


def members(client: TestClient, path: str) -> list[dict[str, Any]]:
    content = client.get(path, params={"limiet": 1000} if "?" not in path else None).json()
    assert content["totaalAantal"] == len(content["items"]) or "?" in path
    return list(content["items"])


@pytest.mark.parametrize(
    ("question", "member", "value"),
    [
        ("levensgebeurtenis=geboorte", "levensgebeurtenissen", "geboorte"),
        ("thema=MilieuEnergie", "themas", "MilieuEnergie"),
        ("doelgroep=Vereniging", "doelgroepen", "Vereniging"),
        ("type=FinancieelVoordeel", "type", "FinancieelVoordeel"),
        ("bestuursniveau=Federaal", "bevoegdBestuursniveau", "Federaal"),
        (
            "overheid=politiezone",
            "uitvoerendeOverheid",
            "https://data.vlavirgem.example/id/bestuurseenheid/politiezone",
        ),
        ("dossiertype=socialeHulp", "dossiertype", "socialeHulp"),
    ],
)
def test_a_filter_gives_products_with_that_value_and_all_of_them(
    reading: TestClient, question: str, member: str, value: str
) -> None:
    """Compared with the whole catalogue, filtered here."""

    def has(product: dict[str, Any]) -> bool:
        found = product.get(member)
        return value in found if isinstance(found, list) else value == found

    every = members(reading, PRODUCTS)
    asked = members(reading, f"{PRODUCTS}?{question}&limiet=1000")

    assert asked
    assert [product["@id"] for product in every if has(product)] == [product["@id"] for product in asked]


def test_products_are_found_by_words_in_both_languages(reading: TestClient) -> None:
    """`q` looks in names, description and search words; `zoek` still does the same."""
    for question in ("q=verhuizen", "zoek=VERHUIZEN", "q=change of address"):
        names = [product["naam"] for product in members(reading, f"{PRODUCTS}?{question}&limiet=1000")]
        assert "Adreswijziging doorgeven" in names


def test_products_are_found_by_channel(reading: TestClient) -> None:
    """A channel is one of the parts of a product."""
    visits = members(reading, f"{PRODUCTS}?kanaal=huisbezoek&limiet=1000")

    assert visits
    assert all("huisbezoek" in [channel["kanaal"] for channel in product["kanalen"]] for product in visits)


def test_a_product_shows_its_parts_in_order_and_the_old_names(reading: TestClient) -> None:
    """Conditions, evidence, steps, costs and channels one by one; what was there before is still there."""
    product = reading.get(f"{PRODUCTS}/1").json()

    steps = product["procedure"]["stappen"]
    assert [1, 2, 3] == [step["volgorde"] for step in steps]
    assert " ".join(step["beschrijving"] for step in steps) == product["procedure"]["beschrijving"]
    assert 2 == len(product["bewijzen"])
    assert "Uw identiteitskaart." == product["bewijzen"][0]["beschrijving"]
    assert 0.0 == product["kost"]["bedrag"] == product["kosten"][0]["bedrag"]
    assert "Report a change of address" == product["naamEn"]
    assert {"naam", "beschrijving", "voorwaarde", "procedure", "kost", "contactgegevens", "themas"} <= set(product)


def test_a_form_is_found_from_its_product_and_is_a_json_schema(reading: TestClient) -> None:
    """From product to form to schema; the schema judges an application."""
    (form,) = members(reading, f"{FORMS}?product=1")
    assert [form["@id"]] == reading.get(f"{PRODUCTS}/1").json()["formulieren"]

    number = form["@id"].rsplit("/", 1)[1]
    answer = reading.get(f"{FORMS}/{number}/schema")
    schema = answer.json()

    assert "application/schema+json" == answer.headers["content-type"]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [field["veldnaam"] for field in form["velden"]] == list(schema["properties"])
    validator = jsonschema.Draft202012Validator(schema)
    filled = {
        "voornaam": "Ada",
        "achternaam": "Testpersoon",
        "email": "ada@post.vlavirgem.example",
        "nieuwAdres": "Verzonnen straat 1",
        "verhuisdatum": "2026-05-01",
        "aantalPersonen": 2,
        "akkoord": True,
    }
    assert validator.is_valid(filled)
    assert not validator.is_valid({**filled, "aantalPersonen": 0})


def test_a_form_that_is_not_there_is_404(reading: TestClient) -> None:
    """With problem details."""
    for path in (f"{FORMS}/999999", f"{FORMS}/999999/schema"):
        answer = reading.get(path)
        assert (404, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


def test_an_identifier_of_a_form_leads_to_its_document(reading: TestClient) -> None:
    """Linked data is followed."""
    answer = reading.get("/id/formulier/1", follow_redirects=False)

    assert 303 == answer.status_code
    assert answer.headers["location"].endswith("/ipdc/v1/formulieren/1")
