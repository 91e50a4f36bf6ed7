"""The maps in a report: the whole town, its centre, and the age of its streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.report import svg
from vlavirgem.report.shapes import PER_METRE, Box
from vlavirgem.report.townmap import View, draw
from vlavirgem.report.wording import Both

if TYPE_CHECKING:
    import polars as pl

    from vlavirgem.report.ground import Ground

CENTRE = 950
"""Metres across the map of the centre."""
YEARS = (1920, 1950, 1975, 2000)
"""Where the colours of streets change."""
AGES = (
    ("c-ouder-1", Both("vóór 1920", "before 1920")),
    ("c-ouder-2", Both("1920 tot 1949", "1920 to 1949")),
    ("c-ouder-3", Both("1950 tot 1974", "1950 to 1974")),
    ("c-ouder-4", Both("1975 tot 1999", "1975 to 1999")),
    ("c-ouder-5", Both("vanaf 2000", "from 2000")),
)
LEGEND = (
    ("l-huis", Both("gebouw of bebouwde grond", "building, or land built on")),
    ("l-bouwgrond", Both("bouwgrond", "building land")),
    ("l-akker", Both("akker", "field")),
    ("l-weide", Both("weide", "meadow")),
    ("l-bos", Both("bos", "wood")),
    ("l-park", Both("park", "park")),
    ("l-sport", Both("sport", "sports")),
    ("l-water", Both("water", "water")),
    ("l-bedrijven", Both("bedrijven", "businesses")),
)


def map_of_town(ground: Ground, label: str, style: str | None) -> str:
    """Draw the whole town; the bigger it is, the less of each street."""
    return _document(draw(ground, View(ground.box)), box=ground.box, label=label, style=style)


def map_of_centre(ground: Ground, label: str, style: str | None) -> str:
    """Draw the streets around the town hall."""
    x, y = ground.centre
    width, height = CENTRE * PER_METRE, CENTRE * PER_METRE * 0.7
    box = Box(x - width / 2, y - height / 2, width, height)
    return _document(draw(ground, View(box)), box=box, label=label, style=style)


def map_of_streets(ground: Ground, streets: pl.DataFrame, label: str, style: str | None) -> str:
    """Draw every street in the colour of its age.

    Args:
        ground: The town.
        streets: `id` and `bouwjaar` of every street.
        label: What it shows.
        style: CSS, for a picture that stands alone.
    """
    year = dict(zip(streets["id"].to_list(), streets["bouwjaar"].to_list(), strict=True))
    street_of = ground.tables["wegsegmenten"]["straatnaam_id"].to_list()
    shade = np.array([_shade(year.get(street)) for street in street_of], dtype=np.int64)
    unit = max(1, round(ground.box.width / 6000))
    scale = f"scale({unit})" if unit > 1 else None
    wijken = svg.element("path", d=ground.wijken.outlines(np.arange(ground.wijken.ids.size), unit=unit))
    width = max(ground.box.width * 0.0035, 70) / unit
    lines = []
    for number in range(len(AGES) + 1):
        places = np.flatnonzero(shade == number)
        if places.size:
            name = f"c-ouder-{number}"
            lines.append(
                svg.element(
                    "path",
                    class_=name,
                    d=ground.roads.outlines(places, unit=unit),
                    stroke_width=width if number else width / 3,
                )
            )
    body = svg.element("g", wijken, class_="k-wijk", transform=scale) + svg.element(
        "g", *lines, class_="c-straten", transform=scale
    )
    return _document(body, box=ground.box, label=label, style=style)


def _shade(year: int | None) -> int:
    return 0 if year is None else 1 + sum(year >= limit for limit in YEARS)


def _document(body: str, *, box: Box, label: str, style: str | None) -> str:
    return svg.document([body, _scale(box)], box=svg.view_box(*box), label=label, style=style)


def _scale(box: Box) -> str:
    """Draw a bar that says how far a round number of metres is."""
    room = box.width / PER_METRE / 4
    metres = max(step * 10**power for power in range(1, 5) for step in (1, 2, 5) if step * 10**power <= max(room, 10))
    length, size = metres * PER_METRE, box.width * 0.014
    x, y = box.left + size, box.bottom - size
    bar = svg.element(
        "path",
        d=f"M{svg.number(x)} {svg.number(y - size / 2)}v{svg.number(size / 2)}h{length}v{svg.number(-size / 2)}",
    )
    name = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"  # noqa: PLR2004 - metres in a kilometre
    words = svg.text(name, x=x + length / 2, y=y - size * 0.4, font_size=round(size))
    return svg.element("g", bar, words, class_="k-schaal", aria_hidden="true")
