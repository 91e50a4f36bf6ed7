"""Draws a window of a town: more of it the closer one looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.report import svg
from vlavirgem.report.ground import PUBLIC
from vlavirgem.report.shapes import PER_METRE, Box

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.report.ground import Ground

USES = (
    "bebouwd",
    "bouwgrond",
    "bedrijven",
    "school",
    "kerk",
    "gemeentehuis",
    "akker",
    "weide",
    "bos",
    "park",
    "sportterrein",
    "begraafplaats",
    "water",
    "tuin",
)
_ROADS = ("pad", "3", "2", "1")
_WIDTHS = {"pad": 1.6, "3": 5.0, "2": 6.5, "1": 8.0}
"""Metres; a road is never drawn thinner than a share of the window, so that it shows."""
_BUILDINGS = 3200
"""Metres across from where buildings are drawn."""
_LINKS = 1600
_MOST_LINKS = 2500
_WIJK_NAMES = 1300
_NAMES = 2300
_NUMBERS = 420


@dataclass(frozen=True, slots=True)
class Marked:
    """What a picture points at.

    Attributes:
        kind: `wijken`, `percelen`, `wegsegmenten` or `gebouwen`.
        numbers: Which.
    """

    kind: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """How a window is drawn.

    Attributes:
        box: The window.
        link: Gives the address of a wijk, building or parcel; without it nothing is a link.
        marked: What stands out.
        everything: Draw all buildings, however many there are.
        text: How many times bigger texts and signs are, for a small picture.
        margin: How far around the window things are drawn too, as a share of it, for who moves it.
    """

    box: Box
    link: Callable[[str, int], str] | None = None
    marked: Marked | None = None
    everything: bool = False
    margin: float = 0
    text: float = 1

    @property
    def metres(self) -> float:
        """Metres across."""
        return self.box.width / PER_METRE

    @property
    def drawn(self) -> Box:
        """The window with its margin."""
        return self.box.widened(self.margin * self.box.width)

    @property
    def unit(self) -> int:
        """Drawing units in a step: no finer than can be seen."""
        return max(1, round(self.box.width / 6000))


def draw(ground: Ground, view: View) -> str:
    """Draw a window of a town, from what lies lowest to what lies on top."""
    return "".join(
        (
            _borders(ground, view),
            _land(ground, view),
            _roads(ground, view),
            _buildings(ground, view),
            _marks(ground, view),
            _street_names(ground, view),
            _signs(ground, view),
            _wijk_names(ground, view),
        )
    )


def _group(view: View, *content: str, class_: str) -> str:
    scale = f"scale({view.unit})" if view.unit > 1 else None
    return svg.element("g", *content, class_=class_, transform=scale) if any(content) else ""


def _borders(ground: Ground, view: View) -> str:
    shapes = ground.wijken
    paths = []
    for place in np.flatnonzero(shapes.within(view.drawn)).tolist():
        path = svg.element("path", d=shapes.outline(place, unit=view.unit))
        number = int(shapes.ids[place])
        paths.append(_linked(view, path, kind="wijken", number=number, name=ground.tables["wijken"]["naam"][place]))
    return _group(view, *paths, class_="k-wijk")


def _linked(view: View, path: str, *, kind: str, number: int, name: str) -> str:
    if view.link is None:
        return path
    return svg.element("a", path, href=view.link(kind, number), tabindex=-1, aria_label=name)


def _land(ground: Ground, view: View) -> str:
    seen = ground.parcels.within(view.drawn)
    paths = []
    for use in USES:
        places = np.flatnonzero(seen & (ground.uses == use))
        if places.size:
            paths.append(svg.element("path", class_=f"k-{use}", d=ground.parcels.outlines(places, unit=view.unit)))
    return _group(view, *paths, class_="k-grond k-ver" if view.metres > _BUILDINGS else "k-grond")


def _roads(ground: Ground, view: View) -> str:
    seen = ground.roads.within(view.drawn)
    edges, fills = [], []
    for kind in _ROADS:
        places = np.flatnonzero(seen & (ground.road_class == kind))
        if not places.size or (kind in {"pad", "3"} and view.metres > 4 * _BUILDINGS):
            continue
        line = ground.roads.outlines(places, unit=view.unit)
        least = view.box.width * (0.0011 if kind in {"pad", "3"} else 0.0017 if kind == "2" else 0.0024)
        width = max(_WIDTHS[kind] * PER_METRE, least) / view.unit
        if kind != "pad":
            edges.append(svg.element("path", d=line, stroke_width=width * 1.3))
        fills.append(svg.element("path", class_=f"k-weg-{kind}", d=line, stroke_width=width))
    return _group(view, *edges, class_="k-wegrand") + _group(view, *fills, class_="k-weg")


def _buildings(ground: Ground, view: View) -> str:
    if view.metres > _BUILDINGS and not view.everything:
        return ""
    seen = ground.buildings.within(view.drawn)
    near = view.metres <= _LINKS and int(seen.sum()) <= _MOST_LINKS
    parts = []
    for kind in ("huis", "gepland", *PUBLIC):
        places = np.flatnonzero(seen & (ground.building_class == kind)).tolist()
        if not places:
            continue
        if view.link is None or not near:
            parts.append(svg.element("path", class_=f"k-{kind}", d=ground.buildings.outlines(places, unit=view.unit)))
            continue
        links = []
        for place in places:
            number = int(ground.buildings.ids[place])
            path = svg.element("path", d=ground.buildings.outline(place, unit=view.unit))
            name = ground.addresses.get(number, ("", str(number)))[1]
            links.append(_linked(view, path, kind="gebouwen", number=number, name=name))
        parts.append(svg.element("g", *links, class_=f"k-{kind}"))
    return _group(view, *parts, class_="k-gebouw") + _house_numbers(ground, view)


def _house_numbers(ground: Ground, view: View) -> str:
    if view.metres * view.text > _NUMBERS:
        return ""
    texts = []
    for place in np.flatnonzero(ground.buildings.within(view.drawn)).tolist():
        number = ground.addresses.get(int(ground.buildings.ids[place]))
        if number is not None:
            x, y = ground.buildings.middle(place)
            texts.append(svg.text(number[0], x=x, y=y + 9))
    return (
        svg.element("g", *texts, class_="k-nummer", font_size=round(28 * min(view.text, 1.5)), aria_hidden="true")
        if texts
        else ""
    )


def _marks(ground: Ground, view: View) -> str:
    if view.marked is None:
        return ""
    shapes = {
        "wijken": ground.wijken,
        "percelen": ground.parcels,
        "wegsegmenten": ground.roads,
        "gebouwen": ground.buildings,
    }[view.marked.kind]
    places = [place for number in view.marked.numbers if (place := shapes.place(number)) is not None]
    line = "k-gekozen" if shapes.closed else "k-gekozen k-lijn"
    return _group(view, svg.element("path", d=shapes.outlines(places, unit=view.unit)), class_=line) if places else ""


def _street_names(ground: Ground, view: View) -> str:
    """Write each name once, along the longest piece of its street that can be seen."""
    if view.metres > _NAMES:
        return ""
    size = max(view.box.width * 0.0125, 45) * view.text
    longest: dict[str, tuple[float, int]] = {}
    shapes = ground.roads
    for place in np.flatnonzero(shapes.within(view.drawn)).tolist():
        name = ground.road_names[place]
        if name is None:
            continue
        corners = slice(shapes.starts[place], shapes.starts[place + 1])
        x, y = shapes.x[corners], shapes.y[corners]
        inside = (x >= view.box.left) & (x <= view.box.right) & (y >= view.box.top) & (y <= view.box.bottom)
        length = float(np.hypot(np.diff(x), np.diff(y))[inside[1:] & inside[:-1]].sum())
        longest[name] = max(longest.get(name, (0.0, 0)), (length, place))
    lines, texts = [], []
    for name, (length, place) in sorted(longest.items()):
        if length < size * 0.6 * len(name):
            continue
        corners = slice(shapes.starts[place], shapes.starts[place + 1])
        x, y = shapes.x[corners].tolist(), shapes.y[corners].tolist()
        if x[-1] < x[0]:
            x, y = x[::-1], y[::-1]
        key = f"s{shapes.ids[place]}"
        points = " ".join(f"{a} {b}" for a, b in zip(x, y, strict=True))
        lines.append(svg.element("path", id=key, d=f"M{points}"))
        along = svg.element("textPath", svg.value_of(name), href=f"#{key}", startOffset="50%")
        texts.append(svg.element("text", along, dy=size * 0.32))
    if not texts:
        return ""
    names = svg.element("g", *texts, class_="k-naam", font_size=round(size), aria_hidden="true")
    return svg.element("defs", *lines) + names


_SIGNS = {
    "kerk": "M-1 12V0H-6v-3h5v-6h2v6h5v3H1v12z",
    "gemeentehuis": "M-9 12v-3h2V-1h-3v-3L0-11 10-4v3H7V9h2v3zM-4 9h2V-1h-2zM2 9h2V-1H2z",
    "school": "M0-9 13-3 0 3-13-3zM-8 2v5q8 6 16 0V2L0 6z",
}


def _signs(ground: Ground, view: View) -> str:
    """Put a sign on the church, the town hall and schools; further away only on the first two."""
    if view.metres > 2 * _BUILDINGS:
        return ""
    seen = ground.parcels.within(view.drawn)
    size = max(view.box.width * 0.0008, 1.6) * view.text
    signs = []
    for use, line in _SIGNS.items():
        if use != "gemeentehuis" and view.metres > _BUILDINGS:
            continue
        for place in np.flatnonzero(seen & (ground.uses == use)).tolist():
            x, y = ground.parcels.middle(place)
            disc = svg.element("circle", r=17)
            move = f"translate({x} {y}) scale({svg.number(size)})"
            signs.append(svg.element("g", disc, svg.element("path", d=line, transform="scale(.85)"), transform=move))
    return svg.element("g", *signs, class_="k-teken", aria_hidden="true") if signs else ""


def _wijk_names(ground: Ground, view: View) -> str:
    if view.metres < _WIJK_NAMES or view.metres > 12 * _BUILDINGS or ground.wijken.ids.size == 1:
        return ""
    size = round(view.box.width * 0.0135 * view.text)
    texts = []
    for place in np.flatnonzero(ground.wijken.within(view.drawn)).tolist():
        x, y = ground.wijken.middle(place)
        texts.append(svg.text(ground.tables["wijken"]["naam"][place], x=x, y=y))
    return svg.element("g", *texts, class_="k-wijknaam", font_size=size, aria_hidden="true")
