"""Codes in the data as people say them, in both languages; an unknown one is taken apart into words."""

from __future__ import annotations

import re

from vlavirgem.place import NAME
from vlavirgem.report.wording import Both

CODES: dict[str, Both] = {
    "BEL": Both("België", "Belgium"),
    "NLD": Both("Nederland", "Netherlands"),
    "POL": Both("Polen", "Poland"),
    "ROU": Both("Roemenië", "Romania"),
    "MAR": Both("Marokko", "Morocco"),
    "TUR": Both("Turkije", "Türkiye"),
    "FRA": Both("Frankrijk", "France"),
    "UKR": Both("Oekraïne", "Ukraine"),
    "ITA": Both("Italië", "Italy"),
    "SYR": Both("Syrië", "Syria"),
    "BGR": Both("Bulgarije", "Bulgaria"),
    "DEU": Both("Duitsland", "Germany"),
    "ESP": Both("Spanje", "Spain"),
    "PRT": Both("Portugal", "Portugal"),
    "GBR": Both("Verenigd Koninkrijk", "United Kingdom"),
    "AFG": Both("Afghanistan", "Afghanistan"),
    "MALE": Both("man", "male"),
    "FEMALE": Both("vrouw", "female"),
    "Ingediend": Both("ingediend", "submitted"),
    "Ontvankelijk": Both("ontvankelijk", "admissible"),
    "InVerwerking": Both("in verwerking", "being handled"),
    "KlaarVoorBeslissing": Both("klaar voor beslissing", "ready for decision"),
    "Beslist": Both("beslist", "decided"),
    "Goedgekeurd": Both("goedgekeurd", "approved"),
    "Geweigerd": Both("geweigerd", "refused"),
    "Uitgevoerd": Both("uitgevoerd", "carried out"),
    "Betaald": Both("betaald", "paid"),
    "Stopgezet": Both("stopgezet", "withdrawn"),
    "behandeling": Both("om te behandelen", "for handling"),
    "besluit": Both("om te laten besluiten", "for decision"),
    "uitvoering": Both("om uit te voeren", "for delivery"),
    "ziekte": Both("ziekte van de behandelaar", "illness of the handler"),
    "uitdiensttreding": Both("behandelaar uit dienst", "handler left service"),
    "werkverdeling": Both("werkverdeling", "division of work"),
    "inGebruik": Both("in gebruik", "in use"),
    "gerealiseerd": Both("gerealiseerd", "built"),
    "gehistoreerd": Both("bestaat niet meer", "no longer exists"),
    "gepland": Both("gepland", "planned"),
    "inAanbouw": Both("in aanbouw", "under construction"),
    "voorgesteld": Both("voorgesteld", "proposed"),
    "ongehuwd": Both("ongehuwd", "never married"),
    "gehuwd": Both("gehuwd", "married"),
    "gescheiden": Both("gescheiden", "divorced"),
    "weduwstaat": Both("weduwstaat", "widowed"),
    "gezinshoofd": Both("referentiepersoon", "reference person"),
    "partner": Both("partner", "partner"),
    "kind": Both("kind", "child"),
    "ander": Both("ander lid", "other member"),
    "alleenstaand": Both("alleenstaand", "single"),
    "koppel": Both("koppel", "couple"),
    "koppelMetKinderen": Both("koppel met kinderen", "couple with children"),
    "eenouder": Both("eenoudergezin", "one-parent family"),
    "anders": Both("ander huishouden", "other household"),
    "gemeente": Both("gemeente", "municipality"),
    "ocmw": Both("OCMW", "public centre for social welfare"),
    "onderneming": Both("onderneming", "business"),
    "vereniging": Both("vereniging", "association"),
    "school": Both("school", "school"),
    "bebouwd": Both("bebouwd", "built on"),
    "bouwgrond": Both("bouwgrond", "building land"),
    "bedrijven": Both("bedrijven", "businesses"),
    "kerk": Both("kerk", "church"),
    "gemeentehuis": Both("gemeentehuis", "town hall"),
    "akker": Both("akker", "field"),
    "weide": Both("weide", "meadow"),
    "bos": Both("bos", "wood"),
    "park": Both("park", "park"),
    "sportterrein": Both("sportterrein", "sports ground"),
    "begraafplaats": Both("begraafplaats", "cemetery"),
    "water": Both("water", "water"),
    "tuin": Both("tuin", "garden"),
    "wonen": Both("wonen", "dwelling"),
    "bedrijf": Both("bedrijf", "business"),
    "intake": Both("intake", "intake"),
    "behandelen": Both("behandelen", "handling"),
    "besluiten": Both("besluiten", "deciding"),
    "leveren": Both("leveren", "delivering"),
    "email": Both("e-mail", "e-mail"),
    "openbaar": Both("openbaar", "public"),
    "intern": Both("intern", "internal"),
    "vertrouwelijk": Both("vertrouwelijk", "confidential"),
    "lokaleWegType1": Both("lokale weg die verbindt", "local road that connects"),
    "lokaleWegType2": Both("lokale weg die verzamelt", "local road that collects"),
    "lokaleWegType3": Both("straat", "street"),
    "wegMetEenRijbaan": Both("weg met één rijbaan", "single carriageway"),
    "aardeweg": Both("aardeweg", "dirt road"),
}

_CODE = re.compile(r"[A-Za-z]+[a-z][A-Z]\w*")


def said(value: str) -> Both:
    """Give a code as people say it; what is no code stays as it is."""
    known = CODES.get(value)
    if known is not None:
        return known
    if value != NAME and _CODE.fullmatch(value):
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", value).lower()
        return Both(words, words)
    return Both(value, value)
