"""Pictures as PNG, for where SVG cannot be shown: mail, slides, word processors.

resvg draws SVG as browsers do, but knows neither custom properties of CSS nor lines that keep their width at any
size; both are worked out here first. Letters are those of this machine: without any font, pictures would miss their
words, so then there are none.
"""

from __future__ import annotations

import re
from functools import cache, partial

import resvg_py

WIDTH = 1600
"""Pixels."""
_SCALED = (".k-wijk ", ".k-grond", ".k-weg", ".k-gebouw", ".k-gekozen", ".c-straten")
"""Rules for what stands in a group of its own scale."""
_BLOCK = re.compile(r"(?P<selector>[^{}]+)\{(?P<body>[^{}]*)\}")
_SMALL = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><text y='15' font-size='15'>{}</text></svg>"


def drawn(drawing: str, *, css: str) -> bytes:
    """Draw a picture on white, in the colours for light.

    Args:
        drawing: SVG without a style of its own.
        css: Its style.
    """
    found = re.search(r'viewBox="([^"]+)"', drawing)
    across = float(found[1].split()[2]) if found else float(WIDTH)
    scale = re.search(r"scale\((\d+)\)", drawing)
    style = plain(css, pixel=across / WIDTH, scale=int(scale[1]) if scale else 1)
    head, body = drawing.split(">", 1)
    return resvg_py.svg_to_bytes(
        svg_string=f"{head}><style>{style}</style>{body}", width=WIDTH, background="#ffffff", skip_system_fonts=False
    )


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
