"""The words on the pages, in Dutch (B1, formal "u") and in English."""

from typing import Literal

Taal = Literal["nl", "en"]

TEKSTEN: dict[str, dict[Taal, str]] = {
    "titel": {"nl": "Dossierloket", "en": "Case desk"},
    "naar_inhoud": {"nl": "Naar de inhoud", "en": "Skip to the content"},
    "andere_taal": {"nl": "English", "en": "Nederlands"},
    "synthetisch": {
        "nl": "Dit is een oefenomgeving. Alle personen en dossiers zijn verzonnen.",
        "en": "This is a test environment. All persons and cases are invented.",
    },
    "dossiers": {"nl": "Dossiers", "en": "Cases"},
    "dossiers_uitleg": {
        "nl": "De dossiers van dit loket, de oudste eerst.",
        "en": "The cases of this desk, oldest first.",
    },
    "nummer": {"nl": "Nummer", "en": "Number"},
    "onderwerp": {"nl": "Onderwerp", "en": "Subject"},
    "aanvrager": {"nl": "Aanvrager", "en": "Applicant"},
    "status": {"nl": "Status", "en": "Status"},
    "geopend": {"nl": "Geopend op", "en": "Opened on"},
    "volgende_bladzijde": {"nl": "Volgende dossiers", "en": "Next cases"},
    "geen": {"nl": "Er zijn nog geen dossiers.", "en": "There are no cases yet."},
    "nieuw": {"nl": "Nieuwe aanvraag", "en": "New application"},
    "product": {"nl": "Product", "en": "Product"},
    "naam_aanvrager": {"nl": "Naam van de aanvrager", "en": "Name of the applicant"},
    "indienen": {"nl": "Aanvraag indienen", "en": "Hand in the application"},
    "terug": {"nl": "Terug naar de lijst", "en": "Back to the list"},
    "verloop": {"nl": "Verloop", "en": "History"},
    "wanneer": {"nl": "Wanneer (UTC)", "en": "When (UTC)"},
    "toelichting": {"nl": "Toelichting", "en": "Explanation"},
    "stukken": {"nl": "Stukken", "en": "Documents"},
    "geen_stukken": {"nl": "Dit dossier heeft geen stukken.", "en": "This case has no documents."},
    "besluit": {"nl": "Besluit", "en": "Decision"},
    "uitkomst": {"nl": "Uitkomst", "en": "Outcome"},
    "motivering": {"nl": "Motivering", "en": "Grounds"},
    "beslissen": {"nl": "Besluit nemen", "en": "Decide"},
    "verder": {"nl": "Volgende stap", "en": "Next step"},
    "zet_status": {"nl": "Zet op", "en": "Set to"},
    "leveren": {"nl": "Leveren", "en": "Deliver"},
    "wat_geleverd": {"nl": "Wat krijgt de aanvrager?", "en": "What does the applicant get?"},
    "geleverd": {"nl": "Geleverd", "en": "Delivered"},
    "intrekken": {"nl": "Aanvraag intrekken", "en": "Withdraw the application"},
    "reden": {"nl": "Reden", "en": "Reason"},
    "afgesloten": {"nl": "Dit dossier is afgesloten.", "en": "This case is closed."},
    "als_data": {"nl": "Dit dossier als OSLO JSON-LD", "en": "This case as OSLO JSON-LD"},
    "api": {"nl": "Beschrijving van de API (OpenAPI)", "en": "Description of the API (OpenAPI)"},
    "fout": {"nl": "Dat lukte niet", "en": "That did not work"},
    "invullen": {
        "nl": "Vul alle velden in, met hoogstens 2000 tekens.",
        "en": "Fill in all fields, 2000 characters at most.",
    },
    "niet_mogelijk": {
        "nl": "Dit kan nu niet. Misschien heeft iemand het dossier intussen gewijzigd.",
        "en": "This is not possible now. Perhaps somebody changed the case in the meantime.",
    },
    "onbekend": {"nl": "Deze bladzijde bestaat niet.", "en": "This page does not exist."},
    "Ingediend": {"nl": "Ingediend", "en": "Handed in"},
    "InVerwerking": {"nl": "In verwerking", "en": "In treatment"},
    "KlaarVoorBeslissing": {"nl": "Klaar voor beslissing", "en": "Ready for decision"},
    "Goedgekeurd": {"nl": "Goedgekeurd", "en": "Approved"},
    "Geweigerd": {"nl": "Geweigerd", "en": "Refused"},
    "Uitgevoerd": {"nl": "Uitgevoerd", "en": "Delivered"},
    "Stopgezet": {"nl": "Stopgezet", "en": "Withdrawn"},
}  # fmt: skip


def woorden(taal: Taal) -> dict[str, str]:
    """All words in one language."""
    return {sleutel: tekst[taal] for sleutel, tekst in TEKSTEN.items()}
