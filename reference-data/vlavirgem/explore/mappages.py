"""The pages and data of the map: one that moves in the browser, and one that the server draws."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from vlavirgem.explore import views
from vlavirgem.explore.assets import VENDOR
from vlavirgem.explore.listing import Wanted
from vlavirgem.explore.mapping import FURTHEST, NEAREST, Maps, Window
from vlavirgem.explore.requests import language_of
from vlavirgem.explore.tiles import COARSEST, FINEST_TILE, Tiles
from vlavirgem.report.maps import LEGEND
from vlavirgem.report.wording import Both

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from vlavirgem.explore.links import Links
    from vlavirgem.explore.listing import Lists

Metres = Annotated[int | None, Query(ge=-10_000_000, le=10_000_000)]
TextSize = Annotated[int, Query(ge=1, le=3)]
Width = Annotated[int | None, Query(ge=NEAREST, le=FURTHEST)]
Longitude = Annotated[float | None, Query(ge=2, le=4, allow_inf_nan=False)]
"""Degrees; every town lies at sea within these."""
Latitude = Annotated[float | None, Query(ge=50, le=57, allow_inf_nan=False)]
Zoom = Annotated[int, Path(ge=COARSEST, le=FINEST_TILE)]
Tile = Annotated[int, Path(ge=0, lt=1 << FINEST_TILE)]
_BRIEFLY = {"Cache-Control": "private, max-age=600"}
_CHOSEN = re.compile(r"([a-z_]{1,40})/(\d{1,15})")
_FACTS = 6
"""Facts that are told beside the map; the rest is on the page."""
_TOLD = {
    "personen": ("leeftijd", "adres_id", "huishouden_id", "burgerlijke_staat", "nationaliteit"),
    "gebouwen": ("straatnaam_id", "perceel_id", "bouwjaar", "bouwlagen", "status"),
    "organisaties": ("sector", "adres_id", "zaakvoerder_id", "telefoon", "oprichtingsdatum"),
    "dossiers": ("status", "aanvrager_id", "adres_id", "product_id", "openingsdatum"),
}
"""Which, where the first ones are not what somebody who looks at a map asks."""
_LAYERS = (
    ("gebouwen", "Gebouwen", "Buildings"),
    ("nummers", "Huisnummers", "House numbers"),
    ("straatnamen", "Straatnamen", "Street names"),
    ("grond", "Percelen en gebruik van de grond", "Parcels and use of the land"),
    ("wijken", "Wijken", "Neighbourhoods"),
    ("tekens", "Openbare gebouwen", "Public buildings"),
)
_BUILT = (
    ("l-huis", Both("huis", "house")),
    ("l-flat", Both("gebouw met appartementen", "building with flats")),
    ("l-groot", Both("bedrijf", "business")),
    ("l-les", Both("school", "school")),
    ("l-toren", Both("kerk", "church")),
    ("l-hal", Both("gemeentehuis, OCMW of politie", "town hall, social services or police")),
    ("l-bebouwd", Both("bebouwde grond", "land built on")),
)


class MapPages:
    """The map of one town."""

    def __init__(self, links: Links, *, templates: Environment, lists: Lists, answer: Callable[..., Response]) -> None:
        self._links, self._templates, self._lists, self._answer = links, templates, lists, answer
        self._maps, self.tiles = Maps(links), Tiles(links.ground)

    def page(
        self,
        request: Request,
        *,
        x: Metres = None,
        y: Metres = None,
        lon: Longitude = None,
        lat: Latitude = None,
        breedte: Width = None,
        kies: Annotated[str, Query(max_length=60)] = "",
    ) -> Response:
        """Show the map, where asked or around the thing that is chosen."""
        language = language_of(request)
        chosen = _CHOSEN.fullmatch(kies)
        around = self._maps.window_around(chosen[1], int(chosen[2])) if chosen else None
        if lon is not None and lat is not None:
            window = self._maps.window_at(lon, lat, width=breedte)
        elif x is None and y is None and around is not None:
            window = around if breedte is None else around._replace(width=breedte)
        else:
            window = self._asked(x, y, breedte)
        wijken = self._lists.listing(Wanted("wijken", {}), language=language)["dingen"]
        content = {"x": window.x, "y": window.y, "breedte": window.width, "wijken": wijken}
        shown = self.shown(window, language=language, chosen=kies if around else "")
        return self._answer(request, "kaart.html", content, **shown)

    def window(
        self, request: Request, x: Metres = None, y: Metres = None, breedte: Width = None, schaal: TextSize = 1
    ) -> Response:
        """Draw one window of the map, with some around it, and texts so many times bigger."""
        label = ("Kaart", "Map")[language_of(request) == "en"]
        return Response(
            self._maps.window(self._asked(x, y, breedte), label, None, schaal),
            media_type="image/svg+xml",
            headers=_BRIEFLY,
        )

    def tile(self, z: Zoom, x: Tile, y: Tile) -> Response:
        """Give a vector tile; where nothing is, an empty one."""
        return Response(self.tiles.tile(z, x, y), media_type="application/vnd.mapbox-vector-tile", headers=_BRIEFLY)

    def choose(self, request: Request, table: str, number: int) -> Response:
        """Say where a thing lies, what of the map it is, and what is told of it beside the map."""
        language = language_of(request)
        content = (
            views.thing(self._links, table, number, language=language) if table in self._links.town.names else None
        )
        if content is None:
            raise HTTPException(404)
        where = self._maps.window_around(table, number)
        marked = self._maps.marked(table, number)
        facts = [fact for fact in content["feiten"] if not fact.get("in_titel")]
        told = [fact for name in _TOLD.get(table, ()) for fact in facts if fact["kolom"] == name]
        html = self._templates.get_template("paneel.html").render(
            **content, told=told or facts[:_FACTS], lang=language, t=lambda nl, en: en if language == "en" else nl
        )
        return JSONResponse(
            {
                "titel": content["titel"],
                "plaats": self._maps.degrees(where) if where else None,
                "merk": {"laag": marked.kind, "nummers": list(marked.numbers)} if where and marked else None,
                "html": html,
            },
            headers={"Vary": "Accept-Language, Cookie"},
        )

    def geojson(self, number: int) -> Response:
        """Give a wijk as GeoJSON."""
        content = self._maps.geojson(number)
        if content is None:
            raise HTTPException(404)
        return JSONResponse(content, media_type="application/geo+json")

    def around(self, table: str, number: int, *, language: str) -> dict[str, Any]:
        """Draw where a thing lies, for its page."""
        label = ("Waar het ligt", "Where it is")[language == "en"]
        place = self._maps.around(table, number, label=label)
        if place is None:
            return {"map": None, "map_href": None}
        return {"map": place[0], "map_href": f"/kaart?kies={table}/{number}"}

    def start(self) -> Window:
        """Give the window to begin with."""
        return self._maps.start()

    def shown(self, window: Window, *, language: str, chosen: str = "") -> dict[str, Any]:
        """Give what templates need to show the map."""
        label = ("Kaart van", "Map of")[language == "en"] + f" {self._links.town.manifest.municipality}"
        whole = self._maps.whole()
        return {
            "map": self._maps.window(window, label),
            "window": window,
            "whole": whole,
            "gl": {
                "at": self._maps.degrees(window),
                "bounds": self.tiles.bounds,
                "digest": self._links.town.manifest.digest,
                "vendor": VENDOR,
                "chosen": chosen,
                "layers": _LAYERS,
                "map_legend": [(key, text(language)) for key, text in (*_BUILT, *LEGEND[1:])],
            },
            "legend": [(key, text(language)) for key, text in LEGEND],
        }

    def _asked(self, x: int | None, y: int | None, width: int | None) -> Window:
        start = self._maps.start()
        return Window(
            start.x if x is None else x, start.y if y is None else y, start.width if width is None else width
        )
