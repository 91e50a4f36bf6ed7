"""The browsable town as a web application: pages, their JSON twins, the map and the looks."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from functools import cache
from importlib import resources
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, PackageLoader
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, Response

from vlavirgem.explore import views
from vlavirgem.explore.headers import Protected
from vlavirgem.explore.links import Links
from vlavirgem.explore.mapping import FURTHEST, NEAREST, Maps, Window
from vlavirgem.explore.searching import LONGEST, SEARCHED, Search
from vlavirgem.explore.words import naming, written_day
from vlavirgem.place import NAME, SYNTHETIC_STATEMENT
from vlavirgem.report.figures import reference_date
from vlavirgem.report.maps import LEGEND
from vlavirgem.report.wording import LANGUAGES, grouped
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vlavirgem.report.tables import TownTables

_YEAR = 365 * 24 * 3600
_BIGGEST = 2**53 - 1
Start = Annotated[int, Query(ge=0, le=_BIGGEST)]
Metres = Annotated[int | None, Query(ge=-10_000_000, le=10_000_000)]
TextSize = Annotated[int, Query(ge=1, le=3)]
Width = Annotated[int | None, Query(ge=NEAREST, le=FURTHEST)]


def make_app(town: TownTables) -> FastAPI:
    """Make the application on one town, which it only reads."""
    links = Links(town)
    search = Search(town)

    def warm() -> None:
        search.warm()
        for backs in links.backs.values():
            for back in backs:
                links.pointing(back, 0)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        Thread(target=warm, daemon=True).start()
        yield

    app = FastAPI(
        title="VlaVirGem",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[Middleware(Protected), Middleware(GZipMiddleware, minimum_size=2000, compresslevel=3)],
    )
    pages = Pages(links, search=search)
    app.add_api_route("/", pages.start, methods=["GET"], response_model=None)
    app.add_api_route("/index.json", pages.start, methods=["GET"], response_model=None)
    app.add_api_route("/zoek", pages.search, methods=["GET"], response_model=None)
    app.add_api_route("/zoek.json", pages.search, methods=["GET"], response_model=None)
    app.add_api_route("/kaart", pages.map, methods=["GET"], response_model=None)
    app.add_api_route("/kaart.json", pages.map, methods=["GET"], response_model=None)
    app.add_api_route("/kaart.svg", pages.window, methods=["GET"], response_model=None)
    app.add_api_route("/kaart/wijken/{number}.geojson", pages.geojson, methods=["GET"], response_model=None)
    app.add_api_route("/gezondheid", pages.health, methods=["GET"], response_model=None)
    app.add_api_route("/static/{name}", read_static, methods=["GET"], response_model=None)
    app.add_api_route("/{table}", pages.listing, methods=["GET"], response_model=None)
    app.add_api_route("/{table}/{number}", pages.thing, methods=["GET"], response_model=None)
    app.add_exception_handler(HTTPException, pages.wrong)  # type: ignore[arg-type]  # Starlette's own type is too wide
    app.add_exception_handler(RequestValidationError, pages.wrong_question)  # type: ignore[arg-type]  # idem
    return app


_STATIC = {
    "stad.css": ("text/css", (("report", "face.css"), ("report", "map.css"), ("explore", "static/explore.css"))),
    "kaart.js": ("text/javascript", (("explore", "static/kaart.js"),)),
    "icon.svg": ("image/svg+xml", (("explore", "static/icon.svg"),)),
}


def read_static(name: str) -> Response:
    """Give a file of our own that pages need."""
    if name not in _STATIC:
        raise HTTPException(404)
    media_type, parts = _STATIC[name]
    text = "".join(
        resources.files(f"vlavirgem.{package}").joinpath(path).read_text("utf-8") for package, path in parts
    )
    return Response(text, media_type=media_type, headers={"Cache-Control": "no-cache"})


def language_of(request: Request) -> str:
    """Choose the language: asked for, chosen before, or what the browser likes."""
    for wanted in (request.query_params.get("taal"), request.cookies.get("taal")):
        if wanted in LANGUAGES:
            return str(wanted)
    likes = request.headers.get("accept-language", "nl").lower()
    english, dutch = likes.find("en"), likes.find("nl")
    return "en" if english >= 0 and (dutch < 0 or english < dutch) else "nl"


def wants_json(request: Request) -> bool:
    """Say whether the reader wants data."""
    accept = request.headers.get("accept", "")
    return request.url.path.endswith(".json") or ("application/json" in accept and "text/html" not in accept)


class Pages:
    """The pages of one town."""

    def __init__(self, links: Links, *, search: Search) -> None:
        self._links, self._search = links, search
        self._maps = Maps(links)
        self._meet = cache(lambda language: views.meet(links, language=language))
        self._templates = Environment(
            loader=PackageLoader("vlavirgem.explore", "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def start(self, request: Request) -> Response:
        """Show the town at a glance."""
        language = language_of(request)
        content = {
            "naam": NAME,
            "synthetisch": True,
            "verklaring": SYNTHETIC_STATEMENT[language],
            "referentiedatum": self._links.town.manifest.reference_date,
            "digest": self._links.town.manifest.digest,
            "inwoners": self._links.living(),
            "ontmoet": self._meet(language),
            "soorten": views.kinds(self._links, language=language),
        }
        window = self._maps.start()
        return self._answer(request, "start.html", content, **self._shown(window, language=language))

    def search(
        self,
        request: Request,
        q: Annotated[str, Query(max_length=LONGEST)] = "",
        soort: Annotated[str | None, Query(max_length=40)] = None,
        vanaf: Start = 0,
    ) -> Response:
        """Show what was found."""
        language = language_of(request)
        only = soort if soort in SEARCHED else None
        content = views.results(self._search, self._links, asked=q, only=only, start=vanaf, language=language)
        return self._answer(request, "zoek.html", content, page=views.PAGE)

    def map(self, request: Request, x: Metres = None, y: Metres = None, breedte: Width = None) -> Response:
        """Show the map that moves."""
        language = language_of(request)
        window = self._asked(x, y, breedte)
        wijken = views.listing(self._links, "wijken", filters={}, start=0, language=language)["dingen"]
        content = {"x": window.x, "y": window.y, "breedte": window.width, "wijken": wijken}
        return self._answer(request, "kaart.html", content, **self._shown(window, language=language))

    def window(
        self, request: Request, x: Metres = None, y: Metres = None, breedte: Width = None, schaal: TextSize = 1
    ) -> Response:
        """Draw one window of the map, with some around it, and texts so many times bigger."""
        label = ("Kaart", "Map")[language_of(request) == "en"]
        return Response(
            self._maps.window(self._asked(x, y, breedte), label, None, schaal),
            media_type="image/svg+xml",
            headers={"Cache-Control": "private, max-age=600"},
        )

    def geojson(self, number: int) -> Response:
        """Give a wijk as GeoJSON."""
        content = self._maps.geojson(number)
        if content is None:
            raise HTTPException(404)
        return JSONResponse(content, media_type="application/geo+json")

    def health(self) -> Response:
        """Say that pages can be read."""
        return JSONResponse({"status": "gezond", "digest": self._links.town.manifest.digest})

    def listing(self, request: Request, table: str, vanaf: Start = 0) -> Response:
        """List all things of a kind, or those that point at another."""
        name = table.removesuffix(".json")
        if name not in self._links.town.names:
            raise HTTPException(404)
        references = {column.name for column in TABLES[name].columns if column.references in self._links.town.names}
        filters = {
            column: int(value)
            for column, value in request.query_params.items()
            if column in references and re.fullmatch(r"\d{1,15}", value)
        }
        content = views.listing(self._links, name, filters=filters, start=vanaf, language=language_of(request))
        return self._answer(request, "lijst.html", content, searched=name in SEARCHED)

    def thing(self, request: Request, table: str, number: str) -> Response:
        """Show one thing."""
        found = re.fullmatch(r"(\d{1,15})(\.json)?", number)
        if table not in self._links.town.names or not found:
            raise HTTPException(404)
        language = language_of(request)
        content = views.thing(self._links, table, int(found[1]), language=language)
        if content is None:
            raise HTTPException(404)
        label = ("Waar het ligt", "Where it is")[language == "en"]
        place = None if wants_json(request) else self._maps.around(table, int(found[1]), label=label)
        return self._answer(
            request,
            "ding.html",
            content,
            map=place[0] if place else None,
            map_href=f"/kaart?{place[1].query}" if place else None,
            many=naming(table).many(language).capitalize(),
        )

    def wrong(self, request: Request, error: HTTPException) -> Response:
        """Say that there is nothing here, and where there is."""
        return self._answer(request, "niets.html", {"status": error.status_code}, status=error.status_code)

    def wrong_question(self, request: Request, _error: RequestValidationError) -> Response:
        """Say that a question cannot be understood."""
        return self._answer(request, "niets.html", {"status": 400}, status=400)

    def _asked(self, x: int | None, y: int | None, width: int | None) -> Window:
        start = self._maps.start()
        return Window(
            start.x if x is None else x, start.y if y is None else y, start.width if width is None else width
        )

    def _shown(self, window: Window, *, language: str) -> dict[str, Any]:
        label = ("Kaart van VlaVirGem", "Map of VlaVirGem")[language == "en"]
        return {
            "map": self._maps.window(window, label),
            "window": window,
            "whole": self._maps.whole(),
            "legend": [(key, text(language)) for key, text in LEGEND],
        }

    def _answer(
        self, request: Request, template: str, content: dict[str, Any], *, status: int = 200, **extra: Any
    ) -> Response:
        language = language_of(request)
        if wants_json(request):
            return JSONResponse(content, status_code=status)
        path = request.url.path
        other = "en" if language == "nl" else "nl"
        html = self._templates.get_template(template).render(
            **content,
            **extra,
            lang=language,
            t=lambda nl, en: en if language == "en" else nl,
            count=lambda number: grouped(number, language=language),
            town=NAME,
            statement=SYNTHETIC_STATEMENT[language],
            today=written_day(reference_date(self._links.town), language=language),
            other=other,
            other_href=str(request.url.include_query_params(taal=other)).split(request.url.netloc, 1)[-1],
            twin=_twin(path, request.url.query),
            asked=request.query_params.get("q", ""),
        )
        response = HTMLResponse(html, status_code=status, headers={"Vary": "Accept, Accept-Language, Cookie"})
        if request.query_params.get("taal") in LANGUAGES:
            response.set_cookie("taal", language, max_age=_YEAR, samesite="lax", httponly=True)
        return response


def _twin(path: str, query: str) -> str:
    return ("/index" if path == "/" else path) + ".json" + (f"?{query}" if query else "")
