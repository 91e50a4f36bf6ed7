"""Who works for the administrations, and what is bought from whom; what they may do is in `rollen`."""

from __future__ import annotations

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.resources import Day, Filter, Number, Resource, Text
from vlavirgem.linked import organisations

EMPLOYEES = Resource(
    "medewerkers",
    "medewerker",
    organisations.EMPLOYEE,
    filters=(
        Filter("organisatieId", "t.organisatie_id = %s", Number, "Nummer van de werkgever."),
        Filter("persoonId", "t.persoon_id = %s", Number, "Nummer van de inwoner."),
        Filter("op", "daterange(t.van, t.tot) @> %s::date", Day, "Wie er op deze dag werkte."),
        Filter("dienst", "lower(t.dienst) = lower(%s)", Text, "Dienst, hoofdletters tellen niet."),
    ),
)
VENDORS = Resource(
    "leveranciers",
    "leverancier",
    organisations.VENDOR,
    filters=(Filter("organisatieId", "t.organisatie_id = %s", Number, "Nummer van de organisatie."),),
)
CONTRACTS = Resource("raamcontracten", "raamcontract", organisations.FRAMEWORK_CONTRACT)
LOTS = Resource(
    "raamcontractpercelen",
    "perceel van een raamcontract",
    organisations.CONTRACT_LOT,
    filters=(
        Filter("raamcontractId", "t.raamcontract_id = %s", Number, "Nummer van het raamcontract."),
        Filter("leverancierId", "t.leverancier_id = %s", Number, "Nummer van de leverancier."),
    ),
)
BLOCK = Block(
    name="medewerkers",
    version="1.0.0",
    title="Medewerkers en contracten VlaVirGem",
    text="Medewerkers van gemeente, OCMW en politiezone en de raamcontracten van "
    "de verzonnen gemeente VlaVirGem. Alle gegevens zijn synthetisch.",
    resources=(EMPLOYEES, VENDORS, CONTRACTS, LOTS),
)
