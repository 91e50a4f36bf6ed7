"""The root of the building blocks: a page for who has a browser, and JSON for everybody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from vlavirgem.blocks.registry import BLOCKS

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/json, text/html", "image/png"])
def test_programs_get_json(reading: TestClient, accept: str | None) -> None:
    """Who has no wish, or wants a page no more than data, is a program."""
    answer = reading.get("/", headers={} if accept is None else {"Accept": accept})

    assert "application/json" == answer.headers["content-type"]
    assert "Accept, Origin" == answer.headers["vary"]
    assert len(BLOCKS) == len(answer.json()["bouwstenen"])


@pytest.mark.parametrize(
    ("query", "likes", "language", "said"),
    [
        ("", "nl-BE,nl;q=0.9,en;q=0.8", "nl", "Alle gegevens zijn verzonnen"),
        ("", "en-GB,en;q=0.9", "en", "All data is made up"),
        ("?taal=nl", "en", "nl", "Laat het misgaan"),
        ("?taal=en", "nl", "en", "Let it go wrong"),
    ],
)
def test_browsers_get_a_page_in_their_language(
    reading: TestClient, query: str, likes: str, language: str, said: str
) -> None:
    """Or in the one that was asked for; nothing comes from elsewhere."""
    answer = reading.get(f"/{query}", headers={"Accept": BROWSER, "Accept-Language": likes})

    assert answer.headers["content-type"].startswith("text/html")
    assert "Accept, Accept-Language, Cookie, Origin" == answer.headers["vary"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert language == answer.headers["content-language"]
    assert f'<html lang="{language}">' in answer.text
    assert said in answer.text
    assert "VlaVirGem" in answer.text


def test_every_link_of_the_page_leads_somewhere(reading: TestClient) -> None:
    """Every building block has a first question that is answered, and its OpenAPI document."""
    page = reading.get("/", headers={"Accept": BROWSER}).text
    links = set(re.findall(r'<a href="(/[^"]+)"', page))

    assert {f"{block.path}/openapi.json" for block in BLOCKS} <= links
    assert set() == {link for link in links if reading.get(link).status_code != 200}
