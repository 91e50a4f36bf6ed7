"""Writing in the base registers, on the version that the visitor read: moves, contact details, house numbers."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.resources import MemberNumber, Resource, Row
from vlavirgem.blocks.routes import add_route
from vlavirgem.blocks.writing import (
    IdempotencyKey,
    IfMatch,
    Writing,
    answer_written,
    conflict,
    nothing_given,
    read_to_change,
    write,
    writing_answers,
)
from vlavirgem.living.events import CONTACT_CHANGED, MOVED, ORGANISATION_CONTACT_CHANGED, RENUMBERED
from vlavirgem.place import ID_BASE, PHONE_PREFIX
from vlavirgem.store.registers import move_household, number_is_taken, renumber, set_contact, why_not_home

_ADDRESS = f"^{ID_BASE.replace('.', '[.]')}adres/[1-9][0-9]{{0,14}}$"
Mail = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[A-Za-z0-9._+-]{1,64}@([a-z0-9-]{1,63}[.]){1,4}example$",
        description="Een adres op een domein dat op `.example` eindigt: zo bestaat het nooit echt (RFC 2606).",
    ),
]
Phone = Annotated[
    str,
    Field(
        pattern=f"^[+]{PHONE_PREFIX[1:]}[0-9]{{7}}$",
        description=f"{PHONE_PREFIX} en zeven cijfers: zo'n nummer kan niet bestaan.",
    ),
]


class Move(BaseModel):
    """Waar een huishouden gaat wonen."""

    model_config = ConfigDict(extra="forbid", title="Verhuizing")

    adres: str = Field(pattern=_ADDRESS, description="Woning in gebruik, waar niemand woont of werkt.")


class Contact(BaseModel):
    """De contactgegevens die anders worden; wat er niet in staat, blijft."""

    model_config = ConfigDict(extra="forbid", title="Contactwijziging", json_schema_extra={"minProperties": 1})

    email: Mail | None = None
    telefoon: Phone | None = None


class Renumbering(BaseModel):
    """Het nieuwe nummer van een adres."""

    model_config = ConfigDict(extra="forbid", title="Hernummering")

    huisnummer: str = Field(pattern=r"^[1-9][0-9]{0,4}[A-Z]?$", description="Huisnummer, eventueel met een letter.")
    busnummer: str | None = Field(default=None, pattern=r"^[A-Z0-9]{1,6}$", description="Busnummer; anders geen.")


def writing_routes(
    *, households: Resource, addresses: Resource, persons: Resource, organisations: Resource
) -> Callable[[FastAPI], None]:
    """Give what adds the routes that write in these collections."""

    def add_routes(app: FastAPI) -> None:
        _add(app, households, "verhuizingen", _move_in(households), text="Laat een huishouden verhuizen")
        _add(app, addresses, "hernummeringen", _renumbering_in(addresses), text="Geef een adres een ander nummer")
        for resource, kind in ((persons, CONTACT_CHANGED), (organisations, ORGANISATION_CONTACT_CHANGED)):
            change = _contact_change(resource, kind=kind)
            _add(app, resource, "contactinfo", change, method="PATCH", text="Verbeter een contactgegeven")

    return add_routes


def _move_in(households: Resource) -> Callable[..., Response]:
    def move(
        request: Request, number: MemberNumber, move: Move, if_match: IfMatch = None, key: IdempotencyKey = None
    ) -> Response:
        """Laat een huishouden verhuizen: wie er deel van is, verhuist mee. De geschiedenis staat in `wijzigingen`."""

        def do(writing: Writing) -> Response:
            household = read_to_change(request, households, number, writing=writing, if_match=if_match)
            address = int(move.adres.rpartition("/")[2])
            reason = why_not_home(writing.connection, address, household=household["id"])
            if reason:
                raise conflict("adres", reason, en="The household cannot come to live there.")
            move_household(writing.connection, number, address=address)
            writing.tell(MOVED, f"huishouden/{number}")
            return answer_written(request, households, number, writing=writing)

        return write(request, do, given=move, key=key)

    return move


def _renumbering_in(addresses: Resource) -> Callable[..., Response]:
    def change_number(
        request: Request,
        number: MemberNumber,
        renumbering: Renumbering,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response:
        """Geef een huis een ander nummer: er komt een nieuw adres, het oude blijft als `gehistoreerd` bestaan."""

        def do(writing: Writing) -> Response:
            address = read_to_change(request, addresses, number, writing=writing, if_match=if_match)
            _check_number(writing, address, renumbering)
            new = renumber(writing.connection, address, number=renumbering.huisnummer, box=renumbering.busnummer)
            writing.tell(RENUMBERED, f"adres/{number}")
            return answer_written(request, addresses, new, writing=writing)

        return write(request, do, given=renumbering, key=key)

    return change_number


def _contact_change(resource: Resource, *, kind: str) -> Callable[..., Response]:
    table: Literal["personen", "organisaties"] = "personen" if resource.path == "personen" else "organisaties"

    def change_contact(request: Request, number: MemberNumber, contact: Contact, if_match: IfMatch = None) -> Response:
        """Verbeter het e-mailadres of het telefoonnummer; wat u niet meestuurt, blijft zoals het is."""
        details = contact.model_dump(exclude_none=True)
        if not details:
            raise nothing_given()

        def do(writing: Writing) -> Response:
            row = read_to_change(request, resource, number, writing=writing, if_match=if_match)
            if row.get("overlijdensdatum") is not None:
                raise conflict("nummer", "deze persoon is overleden", en="This person has died.")
            set_contact(writing.connection, table, number, details)
            writing.tell(kind, f"{resource.entity.name}/{number}")
            return answer_written(request, resource, number, writing=writing, status=200)

        return write(request, do, given=contact, key=None)

    return change_contact


def _check_number(writing: Writing, address: Row, renumbering: Renumbering) -> None:
    if address["status"] not in ("voorgesteld", "inGebruik"):
        raise conflict("nummer", "dit adres is niet meer in gebruik", en="This address is no longer in use.")
    street, number, box = address["straatnaam_id"], renumbering.huisnummer, renumbering.busnummer
    if number_is_taken(writing.connection, street=street, number=number, box=box):
        raise conflict("huisnummer", "dit nummer is er al in deze straat", en="The street has this number already.")


def _add(
    app: FastAPI, resource: Resource, path: str, handler: Callable[..., Response], *, text: str, method: str = "POST"
) -> None:
    status = 201 if method == "POST" else 200
    add_route(
        app,
        f"/{resource.path}/{{id}}/{path}",
        handler,
        name=f"schrijf-{resource.path}-{path}",
        summary=text,
        answers=writing_answers(resource.schema, status=status, conflict="De gegevens laten het nu niet toe."),
        method=method,
        status=status,
    )
