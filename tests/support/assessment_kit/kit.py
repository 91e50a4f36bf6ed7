"""Declaration of the test kit `toetskit`."""

from __future__ import annotations

from proeftuin_conformance.kit import HttpPlan, Kit, Phase, Standard
from proeftuin_conformance.texts import Text

KIT = Kit(
    id="toetskit",
    version="1.2.0",
    title=Text("Toetskit", "Trial kit"),
    summary=Text("Voor tests van het platform.", "For tests of the platform."),
    standard=Standard(
        id="norm", version="3", url="https://voorbeeld.example/norm", title=Text("Voorbeeldnorm", "Example standard")
    ),
    package="support.assessment_kit",
    actors={"aanbieder": Text("Aanbieder", "Provider")},
    phases=(Phase(id="http", title=Text("Regels", "Rules"), plan=HttpPlan(), reset_before=True),),
    needs_openapi=False,
)
