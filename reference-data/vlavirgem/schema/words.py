"""What several columns of the data dictionary have in common."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Kind

AT_SEA = "De gemeente ligt op kaart in de Noordzee, waar geen enkel gebouw staat."
KBO_BASIS = "De reeksen 0999 en 19 liggen ver boven elk uitgereikt nummer; controlecijfer klopt."
PHONE_BASIS = "Na landcode 32 volgt een 0, het netnummervoorvoegsel; zo'n nummer kan niet bestaan."
POST_BASIS = "Geen enkele Belgische postcode ligt boven 9992, of tussen 5680 en 6000."
MAIL_BASIS = "RFC 2606 houdt het domein .example vrij."


def numbered(text: str) -> Column:
    """Give the column `id`."""
    return Column("id", Kind.INTEGER, text)
