"""Giving somebody a role and taking it away, so that a tester sees what a changed authority does."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from vlavirgem.blocks.resources import Day, MemberNumber, Resource, SentNumber
from vlavirgem.blocks.routes import Answers, add_route
from vlavirgem.blocks.writing import (
    IdempotencyKey,
    IfMatch,
    Writing,
    answer_written,
    conflict,
    read_to_change,
    write,
    writing_answers,
)
from vlavirgem.living.events import RIGHT_ENDED, RIGHT_GIVEN
from vlavirgem.store.authority import end_right, give_right, has_right, read_employee, role_exists
from vlavirgem.store.delegations import end_those_of
from vlavirgem.store.today import town_day


class NewRight(BaseModel):
    """Een rol die een medewerker krijgt."""

    model_config = ConfigDict(extra="forbid", title="NieuwToegangsrecht")

    medewerkerId: SentNumber = Field(description="Nummer van de medewerker.")  # noqa: N815 - as sent
    rolId: SentNumber = Field(description="Nummer van de rol.")  # noqa: N815 - idem
    van: Day | None = Field(default=None, description="Eerste dag; anders vandaag in de gemeente.")
    tot: Day | None = Field(default=None, description="Eerste dag waarop het niet meer geldt.")

    @model_validator(mode="after")
    def _in_order(self) -> "NewRight":
        if self.van and self.tot and self.tot <= self.van:
            raise ValueError("`tot` komt na `van`")
        return self


class Ending(BaseModel):
    """Het einde van een toegangsrecht."""

    model_config = ConfigDict(extra="forbid", title="Beeindiging")

    tot: Day | None = Field(default=None, description="Eerste dag waarop het niet meer geldt; anders vandaag.")


def writing_routes(rights: Resource) -> Any:
    """Give what adds the routes that write access rights."""

    def give(request: Request, wanted: NewRight, key: IdempotencyKey = None) -> Response:
        """Geef een medewerker een rol; ze staat meteen in de claims van wie aanmeldt."""

        def do(writing: Writing) -> Response:
            begins = wanted.van or town_day(writing.connection)
            _check(writing, wanted, begins=begins)
            number = give_right(
                writing.connection, employee=wanted.medewerkerId, role=wanted.rolId, begins=begins, ends=wanted.tot
            )
            writing.tell(RIGHT_GIVEN, f"toegangsrecht/{number}")
            return answer_written(request, rights, number, writing=writing)

        return write(request, do, given=wanted, key=key)

    def end(
        request: Request, number: MemberNumber, ending: Ending, if_match: IfMatch = None, key: IdempotencyKey = None
    ) -> Response:
        """Laat een rol ophouden; ze blijft in de geschiedenis. De delegaties ervan houden mee op."""

        def do(writing: Writing) -> Response:
            row = read_to_change(request, rights, number, writing=writing, if_match=if_match)
            ends = ending.tot or town_day(writing.connection)
            if ends <= row["van"] or (row["tot"] is not None and row["tot"] <= ends):
                raise conflict("tot", "het recht loopt dan niet", en="The right does not count on that day.")
            end_right(writing.connection, number, ends=ends)
            end_those_of(writing.connection, number, ends=ends)
            writing.tell(RIGHT_ENDED, f"toegangsrecht/{number}")
            return answer_written(request, rights, number, writing=writing)

        return write(request, do, given=ending, key=key)

    def add_routes(app: FastAPI) -> None:
        add_writing(
            app,
            rights,
            make=(give, "geef-toegangsrecht", "Geef een medewerker een rol"),
            end=(end, "beeindig-toegangsrecht", "Neem een rol af"),
        )

    return add_routes


def add_writing(
    app: FastAPI,
    resource: Resource,
    *,
    make: tuple[Callable[..., Response], str, str],
    end: tuple[Callable[..., Response], str, str],
) -> None:
    """Add the routes that make a member of a collection and that end one: handler, name and summary of each."""
    answers = writing_answers(resource.schema, status=201, conflict="De gegevens laten het nu niet toe.")
    made: Answers = {code: answers[code] for code in (201, 400, 409, 503)}
    for path, (handler, name, summary), described in (
        (f"/{resource.path}", make, made),
        (f"/{resource.path}/{{id}}/beeindigingen", end, answers),
    ):
        add_route(app, path, handler, name=name, summary=summary, answers=described, method="POST", status=201)


def _check(writing: Writing, wanted: NewRight, *, begins: date) -> None:
    employee = read_employee(writing.connection, wanted.medewerkerId)
    if employee is None:
        raise conflict("medewerkerId", "deze medewerker is er niet", en="There is no such employee.")
    if not role_exists(writing.connection, wanted.rolId):
        raise conflict("rolId", "deze rol is er niet", en="There is no such role.")
    if begins < employee["van"] or (employee["tot"] is not None and employee["tot"] <= begins):
        raise conflict("van", "deze medewerker werkt er dan niet", en="The employee does not work here then.")
    if wanted.tot is not None and wanted.tot <= begins:
        raise conflict("tot", "het recht zou niet beginnen", en="The right would never begin.")
    if has_right(writing.connection, employee=wanted.medewerkerId, role=wanted.rolId, begins=begins, ends=wanted.tot):
        raise conflict("rolId", "deze medewerker heeft die rol dan al", en="The employee has that role then already.")
