"""Opening cases and moving them through the generic process."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, chosen_format, respond
from vlavirgem.blocks.dossiers.resource import CASES
from vlavirgem.blocks.problems import Problem, not_found
from vlavirgem.blocks.resources import MemberNumber
from vlavirgem.blocks.routes import BROKEN, MISSING, add_route, problem_answer, reading_answers, reference
from vlavirgem.blocks.writing import IdempotencyKey, IfMatch, Writing, answer_written, demand_version, write
from vlavirgem.living.events import STEPPED, SUBMITTED
from vlavirgem.place import ID_BASE
from vlavirgem.process import STATUSES, STEPS, CaseType, case_types, phase_of, step_of
from vlavirgem.store.cases import NewCase, open_case, read_case, set_status

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection, Row


def identifier_pattern(kind: str) -> str:
    """Give what the identifier of such a thing looks like: at most 15 digits, which fit the database's counters."""
    return f"^{ID_BASE.replace('.', '[.]')}{kind}/[1-9][0-9]{{0,14}}$"


Status = Literal[
    "Ingediend",
    "Ontvankelijk",
    "InVerwerking",
    "KlaarVoorBeslissing",
    "Beslist",
    "Goedgekeurd",
    "Geweigerd",
    "Uitgevoerd",
    "Betaald",
    "Stopgezet",
]
"""`vlavirgem.process.STATUSES`, once more: a type cannot be computed."""
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class Application(BaseModel):
    """Een aanvraag voor een product uit de productencatalogus."""

    model_config = ConfigDict(extra="forbid", title="Aanvraag")

    product: str = Field(
        pattern=identifier_pattern("product"), description="Product uit `/ipdc/v1/producten` met een `dossiertype`."
    )
    aanvrager: str = Field(
        pattern=identifier_pattern("persoon"), description="Persoon uit `/basisregisters/v1/personen`."
    )
    plaats: str | None = Field(
        default=None, pattern=identifier_pattern("adres"), description="Adres waarover de aanvraag gaat."
    )
    naam: Title | None = Field(default=None, description="Titel; anders de naam van het product.")


class StatusChange(BaseModel):
    """De volgende status van een dossier."""

    model_config = ConfigDict(extra="forbid", title="NieuweStatus")

    status: Status = Field(description="Code uit OSLO StatusVlaamseCode.")
    toelichting: Note | None = Field(default=None, description="Waarom, voor in de historiek.")


def add_routes(app: FastAPI) -> None:
    """Add the routes that change cases, and the ones that tell how they may change."""
    content = {"application/json": {"schema": reference("Dossier")}}
    location = {
        "Location": {"schema": {"type": "string", "format": "uri"}, "description": "Adres van het dossier."},
        "ETag": {"schema": {"type": "string"}, "description": "Versie van het dossier."},
    }
    created = {"description": "Gebeurd.", "content": content, "headers": location}
    add_route(
        app,
        "/dossiers",
        apply,
        name="open-dossier",
        summary="Dien een aanvraag in",
        answers={
            **BROKEN,
            201: created,
            409: problem_answer("De aanvraag verwijst naar iets dat er niet is."),
        },
        method="POST",
        status=201,
    )
    add_route(
        app,
        "/dossiers/{id}/statussen",
        change_status,
        name="zet-status",
        summary="Geef het dossier zijn volgende status",
        answers={
            **BROKEN,
            201: created,
            **MISSING,
            409: problem_answer("Het proces laat deze status nu niet toe."),
            412: problem_answer("Het dossier is intussen gewijzigd."),
        },
        method="POST",
        status=201,
    )
    add_route(
        app,
        "/dossiertypes",
        read_types,
        name="lees-dossiertypes",
        summary="Lees de soorten dossiers en hun proces",
        answers=reading_answers({JSON: {"schema": reference("Dossiertypes")}}),
    )


def apply(request: Request, application: Application, key: IdempotencyKey = None) -> Response:
    """Open een dossier voor een aanvraag."""

    def do(writing: Writing) -> Response:
        case, case_type = _checked(writing.connection, application)
        number = open_case(writing.connection, case, case_type=case_type, now=writing.now)
        writing.tell(SUBMITTED, f"dossier/{number}")
        return answer_written(request, CASES, number, writing=writing)

    return write(request, do, given=application, key=key)


