"""Asking who is entitled to what on which day, and whether somebody may do something."""

from operator import attrgetter, itemgetter
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from vlavirgem.acts import acts, find_act
from vlavirgem.blocks.answers import JSON, JSON_LD, base_url, chosen_format, read_cursor, respond
from vlavirgem.blocks.paging import DEFAULT_LIMIT, Cursor, Limit, PageQuestion, respond_with_page
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.resources import Day, Number
from vlavirgem.blocks.rollen.checking import check
from vlavirgem.blocks.rollen.documents import CONTEXT, act_document, authority_document, check_document, context
from vlavirgem.blocks.routes import Answers, add_route, problem_answer, reading_answers, reference
from vlavirgem.store.authority import (
    KINDS,
    Wanted,
    count_authorities,
    read_authorities,
    read_employee,
    read_person,
)
from vlavirgem.store.today import town_day

_CODES = tuple(act.code for act in acts())
_FORMATS = (JSON, JSON_LD)
_Act = Literal[_CODES]  # type: ignore[valid-type]  # made above


class _Authorities(BaseModel):
    model_config = ConfigDict(extra="forbid")

    persoonId: Number | None = Field(default=None, description="Nummer van de inwoner.")  # noqa: N815 - as asked
    medewerkerId: Number | None = Field(default=None, description="Nummer van de medewerker.")  # noqa: N815 - idem
    soort: Literal[KINDS] | None = Field(default=None, description="Waar de bevoegdheid vandaan komt.")  # type: ignore[valid-type]  # a constant
    handeling: _Act | None = Field(default=None, description="Enkel wat deze handeling toelaat.")
    op: Day | None = Field(default=None, description="Enkel wat op deze dag geldt of gold.")
    limiet: Limit = DEFAULT_LIMIT
    cursor: Cursor = None


class _Check(BaseModel):
    model_config = ConfigDict(extra="forbid")

    handeling: _Act = Field(description="Wat; zie `handelingen`.")
    persoonId: Number | None = Field(default=None, description="Nummer van de inwoner.")  # noqa: N815 - as asked
    medewerkerId: Number | None = Field(default=None, description="Nummer van de medewerker.")  # noqa: N815 - idem
    op: Day | None = Field(default=None, description="Wanneer; anders de dag die het in de gemeente is.")
    beleidsdomein: str | None = Field(default=None, min_length=1, max_length=60, pattern=r"^[a-z-]+$")

    @model_validator(mode="after")
    def _one(self) -> "_Check":
        if (self.persoonId is None) == (self.medewerkerId is None):
            raise ValueError("geef persoonId of medewerkerId, niet allebei")
        return self


def add_routes(app: FastAPI) -> None:
    """Add the routes."""
    missing: Answers = {404: problem_answer("Deze persoon is er niet.")}
    routes: tuple[tuple[str, Any, str, str, str, Answers], ...] = (
        ("bevoegdheden", read_all, "lees-bevoegdheden", "Lees wie wat mag of mocht", "BevoegdheidVerzameling", {}),
        ("handelingen", read_acts, "lees-handelingen", "Lees wat er te mogen valt", "HandelingVerzameling", {}),
        ("controle", read_check, "lees-controle", "Vraag of iemand iets mag op een dag", "Controle", missing),
    )
    for path, handler, name, text, schema, more in routes:
        content = {media_type: {"schema": reference(schema)} for media_type in _FORMATS}
        add_route(app, f"/{path}", handler, name=name, summary=text, answers={**reading_answers(content), **more})
    app.add_api_route(f"/contexten/{CONTEXT}.jsonld", read_context, methods=["GET"], include_in_schema=False)


def read_all(request: Request, query: Annotated[_Authorities, Query()]) -> Response:
    """Lees rollen, mandaten en functies samen, elk met periode, houder en wat ze toelaten."""
    media_type = chosen_format(request, offered=_FORMATS)
    act = find_act(query.handeling) if query.handeling else None
    wanted = Wanted(
        person=query.persoonId,
        employee=query.medewerkerId,
        kind=query.soort,
        grounds=act.grounds if act else None,
        day=query.op,
    )
    with request.app.state.connections.transaction() as connection:
        rows = read_authorities(connection, wanted, after=read_cursor(query.cursor), limit=query.limiet + 1)
        total = count_authorities(connection, wanted)
    return respond_with_page(
        request,
        "bevoegdheden",
        rows,
        question=query,
        total=total,
        document=authority_document,
        place=attrgetter("place"),
        context=_context(request),
        media_type=media_type,
    )


def read_acts(request: Request, query: Annotated[PageQuestion, Query()]) -> Response:
    """Lees welke handelingen er zijn, en welke rol of functie ze toelaat."""
    media_type = chosen_format(request, offered=_FORMATS)
    known, after = acts(), read_cursor(query.cursor)
    return respond_with_page(
        request,
        "handelingen",
        list(enumerate(known, start=1))[after : after + query.limiet + 1],
        question=query,
        total=len(known),
        document=lambda row: act_document(row[1]),
        place=itemgetter(0),
        context=_context(request),
        media_type=media_type,
    )


def read_check(request: Request, query: Annotated[_Check, Query()]) -> Response:
    """Vraag of iemand iets mag, vandaag of op een andere dag; `redenen` zegt waarom, ook als het niet mag."""
    media_type = chosen_format(request, offered=_FORMATS)
    act = find_act(query.handeling)
    assert act is not None  # noqa: S101 - the parameter can be nothing else
    with request.app.state.connections.transaction() as connection:
        day = query.op or town_day(connection)
        if query.persoonId is not None:
            who, known = f"persoon/{query.persoonId}", read_person(connection, query.persoonId)
        else:
            who, known = f"medewerker/{query.medewerkerId}", read_employee(connection, query.medewerkerId or 0)
        if known is None:
            raise not_found(f"Er is geen {who}.", f"There is no {who}.")
        wanted = Wanted(person=query.persoonId, employee=query.medewerkerId)
        authorities = read_authorities(connection, wanted)
    verdict = check(act, authorities, day=day, domain=query.beleidsdomein)
    document = check_document(verdict, act=act, who=who, day=day, domain=query.beleidsdomein)
    return respond(request, {"@context": _context(request), **document}, media_type=media_type)


def read_context(request: Request) -> Response:
    """Geef de JSON-LD-context."""
    return respond(request, {"@context": context()}, media_type=JSON_LD)


def _context(request: Request) -> str:
    return f"{base_url(request)}/contexten/{CONTEXT}.jsonld"
