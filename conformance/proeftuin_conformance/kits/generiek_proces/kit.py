"""Declares the kit `generiek-proces`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_conformance.kit import BddPlan, HttpPlan, Kit, Phase, SchemathesisPlan, ShaclPlan, Shape, Standard
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_conformance.checks import CheckContext

_SHAPES = "urn:proeftuin:vorm:generiek-proces:"


def _dossiers(ctx: CheckContext) -> tuple[str, ...]:
    from proeftuin_conformance.kits.generiek_proces.voorraad import dossiers  # noqa: PLC0415 - kit.py declares only

    return dossiers(ctx)


def _parameters(ctx: CheckContext) -> Mapping[str, object]:
    from proeftuin_conformance.kits.generiek_proces.voorraad import parameters  # noqa: PLC0415 - kit.py declares only

    return parameters(ctx)


def _shape(name: str) -> str:
    return f"{_SHAPES}{name}"


KIT = Kit(
    id="generiek-proces",
    version="1.0.0",
    title=Text(nl="Generiek proces met OSLO Dossier", en="Generic process with OSLO Dossier"),
    summary=Text(
        nl="Leidt een component dossiers volgens OSLO Dossier door intake, behandelen, besluiten en leveren?",
        en="Does a component lead OSLO Dossier cases through intake, treatment, decision and delivery?",
    ),
    standard=Standard(
        id="oslo-dossier",
        version="2023-09-25",
        url="https://data.vlaanderen.be/doc/applicatieprofiel/dossier/erkendestandaard/2023-09-25/",
        title=Text(nl="OSLO Dossier, met het generieke proces", en="OSLO Dossier, with the generic process"),
    ),
    package="proeftuin_conformance.kits.generiek_proces",
    needs_openapi=False,
    phases=(
        Phase(
            id="betekenis",
            title=Text(nl="Betekenis van de gegevens", en="Meaning of the data"),
            plan=HttpPlan(),
            reset_before=True,
        ),
        Phase(
            id="gedrag",
            title=Text(nl="Gedrag van het proces", en="Behaviour of the process"),
            plan=BddPlan(),
        ),
        Phase(
            id="gegevens",
            title=Text(nl="Gegevens volgens OSLO", en="Data according to OSLO"),
            plan=ShaclPlan(
                shapes=(
                    Shape(
                        id="dossiers",
                        shapes="shapes/dossier.ttl",
                        verifies=(),
                        resources=_dossiers,
                        by_shape={
                            _shape("Identificator"): "gp-02",
                            _shape("Zaak"): "gp-03",
                            _shape("Informatieclassificatie"): "gp-04",
                            _shape("Dienstverlening"): "gp-05",
                            _shape("Status"): "gp-09",
                            _shape("ZaakMetStappen"): "gp-12",
                            _shape("Procedurestap"): "gp-12",
                            _shape("Besluit"): "gp-13",
                            _shape("Output"): "gp-16",
                            _shape("Stuk"): "gp-19",
                        },
                    ),
                )
            ),
        ),
        Phase(
            id="contract",
            title=Text(nl="Contract van de API", en="Contract of the API"),
            reset_before=True,
            plan=SchemathesisPlan(
                checks={
                    "not_a_server_error": ("gp-26",),
                    "status_code_conformance": ("gp-26",),
                    "content_type_conformance": ("gp-26",),
                    "response_schema_conformance": ("gp-26",),
                    "negative_data_rejection": ("gp-07",),
                },
                expected_statuses={"negative_data_rejection": ("400", "404", "409", "415", "422")},
                parameters=_parameters,
            ),
        ),
    ),
)
