"""What goes wrong in this town on purpose: read it, set it, end it."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import respond
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.routes import BROKEN, Answers, add_route, reading_answers, reference
from vlavirgem.blocks.values import AsNumber
from vlavirgem.disturbances import (
    ALWAYS,
    AMOUNTS,
    HEADER,
    KINDS,
    NOTHING,
    Disturbance,
    DisturbanceError,
    Plan,
    checked,
)
from vlavirgem.store.disturbances import read_setting, set_plan
from vlavirgem.store.locking import write_alone

_PATH = "/instelling"
_MOST_RULES = 20
_AMOUNTS = "; ".join(f"bij `{kind}` {one.text} (gewoonlijk {one.usual})" for kind, one in AMOUNTS.items())


class Rule(BaseModel):
    """Eén soort storing."""

    model_config = ConfigDict(extra="forbid", title="Storing")

    soort: Literal[KINDS] = Field(description="Wat er misgaat.")  # type: ignore[valid-type]  # a constant of ours
    waarde: Annotated[int, Field(ge=0, le=1_000_000), AsNumber] | None = Field(
        default=None, description=f"Hoeveel: {_AMOUNTS}."
    )
    kans: Annotated[int, Field(ge=1, le=ALWAYS), AsNumber] = Field(
        default=ALWAYS, description="In hoeveel van de honderd gevallen."
    )
    pad: str = Field(
        default="", pattern=r"^(/[A-Za-z0-9/_-]{0,199})?$", description="Alleen bij adressen die zo beginnen."
    )


class Setting(BaseModel):
    """Alles wat er in deze gemeente mag misgaan."""

    model_config = ConfigDict(extra="forbid", title="Storingsinstelling")

    seed: Annotated[int, Field(ge=0, le=10**12), AsNumber] = Field(
        default=1, description="Beslist mee welk verzoek gestoord wordt."
    )
    regels: Annotated[list[Rule], Field(max_length=_MOST_RULES)] = Field(description="Geen regels: er gaat niets mis.")


def add_routes(app: FastAPI) -> None:
    """Add the setting."""
    content = {"application/json": {"schema": reference("Storingen")}}
    changed: Answers = {200: {"description": "Ingesteld.", "content": content}, **BROKEN}
    stopped: Answers = {204: {"description": "Gestopt."}, **BROKEN}
    for method, handler, name, text, status, answers in (
        ("GET", read, "lees-storingen", "Lees wat er misgaat", 200, reading_answers(content)),
        ("PUT", replace, "zet-storingen", "Stel in wat er misgaat", 200, changed),
        ("DELETE", remove, "stop-storingen", "Laat niets meer misgaan", 204, stopped),
    ):
        add_route(app, _PATH, handler, name=name, summary=text, answers=answers, method=method, status=status)


def read(request: Request) -> Response:
    """Lees de instelling, en hoeveel verzoeken er sindsdien geteld zijn."""
    with request.app.state.connections.connection() as connection:
        plan, number = read_setting(connection)
    return respond(request, _document(plan, number=number))


def replace(request: Request, setting: Setting) -> Response:
    """Vervang de instelling; het tellen van verzoeken begint opnieuw. Terugzetten naar het begin wist ze."""
    plan = _plan(setting)
    with request.app.state.connections.transaction() as connection:
        write_alone(connection)
        set_plan(connection, plan)
    return respond(request, _document(plan, number=0))


def remove(request: Request) -> Response:
    """Laat alles weer gewoon werken."""
    with request.app.state.connections.transaction() as connection:
        write_alone(connection)
        set_plan(connection, Plan())
    return Response(status_code=204)


def _plan(setting: Setting) -> Plan:
    rules: list[Disturbance] = []
    faults = []
    for place, rule in enumerate(setting.regels):
        try:
            rules.append(checked(rule.soort, amount=rule.waarde, chance=rule.kans, path=rule.pad))
        except DisturbanceError as error:
            faults.append({"plaats": "body", "naam": f"regels.{place}.waarde", "reden": str(error)})
    if faults:
        raise Problem(
            400,
            "ongeldige-invoer",
            nl="De instelling klopt niet. Zie `fouten`.",
            en="The setting is not valid. See `fouten`.",
            extra={"fouten": faults},
        )
    return Plan(tuple(rules), seed=setting.seed)


def _document(plan: Plan, *, number: int) -> dict[str, Any]:
    rules = [
        {
            "soort": one.kind,
            **({"waarde": one.amount} if one.kind in AMOUNTS else {}),
            "kans": one.chance,
            "pad": one.path,
        }
        for one in plan.disturbances
    ]
    return {"actief": bool(rules), "seed": plan.seed, "regels": rules, "teller": number}


def schemas() -> dict[str, Any]:
    """Describe the setting as it is read, and the header that does the same for one request."""
    rule = {
        "type": "object",
        "properties": {
            "soort": {"type": "string", "enum": list(KINDS)},
            "waarde": {"type": "integer", "minimum": 0},
            "kans": {"type": "integer", "minimum": 1, "maximum": ALWAYS},
            "pad": {"type": "string"},
        },
        "required": ["soort", "kans", "pad"],
    }
    setting = {
        "type": "object",
        "title": "Storingen",
        "properties": {
            "actief": {"type": "boolean"},
            "seed": {"type": "integer"},
            "regels": {"type": "array", "items": rule},
            "teller": {"type": "integer", "minimum": 0, "description": "Verzoeken sinds de instelling."},
        },
        "required": ["actief", "seed", "regels", "teller"],
    }
    header = {
        "type": "string",
        "title": f"Header {HEADER}",
        "description": f"Bij een verzoek aan eender welke bouwsteen: wat er bij dat verzoek misgaat, of `{NOTHING}`. "
        "Bij een antwoord: wat er misging. Parameters: `kans`, `pad`, `seed` en `nummer`.",
        "examples": ["vertraging=500;kans=50, onbeschikbaar=2", "verouderd=3", "verbroken", NOTHING],
    }
    return {"Storingen": setting, "StoringHeader": header}


BLOCK = Block(
    name="storingen",
    version="1.0.0",
    title="Storingen VlaVirGem",
    text="Laat het in de verzonnen gemeente VlaVirGem met opzet misgaan, om te zien of uw toepassing dat verdraagt: "
    "traag, onbeschikbaar, verouderd, een verbroken verbinding, meldingen die verloren gaan of dubbel komen. Zonder "
    "instelling gaat er niets mis. Voor één verzoek kan het ook met de header `VlaVirGem-Storing`, bijvoorbeeld "
    "`vertraging=500;kans=50, onbeschikbaar=2`; zie het schema StoringHeader. Wat gestoord is, zegt dat in dezelfde "
    "header van het antwoord. Of een storing met een kans gebeurt, volgt uit de seed en het nummer van het verzoek: "
    "na een nieuwe instelling herhaalt alles zich. Een verouderd antwoord is de gemeente van een aantal wijzigingen "
    "geleden, met de ETag van toen.",
    resources=(),
    extend=add_routes,
    schemas=schemas,
)
