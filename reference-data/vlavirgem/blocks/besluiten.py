"""Decisions and mandates: who governs, what was on the agenda, what was decided and how people voted."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import FastAPI, Path, Request
from starlette.responses import Response

from vlavirgem.blocks import ldes, notulen
from vlavirgem.blocks.answers import JSON_LD, base_url
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.epochs import GONE, Epoch
from vlavirgem.blocks.resources import (
    BIGGEST_NUMBER,
    Day,
    Filter,
    MemberNumber,
    Number,
    Resource,
    Text,
)
from vlavirgem.blocks.routes import MISSING, Answers, add_route, reading_answers, reference
from vlavirgem.blocks.served import Served
from vlavirgem.blocks.values import InDigits
from vlavirgem.linked import decisions, governance
from vlavirgem.linked.context import make_context
from vlavirgem.linked.mapping import expand

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

_Letters = Literal["GR", "CBS", "BM", "RMW", "VB", "BCSD"]
_IN_BODY = (
    "IN (SELECT b.id FROM bestuursorganen_in_tijd b JOIN bestuursorganen o ON o.id = b.bestuursorgaan_id"
    " WHERE o.afkorting = %s)"
)
_BODY = Filter("orgaan", f"t.orgaan_in_tijd_id {_IN_BODY}", _Letters, "Afkorting van het bestuursorgaan.")
_SEARCH = "strpos(lower(t.titel || ' ' || t.beschrijving), lower(%s)) > 0"
_IN_TERM = "%s::timestamptz BETWEEN t.{} AND t.{}"
_OF_MEETING = Filter("zittingId", "t.zitting_id = %s", Number, "Nummer van de zitting.")

UNITS = Resource("besturen", "bestuur", governance.UNIT)
BODIES = Resource(
    "bestuursorganen",
    "bestuursorgaan",
    governance.ADMINISTRATIVE_BODY,
    filters=(
        Filter("afkorting", "t.afkorting = %s", Text, "Afkorting, bijvoorbeeld GR."),
        Filter("bestuurId", "t.bestuurseenheid_id = %s", Number, "Nummer van het bestuur."),
    ),
)
BODIES_IN_TERM = Resource(
    "bestuursorganen-in-tijd",
    "bestuursorgaan in een periode",
    governance.BODY_IN_TERM,
    filters=(
        Filter("bestuursorgaanId", "t.bestuursorgaan_id = %s", Number, "Nummer van het bestuursorgaan."),
        Filter("op", _IN_TERM.format("binding_start", "binding_einde"), Day, "Periode waarin deze dag valt."),
    ),
)
GROUPS = Resource(
    "fracties",
    "fractie",
    governance.GROUP,
    filters=(Filter("orgaanInTijdId", "t.orgaan_in_tijd_id = %s", Number, "Nummer van de raad in een periode."),),
)
MANDATES = Resource(
    "mandaten",
    "mandaat",
    governance.MANDATE,
    filters=(Filter("orgaanInTijdId", "t.orgaan_in_tijd_id = %s", Number, "Nummer van het orgaan in een periode."),),
)
MANDATARIES = Resource(
    "mandatarissen",
    "mandataris",
    governance.MANDATARY,
    filters=(
        Filter("persoonId", "t.persoon_id = %s", Number, "Nummer van de inwoner."),
        Filter("fractieId", "t.fractie_id = %s", Number, "Nummer van de fractie."),
        Filter("mandaatId", "t.mandaat_id = %s", Number, "Nummer van het mandaat."),
        Filter("functie", "lower(j1.functie_naam) = lower(%s)", Text, "Functie in woorden, bijvoorbeeld schepen."),
        Filter("beleidsdomein", "%s = ANY(t.beleidsdomeinen)", Text, "Beleidsdomein van een schepen."),
        Filter("op", _IN_TERM.format("start", "einde"), Day, "Wie het mandaat op deze dag had."),
    ),
)
OFFICERS = Resource("functionarissen", "functionaris", governance.OFFICER)
MEETINGS = Resource(
    "zittingen",
    "zitting",
    decisions.MEETING,
    filters=(
        _BODY,
        Filter("van", "t.geplande_start >= %s", Day, "Vanaf deze dag."),
        Filter("tot", "t.geplande_start < %s::date + 1", Day, "Tot en met deze dag."),
        Filter("openbaar", "t.openbaar = %s", bool, "Of het publiek erbij mocht zijn."),
    ),
)
AGENDA_ITEMS = Resource(
    "agendapunten",
    "agendapunt",
    decisions.AGENDA_ITEM,
    filters=(
        _OF_MEETING,
        Filter("openbaar", "t.gepland_openbaar = %s", bool, "Of het punt openbaar was."),
        Filter("beleidsdomein", "t.beleidsdomein = %s", Text, "Beleidsdomein."),
        Filter("zoek", _SEARCH, Text, "Tekst in de titel of de beschrijving."),
    ),
)
TREATMENTS = Resource("behandelingen", "behandeling", decisions.TREATMENT, filters=(_OF_MEETING,))
DECISIONS = Resource(
    "besluiten",
    "besluit",
    decisions.DECISION,
    filters=(
        _BODY,
        Filter("zoek", _SEARCH, Text, "Tekst in de titel of de beschrijving."),
        Filter("nummer", "t.nummer = %s", Text, "Nummer voor mensen."),
        Filter("besluittype", "t.besluittype = %s", Text, "Code uit BesluitType van LBLOD."),
        Filter("agendapuntId", "t.agendapunt_id = %s", Number, "Nummer van het agendapunt."),
        Filter("van", "t.datum >= %s", Day, "Genomen vanaf deze dag."),
        Filter("tot", "t.datum <= %s", Day, "Genomen tot en met deze dag."),
        Filter(
            "rechtsgrondId",
            "t.id IN (SELECT v.besluit_id FROM verwijzingen v WHERE v.rechtsgrond_id = %s)",
            Number,
            "Nummer van een rechtsgrond.",
        ),
    ),
)
GROUNDS = Resource("rechtsgronden", "rechtsgrond", decisions.LEGAL_GROUND)
VOTES = Resource(
    "stemmingen",
    "stemming",
    decisions.VOTE,
    filters=(
        Filter("agendapuntId", "t.agendapunt_id = %s", Number, "Nummer van het agendapunt."),
        Filter("gevolg", "t.gevolg = %s", Literal["aanvaard", "verworpen"], "Gevolg."),
        Filter("geheim", "t.geheim = %s", bool, "Of de stemming geheim was."),
        Filter(
            "mandatarisId",
            "t.id IN (SELECT s.stemming_id FROM stemgedragingen s WHERE s.mandataris_id = %s AND s.stem <> 'afwezig')",
            Number,
            "Nummer van een mandataris die meestemde.",
        ),
    ),
)
RESOURCES = (
    UNITS,
    BODIES,
    BODIES_IN_TERM,
    GROUPS,
    MANDATES,
    MANDATARIES,
    OFFICERS,
    MEETINGS,
    AGENDA_ITEMS,
    TREATMENTS,
    DECISIONS,
    GROUNDS,
    VOTES,
)
_PUBLISHED = "t.gepubliceerd"
_MEETING_PUBLISHED = "((t.publicatiedatum + time '10:00') AT TIME ZONE 'Europe/Brussels')"
_DOCUMENT_SHAPE = "https://lblod.github.io/pages-vendors/assets/shacl/shacl-submission.ttl#DocumentShape"


def _decisions(
    connection: "DictConnection", served: Served, after: int, count: int
) -> list[tuple[dict[str, Any], datetime]]:
    rows = DECISIONS.reader.page(connection, conditions=[], after=after, limit=count)
    render = served.renderer(DECISIONS.entity)
    return [(render(row), row["gepubliceerd"]) for row in rows]


DECISION_STREAM = ldes.Stream(
    "besluiten",
    "ldes",
    "Besluiten van VlaVirGem",
    table="besluiten",
    moment=_PUBLISHED,
    context=lambda served: make_context(served.entity(decisions.DECISION), find=served.find),
    members=_decisions,
)


def _document_context(_served: Served) -> dict[str, Any]:
    return {
        "Document": expand("foaf:Document"),
        "documenttype": {"@id": expand("dct:type"), "@type": "@id"},
        "atLocation": {"@id": expand("prov:atLocation"), "@type": "@id"},
    }


def _document_stream(base: str) -> ldes.Stream:
    """Give the feed that LBLOD harvests: a document for every meeting whose minutes are published."""

    def members(
        connection: "DictConnection", _served: Served, after: int, count: int
    ) -> list[tuple[dict[str, Any], datetime]]:
        rows = connection.execute(
            f"SELECT t.id, {_MEETING_PUBLISHED} AS moment FROM zittingen t WHERE t.id > %s "  # noqa: S608 - our own SQL
            "ORDER BY t.id LIMIT %s".encode(),
            [after, count],
        )
        return [
            (
                {
                    "@id": decisions.MEETING.iri.iri.replace("{id}", str(row["id"])) + "#notulen",
                    "@type": "Document",
                    "documenttype": decisions.DOCUMENT_TYPES + decisions.MINUTES,
                    "atLocation": f"{base}/zittingen/{row['id']}/notulen",
                },
                row["moment"],
            )
            for row in rows
        ]

    return ldes.Stream(
        "publicaties",
        "publicaties",
        "Publicaties van VlaVirGem",
        table="zittingen",
        moment=_MEETING_PUBLISHED,
        context=_document_context,
        members=members,
        shape=_DOCUMENT_SHAPE,
    )


PageNumber = Annotated[int, Path(ge=1, le=BIGGEST_NUMBER, description="Nummer van de pagina, vanaf 1."), InDigits]


def add_routes(app: FastAPI) -> None:
    """Add the streams and the minutes."""

    def read_stream(request: Request) -> Response:
        return ldes.root_answer(request, DECISION_STREAM)

    def read_stream_page(request: Request, tijdperk: Epoch, pagina: PageNumber) -> Response:
        return ldes.page_answer(request, DECISION_STREAM, epoch=tijdperk, number=pagina)

    def read_publications(request: Request) -> Response:
        return ldes.root_answer(request, _document_stream(base_url(request)))

    def read_publications_page(request: Request, tijdperk: Epoch, pagina: PageNumber) -> Response:
        return ldes.page_answer(request, _document_stream(base_url(request)), epoch=tijdperk, number=pagina)

    def read_minutes(request: Request, number: MemberNumber) -> Response:
        return notulen.minutes_answer(request, number=number)

    stream = reading_answers({JSON_LD: {"schema": reference("EventStream")}})
    page = {**stream, **MISSING, **GONE}
    routes: tuple[tuple[str, Any, str, str, Answers], ...] = (
        ("ldes", read_stream, "lees-stroom", "Lees de stroom van besluiten (LDES)", stream),
        ("publicaties", read_publications, "lees-publicaties", "Lees de stroom van publicaties (LDES)", stream),
        ("ldes/{tijdperk}/{pagina}", read_stream_page, "lees-stroompagina", "Lees een pagina van de besluiten", page),
        (
            "publicaties/{tijdperk}/{pagina}",
            read_publications_page,
            "lees-publicatiepagina",
            "Lees een pagina van de publicaties",
            page,
        ),
    )
    for path, read, name, summary, answers in routes:
        add_route(app, f"/{path}", read, name=name, summary=summary, answers=answers, tag="ldes")
    add_route(
        app,
        "/zittingen/{id}/notulen",
        read_minutes,
        name="lees-notulen",
        summary="Lees de notulen van een zitting als webpagina met RDFa",
        answers={**reading_answers({notulen.HTML: {"schema": {"type": "string"}}}), **MISSING},
    )


BLOCK = Block(
    name="besluiten",
    version="1.1.0",
    title="Besluiten en mandaten VlaVirGem",
    text="Bestuursorganen, mandatarissen, zittingen, agendapunten, besluiten en stemmingen van de verzonnen gemeente "
    "VlaVirGem, in de termen van OSLO en LBLOD; besluiten en publicaties ook als Linked Data Event Stream. Fracties "
    "en besluiten zijn verzonnen.",
    resources=RESOURCES,
    extend=add_routes,
    schemas=ldes.schemas,
)
