"""The registration of this building block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.resources import Day, Filter, Number, Resource, Text
from vlavirgem.blocks.rollen import routes
from vlavirgem.blocks.rollen.delegating import delegating_routes
from vlavirgem.blocks.rollen.documents import schemas
from vlavirgem.blocks.rollen.writing import writing_routes
from vlavirgem.linked import organisations

if TYPE_CHECKING:
    from fastapi import FastAPI

ROLES = Resource(
    "rollen",
    "rol",
    organisations.ROLE,
    filters=(
        Filter("code", "t.code = %s", Text, "Code, zoals in een rolclaim van ACM/IDM."),
        Filter("toepassing", "lower(t.toepassing) = lower(%s)", Text, "Toepassing, hoofdletters tellen niet."),
    ),
)
ACCESS_RIGHTS = Resource(
    "toegangsrechten",
    "toegangsrecht",
    organisations.ACCESS_RIGHT,
    filters=(
        Filter("medewerkerId", "t.medewerker_id = %s", Number, "Nummer van de medewerker."),
        Filter("rolId", "t.rol_id = %s", Number, "Nummer van de rol."),
        Filter("op", "daterange(t.van, t.tot) @> %s::date", Day, "Wat op deze dag gold."),
    ),
)
DELEGATIONS = Resource(
    "delegaties",
    "delegatie",
    organisations.DELEGATION,
    filters=(
        Filter("medewerkerId", "%s IN (t.gever_id, t.nemer_id)", Number, "Nummer van wie de rol geeft of krijgt."),
        Filter("geverId", "t.gever_id = %s", Number, "Nummer van de medewerker die de rol geeft."),
        Filter("nemerId", "t.nemer_id = %s", Number, "Nummer van de medewerker die de rol krijgt."),
        Filter("toegangsrechtId", "t.toegangsrecht_id = %s", Number, "Nummer van het toegangsrecht."),
        Filter(
            "rolId",
            "t.toegangsrecht_id IN (SELECT id FROM toegangsrechten WHERE rol_id = %s)",
            Number,
            "Nummer van de rol.",
        ),
        Filter("op", "daterange(t.van, t.tot) @> %s::date", Day, "Wat op deze dag gold."),
    ),
)


def add_routes(app: FastAPI) -> None:
    """Add the routes that are no plain reading of rows."""
    routes.add_routes(app)
    writing_routes(ACCESS_RIGHTS)(app)
    delegating_routes(DELEGATIONS)(app)


BLOCK = Block(
    name="rollen",
    version="1.0.0",
    title="Rollen en mandaten VlaVirGem",
    text="Wie mag of mocht wat, en waarom, in de verzonnen gemeente VlaVirGem: rollen van medewerkers, mandaten en "
    "leidinggevende functies, elk met hun periode. `controle` zegt of iemand iets mag op een dag, met redenen. Een "
    "rol geven, afnemen of voor een tijd aan een collega geven (`delegaties`) kan ook: ze staat dan meteen in de "
    "claims van wie aanmeldt bij `/identiteit/v1`. Mandaten en hun wijzigingen staan bij `/besluiten/v1`. Alle "
    "gegevens zijn synthetisch.",
    resources=(ROLES, ACCESS_RIGHTS, DELEGATIONS),
    extend=add_routes,
    schemas=schemas,
)
