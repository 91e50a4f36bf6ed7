"""What the municipality offers (IPDC-LPDC)."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import MAIL_BASIS, PHONE_BASIS, numbered

PRODUCTS = Table(
    "producten",
    "Producten en diensten van de gemeente (IPDC-LPDC).",
    (
        numbered("Volgnummer van het product."),
        Column("productnummer", Kind.TEXT, "Productnummer.", guarantee=Guarantee.SAFE, basis="Eigen reeks VVG."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("beschrijving", Kind.TEXT, "Wat het is, in klare taal."),
        Column("type", Kind.TEXT, "Code van het IPDC-type."),
        Column("themas", Kind.TEXTS, "Codes van de IPDC-thema's."),
        Column("doelgroepen", Kind.TEXTS, "Codes van de IPDC-doelgroepen."),
        Column("voorwaarde", Kind.TEXT, "Voorwaarde."),
        Column("bewijs", Kind.TEXT, "Wat u meebrengt."),
        Column("procedure", Kind.TEXT, "Hoe het verloopt."),
        Column("kost", Kind.TEXT, "Wat het kost, in woorden."),
        Column("bedrag", Kind.DECIMAL, "Wat het kost, in euro."),
        Column("termijn_dagen", Kind.INTEGER, "Hoe lang het hoogstens duurt, in dagen."),
        Column("zoektermen", Kind.TEXTS, "Woorden waarop mensen zoeken."),
        Column("dienst", Kind.TEXT, "Dienst van de gemeente."),
        Column("email", Kind.TEXT, "E-mailadres.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
        Column("telefoon", Kind.TEXT, "Telefoonnummer.", guarantee=Guarantee.SAFE, basis=PHONE_BASIS),
        Column("dossiertype", Kind.TEXT, "Soort dossier dat een aanvraag start.", nullable=True),
        Column("creatie", Kind.MOMENT, "Wanneer het product werd beschreven."),
        Column("gewijzigd", Kind.MOMENT, "Wanneer de beschrijving laatst veranderde."),
    ),
)

TABLES = (PRODUCTS,)
