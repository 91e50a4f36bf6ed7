"""The building block for open data: the catalogue, the downloads and the event streams."""

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks import ldes
from vlavirgem.blocks.answers import CURSOR_PATTERN, JSON, JSON_LD, read_cursor
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.epochs import GONE, Epoch
from vlavirgem.blocks.opendata import downloads, feeds, pages
from vlavirgem.blocks.opendata.formats import FORMATS
from vlavirgem.blocks.opendata.graph import N_TRIPLES, TURTLE
from vlavirgem.blocks.opendata.order import Orders
from vlavirgem.blocks.resources import BIGGEST_NUMBER
from vlavirgem.blocks.routes import MISSING, Answers, add_route, reading_answers, reference
from vlavirgem.blocks.values import InDigits

_Name = Annotated[str, Path(pattern="^[a-z][a-z-]{0,39}$", description="Naam, bijvoorbeeld `adressen`.")]
_Page = Annotated[int, Path(ge=1, le=BIGGEST_NUMBER, description="Nummer van de pagina, vanaf 1."), InDigits]
_Branch = Annotated[int, Path(ge=1, le=BIGGEST_NUMBER, description="Nummer van de tak, vanaf 1."), InDigits]
_TEXT = {"schema": {"type": "string"}}


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limiet: Annotated[int, InDigits] = Field(
        default=10, ge=1, le=100, description="Hoeveel datasets en diensten er op een pagina staan."
    )
    cursor: str | None = Field(
        default=None, pattern=CURSOR_PATTERN, description="Plaats in de catalogus, uit de vorige pagina."
    )


def graph_answers(schema: str) -> Answers:
    """Describe an answer in the notations of RDF."""
    described = {"schema": reference(schema)}
    content = {JSON_LD: described, TURTLE: _TEXT, N_TRIPLES: _TEXT, JSON: described}
    return {**reading_answers(content), **MISSING}


def add_routes(app: FastAPI) -> None:
    """Add the catalogue, the downloads and the event streams."""
    app.state.orders = Orders()
    _add_catalogue(app)
    _add_downloads(app)
    _add_streams(app)


def _add_catalogue(app: FastAPI) -> None:
    def read_catalogue(request: Request, query: Annotated[_Shown, Query()]) -> Response:
        """Lees een pagina van de catalogus (DCAT-AP): datasets, en dan diensten."""
        return pages.catalogue_answer(request, after=read_cursor(query.cursor), limit=query.limiet)

    def read_dataset(request: Request, dataset: _Name) -> Response:
        """Lees wat er in een dataset staat, en hoe u eraan komt."""
        return pages.dataset_answer(request, dataset)

    def read_service(request: Request, dienst: _Name) -> Response:
        """Lees waar een bouwsteen te vinden is, en wat hij beschrijft."""
        return pages.service_answer(request, dienst)

    for path, read, name, summary in (
        ("/catalogus", read_catalogue, "lees-catalogus", "Lees de catalogus (DCAT-AP)"),
        ("/datasets/{dataset}", read_dataset, "lees-dataset", "Lees de beschrijving van een dataset"),
        ("/diensten/{dienst}", read_service, "lees-dienst", "Lees de beschrijving van een dienst"),
    ):
        add_route(app, path, read, name=name, summary=summary, answers=graph_answers("Beschrijving"), tag="catalogus")


def _add_downloads(app: FastAPI) -> None:
    def download(request: Request, dataset: _Name, formaat: _Name) -> Response:
        """Haal een dataset op zoals ze nu is; de ETag zegt welke toestand van de gemeente erin staat."""
        return downloads.download_answer(request, dataset, fmt=formaat)

    content = {fmt.media_type: {"schema": {"type": "string"}} for fmt in FORMATS}
    add_route(
        app,
        "/datasets/{dataset}/downloads/{formaat}",
        download,
        name="haal-dataset-op",
        summary="Haal een dataset op",
        answers={**reading_answers(content), **MISSING},
        tag="catalogus",
    )


def _add_streams(app: FastAPI) -> None:

    def read_stream(request: Request, stroom: _Name) -> Response:
        """Lees hoe de stroom werkt, met relaties naar haar pagina's."""
        return feeds.root_answer(request, stroom)

    def read_page(request: Request, stroom: _Name, tijdperk: Epoch, pagina: _Page) -> Response:
        """Lees een pagina met versies; een volle pagina verandert nooit meer."""
        return feeds.page_answer(request, stroom, epoch=tijdperk, number=pagina)

    def read_branch(request: Request, stroom: _Name, tijdperk: Epoch, tak: _Branch) -> Response:
        """Lees een tak: relaties naar honderd volle pagina's."""
        return feeds.branch_answer(request, stroom, epoch=tijdperk, number=tak)

    for path, read, name, summary in (
        ("", read_stream, "lees-stroom", "Lees een stroom van versies (LDES)"),
        ("/{tijdperk}/{pagina}", read_page, "lees-stroompagina", "Lees een pagina van een stroom"),
        ("/{tijdperk}/takken/{tak}", read_branch, "lees-stroomtak", "Lees een tak van een stroom"),
    ):
        add_route(
            app,
            f"/{feeds.PATH}/{{stroom}}{path}",
            read,
            name=name,
            summary=summary,
            answers={**graph_answers("EventStream"), **(GONE if path else {})},
            tag="ldes",
        )


def schemas() -> dict[str, Any]:
    """Describe pages of streams, and what DCAT describes."""
    described = {
        "type": "object",
        "title": "Beschrijving",
        "description": "Een beschrijving in de termen van DCAT-AP 3.0.1, als JSON-LD.",
        "properties": {
            "@context": {"type": "object"},
            "@id": {"type": "string", "format": "uri"},
            "@type": {"type": ["string", "array"]},
        },
        "required": ["@context", "@id", "@type"],
    }
    return {**ldes.schemas(), "Beschrijving": described}


BLOCK = Block(
    name="opendata",
    version="1.0.0",
    title="Open data VlaVirGem",
    text="Wat de verzonnen gemeente VlaVirGem voor iedereen publiceert: een catalogus (DCAT-AP) van datasets en "
    "diensten, en elk register dat open mag zijn versie per versie, als Linked Data Event Stream. Over personen staan "
    "er alleen aantallen in.",
    resources=(),
    extend=add_routes,
    schemas=schemas,
)
