"""The addresses of all pages, each in the states worth looking at."""

from __future__ import annotations

from support import portal_images as images
from support import portal_rooms as rooms
from support import portal_views as made

PAGES = {
    "straat": "/",
    "catalogus": "/catalogus",
    "catalogus gefilterd": "/catalogus?q=loket&bewijs=getest",
    "catalogus niets gevonden": "/catalogus?q=zzz",
    "oplossing": "/oplossingen/dossierloket",
    "oplossing met verlopen bewijs": "/oplossingen/sensorkaart",
    "standaarden": "/kits",
    "standaard": "/kits/api-regels",
    "standaard andere versie": "/kits/api-regels/0.9.0",
    "component zonder oplossing": "/id/component/kapot/1.0.0",
    "proeftuinen": "/proeftuinen",
    "nieuwe proeftuin": "/proeftuinen/nieuw",
    "nieuwe proeftuin met plan": "/proeftuinen/nieuw?naam=Proef&plan=ja",
    "nieuwe proeftuin in de wachtrij": "/proeftuinen/nieuw?zaad=1&plan=ja",
    "nieuwe proeftuin bij een afsluiting": "/proeftuinen/nieuw?zaad=2",
    "nieuwe proeftuin boven het quotum": "/proeftuinen/nieuw?zaad=3&plan=ja",
    "afscherming": "/proeftuinen/afscherming",
    "beheer": "/beheer/proeftuinen",
    "beheer gefilterd": "/beheer/proeftuinen?staat=ready&sort=naam",
    "beheer niets gevonden": "/beheer/proeftuinen?staat=quarantined",
    "proeftuin in de wachtrij": f"/proeftuin/{rooms.QUEUED_SANDBOX}",
    "proeftuin gepauzeerd": f"/proeftuin/{rooms.SUSPENDED_SANDBOX}",
    "proeftuin": f"/proeftuin/{made.SANDBOX}",
    "proeftuin bezig": f"/proeftuin/{made.BUSY_SANDBOX}",
    "proeftuin mislukt": f"/proeftuin/{made.FAILED_SANDBOX}",
    "terugzetten": f"/proeftuin/{made.SANDBOX}/terugzetten",
    "vernietigen": f"/proeftuin/{made.SANDBOX}/vernietigen",
    "component": f"/proeftuin/{made.SANDBOX}/componenten/dossierloket",
    "component mislukt": f"/proeftuin/{made.SANDBOX}/componenten/kapot",
    "toetsen": "/toetsen",
    "toetsen van een component": f"/toetsen?deployment=dep-{made.TAIL}",
    "toets": f"/toetsen/{made.RUN}",
    "toets geslaagd": f"/toetsen/{made.PASSED_RUN}",
    "toets bezig": f"/toetsen/{made.BUSY_RUN}",
    "toets niet te beoordelen": f"/toetsen/{made.ERROR_RUN}",
    "badge": f"/badges/{made.BADGE}",
    "badge ingetrokken": f"/badges/{made.REVOKED_BADGE}",
    "mijn": "/mijn",
    "leden": f"/mijn/leden/{made.ORGANISATION}",
    "leden voor wie niet beheert": f"/mijn/leden/{made.ORGANISATION_OF_OTHERS}",
    "lid verwijderen": f"/mijn/leden/{made.ORGANISATION}/{made.MEMBERS[1].id}/verwijderen",
    "images": f"/mijn/images/{made.ORGANISATION}",
    "images voor wie niet beheert": f"/mijn/images/{made.ORGANISATION_OF_OTHERS}?sort=naam",
    "image in gebruik": images.USED.address,
    "image zonder gebruik": images.UNUSED.address,
    "image verwijderen": f"{images.UNUSED.address}/verwijderen",
    "foutcodes": "/docs/fouten",
    "over": "/over",
    "stijl": "/stijl",
}
"""Name of a page and state → address."""

ERROR_PAGES = {
    "niet gevonden": ("/nergens", 404),
    "geen toegang": (f"/proeftuin/sbx-{'9' * 26}", 403),
    "onverwacht": ("/stuk", 500),
    "niet beschikbaar": ("/catalogus?q=stuk", 503),
}
"""Name of an error page → address and status."""


def in_language(address: str, language: str) -> str:
    """The address of a page in a language."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"
