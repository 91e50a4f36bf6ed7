"""The picture for a README, and the credential inside it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, get_args

import pytest
from defusedxml.ElementTree import fromstring
from openbadgeslib.baking import SVG_ELEMENT_OB3, extract_svg

from proeftuin_conformance.badges import State, UnreadableError, verify
from proeftuin_conformance.badges.baking import OPEN_BADGES, bake, carried
from proeftuin_conformance.badges.image import LOOKS, badge_svg
from proeftuin_conformance.badges.jsontext import parse
from proeftuin_conformance.texts import Language, Text
from support.badges import NOW, TRUST, badge, status_list

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2027, 11, 21)


def draw(state: State = State.TESTED, language: Language = "nl", **changes: str) -> str:
    facts = {"subject": "Dossierloket 1.0.0", "kit": "api-regels 1.0.0"} | changes
    return badge_svg(**facts, state=state, day=DAY, language=language)


def parsed(svg: str) -> Element:
    root: Element = fromstring(svg)
    return root


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    full = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("state", State)
def test_a_picture_says_its_state_in_words_and_to_a_screen_reader(state: State, language: Language) -> None:
    root = parsed(draw(state, language))
    word = LOOKS[state].word.in_(language)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

    assert title is not None
    assert description is not None
    assert "img" == root.get("role")
    assert language == root.get("lang")
    assert title.text == root.get("aria-label")
    assert [] == [element for element in root.iter() if element.get("id")]
    assert f"Dossierloket 1.0.0: {word}, api-regels 1.0.0" == title.text
    assert "2027-11-21" in (description.text or "")
    assert word in [text.text for text in root.iter(f"{SVG}text")]


def test_the_states_differ_in_shape_and_not_only_in_colour() -> None:
    shapes = {state: re.sub(r"#[0-9a-f]{3,6}", "", look.mark) for state, look in LOOKS.items()}

    assert len(State) == len(set(shapes.values()))


def test_words_and_marks_stand_out_from_their_ground() -> None:
    assert all(contrast("#ffffff", look.ground) >= 4.5 for look in LOOKS.values())
    assert contrast("#ffffff", "#1d1d1f") >= 4.5
    marks = [colour for look in LOOKS.values() for colour in re.findall(r"stroke=\"(#[0-9a-f]+)\"", look.mark)]
    assert all(max(contrast(colour, "#1d1d1f"), contrast(colour, "#ffffff")) >= 3 for colour in marks)


def test_hostile_names_stay_text() -> None:
    evil = '"><script>alert(1)</script>&'
    root = parsed(draw(subject=evil, kit=evil))

    assert [] == list(root.iter(f"{SVG}script"))
    assert evil in "".join(root.itertext())


def test_a_longer_name_gets_a_wider_picture() -> None:
    assert int(parsed(draw(kit="x" * 60)).get("width", "0")) > int(parsed(draw()).get("width", "0"))


def test_a_baked_picture_carries_its_credential_and_its_status_list() -> None:
    credential, listed = badge(), status_list()

    found = carried(bake(draw(), credential=credential, status_list=listed).encode())

    assert credential == parse(found.credential)
    assert found.status_list is not None
    assert listed == parse(found.status_list)
    assert verify(found.credential, now=NOW, trust=TRUST, status_list=found.status_list).valid


def test_a_baked_picture_is_read_by_an_independent_library() -> None:
    credential = badge()
    baked = bake(draw(), credential=credential)

    text = extract_svg(baked.encode(), element=SVG_ELEMENT_OB3, text_fallback=True)

    assert credential == parse(text)
    assert OPEN_BADGES == "https://purl.imsglobal.org/ob/v3p0"  # Open Badges 3.0, section 5.3.2


def test_the_credential_comes_directly_after_the_opening_tag() -> None:
    assert f"{{{OPEN_BADGES}}}credential" == parsed(bake(draw(), credential=badge()))[0].tag


def test_a_credential_that_could_end_its_own_section_does_not() -> None:
    credential = badge(release_title=Text.same("]]></openbadges:credential><script/>"))

    assert credential == parse(carried(bake(draw(), credential=credential).encode()).credential)


def test_any_svg_can_be_baked() -> None:
    other = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" data-x="a>b"><g/></svg>'

    assert badge() == parse(carried(bake(other, credential=badge()).encode()).credential)


@pytest.mark.parametrize(
    "svg",
    [
        '<!-- <svg> --><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_an_svg_we_cannot_bake_into_is_refused_rather_than_spoilt(svg: str) -> None:
    with pytest.raises(UnreadableError):
        bake(svg, credential=badge())


def test_a_picture_is_baked_once() -> None:
    with pytest.raises(UnreadableError, match="already"):
        bake(bake(draw(), credential=badge()), credential=badge())


def test_a_plain_json_file_carries_itself() -> None:
    assert b'{"a": 1}' == carried(b'{"a": 1}').credential


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n",
        b"<svg",
        b"<html/>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<" + b" " * 1_100_000,
        b'{"a": 1, "a": 2}',
        bake(draw(), credential=badge()).replace("</svg>", "").encode()
        + f'<openbadges:credential xmlns:openbadges="{OPEN_BADGES}">{{}}</openbadges:credential></svg>'.encode(),
    ],
    ids=["empty", "png", "cut", "html", "no badge", "entity", "external", "large", "twice", "two badges"],
)
def test_a_file_that_carries_no_badge_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        carried(data)
