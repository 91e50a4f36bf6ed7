"""Every identifier that a town hands out leads somewhere: one of each shape in an export, and every code and word."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vlavirgem import blocks
from vlavirgem.blocks.identifiers.meanings import code_lists, own_words
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.casework import REASONS
from vlavirgem.export import export_town
from vlavirgem.linked.catalogue import ENTITIES, find_entity
from vlavirgem.linked.context import make_context
from vlavirgem.place import ID_BASE
from vlavirgem.process import STEPS, case_types

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from vlavirgem import Town

ROOT = ID_BASE.removesuffix("id/")
OWN = re.compile(rf"<({re.escape(ROOT)}[^>]*)>")
JSON_LD = {"Accept": "application/ld+json"}
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def handed_out(town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One identifier of ours in the N-Quads of a town for each shape; of codes and words each one."""
    folder = tmp_path_factory.mktemp("rdf") / "nquads"
    export_town(town, folder, fmt="nquads")
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.nq")):
        for iri in OWN.findall(file.read_text(encoding="utf-8")):
            is_word = "/concept/" in iri or "/ns#" in iri
            found.setdefault(iri if is_word else re.sub(r"[0-9]+", "N", iri), iri)
    return found


def test_every_shape_of_identifier_in_an_export_leads_to_a_document_that_names_it(
    reading: TestClient, handed_out: dict[str, str]
) -> None:
    """303 to a document, as Flanders and the W3C advise (Cool URIs for the Semantic Web); a word is on its page."""
    assert len(handed_out) > 250
    for iri in handed_out.values():
        thing, _, part = iri.partition("#")
        first = reading.get(thing.removeprefix(ROOT.rstrip("/")), headers=JSON_LD, follow_redirects=False)
        assert (200 if thing == f"{ROOT}ns" else 303) == first.status_code, iri

        answer = reading.get(thing.removeprefix(ROOT.rstrip("/")), headers=JSON_LD)

        assert (200, JSON_LD["Accept"]) == (answer.status_code, answer.headers["content-type"]), iri
        assert thing == f"{ID_BASE}graaf/{thing.rpartition('/')[2]}" or f'"{thing}' in answer.text, iri
        assert not part or f'"{iri}"' in answer.text, iri


def test_every_code_of_ours_says_what_it_means_in_two_languages(
    reading: TestClient, handed_out: dict[str, str]
) -> None:
    """A label and a definition, for the list and for the code."""
    concepts = [iri for iri in handed_out if "/concept/" in iri]
    assert len(concepts) > 100
    for iri in concepts:
        told = reading.get(iri.removeprefix(ROOT.rstrip("/")), headers=JSON_LD).json()

        assert iri == told["@id"]
        assert {"nl", "en"} == set(told["naam"]) == set(told["definitie"])
        assert all(told[kind][language] for kind in ("naam", "definitie") for language in ("nl", "en"))


def test_every_word_of_ours_in_a_context_is_in_our_list_of_words(reading: TestClient) -> None:
    """Also the words that only services use."""
    contexts = [json.dumps(make_context(entity, find=find_entity)) for entity in ENTITIES]
    contexts += [
        reading.get(path, headers=JSON_LD).text
        for path in ("/rollen/v1/contexten/bevoegdheid.jsonld", "/opendata/v1/ldes/adressen", "/besluiten/v1/ldes")
    ]

    used = {word for context in contexts for word in re.findall(rf"{re.escape(ROOT)}ns#(\w+)", context)}

    assert set() == used - set(own_words())


def test_codes_that_this_town_does_not_use_are_in_our_lists_too() -> None:
    """What the process and its rules can give, and nothing twice under another name."""
    assert {one.code: one.name for one in case_types().values()} == {
        code: meaning.label.nl for code, meaning in code_lists()["dossiertype"].concepts.items()
    }
    assert set(REASONS) <= set(code_lists()["overdrachtsreden"].concepts)
    assert set(STEPS) == set(code_lists()["stap"].concepts)


