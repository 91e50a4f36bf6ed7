"""Windows on the map: for the map that moves, and for where a thing lies."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from vlavirgem.explore.links import Back
from vlavirgem.generation.places.coordinates import TO_WGS84
from vlavirgem.report import svg
from vlavirgem.report.shapes import PER_METRE, Box
from vlavirgem.report.townmap import Marked, View, draw

if TYPE_CHECKING:
    from pyproj import Transformer

    from vlavirgem.explore.links import Links

SHAPE = 0.62
"""Height of a window as a share of its width."""
NEAREST, FURTHEST = 60, 60_000
_START = 900
_MARGIN = 0.35
"""Share of a window that is drawn on each side of it too."""
_LITTLE = 0.02
_FEW = 500
"""Metres across up to which houses in a small picture can be chosen."""
_SMALL = 1.9
"""How much bigger texts are in a small picture."""
_AROUND = {"gebouwen": 190, "percelen": 260, "wegsegmenten": 420, "wijken": 900}
"""Metres across that a thing is shown in, at least."""


class Window(NamedTuple):
    """What of the map one sees: its middle and how wide it is, in metres from the north-west corner."""

    x: int
    y: int
    width: int

    @property
    def box(self) -> Box:
        """The same in drawing units."""
        width, height = self.width * PER_METRE, self.width * PER_METRE * SHAPE
        return Box(self.x * PER_METRE - width / 2, self.y * PER_METRE - height / 2, width, height)

    def moved(self, x: float, y: float) -> Window:
        """Move by a share of the window."""
        return Window(round(self.x + x * self.width), round(self.y + y * self.width * SHAPE), self.width)

    def zoomed(self, by: float) -> Window:
        """Come closer or go away."""
        return self._replace(width=min(max(round(self.width * by), NEAREST), FURTHEST))

    @property
    def query(self) -> str:
        """Write it as a query."""
        return f"x={self.x}&y={self.y}&breedte={self.width}"


def _link(table: str, number: int) -> str:
    return f"/{table}/{number}"


class Maps:
    """Draws windows of a town; those that were drawn lately are kept."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self.window = lru_cache(maxsize=64)(self._window)

    def start(self) -> Window:
        """Give the window to begin with: the whole town, or its centre where the town is big."""
        whole = self.whole()
        if whole.width <= 2 * _START + 200:
            return whole
        x, y = self._links.ground.centre
        return Window(round(x / PER_METRE), round(y / PER_METRE), _START)

    def whole(self) -> Window:
        """Give the window that holds the whole town."""
        box = self._links.ground.box
        width = max(box.width, box.height / SHAPE) / PER_METRE
        middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        return Window(round(middle[0] / PER_METRE), round(middle[1] / PER_METRE), round(width))

    def _window(
        self, window: Window, label: str, marked: Marked | None = None, text: float = 1.0, *, margin: float = _MARGIN
    ) -> str:
        """Draw a window with some around it, as what shows it can have another shape."""
        link = _link if margin == _MARGIN or window.width <= _FEW else None
        view = View(window.box, link=link, marked=marked, margin=margin, text=text)
        return svg.element(
            "svg",
            draw(self._links.ground, view),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=svg.view_box(*window.box),
            preserveAspectRatio="xMidYMid meet",
            role="group",
            aria_label=label,
            class_="kaart-svg",
        )

    def around(self, table: str, number: int, *, label: str) -> tuple[str, Window] | None:
        """Draw where a thing lies, and say which window that is; None for what lies nowhere."""
        window = self.window_around(table, number)
        if window is None:
            return None
        return self.window(window, label, self.marked(table, number), _SMALL, margin=_LITTLE), window

    def window_around(self, table: str, number: int) -> Window | None:
        """Give the window in which a thing lies with some around it; None for what lies nowhere."""
        marked = self.marked(table, number) if table in self._links.town.names else None
        if marked is None or not marked.numbers:
            return None
        ground = self._links.ground
        shapes = {
            "gebouwen": ground.buildings,
            "percelen": ground.parcels,
            "wegsegmenten": ground.roads,
            "wijken": ground.wijken,
        }[marked.kind]
        boxes = [shapes.box(place) for one in marked.numbers if (place := shapes.place(one)) is not None]
        if not boxes:
            return None
        left, top = min(box.left for box in boxes), min(box.top for box in boxes)
        right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
        width = max(1.25 * (right - left), 1.25 * (bottom - top) / SHAPE, _AROUND[marked.kind] * PER_METRE)
        middle = round((left + right) / 2 / PER_METRE), round((top + bottom) / 2 / PER_METRE)
        return Window(*middle, round(width / PER_METRE))

    def degrees(self, window: Window) -> dict[str, float]:
        """Give the middle of a window in WGS 84, and how many metres wide it is."""
        origin = self._links.ground.origin
        longitude, latitude = _degrees().transform(origin.x + window.x, origin.y - window.y)
        return {"lon": round(longitude, 6), "lat": round(latitude, 6), "breedte": window.width}

    def window_at(self, longitude: float, latitude: float, *, width: int | None) -> Window:
        """Give the window around a place in WGS 84."""
        origin = self._links.ground.origin
        x, y = _degrees().transform(longitude, latitude, direction="INVERSE")
        return Window(round(x - origin.x), round(origin.y - y), self.start().width if width is None else width)

    def marked(self, table: str, number: int) -> Marked | None:
        """Say what to point at for a thing: a person's house, a street's roads."""
        row = self._links.row(table, number)
        if row is None:
            return None
        if table in {"gebouwen", "percelen", "wijken", "wegsegmenten"}:
            return Marked(table, (number,))
        if table == "straatnamen":
            places = self._links.pointing(Back("wegsegmenten", "straatnaam_id"), number)
            return Marked("wegsegmenten", tuple(self._links.town["wegsegmenten"]["id"][places.tolist()].to_list()))
        if row.get("gebouw_id") is not None:
            return Marked("gebouwen", (row["gebouw_id"],))
        address = row.get("adres_id")
        found = self._links.row("adressen", address) if address is not None else None
        return Marked("gebouwen", (found["gebouw_id"],)) if found else None

    def geojson(self, wijk: int) -> dict[str, Any] | None:
        """Give the parcels, roads and buildings of a wijk in WGS 84; None where there is no such wijk."""
        town = self._links.town
        if self._links.row("wijken", wijk) is None:
            return None
        parcels = town["percelen"].filter(pl.col("wijk_id") == wijk)
        frames = {
            "percelen": parcels.select("id", "wkt_wgs84", soort="grondgebruik"),
            "wegsegmenten": town["wegsegmenten"]
            .filter(pl.col("wijk_id") == wijk)
            .select("id", "wkt_wgs84", soort="wegcategorie"),
            "gebouwen": town["gebouwen"]
            .join(parcels.select("id"), left_on="perceel_id", right_on="id", how="semi")
            .select("id", "wkt_wgs84", soort="status"),
        }
        features = [
            {
                "type": "Feature",
                "id": f"{table}/{number}",
                "properties": {"tabel": table, "nummer": number, "soort": kind, "href": f"/{table}/{number}"},
                "geometry": _geometry(wkt),
            }
            for table, frame in frames.items()
            for number, wkt, kind in frame.select("id", "wkt_wgs84", "soort").rows()
        ]
        return {"type": "FeatureCollection", "features": features}


@cache
def _degrees() -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415 - takes a while to load

    return Transformer.from_pipeline(TO_WGS84)


def _geometry(wkt: str) -> dict[str, Any]:
    kind, _, rest = wkt.partition(" ")
    pairs = rest.replace("(", "[").replace(")", "]").replace(", ", "],[").replace(" ", ",")
    if kind == "POLYGON":
        return {"type": "Polygon", "coordinates": json.loads(f"[[{pairs[1:-1]}]]".replace("]],[[", "]],[["))}
    return {"type": "LineString", "coordinates": json.loads(f"[{pairs}]")}
