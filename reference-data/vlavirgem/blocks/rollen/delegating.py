"""Giving a role to a colleague for a time, and ending that early."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.resources import Day, MemberNumber, Resource, SentNumber
from vlavirgem.blocks.rollen.writing import add_writing
from vlavirgem.blocks.writing import (
    IdempotencyKey,
    IfMatch,
    Writing,
    answer_written,
    conflict,
    read_to_change,
    write,
)
from vlavirgem.living.events import DELEGATED, DELEGATION_ENDED
from vlavirgem.store.authority import read_employee, role_exists
from vlavirgem.store.delegations import (
    Delegation,
    delegate,
    end_delegation,
    got_it,
    has_part_of_it,
    is_given_already,
    own_right,
    taker_has_it,
)
from vlavirgem.store.today import town_day

Reason = Literal["verlof", "ziekteverlof", "opleiding", "andere"]
"""`vlavirgem.standing_in.REASONS`: a type cannot be computed."""
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class NewDelegation(BaseModel):
    """Een rol die een medewerker voor een tijd aan een collega geeft."""

    model_config = ConfigDict(extra="forbid", title="NieuweDelegatie")

    geverId: SentNumber = Field(description="Nummer van de medewerker die de rol geeft, en houdt.")  # noqa: N815 - as sent
    nemerId: SentNumber = Field(description="Nummer van de medewerker die ze krijgt.")  # noqa: N815 - idem
    rolId: SentNumber = Field(description="Nummer van de rol; de gever heeft ze door een toegangsrecht.")  # noqa: N815 - idem
    van: Day | None = Field(default=None, description="Eerste dag; anders vandaag in de gemeente.")
    tot: Day = Field(description="Eerste dag waarop het niet meer geldt: een delegatie houdt altijd op.")
    reden: Reason = Field(default="andere", description="Waarom.")
    toelichting: Note | None = Field(default=None, description="Uitleg.")

    @model_validator(mode="after")
    def _in_order(self) -> "NewDelegation":
        if self.van and self.tot <= self.van:
            raise ValueError("`tot` komt na `van`")
        return self


class EarlyEnd(BaseModel):
    """Het vroegere einde van een delegatie."""

    model_config = ConfigDict(extra="forbid", title="BeeindigingDelegatie")

    tot: Day | None = Field(
        default=None,
        description="Eerste dag waarop ze niet meer geldt; anders vandaag. Wat nog niet begon, begint dan nooit.",
    )


def delegating_routes(delegations: Resource) -> Callable[[FastAPI], None]:
    """Give what adds the routes that write delegations."""

    def give(request: Request, wanted: NewDelegation, key: IdempotencyKey = None) -> Response:
        """Geef een collega voor een tijd een rol; ze staat die tijd in de claims van wie aanmeldt."""

        def do(writing: Writing) -> Response:
            begins = wanted.van or town_day(writing.connection)
            asked = Delegation(wanted.geverId, wanted.nemerId, wanted.rolId, begins=begins, ends=wanted.tot)
            right = _right_to_give(writing, asked)
            number = delegate(writing.connection, asked, right=right, reason=wanted.reden, note=wanted.toelichting)
            writing.tell(DELEGATED, f"delegatie/{number}")
            return answer_written(request, delegations, number, writing=writing)

        return write(request, do, given=wanted, key=key)

    def end(
        request: Request, number: MemberNumber, ending: EarlyEnd, if_match: IfMatch = None, key: IdempotencyKey = None
    ) -> Response:
        """Laat een delegatie vroeger ophouden dan afgesproken; ze blijft in de geschiedenis."""

        def do(writing: Writing) -> Response:
            row = read_to_change(request, delegations, number, writing=writing, if_match=if_match)
            ends = ending.tot or max(town_day(writing.connection), row["van"])
            if ends < row["van"]:
                raise conflict("tot", "de delegatie begint dan nog niet", en="The delegation has not begun then.")
            if row["tot"] <= ends:
                raise conflict("tot", "de delegatie is dan al voorbij", en="The delegation is over then already.")
            end_delegation(writing.connection, number, ends=ends)
            writing.tell(DELEGATION_ENDED, f"delegatie/{number}")
            return answer_written(request, delegations, number, writing=writing)

        return write(request, do, given=ending, key=key)

    def add_routes(app: FastAPI) -> None:
        add_writing(
            app,
            delegations,
            make=(give, "geef-delegatie", "Geef een rol voor een tijd aan een collega"),
            end=(end, "beeindig-delegatie", "Laat een delegatie vroeger ophouden"),
        )

    return add_routes


def _right_to_give(writing: Writing, wanted: Delegation) -> int:
    """Give the access right that is delegated.

    Raises:
        Problem: 409, when it cannot be given.
    """
    connection = writing.connection
    if wanted.ends <= wanted.begins:
        raise conflict("tot", "de delegatie zou niet beginnen", en="The delegation would never begin.")
    if wanted.giver == wanted.taker:
        raise conflict("nemerId", "niemand geeft een rol aan zichzelf", en="Nobody gives a role to themselves.")
    _works(writing, wanted.giver, wanted, name="geverId")
    _works(writing, wanted.taker, wanted, name="nemerId")
    if not role_exists(connection, wanted.role):
        raise conflict("rolId", "deze rol is er niet", en="There is no such role.")
    right = own_right(connection, wanted)
    if right is None:
        raise _lacks_it(writing, wanted)
    if taker_has_it(connection, wanted):
        raise conflict("nemerId", "de nemer heeft die rol dan al", en="The taker has that role then already.")
    if is_given_already(connection, right, wanted):
        raise conflict(
            "van",
            "deze rol is dan al aan een collega gegeven",
            en="This role is given to a colleague then already.",
        )
    return right


def _works(writing: Writing, number: int, wanted: Delegation, *, name: str) -> None:
    employee = read_employee(writing.connection, number)
    if employee is None:
        raise conflict(name, "deze medewerker is er niet", en="There is no such employee.")
    if wanted.begins < employee["van"] or (employee["tot"] is not None and employee["tot"] < wanted.ends):
        raise conflict(
            name,
            "deze medewerker werkt er niet de hele tijd",
            en="The employee does not work here all that time.",
        )


def _lacks_it(writing: Writing, wanted: Delegation) -> Problem:
    if has_part_of_it(writing.connection, wanted):
        return conflict(
            "tot", "de gever heeft die rol niet de hele tijd", en="The giver does not have that role all that time."
        )
    if got_it(writing.connection, wanted):
        return Problem(
            409,
            "keten-van-delegaties",
            nl=f"Medewerker {wanted.giver} kreeg die rol zelf van een collega. Wat gekregen is, gaat niet verder.",
            en=f"Employee {wanted.giver} got that role from a colleague. What was given cannot be given on.",
        )
    return conflict("rolId", "de gever heeft die rol dan niet", en="The giver does not have that role then.")
