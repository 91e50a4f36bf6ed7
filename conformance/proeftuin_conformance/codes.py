"""Stable codes for each kind of failure; never renumbered, never reused.

1xx pre-flight · 2xx during the run · 3xx verdicts on requirements · 9xx the suite itself. The table in
`conformance/README.md` lists the same codes; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from proeftuin_conformance.outcomes import Blame, Outcome
from proeftuin_conformance.texts import Text


@dataclass(frozen=True, slots=True)
class Code:
    """One failure class: who is to look at it, what it does to a verdict, what it means, what to do."""

    id: str
    blame: Blame
    outcome: Outcome
    meaning: Text
    remedy: Text

    def with_detail(self, detail: str) -> Text:
        """Say what it means, followed by what a library or the network said, which has no language."""
        return Text(nl=f"{self.meaning.nl} ({detail})", en=f"{self.meaning.en} ({detail})")


def _code(  # noqa: PLR0917 - a row of a table, read by position
    number: str, blame: Blame, outcome: Outcome, nl: str, en: str, do_nl: str, do_en: str
) -> tuple[str, Code]:
    return number, Code(number, blame, outcome, Text(nl, en), Text(do_nl, do_en))


CODES: dict[str, Code] = dict(
    [
        _code(
            "PT-101", Blame.SETUP, Outcome.ERROR,
            "Op het adres antwoordt niets.", "Nothing answers at the address.",
            "Controleer of de component draait en of het adres en de poort kloppen.",
            "Check that the component runs and that address and port are right.",
        ),
        _code(
            "PT-102", Blame.SETUP, Outcome.ERROR,
            "De component antwoordt niet op tijd.", "The component does not answer in time.",
            "Controleer of de component klaar is met opstarten, of geef een langere --timeout.",
            "Check that the component has started, or give a longer --timeout.",
        ),
        _code(
            "PT-103", Blame.SETUP, Outcome.ERROR,
            "De beveiligde verbinding (TLS) komt niet tot stand.", "The secure connection (TLS) fails.",
            "Controleer of het adres met http of https moet beginnen, en controleer het certificaat.",
            "Check whether the address must start with http or https, and check the certificate.",
        ),
        _code(
            "PT-104", Blame.SETUP, Outcome.ERROR,
            "De component meldt dat hij niet gezond is.", "The component says that it is not healthy.",
            "Bekijk de logboeken van de component en start de test opnieuw als hij gezond is.",
            "Look at the component's logs and start again once it is healthy.",
        ),
        _code(
            "PT-105", Blame.SETUP, Outcome.ERROR,
            "Terugzetten naar de begintoestand is mislukt.", "Resetting to the seed failed.",
            "Controleer het adres voor het terugzetten (--reset-url).",
            "Check the reset address (--reset-url).",
        ),
        _code(
            "PT-106", Blame.SETUP, Outcome.ERROR,
            "De testgemeente is niet bereikbaar.", "The test municipality cannot be reached.",
            "Geef het adres van de bouwstenen met --town-url en controleer of ze draaien.",
            "Give the address of the building blocks with --town-url and check that they run.",
        ),
        _code(
            "PT-107", Blame.SETUP, Outcome.ERROR,
            "Op het opgegeven adres staat geen OpenAPI-document.",
            "There is no OpenAPI document at the given address.",
            "Geef het juiste adres van het OpenAPI-document (--openapi).",
            "Give the right address of the OpenAPI document (--openapi).",
        ),
        _code(
            "PT-108", Blame.SETUP, Outcome.ERROR,
            "De component vraagt om aanmeldgegevens.", "The component asks for credentials.",
            "Geef een geldig toegangsbewijs mee, bijvoorbeeld --header 'Authorization: Bearer …'.",
            "Send valid credentials, for example --header 'Authorization: Bearer …'.",
        ),
        _code(
            "PT-110", Blame.PRODUCT, Outcome.FAIL,
            "De component geeft een serverfout (5xx) in plaats van zijn OpenAPI-document.",
            "The component answers with a server error (5xx) instead of its OpenAPI document.",
            "Bekijk de logboeken van de component: hij start, maar werkt niet.",
            "Look at the component's logs: it starts but does not work.",
        ),
        _code(
            "PT-111", Blame.PRODUCT, Outcome.FAIL,
            "Het OpenAPI-document is geen leesbare JSON of YAML.",
            "The OpenAPI document is not readable JSON or YAML.",
            "Publiceer het document als geldige JSON.", "Publish the document as valid JSON.",
        ),
        _code(
            "PT-112", Blame.PRODUCT, Outcome.FAIL,
            "Het OpenAPI-document is ongeldig.", "The OpenAPI document is not valid.",
            "Verbeter het document; controleer het met openapi-spec-validator.",
            "Correct the document; check it with openapi-spec-validator.",
        ),
        _code(
            "PT-113", Blame.PRODUCT, Outcome.FAIL,
            "Het OpenAPI-document is te groot.", "The OpenAPI document is too large.",
            "Maak het document kleiner of verhoog de grens.", "Make the document smaller or raise the limit.",
        ),
        _code(
            "PT-114", Blame.PRODUCT, Outcome.FAIL,
            "Het OpenAPI-document ontbreekt op zijn vaste plaats.",
            "The OpenAPI document is missing at its standard place.",
            "Publiceer het document op {basis}/openapi.json, of geef het adres met --openapi.",
            "Publish the document at {base}/openapi.json, or give its address with --openapi.",
        ),
        _code(
            "PT-201", Blame.SETUP, Outcome.ERROR,
            "De component antwoordde eerst wel en later niet meer.",
            "The component answered at first and stopped answering later.",
            "Bekijk de logboeken van de component rond het laatste verzoek en start de test opnieuw.",
            "Look at the component's logs around the last request and start the run again.",
        ),
        _code(
            "PT-202", Blame.SETUP, Outcome.ERROR,
            "De maximale duur van de test is bereikt.", "The wall time of the run is over.",
            "Geef de test meer tijd (--wall-time), of zoek waarom de component traag is.",
            "Give the run more time (--wall-time), or find out why the component is slow.",
        ),
        _code(
            "PT-203", Blame.SETUP, Outcome.ERROR,
            "De test is geannuleerd.", "The run was cancelled.",
            "Start de test opnieuw.", "Start the run again.",
        ),
        _code(
            "PT-204", Blame.PRODUCT, Outcome.ERROR,
            "Een antwoord is groter dan de grens; het lezen is gestopt.",
            "An answer is larger than the limit; reading was stopped.",
            "Deel grote lijsten op in bladzijden.", "Split large lists into pages.",
        ),
        _code(
            "PT-205", Blame.PRODUCT, Outcome.ERROR,
            "Een verzoek kreeg geen volledig antwoord op tijd.",
            "A request got no complete answer in time.",
            "Zoek waarom dit verzoek blijft hangen; het curl-commando toont welk verzoek het is.",
            "Find out why this request hangs; the curl command shows which one it is.",
        ),
        _code(
            "PT-206", Blame.PRODUCT, Outcome.ERROR,
            "De component verwijst door in een kring, te vaak, of naar een ander adres.",
            "The component redirects in a circle, too often, or to another origin.",
            "Geef het uiteindelijke adres op, of haal de doorverwijzing weg.",
            "Give the final address, or remove the redirect.",
        ),
        _code(
            "PT-208", Blame.PRODUCT, Outcome.ERROR,
            "De verbinding brak af of het antwoord is geen HTTP.",
            "The connection broke, or the answer is not HTTP.",
            "Bekijk de logboeken van de component rond dit verzoek.",
            "Look at the component's logs around this request.",
        ),
        _code(
            "PT-301", Blame.PRODUCT, Outcome.FAIL,
            "De component voldoet niet aan de eis.", "The component does not meet the requirement.",
            "Lees de eis, vergelijk verwacht en gekregen, en herhaal het verzoek met curl.",
            "Read the requirement, compare expected and actual, and repeat the request with curl.",
        ),
        _code(
            "PT-302", Blame.SUITE, Outcome.SKIP,
            "De test kon op niets worden toegepast.", "The test could be applied to nothing.",
            "Zorg dat de component gegevens heeft waarop de test kan werken.",
            "Make sure that the component has data the test can work with.",
        ),
        _code(
            "PT-303", Blame.DATA, Outcome.SKIP,
            "Niet elke bewerking gaf een geslaagd antwoord (2xx).",
            "Not every operation gave a successful answer (2xx).",
            "Controleer aanmeldgegevens en testgegevens: zonder geslaagd antwoord is er niets te toetsen.",
            "Check credentials and test data: without a successful answer there is nothing to judge.",
        ),
        _code(
            "PT-304", Blame.SUITE, Outcome.SKIP,
            "Dit deel van de test kon niet worden uitgevoerd.", "This part of the run could not be carried out.",
            "Los eerst de andere meldingen op.", "Solve the other messages first.",
        ),
        _code(
            "PT-305", Blame.PRODUCT, Outcome.FAIL,
            "Een gegenereerd verzoek kreeg een antwoord dat niet klopt met het OpenAPI-document.",
            "A generated request got an answer that does not match the OpenAPI document.",
            "Herhaal het verzoek met curl en vergelijk het antwoord met het OpenAPI-document.",
            "Repeat the request with curl and compare the answer with the OpenAPI document.",
        ),
        _code(
            "PT-306", Blame.PRODUCT, Outcome.FAIL,
            "Een scenario is mislukt.", "A scenario failed.",
            "Lees het scenario en de stap die mislukte, en herhaal het laatste verzoek met curl.",
            "Read the scenario and the step that failed, and repeat the last request with curl.",
        ),
        _code(
            "PT-308", Blame.DATA, Outcome.SKIP,
            "De eis kon niet worden nagegaan.", "The requirement could not be verified.",
            "Zorg voor wat het scenario of de test nodig heeft.",
            "Provide what the scenario or check needs.",
        ),
        _code(
            "PT-309", Blame.PRODUCT, Outcome.FAIL,
            "De gelinkte gegevens voldoen niet aan de SHACL-vorm.",
            "The linked data does not conform to the SHACL shape.",
            "Kijk welk pad en welke waarde de melding noemt.",
            "Look at the path and the value that the message names.",
        ),
        _code(
            "PT-310", Blame.DATA, Outcome.SKIP,
            "Geen enkel gegeven paste op de SHACL-vorm.", "No data matched the SHACL shape.",
            "Controleer het type (rdf:type) van de gegevens en of er gegevens zijn.",
            "Check the type (rdf:type) of the data and whether there is data.",
        ),
        _code(
            "PT-311", Blame.PRODUCT, Outcome.FAIL,
            "Het antwoord is niet te lezen als gelinkte gegevens (RDF).",
            "The answer cannot be read as linked data (RDF).",
            "Controleer de JSON-LD of Turtle en de context ervan.",
            "Check the JSON-LD or Turtle and its context.",
        ),
        _code(
            "PT-901", Blame.SUITE, Outcome.ERROR,
            "Een test van de kit is zelf vastgelopen.", "A check of the kit itself crashed.",
            "Dit ligt niet aan de component. Meld het aan de beheerder van de kit.",
            "This is not the component's fault. Report it to the kit's maintainer.",
        ),
        _code(
            "PT-902", Blame.SUITE, Outcome.ERROR,
            "Een testmotor is onverwacht gestopt.", "An engine stopped unexpectedly.",
            "Dit ligt niet aan de component. Start opnieuw; meld het als het terugkomt.",
            "This is not the component's fault. Start again; report it if it returns.",
        ),
        _code(
            "PT-903", Blame.SUITE, Outcome.ERROR,
            "Het rapport spreekt zichzelf tegen.", "The report contradicts itself.",
            "Dit ligt niet aan de component. Meld het.", "This is not the component's fault. Report it.",
        ),
        _code(
            "PT-904", Blame.SUITE, Outcome.ERROR,
            "De kit zelf bevat een fout.", "The kit itself is malformed.",
            "Dit ligt niet aan de component. Meld het aan de beheerder van de kit.",
            "This is not the component's fault. Report it to the kit's maintainer.",
        ),
        _code(
            "PT-905", Blame.SUITE, Outcome.ERROR,
            "Een stap van een scenario bestaat niet of de voorbereiding liep vast.",
            "A step of a scenario does not exist, or its preparation crashed.",
            "Dit ligt niet aan de component. Meld het aan de beheerder van de kit.",
            "This is not the component's fault. Report it to the kit's maintainer.",
        ),
        _code(
            "PT-906", Blame.SUITE, Outcome.ERROR,
            "Uit het OpenAPI-document konden geen verzoeken worden gemaakt.",
            "No requests could be generated from the OpenAPI document.",
            "Vereenvoudig het schema van de genoemde bewerking.",
            "Simplify the schema of the operation named.",
        ),
    ]
)  # fmt: skip
