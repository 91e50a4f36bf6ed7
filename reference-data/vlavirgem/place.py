"""Where and what the municipality is: the constants that every layer shares."""

from __future__ import annotations

NAME = "VlaVirGem"
NIS_CODE = "99309"
"""Two-digit prefix 99 is no Belgian arrondissement, so no municipality can have this code."""
POST_CODE = "9999"
"""The highest Belgian post code in use is 9992."""
OVO_CODE = "OVO999309"
COUNTRY = "België"
PHONE_PREFIX = "+3200"
"""After country code 32 a number cannot start with 0: that is the trunk prefix."""
MAIL_DOMAIN = "vlavirgem.example"
"""`.example` is reserved by RFC 2606."""

ID_BASE = "https://data.vlavirgem.example/id/"
"""Root of all identifiers. RFC 2606 keeps `.example` from ever existing."""

SYNTHETIC_STATEMENT = {
    "nl": "Alle gegevens zijn verzonnen. Gelijkenis met bestaande personen, organisaties of adressen is toeval.",
    "en": "All data is made up. Any likeness to real persons, organisations or addresses is chance.",
}
LICENCE = "CC0-1.0"
