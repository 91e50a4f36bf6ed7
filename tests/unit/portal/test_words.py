"""The words of the pages: every Dutch sentence has its English one, and the same places to fill in."""

from __future__ import annotations

import re
from importlib.resources import files

from babel.messages.extract import extract_from_dir

from proeftuin.portal.i18n import EXTRACTION, english_catalogue, translations

TEMPLATES = str(files("proeftuin.portal") / "templates")


def _messages() -> set[str | tuple[str, str]]:
    found = extract_from_dir(TEMPLATES, method_map=[("**.html", "jinja2")], options_map={"**.html": EXTRACTION})
    return {message for _, _, message, _, _ in found}


def _english() -> dict[str | tuple[str, str], str | tuple[str, ...]]:
    return {message.id: message.string for message in english_catalogue() if message.id}


def test_every_sentence_of_the_templates_has_an_english_translation() -> None:
    """Dutch first, English equal: a sentence without English is a fault, not a gap to fill later."""
    english = _english()
    missing = {message for message in _messages() if not all(_as_tuple(english.get(message, "")))}
    assert set() == missing


def test_the_english_catalogue_has_no_sentence_that_no_page_uses() -> None:
    """What nobody reads gets old."""
    assert set() == set(_english()) - _messages()


def test_a_translation_fills_the_same_places() -> None:
    """A place that is lost loses a fact; a place that is made up breaks the page."""
    different = {dutch for dutch, english in _english().items() if _places(dutch) != _places(english)}
    assert set() == different


def test_dutch_needs_no_catalogue_and_english_is_compiled_at_start() -> None:
    """No compiled file is kept; the committed .po is enough."""
    assert "Straat" == translations("nl").gettext("Straat")
    assert "Street" == translations("en").gettext("Straat")


def _as_tuple(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _places(words: str | tuple[str, ...]) -> set[str]:
    return {place for part in _as_tuple(words) for place in re.findall(r"%\((\w+)\)s", part)}