@pytest.mark.parametrize(
    "path",
    [
        "/id/concept",
        "/id/concept/stap",
        "/id/concept/handeling/dossier.behandelen",
        "/id/levensgebeurtenis",
        "/id/bestuurseenheid/gemeente",
        "/id/artikel/1",
        "/ns",
    ],
)
def test_who_comes_with_a_browser_gets_a_page_in_their_language(reading: TestClient, path: str) -> None:
    """The same address gives programs JSON-LD."""
    dutch = reading.get(path, headers=PAGE)
    english = reading.get(path, headers={**PAGE, "Accept-Language": "en"})

    assert "text/html; charset=utf-8" == dutch.headers["content-type"] == english.headers["content-type"]
    assert ("nl", "en") == (dutch.headers["content-language"], english.headers["content-language"])
    assert "Dit is een test." in dutch.text
    assert "This is a test." in english.text
    assert all(re.search(r"<title>[^<]+</title>(?s:.)*<h1>[^<]+</h1>", page.text) for page in (dutch, english))
    assert "{" not in re.sub(r"(?s)<style>.*</style>", "", dutch.text)


@pytest.mark.parametrize(
    "path",
    [
        "/id/concept/stap/nergens",
        "/id/concept/nergens",
        "/id/graaf/nergens",
        "/id/artikel/0",
        "/id/artikel/999999999",
        "/id/artikel/99999999999999999999",
        "/id/levensgebeurtenis/%00",
        "/id/bestuurseenheid/a%27b",
        f"/id/{'a' * 3000}",
        "/doc/nergens",
    ],
)
def test_what_names_nothing_is_404(reading: TestClient, path: str) -> None:
    """At once, without a way round."""
    answer = reading.get(path, follow_redirects=False)

    assert (404, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


def test_what_the_services_name_beside_the_rows_leads_somewhere_too(reading: TestClient) -> None:
    """The catalogue with all that it is made of, streams, and who sends events."""
    told = "".join(
        reading.get(path, headers=JSON_LD).text
        for path in (
            "/opendata/v1/catalogus",
            "/opendata/v1/datasets/adressen",
            "/opendata/v1/ldes/adressen",
            "/besluiten/v1/ldes",
            "/besluiten/v1/publicaties",
        )
    )
    named = {iri.partition("#")[0] for iri in re.findall(rf'"({re.escape(ID_BASE)}[^"]*)"', told)}
    named |= {f"{ID_BASE}stad/gehucht-1830/bezoekers", f"{ID_BASE}formulier/1/schema"}

    assert {"contact", "gebied", "maat", "distributie", "ldes"} <= {iri.split("/")[4] for iri in named}
    for iri in named:
        assert 200 == reading.get(iri.removeprefix(ROOT.rstrip("/"))).status_code, iri


def test_every_problem_that_a_service_can_tell_leads_to_what_to_do(reading: TestClient) -> None:
    """`type` of a problem is an address with words for people (RFC 9457, 3.1.1)."""
    folder = Path(blocks.__file__).parent
    sources = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    told = {code for text in sources for code in re.findall(r'Problem\(\s*\d{3},\s*"([a-z-]+)"', text)}
    assert len(told) > 15
    told.add(reading.get("/nergens").json()["type"].rpartition("/")[2])

    for code in told:
        document = reading.get(f"/problemen/{code}", headers=JSON_LD).json()

        assert f"{ROOT}problemen/{code}" == document["@id"]
        assert {"nl", "en"} == set(document["naam"]) == set(document["definitie"])
    assert told <= {one["code"] for one in reading.get("/problemen").json()["begrippen"]}
    assert "This is a test." in reading.get("/problemen/niet-gevonden?taal=en", headers=PAGE).text
    assert 404 == reading.get("/problemen/nergens").status_code


def test_the_name_space_of_an_identifier_leads_to_its_collection(reading: TestClient) -> None:
    """`generiek:naamruimte` holds it."""
    for block in BLOCKS:
        for resource in block.resources:
            answer = reading.get(f"/id/{resource.entity.name}", follow_redirects=False)

            assert (303, f"http://stad.test{block.path}/{resource.path}") == (
                answer.status_code,
                answer.headers["location"],
            )
