"""Words of DCAT-AP as JSON-LD: texts in two languages, dates, codes of the EU vocabularies, licences.

Source: DCAT-AP 3.0.1 (SEMIC). Whatever has a class in a shape of it carries that class here.
"""

from __future__ import annotations

from typing import Any

EU = "http://publications.europa.eu/resource/authority/"
"""Where the code lists of the Publications Office are."""
IANA = "https://www.iana.org/assignments/media-types/"
CC0 = f"{EU}licence/CC0"


def in_dutch(text: str) -> dict[str, str]:
    """Give a text in Dutch."""
    return {"@value": text, "@language": "nl"}


def texts(dutch: str, english: str) -> list[dict[str, str]]:
    """Give a text in both languages."""
    return [in_dutch(dutch), {"@value": english, "@language": "en"}]


def date(day: str) -> dict[str, str]:
    """Give a day, written `2026-01-01`."""
    return {"@value": day, "@type": "xsd:date"}


def licence() -> dict[str, str]:
    """Give the licence of all that is made up here."""
    return {"@id": CC0, "@type": "dct:LicenseDocument"}


def standard(iri: str) -> dict[str, str]:
    """Give a standard."""
    return {"@id": iri, "@type": "dct:Standard"}


def language(code: str) -> dict[str, str]:
    """Give a language, for instance `NLD`."""
    return {"@id": f"{EU}language/{code}", "@type": "dct:LinguisticSystem"}


def media_type(name: str) -> dict[str, str]:
    """Give a media type."""
    return {"@id": IANA + name, "@type": "dct:MediaType"}


def concept(iri: str, dutch: str, english: str) -> dict[str, Any]:
    """Give a concept with its name."""
    return {"@id": iri, "@type": "skos:Concept", "skos:prefLabel": texts(dutch, english)}


def coded(code_list: str, code: str, *names: str, kind: str = "skos:Concept") -> dict[str, Any]:
    """Give a code of a list of the Publications Office, with its list.

    Args:
        code_list: Name of the list, for instance `file-type`.
        code: The code.
        names: Its name in Dutch and English, for a concept.
        kind: Its class beside `skos:Concept`.
    """
    return {
        "@id": f"{EU}{code_list}/{code}",
        "@type": [kind, "skos:Concept"] if names and kind != "skos:Concept" else kind,
        "skos:inScheme": {"@id": f"{EU}{code_list}"},
        **({"skos:prefLabel": texts(*names)} if names else {}),
    }
