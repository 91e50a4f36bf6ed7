"""The fixed words of reports, in both languages."""

from __future__ import annotations

from proeftuin_conformance.outcomes import Blame, Outcome
from proeftuin_conformance.texts import Text

OUTCOMES = {
    Outcome.PASS: Text("geslaagd", "passed"),
    Outcome.FAIL: Text("niet geslaagd", "failed"),
    Outcome.SKIP: Text("niet na te gaan", "could not be verified"),
    Outcome.OMIT: Text("niet van toepassing", "not applicable"),
    Outcome.ERROR: Text("geen uitspraak", "inconclusive"),
    Outcome.NOT_TESTED: Text("niet getest", "not tested"),
}
RUNS = {
    Outcome.PASS: Text("De component voldoet aan alle geteste eisen.", "The component meets all tested requirements."),
    Outcome.FAIL: Text("De component voldoet niet aan alle eisen.", "The component does not meet all requirements."),
    Outcome.SKIP: Text(
        "Niet alle eisen konden worden nagegaan; er is geen uitspraak.",
        "Not all requirements could be verified; there is no verdict.",
    ),
    Outcome.ERROR: Text(
        "De test kon niet worden afgerond. Dit zegt niets over de component.",
        "The run could not be completed. This says nothing about the component.",
    ),
}
BLAMES = {
    Blame.SETUP: Text("opstelling", "set-up"),
    Blame.DATA: Text("gegevens", "data"),
    Blame.PRODUCT: Text("product", "product"),
    Blame.SUITE: Text("de test zelf", "the test itself"),
}
WORDS = {
    "report": Text("Testrapport", "Test report"),
    "requirement": Text("Eis", "Requirement"),
    "clause": Text("Bepaling", "Clause"),
    "level": Text("Niveau", "Level"),
    "outcome": Text("Uitkomst", "Outcome"),
    "reason": Text("Toelichting", "Explanation"),
    "expected": Text("Verwacht", "Expected"),
    "actual": Text("Gekregen", "Actual"),
    "sent": Text("Verstuurd", "Sent"),
    "received": Text("Antwoord", "Received"),
    "repeat": Text("Herhalen", "Repeat"),
    "repeat_all": Text(
        "Herhalen: eerst wat de test toen klaarzette, als laatste het verzoek waar het om gaat.",
        "Repeat: first what the test prepared, last the request that this is about.",
    ),
    "details": Text("Volledige melding", "Full message"),
    "do": Text("Wat te doen", "What to do"),
    "class": Text("Ligt aan", "Lies with"),
    "code": Text("Code", "Code"),
    "problems": Text("Problemen met de test", "Problems with the run"),
    "findings": Text("Bevindingen", "Findings"),
    "all": Text("Alle eisen", "All requirements"),
    "depth": Text("Hoe diep de test ging", "How deep the run went"),
    "facts": Text("Waarop dit rapport steunt", "What this report rests on"),
    "kit": Text("Kit", "Kit"),
    "standard": Text("Standaard", "Standard"),
    "component": Text("Component", "Component"),
    "address": Text("Adres", "Address"),
    "seed": Text("Startgetal", "Seed"),
    "mode": Text("Omvang", "Mode"),
    "town": Text("Testgemeente", "Town"),
    "tier": Text("Afscherming", "Isolation"),
    "versions": Text("Gereedschap", "Tools"),
    "moment": Text("Uitgevoerd", "Run"),
    "requests": Text("verzoeken verstuurd", "requests sent"),
    "reached": Text("bewerkingen gaven een geslaagd antwoord (2xx)", "operations answered successfully (2xx)"),
    "exercised": Text("eisen echt uitgeoefend", "requirements really exercised"),
    "not_tested": Text("eisen niet getest", "requirements not tested"),
    "same": Text("bevindingen over dezelfde eis", "findings on the same requirement"),
    "more": Text("eisen meer; zie het volledige rapport", "more requirements; see the full report"),
    "no_findings": Text("Geen bevindingen.", "No findings."),
    "headers": Text("Headers", "Headers"),
    "of": Text("van", "of"),
    "summary": Text("Samenvatting", "Summary"),
    "skip_to": Text("Naar de inhoud", "Skip to content"),
}