def change_status(
    request: Request,
    number: MemberNumber,
    change: StatusChange,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Geef een dossier de volgende status, als het proces dat toelaat."""

    def do(writing: Writing) -> Response:
        case = case_to_change(request, number, writing=writing, if_match=if_match, optional=True)
        allowed = case_types()[case["dossiertype"]].following(case["status"])
        if change.status not in allowed:
            raise Problem(
                409,
                "status-niet-toegelaten",
                nl=f"Na {case['status']} kan dit dossier geen status {change.status} krijgen.",
                en=f"After {case['status']} this case cannot get status {change.status}.",
                extra={"toegelaten": list(allowed)},
            )
        set_status(writing.connection, case, status=change.status, note=change.toelichting, now=writing.now)
        writing.tell(STEPPED, f"dossier/{number}")
        return answer_written(request, CASES, number, writing=writing)

    return write(request, do, given=change, key=key)


def case_to_change(
    request: Request, number: int, *, writing: Writing, if_match: str | None, optional: bool = False
) -> "Row":
    """Read a case as it is kept, in the version that the visitor knows.

    Raises:
        Problem: 404, 412, or 428 unless the version is optional.
    """
    case = read_case(writing.connection, number)
    if case is None:
        raise not_found(f"Er is geen dossier met nummer {number}.", f"There is no case with number {number}.")
    demand_version(request, CASES, case, if_match=if_match, optional=optional)
    return case


def read_types(request: Request) -> Response:
    """Lees welke soorten dossiers er zijn en welke weg ze afleggen."""
    chosen_format(request, offered=(JSON,))
    return respond(request, {"stappen": list(STEPS), "items": [_type(t) for t in case_types().values()]})


def schemas() -> dict[str, Any]:
    """Describe what is not a plain resource."""
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    status = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "enum": list(STATUSES)},
            "stap": {"type": ["string", "null"]},
            "fase": text,
            "volgende": texts,
            "einde": {"type": "boolean"},
        },
        "required": ["code", "stap", "fase", "volgende", "einde"],
    }
    case_type = {
        "type": "object",
        "properties": {
            "code": text,
            "naam": text,
            "termijn": {"type": "integer"},
            "statussen": {"type": "array", "items": status},
        },
        "required": ["code", "naam", "termijn", "statussen"],
    }
    properties = {"stappen": texts, "items": {"type": "array", "items": case_type}}
    return {"Dossiertypes": {"type": "object", "properties": properties, "required": ["stappen", "items"]}}


def _type(case_type: CaseType) -> dict[str, Any]:
    return {
        "code": case_type.code,
        "naam": case_type.name,
        "termijn": case_type.term,
        "statussen": [
            {
                "code": status,
                "stap": step_of(status),
                "fase": phase_of(status),
                "volgende": list(case_type.following(status)),
                "einde": case_type.is_end(status),
            }
            for status in case_type.statuses
        ],
    }


def _checked(connection: "DictConnection", application: Application) -> tuple[NewCase, CaseType]:
    """Look up what an application refers to.

    Raises:
        Problem: 409 with every reference that leads nowhere now; what is written is valid in itself.
    """
    product = connection.execute(
        "SELECT id, naam, dossiertype FROM producten WHERE id = %s", [number_of(application.product)]
    ).fetchone()
    faults = []
    if product is None:
        faults.append(("product", "dit product bestaat niet"))
    elif product["dossiertype"] is None:
        faults.append(("product", "voor dit product opent de gemeente geen dossier"))
    if not _exists(connection, "personen", application.aanvrager):
        faults.append(("aanvrager", "deze persoon bestaat niet"))
    if application.plaats and not _exists(connection, "adressen", application.plaats):
        faults.append(("plaats", "dit adres bestaat niet"))
    if faults or product is None:
        names = ", ".join(name for name, _ in faults)
        raise Problem(
            409,
            "verwijzing-klopt-niet",
            nl=f"De aanvraag verwijst naar iets dat er niet is: {names}. Zie `fouten`.",
            en=f"The application refers to something that is not there: {names}. See `fouten`.",
            extra={"fouten": [{"plaats": "body", "naam": n, "reden": reason} for n, reason in faults]},
        )
    case = NewCase(
        product=product["id"],
        applicant=number_of(application.aanvrager),
        place=number_of(application.plaats) if application.plaats else None,
        title=application.naam or product["naam"],
    )
    return case, case_types()[product["dossiertype"]]


def _exists(connection: "DictConnection", table: Literal["personen", "adressen"], iri: str) -> bool:
    query = f"SELECT 1 FROM {table} WHERE id = %s"  # noqa: S608 - one of two names of ours
    return connection.execute(query.encode(), [number_of(iri)]).fetchone() is not None


def number_of(iri: str) -> int:
    """Give the number in an identifier."""
    return int(iri.rpartition("/")[2])
