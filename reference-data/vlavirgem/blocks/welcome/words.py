"""What each building block is for, in few words, and a first question to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.report.wording import Both, same

if TYPE_CHECKING:
    from vlavirgem.blocks.block import Block


@dataclass(frozen=True, slots=True)
class Introduction:
    """How a building block is introduced.

    Attributes:
        name: What it is called.
        purpose: What it is for, in one sentence.
        example: What can be read first, below its address.
    """

    name: Both
    purpose: Both
    example: str


_KNOWN = {
    "basisregisters": Introduction(
        Both("Basisregisters", "Base registers"),
        Both(
            "Wie er woont, waar, en welke organisaties er zijn; lezen en wijzigen, met geschiedenis.",
            "Who lives there, where, and which organisations there are; read and change, with history.",
        ),
        "personen?limiet=2",
    ),
    "ipdc": Introduction(
        Both("Producten en diensten", "Products and services"),
        Both("Wat een inwoner kan vragen, en hoe.", "What an inhabitant can ask for, and how."),
        "producten?limiet=2",
    ),
    "dossiers": Introduction(
        Both("Dossiers", "Cases"),
        Both(
            "Aanvragen indienen en volgen, van intake tot levering.",
            "Submit applications and follow them, from intake to delivery.",
        ),
        "dossiers?limiet=2",
    ),
    "besluiten": Introduction(
        Both("Besluiten en mandaten", "Decisions and mandates"),
        Both(
            "Wie bestuurt, wat er op de agenda stond en wat er beslist is.",
            "Who governs, what was on the agenda and what was decided.",
        ),
        "besluiten?limiet=2",
    ),
    "medewerkers": Introduction(
        Both("Medewerkers en contracten", "Employees and contracts"),
        Both("Wie er werkt en wie er levert.", "Who works there and who supplies."),
        "medewerkers?limiet=2",
    ),
    "rollen": Introduction(
        Both("Rollen en mandaten", "Roles and mandates"),
        Both("Wie iets mag, en waarom.", "Who may do something, and why."),
        "rollen?limiet=2",
    ),
    "contact": Introduction(
        Both("Contact en toestemmingen", "Contact and consents"),
        Both(
            "Hoe iemand bereikt wil worden, en waarvoor.",
            "How somebody wants to be reached, and what for.",
        ),
        "contactvoorkeuren?limiet=2",
    ),
    "identiteit": Introduction(
        Both("Aanmelden", "Signing in"),
        Both(
            "OpenID Connect met testpersonen, in de vorm van ACM/IDM.",
            "OpenID Connect with test persons, in the shape of ACM/IDM.",
        ),
        ".well-known/openid-configuration",
    ),
    "gebeurtenissen": Introduction(
        Both("Gebeurtenissen", "Events"),
        Both("Alles wat er gebeurt, in volgorde, als CloudEvents.", "All that happens, in order, as CloudEvents."),
        "gebeurtenissen?limiet=2",
    ),
    "notificaties": Introduction(
        Both("Notificaties", "Notifications"),
        Both("Dezelfde gebeurtenissen op uw eigen adres, getekend.", "The same events at your own address, signed."),
        "abonnementen",
    ),
    "opendata": Introduction(
        same("Open data"),
        Both(
            "De catalogus (DCAT-AP) en elk open register als stroom (LDES).",
            "The catalogue (DCAT-AP) and every open register as a stream (LDES).",
        ),
        "catalogus",
    ),
    "storingen": Introduction(
        Both("Storingen", "Disturbances"),
        Both("Laat het met opzet misgaan, voor alle verzoeken.", "Let things go wrong on purpose, for all requests."),
        "instelling",
    ),
}


def introduction_of(block: Block) -> Introduction:
    """Introduce a building block; one that is not known here does so with what it registers."""
    if known := _KNOWN.get(block.name):
        return known
    example = f"{block.resources[0].path}?limiet=2" if block.resources else "openapi.json"
    return Introduction(same(block.title), same(block.text), example)
