"""Declaration of the test kit; tests replace its phases to run one engine at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_conformance.kit import (
    BddPlan,
    HttpPlan,
    Kit,
    Phase,
    SchemathesisPlan,
    ShaclPlan,
    Shape,
    Standard,
)
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from proeftuin_conformance.checks import CheckContext

TEXT = Text("Proef", "Trial")


def known_ids(ctx: CheckContext) -> dict[str, object]:
    """Ids that exist, so that operations are reached."""
    return {"path.gebouwId": [item["id"] for item in ctx.http.get("/gebouwen").json()["gebouwen"]]}


GENERATED = SchemathesisPlan(
    checks={
        "not_a_server_error": ("t-server",),
        "response_schema_conformance": ("t-schema",),
        "allow_header_conformance": ("t-allow",),
    },
    schema="component",
    max_examples={"quick": 2, "full": 4},
    parameters=known_ids,
)
LINKED = ShaclPlan(
    shapes=(
        Shape(
            id="gebouw",
            shapes="shapes/gebouw.ttl",
            verifies=("t-shape",),
            by_shape={"https://voorbeeld.example/shapes#Naam": "t-shape-naam"},
            resources=("/ld/gebouw",),
            contexts={"https://voorbeeld.example/context.jsonld": "shapes/context.jsonld"},
        ),
    )
)


KIT = Kit(
    id="proefkit",
    version="0.1.0",
    title=TEXT,
    summary=TEXT,
    standard=Standard(id="proef", version="1", url="https://voorbeeld.example/proef", title=TEXT),
    package="support.conformance_kit",
    phases=(
        Phase(id="http", title=TEXT, plan=HttpPlan()),
        Phase(id="generated", title=TEXT, plan=GENERATED, reset_before=True, modes=("full",)),
        Phase(id="scenarios", title=TEXT, plan=BddPlan(), modes=("full",)),
        Phase(id="linked", title=TEXT, plan=LINKED, modes=("full",)),
    ),
)
