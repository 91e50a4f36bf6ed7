"""Public bodies, schools, associations and businesses."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import KBO_BASIS, MAIL_BASIS, PHONE_BASIS, numbered

ORGANISATIONS = Table(
    "organisaties",
    "Besturen, scholen, verenigingen en ondernemingen.",
    (
        numbered("Volgnummer van de organisatie."),
        Column(
            "ondernemingsnummer",
            Kind.TEXT,
            "KBO-nummer, 10 cijfers.",
            guarantee=Guarantee.SAFE,
            basis=KBO_BASIS,
        ),
        Column(
            "ovo_code",
            Kind.TEXT,
            "OVO-code van een bestuur.",
            nullable=True,
            guarantee=Guarantee.SAFE,
            basis="De reeks OVO9993xx is niet in gebruik.",
        ),
        Column("naam", Kind.TEXT, "Naam.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column("type", Kind.TEXT, "gemeente, ocmw, school, vereniging of onderneming."),
        Column("rechtsvorm", Kind.TEXT, "Rechtsvorm in woorden."),
        Column("sector", Kind.TEXT, "Wat de organisatie doet, in woorden."),
        Column("oprichtingsdatum", Kind.DATE, "Datum van oprichting."),
        Column("adres_id", Kind.INTEGER, "Zetel.", references="adressen"),
        Column("email", Kind.TEXT, "E-mailadres.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
        Column("telefoon", Kind.TEXT, "Telefoonnummer.", guarantee=Guarantee.SAFE, basis=PHONE_BASIS),
        Column("website", Kind.TEXT, "Website.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
    ),
)

TABLES = (ORGANISATIONS,)
