"""The contact database: how people want to be reached, and what they consented to."""

from __future__ import annotations

from typing import Literal

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.contactwriting import writing_routes
from vlavirgem.blocks.resources import Filter, Number, Resource
from vlavirgem.linked import contact

PREFERENCES = Resource(
    "contactvoorkeuren",
    "contactvoorkeur",
    contact.PREFERENCE,
    filters=(
        Filter("persoonId", "t.persoon_id = %s", Number, "Nummer van de persoon."),
        Filter("kanaal", "t.kanaal = %s", Literal["Email", "Sms", "Passief"], "Contactkanaal."),
    ),
)
ACTIVITIES = Resource("verwerkingsactiviteiten", "verwerkingsactiviteit", contact.ACTIVITY)
CONSENTS = Resource(
    "toestemmingen",
    "toestemming",
    contact.CONSENT,
    filters=(
        Filter("persoonId", "t.persoon_id = %s", Number, "Nummer van de persoon."),
        Filter("activiteitId", "t.verwerkingsactiviteit_id = %s", Number, "Nummer van de verwerkingsactiviteit."),
        Filter("status", "t.status = %s", Literal["toegelaten", "geweigerd"], "Status."),
    ),
)
BLOCK = Block(
    name="contact",
    version="1.1.0",
    title="Contactgegevens en toestemmingen VlaVirGem",
    text="Contactvoorkeuren en toestemmingen van de inwoners van de verzonnen gemeente VlaVirGem, met wat eraan "
    "verandert. Wie intrekt wat een toepassing bij het aanmelden mag zien, maakt ook haar tokens ongeldig. Alle "
    "gegevens zijn synthetisch.",
    resources=(PREFERENCES, ACTIVITIES, CONSENTS),
    extend=writing_routes(preferences=PREFERENCES, consents=CONSENTS),
)
