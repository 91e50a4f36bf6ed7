"""How people want to be reached, and what they consented to."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Kind, Table
from vlavirgem.schema.words import numbered

_CHANNEL = "Email, Sms of Passief (OSLO-codelijst Contactkanaal); Passief is per brief of aan het loket."

PREFERENCES = Table(
    "contactvoorkeuren",
    "Hoe inwoners vanaf 16 jaar bereikt willen worden.",
    (
        numbered("Nummer van de persoon."),
        Column("persoon_id", Kind.INTEGER, "Persoon.", references="personen"),
        Column("kanaal", Kind.TEXT, _CHANNEL),
        Column("taal", Kind.TEXT, "Taal waarin iemand uitleg verkiest, EU-codelijst language."),
        Column("digitaal", Kind.BOOLEAN, "Of iemand digitaal bereikt wil worden."),
        Column("ebox", Kind.BOOLEAN, "Of iemand een actieve eBox heeft."),
        Column("sinds", Kind.DATE, "Sinds wanneer de voorkeur geldt."),
    ),
)

ACTIVITIES = Table(
    "verwerkingsactiviteiten",
    "Waarvoor de gemeente om toestemming vraagt (OSLO Toestemming).",
    (
        numbered("Volgnummer van de verwerkingsactiviteit."),
        Column("code", Kind.TEXT, "Vaste code."),
        Column("label", Kind.TEXT, "Naam."),
        Column("toestemmingsvraag", Kind.TEXT, "De vraag aan de inwoner."),
        Column("verwerkingsgrond", Kind.TEXT, "OSLO-codelijst Verwerkingsgronden."),
        Column("type", Kind.TEXT, "OSLO-codelijst Verwerkingstypes."),
        Column("organisatie_id", Kind.INTEGER, "Verwerkingsverantwoordelijke.", references="organisaties"),
    ),
    once=True,
)

CONSENTS = Table(
    "toestemmingen",
    "Wat inwoners toelieten of weigerden.",
    (
        numbered("Volgnummer van de toestemming."),
        Column("persoon_id", Kind.INTEGER, "Wie.", references="personen"),
        Column("verwerkingsactiviteit_id", Kind.INTEGER, "Waarvoor.", references="verwerkingsactiviteiten"),
        Column("status", Kind.TEXT, "toegelaten of geweigerd (OSLO-codelijst ToestemmingStatus)."),
        Column("kanaal", Kind.TEXT, _CHANNEL),
        Column("gegeven_op", Kind.DATE, "Dag waarop iemand antwoordde."),
        Column("vervalt_op", Kind.DATE, "Dag waarop de toestemming vervalt.", nullable=True),
        Column("ingetrokken_op", Kind.DATE, "Dag waarop ze ingetrokken werd.", nullable=True),
    ),
)

TABLES = (PREFERENCES, ACTIVITIES, CONSENTS)
