"""Declaration of the kit `api-regels`."""

from __future__ import annotations

from proeftuin_conformance.kit import HttpPlan, Kit, Phase, Standard
from proeftuin_conformance.texts import Text

KIT = Kit(
    id="api-regels",
    version="1.0.0",
    title=Text("API-regels", "API rules"),
    summary=Text(
        "Gaat de technisch toetsbare regels van de NLGov REST API Design Rules na bij een draaiende API, met het"
        " OpenAPI-document als leidraad. De kit leest alleen: hij stuurt geen geldige wijzigingen.",
        "Verifies the technically testable rules of the NLGov REST API Design Rules against a running API, guided"
        " by its OpenAPI document. The kit only reads: it sends no valid changes.",
    ),
    standard=Standard(
        id="nlgov-api-design-rules",
        version="2.2.0",
        url="https://logius-standaarden.github.io/API-Design-Rules/",
        title=Text("NLGov REST API Design Rules 2.2", "NLGov REST API Design Rules 2.2"),
    ),
    package="proeftuin_conformance.kits.api_regels",
    actors={"aanbieder": Text("Aanbieder van de API", "Provider of the API")},
    phases=(
        Phase(
            id="document",
            title=Text("Regels voor het OpenAPI-document", "Rules for the OpenAPI document"),
            plan=HttpPlan(module="document_checks"),
        ),
        Phase(
            id="gedrag",
            title=Text("Regels voor het gedrag", "Rules for the behaviour"),
            plan=HttpPlan(module="behaviour_checks"),
        ),
    ),
)
