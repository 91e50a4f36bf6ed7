"""The building block for open data: the catalogue, the downloads and the event streams."""

from typing import Annotated, Any

from fastapi import FastAPI, Path, Request
from starlette.responses import Response

from vlavirgem.blocks import ldes
from vlavirgem.blocks.answers import JSON, JSON_LD
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.opendata import feeds
from vlavirgem.blocks.opendata.graph import N_TRIPLES, TURTLE
from vlavirgem.blocks.opendata.order import Orders
from vlavirgem.blocks.resources import BIGGEST_NUMBER, problem_answer, reading_answers, reference

_Name = Annotated[str, Path(pattern="^[a-z][a-z-]{0,39}$", description="Naam van de stroom, bijvoorbeeld `adressen`.")]
_Epoch = Annotated[str, Path(pattern="^[0-9a-f]{8}$", description="Tijdperk: de tijd sinds de laatste reset.")]
_Page = Annotated[int, Path(ge=1, le=BIGGEST_NUMBER, description="Nummer van de pagina, vanaf 1.")]
_Branch = Annotated[int, Path(ge=1, le=BIGGEST_NUMBER, description="Nummer van de tak, vanaf 1.")]
_TEXT = {"schema": {"type": "string"}}


def graph_answers(schema: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer in the notations of RDF."""
    described = {"schema": reference(schema)}
    content = {JSON_LD: described, TURTLE: _TEXT, N_TRIPLES: _TEXT, JSON: described}
    return {**reading_answers(content), 404: problem_answer("Niet gevonden.")}


def add_routes(app: FastAPI) -> None:
    """Add the event streams."""
    app.state.orders = Orders()

    def read_stream(request: Request, stroom: _Name) -> Response:
        """Lees hoe de stroom werkt, met relaties naar haar pagina's."""
        return feeds.root_answer(request, stroom)

    def read_page(request: Request, stroom: _Name, tijdperk: _Epoch, pagina: _Page) -> Response:
        """Lees een pagina met versies; een volle pagina verandert nooit meer."""
        return feeds.page_answer(request, stroom, epoch=tijdperk, number=pagina)

    def read_branch(request: Request, stroom: _Name, tijdperk: _Epoch, tak: _Branch) -> Response:
        """Lees een tak: relaties naar honderd volle pagina's."""
        return feeds.branch_answer(request, stroom, epoch=tijdperk, number=tak)

    gone: dict[int | str, dict[str, Any]] = {410: problem_answer("De gemeente is intussen teruggezet.")}
    for path, read, name, summary in (
        ("", read_stream, "lees-stroom", "Lees een stroom van versies (LDES)"),
        ("/{tijdperk}/{pagina}", read_page, "lees-stroompagina", "Lees een pagina van een stroom"),
        ("/{tijdperk}/takken/{tak}", read_branch, "lees-stroomtak", "Lees een tak van een stroom"),
    ):
        app.add_api_route(
            f"/{feeds.PATH}/{{stroom}}{path}",
            read,
            methods=["GET"],
            operation_id=name,
            summary=summary,
            tags=["ldes"],
            response_class=Response,
            responses={**graph_answers("EventStream"), **(gone if path else {})},
        )


BLOCK = Block(
    name="opendata",
    version="1.0.0",
    title="Open data VlaVirGem",
    text="Wat de verzonnen gemeente VlaVirGem voor iedereen publiceert: elk register dat open mag zijn, versie per "
    "versie, als Linked Data Event Stream. Over personen staat er niets in.",
    resources=(),
    extend=add_routes,
    schemas=ldes.schemas,
)
