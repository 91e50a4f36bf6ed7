"""The browsable town as a web application: pages, their JSON twins, the map and the looks."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, PackageLoader
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from vlavirgem.explore import views
from vlavirgem.explore.assets import read_static, read_vendor
from vlavirgem.explore.headers import Protected
from vlavirgem.explore.links import Links
from vlavirgem.explore.listing import PAGE, Lists
from vlavirgem.explore.mappages import MapPages
from vlavirgem.explore.requests import language_of, wants_json
from vlavirgem.explore.searching import LONGEST, SEARCHED, Search
from vlavirgem.explore.words import naming
from vlavirgem.place import SYNTHETIC_STATEMENT
from vlavirgem.report.figures import reference_date
from vlavirgem.report.wording import LANGUAGES, grouped, written_day

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from vlavirgem.report.tables import TownTables

_YEAR = 365 * 24 * 3600
_BIGGEST = 2**53 - 1
Start = Annotated[int, Query(ge=0, le=_BIGGEST)]


def make_app(town: TownTables) -> FastAPI:
    """Make the application on one town, which it only reads."""
    links = Links(town)
    search = Search(town)

    pages = Pages(links, search=search)

    def warm() -> None:
        search.warm()
        pages.map.tiles.warm()
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
    routes: dict[str, Callable[..., Response]] = {
        "/": pages.start,
        "/index.json": pages.start,
        "/zoek": pages.search,
        "/zoek.json": pages.search,
        "/kaart": pages.map.page,
        "/kaart.json": pages.map.page,
        "/kaart.svg": pages.map.window,
        "/kaart/wijken/{number}.geojson": pages.map.geojson,
        "/kaart/tegels/{z}/{x}/{y}": pages.map.tile,
        "/kaart/kies/{table}/{number}": pages.map.choose,
        "/gezondheid": pages.health,
        "/static/{name}": read_static,
        "/static/maplibre-{version}/{name}": read_vendor,
        "/{table}": pages.listing,
        "/{table}/{number}": pages.thing,
    }
    for path, page in routes.items():
        app.add_api_route(path, page, methods=["GET"], response_model=None)
    app.add_exception_handler(HTTPException, pages.wrong)  # type: ignore[arg-type]  # Starlette's own type is too wide
    app.add_exception_handler(RequestValidationError, pages.wrong_question)  # type: ignore[arg-type]  # idem
    return app


class Pages:
    """The pages of one town."""

    def __init__(self, links: Links, *, search: Search) -> None:
        self._links, self._search = links, search
        self._lists = Lists(links, search=search)
        self._meet = cache(lambda language: views.meet(links, language=language))
        self._templates = Environment(
            loader=PackageLoader("vlavirgem.explore", "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.map = MapPages(links, templates=self._templates, lists=self._lists, answer=self._answer)

    def start(self, request: Request) -> Response:
        """Show the town at a glance."""
        language = language_of(request)
        content: dict[str, Any] = {
            "naam": self._links.town.manifest.municipality,
            "synthetisch": True,
            "verklaring": SYNTHETIC_STATEMENT[language],
            "referentiedatum": self._links.town.manifest.reference_date,
            "digest": self._links.town.manifest.digest,
            "inwoners": self._links.living(),
            "ontmoet": self._meet(language),
            "soorten": views.kinds(self._links, language=language),
        }
        shown = self.map.shown(self.map.start(), language=language)
        themes = views.themes(content["soorten"], language=language)
        return self._answer(request, "start.html", content, **shown, themas=themes)

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
        return self._answer(request, "zoek.html", content, page=PAGE)

    def health(self) -> Response:
        """Say that pages can be read."""
        return JSONResponse({"status": "gezond", "digest": self._links.town.manifest.digest})

    def listing(self, request: Request, table: str, vanaf: Start = 0) -> Response:
        """List all things of a kind, or some of them; `.csv` gives all of these at once."""
        name = table.removesuffix(".json").removesuffix(".csv")
        if name not in self._links.town.names:
            raise HTTPException(404)
        wanted = self._lists.wanted(name, request.query_params, start=vanaf)
        if table.endswith(".csv"):
            town = self._links.town.manifest.municipality.lower().replace(" ", "-")
            called = f'attachment; filename="{town}-{name}.csv"'
            return StreamingResponse(
                self._lists.csv(wanted), media_type="text/csv", headers={"Content-Disposition": called}
            )
        content = self._lists.listing(wanted, language=language_of(request))
        narrowed = bool(wanted.filters or wanted.words)
        sort = ("-" if wanted.down else "") + wanted.sort
        return self._answer(request, "lijst.html", content, searched=name in SEARCHED, narrowed=narrowed, sorteer=sort)

    def thing(self, request: Request, table: str, number: str) -> Response:
        """Show one thing."""
        found = re.fullmatch(r"(\d{1,15})(\.json)?", number)
        if table not in self._links.town.names or not found:
            raise HTTPException(404)
        language = language_of(request)
        content = views.thing(self._links, table, int(found[1]), language=language)
        if content is None:
            raise HTTPException(404)
        place = {} if wants_json(request) else self.map.around(table, int(found[1]), language=language)
        return self._answer(
            request,
            "ding.html",
            content,
            **place,
            many=naming(table).many(language).capitalize(),
        )

    def wrong(self, request: Request, error: HTTPException) -> Response:
        """Say that there is nothing here, and where there is."""
        return self._answer(request, "niets.html", {"status": error.status_code}, status=error.status_code)

    def wrong_question(self, request: Request, _error: RequestValidationError) -> Response:
        """Say that a question cannot be understood."""
        return self._answer(request, "niets.html", {"status": 400}, status=400)

    def _answer(
        self, request: Request, template: str, content: dict[str, Any], *, status: int = 200, **extra: Any
    ) -> Response:
        language = language_of(request)
        if wants_json(request):
            return JSONResponse(content, status_code=status)
        # One slash: a link that begins with two leads to another site.
        path = f"/{quote(request.url.path.lstrip('/'))}"
        other = "en" if language == "nl" else "nl"
        html = self._templates.get_template(template).render(
            **content,
            **extra,
            lang=language,
            t=lambda nl, en: en if language == "en" else nl,
            count=lambda number: grouped(number, language=language),
            town=self._links.town.manifest.municipality,
            statement=SYNTHETIC_STATEMENT[language],
            today=written_day(reference_date(self._links.town), language=language),
            other=other,
            other_href=f"{path}?{request.url.include_query_params(taal=other).query}",
            twin=_twin(path, request.url.query),
            asked=request.query_params.get("q", "") if path.startswith("/zoek") else "",
        )
        response = HTMLResponse(html, status_code=status, headers={"Vary": "Accept, Accept-Language, Cookie"})
        if request.query_params.get("taal") in LANGUAGES:
            response.set_cookie("taal", language, max_age=_YEAR, samesite="lax", httponly=True)
        return response


def _twin(path: str, query: str) -> str:
    return ("/index" if path == "/" else path) + ".json" + (f"?{query}" if query else "")
