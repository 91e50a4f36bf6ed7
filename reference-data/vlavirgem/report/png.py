"""Pictures as PNG, for where SVG cannot be shown: mail, slides, word processors.

resvg draws SVG as browsers do, but knows neither custom properties of CSS nor lines that keep their width at any
size; both are worked out here first. Letters are those of this machine: without any font, pictures would miss their
words, so then there are none.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

import resvg_py

from vlavirgem.report import svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 1600
"""Pixels."""
_SCALED = (".k-wijk ", ".k-grond", ".k-weg", ".k-gebouw", ".k-gekozen", ".c-straten")
"""Rules for what stands in a group of its own scale."""
_BLOCK = re.compile(r"(?P<selector>[^{}]+)\{(?P<body>[^{}]*)\}")
_TITLE, _MARGIN, _ROW, _LETTERS = 96, 40, 48, 26
_INK: dict[str, str] = {
    "fill": "#17212b",
    "font_family": "Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif",
}
_SMALL = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><text y='15' font-size='15'>{}</text></svg>"


def drawn(drawing: str, *, css: str, title: str, legend: Sequence[tuple[str, str]]) -> bytes:
    """Draw a picture on white, in the colours for light, with its title above and its legend below it.

    Args:
        drawing: SVG without a style of its own.
        css: Its style.
        title: Its title.
        legend: What its colours mean: class and text.
    """
    found = re.search(r'viewBox="([^"]+)"', drawing)
    left, top, across, down = (float(number) for number in found[1].split()) if found else (0.0, 0.0, 1.0, 1.0)
    scale = re.search(r"scale\((\d+)\)", drawing)
    style = plain(css, pixel=across / WIDTH, scale=int(scale[1]) if scale else 1)
    high = round(WIDTH * down / across)
    keys, below = _keys(legend, colours=backgrounds(css))
    picture = svg.element(
        "svg",
        drawing.split(">", 1)[1].removesuffix("</svg>"),
        y=_TITLE,
        width=WIDTH,
        height=high,
        viewBox=svg.view_box(left, top, across, down),
    )
    whole = svg.element(
        "svg",
        svg.element("style", style),
        svg.text(title, x=_MARGIN, y=_TITLE - 32, font_size=44, font_weight=700, **_INK),
        picture,
        svg.element("g", keys, transform=f"translate(0 {_TITLE + high})", font_size=_LETTERS, **_INK),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=_TITLE + high + below + _MARGIN,
    )
    return resvg_py.svg_to_bytes(svg_string=whole, width=WIDTH, background="#ffffff")


def backgrounds(css: str) -> dict[str, str]:
    """Give the colours of the keys of legends in light, by class."""
    found = re.findall(r"\.([\w-]+)\s*\{\s*background: ([^;}]+?);?\s*\}", plain(css, pixel=1, scale=1))
    return dict(found)


def _keys(legend: Sequence[tuple[str, str]], *, colours: Mapping[str, str]) -> tuple[str, int]:
    """Write the legend, as many keys on a line as fit; also give how high it is."""
    parts, x, y = [], _MARGIN, _ROW
    for name, text in legend:
        wide = round(2.6 * _LETTERS + len(text) * _LETTERS * 0.56)
        if x > _MARGIN and x + wide > WIDTH - _MARGIN:
            x, y = _MARGIN, y + _ROW
        parts.append(svg.element("rect", x=x, y=y - 24, width=26, height=26, fill=colours[name], stroke="#6b7885"))
        parts.append(svg.text(text, x=x + 38, y=y))
        x += wide
    return "".join(parts), y if legend else 0


def plain(css: str, *, pixel: float, scale: int) -> str:
    """Work out what resvg does not know.

    Args:
        css: A style sheet with custom properties in `:root`.
        pixel: Drawing units in a pixel: how much wider lines must be that are told in pixels.
        scale: How many times bigger some groups are drawn.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    values = dict(re.findall(r"(--[\w-]+):\s*([^;}]+)", css))
    rules = []
    for block in _BLOCK.finditer(css):
        selector, body = block["selector"].strip(), block["body"]
        if ":" in selector:
            continue
        body = re.sub(r"var\((--[\w-]+)\)", lambda one: values.get(one[1], "none"), body)
        if "non-scaling-stroke" in body:
            factor = pixel / (scale if selector.startswith(_SCALED) else 1)
            body = re.sub(r"(?<=stroke-width: |ke-dasharray: )[\d. ]+", partial(_wider, factor=factor), body)
        rules.append(f"{selector} {{{body}}}")
    return "\n".join(rules)


def _wider(numbers: re.Match[str], *, factor: float) -> str:
    return " ".join(f"{float(number) * factor:.2f}" for number in numbers[0].split())


@cache
def has_letters() -> bool:
    """Say whether this machine has a font to write with."""
    return resvg_py.svg_to_bytes(svg_string=_SMALL.format("W")) != resvg_py.svg_to_bytes(svg_string=_SMALL.format(""))
