"""A collection and its members as GET routes, described by a handful of facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model
from starlette.responses import Response

from vlavirgem.blocks import geojson
from vlavirgem.blocks.answers import (
    CURSOR_PATTERN,
    GEO_JSON,
    JSON,
    JSON_LD,
    asked,
    base_url,
    dump,
    tag_of,
)
from vlavirgem.blocks.collection import Collection
from vlavirgem.blocks.paging import BIGGEST_LIMIT, DEFAULT_LIMIT
from vlavirgem.blocks.routes import MISSING, Answers, add_route, reading_answers, reference
from vlavirgem.blocks.served import Municipality, served_at
from vlavirgem.blocks.sources import Source
from vlavirgem.blocks.values import AsNumber, InDigits, written_as_day
from vlavirgem.linked.catalogue import find_entity
from vlavirgem.linked.documents import Renderer
from vlavirgem.linked.mapping import Entity
from vlavirgem.store.reading import Reader

BIGGEST_NUMBER = 2**53 - 1

Row = Mapping[str, Any]
Geometry = Callable[[Row], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a collection.

    Attributes:
        name: Name in the query, in camelCase.
        condition: Our SQL with one placeholder.
        type: A type that pydantic understands, constraints included.
        text: What it does, in Dutch.
    """

    name: str
    condition: str
    type: Any
    text: str


Text = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


Day = Annotated[date, BeforeValidator(written_as_day)]
MemberNumber = Annotated[
    int,
    Path(alias="id", ge=1, le=BIGGEST_NUMBER, description="Nummer, het laatste deel van de identificator."),
    InDigits,
]
Number = Annotated[int, Field(ge=1, le=BIGGEST_NUMBER), InDigits]
SentNumber = Annotated[int, Field(ge=1, le=BIGGEST_NUMBER), AsNumber]
"""In a body, where a number is no text."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection of a building block.

    Attributes:
        path: Last part of its address, plural.
        singular: Name of one member, with its article, for texts.
        entity: How a row becomes linked data.
        filters: Its query parameters.
        geometry: Gives the geometry of a row; then GeoJSON is offered too.
        etag: Gives the entity tag of a row, where it is more than a hash of the answer.
    """

    path: str
    singular: str
    entity: Entity
    filters: tuple[Filter, ...] = ()
    geometry: Geometry | None = None
    etag: Callable[[Row], str] | None = None
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", Reader(self.entity, find=find_entity))

    @property
    def schema(self) -> str:
        """Name of the schema of one member."""
        return self.entity.types[0].term

    def document(self, request: Request, row: Row) -> dict[str, Any]:
        """Render one member, with its context and its own address."""
        base = base_url(request)
        return {
            "@context": f"{base}/contexten/{self.entity.name}.jsonld",
            **served_at(request).renderer(self.entity)(row),
            "_links": {"self": {"href": f"{base}/{self.path}/{row['id']}"}},
        }

    def tags(self, request: Request, row: Row) -> tuple[str, ...]:
        """Give the entity tags of one member in all its formats."""
        if self.etag:
            return (self.etag(row),)
        document = dump(self.document(request, row))
        tags = tuple(tag_of(document, media_type=media_type) for media_type in (JSON, JSON_LD))
        if self.geometry is None:
            return tags
        feature = self.feature(row, render=served_at(request).renderer(self.entity))
        return (*tags, tag_of(dump(feature), media_type=GEO_JSON))

    def feature(self, row: Row, *, render: Renderer) -> dict[str, Any]:
        """Give one member as GeoJSON, where it has a geometry.

        Args:
            row: The member.
            render: Gives its document.
        """
        assert self.geometry is not None  # noqa: S101 - offered only then
        properties = {term: value for term, value in render(row).items() if not isinstance(value, dict)}
        properties["uri"] = properties.pop("@id")
        properties.pop("@type")
        return geojson.feature(row["id"], geometry=self.geometry(row), properties=properties)


def collections_of(
    resources: tuple[Resource, ...], *, source: Source, municipality: Municipality
) -> dict[str, Collection]:
    """Make what answers for these resources, by the last part of its address."""
    return {
        resource.path: Collection(
            resource, source=source, municipality=municipality, describe=partial(_query_model, resource)
        )
        for resource in resources
    }


def add_resource(app: FastAPI, resource: Resource) -> None:
    """Add the routes of a collection: the collection, one member, and the JSON-LD context."""
    collection: Collection = app.state.collections[resource.path]
    query_model = collection.question

    async def read_collection(request: Request, query: Annotated[query_model, Query()]) -> Response:  # type: ignore[valid-type]  # made above
        return await collection.page(query, asked=asked(request))

    async def read_member(
        request: Request,
        number: MemberNumber,
    ) -> Response:
        return await collection.member(number, asked=asked(request))

    add_route(
        app,
        f"/{resource.path}",
        read_collection,
        name=f"lees-{resource.path}",
        summary=f"Lees {resource.path}",
        answers=_answers(resource, collection=True),
    )
    add_route(
        app,
        f"/{resource.path}/{{id}}",
        read_member,
        name=f"lees-{resource.entity.name}",
        summary=f"Lees één {resource.singular}",
        answers=_answers(resource, collection=False),
    )


def collection_schema(name: str) -> dict[str, Any]:
    """Describe a page of a collection."""
    return {
        "type": "object",
        "title": f"{name}Verzameling",
        "properties": {
            "@context": {"type": "string", "format": "uri"},
            "totaalAantal": {"type": "integer", "minimum": 0},
            "items": {"type": "array", "items": reference(name)},
            "volgende": {"type": "string", "format": "uri", "description": "Adres van de volgende pagina."},
        },
        "required": ["@context", "totaalAantal", "items"],
    }


def _query_model(resource: Resource) -> type[BaseModel]:
    fields: dict[str, Any] = {
        f.name: (f.type | None, Field(default=None, description=f.text)) for f in resource.filters
    }
    fields["limiet"] = (
        Annotated[int, Field(ge=1, le=BIGGEST_LIMIT), InDigits],
        Field(default=DEFAULT_LIMIT, description="Hoeveel er hoogstens op een pagina staan."),
    )
    fields["cursor"] = (
        Annotated[str, Field(pattern=CURSOR_PATTERN)] | None,
        Field(default=None, description="Plaats in de verzameling, uit `volgende` van de vorige pagina."),
    )
    model: type[BaseModel] = create_model(f"{resource.schema}Vraag", __config__=ConfigDict(extra="forbid"), **fields)
    return model


def _answers(resource: Resource, *, collection: bool) -> Answers:
    name = f"{resource.schema}Verzameling" if collection else resource.schema
    content: dict[str, Any] = {JSON: {"schema": reference(name)}, JSON_LD: {"schema": reference(name)}}
    if resource.geometry:
        shape = geojson.COLLECTION_SCHEMA if collection else geojson.FEATURE_SCHEMA
        content[GEO_JSON] = {"schema": shape}
    return {**reading_answers(content), **({} if collection else MISSING)}
