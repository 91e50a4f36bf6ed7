"""The colours: each stated contrast is true, and text is at least 4.5:1 (WCAG 2.2, 1.4.3), edges 3:1 (1.4.11)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

CSS = (files("proeftuin.portal") / "static" / "tokens.css").read_text(encoding="utf-8")
SITE = (files("proeftuin.portal") / "static" / "site.css").read_text(encoding="utf-8")
LIGHT, DARK = CSS.split("@media (prefers-color-scheme: dark)")
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});(?: /\* (.*?) \*/)?")
TEXT = ("ink", "muted", "accent", "claimed", "tested", "failed", "expired")


def _colours(part: str) -> dict[str, str]:
    return {name: value for name, value, _ in _COLOUR.findall(part)}


def _stated(part: str) -> list[tuple[str, str, int]]:
    return [
        (name, ground, int(ratio))
        for name, _, comment in _COLOUR.findall(part)
        for ratio, ground in re.findall(r"(\d+) on ([\w-]+)", comment)
    ]


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, after WCAG 2.2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_stated_contrast_is_reached(scheme: str) -> None:
    """A statement that nobody checks is a wish."""
    part = LIGHT if scheme == "light" else DARK
    colours = {**_colours(LIGHT), **(_colours(DARK) if scheme == "dark" else {})}
    short = {
        (name, ground, ratio, round(contrast(colours[name], colours[ground]), 2))
        for name, ground, ratio in _stated(part)
        if contrast(colours[name], colours[ground]) < ratio
    }
    assert set() == short
    assert len(_stated(part)) > 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read_on_every_ground(name: str, scheme: str) -> None:
    """Text is at least 4.5:1 on the page, on a band, and on its own tint."""
    colours = {**_colours(LIGHT), **(_colours(DARK) if scheme == "dark" else {})}
    for ground in {"ground", "surface", f"{name}-tint"} & set(colours):
        assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["edge", "focus"])
def test_edges_and_focus_can_be_seen(name: str, scheme: str) -> None:
    """What shows where a field is, or where you are, is at least 3:1."""
    colours = {**_colours(LIGHT), **(_colours(DARK) if scheme == "dark" else {})}
    assert contrast(colours[name], colours["ground"]) >= 3
    assert contrast(colours[name], colours["surface"]) >= 3


def test_only_the_token_file_has_raw_colours() -> None:
    """One place to change a colour. Print is exempt: it forces paper and ink."""
    screen = SITE.split("@media print", maxsplit=1)[0]
    assert [] == re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,\s)])", re.sub(r"#[a-z][\w-]*\s*\{", "", screen))


def test_every_token_that_is_used_exists() -> None:
    """A misspelt token silently falls back to nothing."""
    declared = set(re.findall(r"(--[\w-]+):", CSS))
    assert set() == set(re.findall(r"var\((--[\w-]+)\)", SITE)) - declared
