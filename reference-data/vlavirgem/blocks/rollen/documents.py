"""Authorities, acts and checks as they are read, with a JSON-LD context of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.acts import Act, acts
from vlavirgem.linked.mapping import expand
from vlavirgem.place import ID_BASE
from vlavirgem.store.authority import KINDS, MANDATE, Authority

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.blocks.rollen.checking import Verdict

CONTEXT = "bevoegdheid"
_LINKS = (
    ("opGrondVan", "prov:wasDerivedFrom"),
    ("persoon", "vvg:persoon"),
    ("medewerker", "vvg:medewerker"),
    ("organisatie", "org:organization"),
    ("opgevolgdDoor", "vvg:opgevolgdDoor"),
    ("gekregenVan", "vvg:delegatiegever"),
    ("bron", "prov:wasDerivedFrom"),
)


def context() -> dict[str, Any]:
    """Give the context: links are links, days are days, codes are concepts."""
    day, yes = {"@type": expand("xsd:date")}, {"@type": expand("xsd:boolean")}
    concept = {"@id": expand("vvg:handeling"), "@type": "@id", "@context": {"@base": f"{ID_BASE}concept/handeling/"}}
    return {
        "@version": 1.1,
        **{kind: expand(f"vvg:{kind}") for kind in ("Bevoegdheid", "Handeling", "Controle", "Reden")},
        **{term: {"@id": expand(iri), "@type": "@id"} for term, iri in _LINKS},
        "houder": expand("foaf:name"),
        "code": expand("skos:notation"),
        "naam": {"@id": expand("skos:prefLabel"), "@language": "nl"},
        "naamEn": {"@id": expand("skos:prefLabel"), "@language": "en"},
        "tekst": {"@id": expand("rdfs:comment"), "@language": "nl"},
        "tekstEn": {"@id": expand("rdfs:comment"), "@language": "en"},
        "grond": expand("vvg:grond"),
        "rollen": {"@id": expand("vvg:rolcode"), "@container": "@set"},
        "functies": {"@id": expand("vvg:functie"), "@container": "@set"},
        "perBeleidsdomein": {"@id": expand("vvg:perBeleidsdomein"), **yes},
        "beleidsdomeinen": {
            "@id": expand("mandaat:beleidsdomein"),
            "@type": "@id",
            "@container": "@set",
            "@context": {"@base": f"{ID_BASE}concept/beleidsdomein/"},
        },
        "beleidsdomein": {
            "@id": expand("mandaat:beleidsdomein"),
            "@type": "@id",
            "@context": {"@base": f"{ID_BASE}concept/beleidsdomein/"},
        },
        "van": {"@id": expand("schema:startDate"), **day},
        "tot": {"@id": expand("schema:endDate"), **day},
        "op": {"@id": expand("dct:date"), **day},
        "handeling": concept,
        "handelingen": {**concept, "@container": "@set"},
        "toegelaten": {"@id": expand("vvg:toegelaten"), **yes},
        "bevoegdheden": {"@id": expand("prov:used"), "@container": "@set"},
        "redenen": {"@id": expand("vvg:reden"), "@container": "@set"},
        "soort": None,
        "items": "@graph",
        "totaalAantal": None,
        "volgende": None,
        "_links": None,
    }


def source_of(authority: Authority) -> str:
    """Give the identifier of what an authority is based on."""
    return f"{ID_BASE}{authority.kind}/{authority.number}"


def authority_document(authority: Authority) -> dict[str, Any]:
    """Describe what somebody was entitled to."""
    allowed = [act.code for act in acts() if authority.ground in act.grounds]
    optional = {
        "persoon": authority.person and f"{ID_BASE}persoon/{authority.person}",
        "medewerker": authority.employee and f"{ID_BASE}medewerker/{authority.employee}",
        "tot": authority.ends and authority.ends.isoformat(),
        "beleidsdomeinen": list(authority.domains),
        "opgevolgdDoor": authority.successor and f"{ID_BASE}{MANDATE}/{authority.successor}",
        "gekregenVan": authority.giver and f"{ID_BASE}medewerker/{authority.giver}",
    }
    return {
        "@id": f"{source_of(authority)}#bevoegdheid",
        "@type": "Bevoegdheid",
        "soort": authority.kind,
        "opGrondVan": source_of(authority),
        "houder": authority.holder,
        "grond": authority.ground,
        "naam": authority.name,
        "organisatie": f"{ID_BASE}organisatie/{authority.organisation}",
        "van": authority.begins.isoformat(),
        "handelingen": allowed,
        **{name: value for name, value in optional.items() if value},
    }


def act_document(act: Act) -> dict[str, Any]:
    """Describe an act and what allows it."""
    return {
        "@id": f"{ID_BASE}concept/handeling/{act.code}",
        "@type": "Handeling",
        "code": act.code,
        "naam": act.name,
        "naamEn": act.english,
        "rollen": list(act.roles),
        "functies": list(act.functions),
        "perBeleidsdomein": act.per_domain,
    }


def check_document(verdict: Verdict, *, act: Act, who: str, day: date, domain: str | None) -> dict[str, Any]:
    """Describe an answer with its reasons."""
    return {
        "@type": "Controle",
        who.partition("/")[0]: f"{ID_BASE}{who}",
        "handeling": act.code,
        "op": day.isoformat(),
        **({"beleidsdomein": domain} if domain else {}),
        "toegelaten": verdict.allowed,
        "bevoegdheden": [authority_document(one) for one in verdict.grounds],
        "redenen": [
            {
                "@type": "Reden",
                "code": reason.code,
                "tekst": reason.text.nl,
                "tekstEn": reason.text.en,
                **({"bron": reason.source} if reason.source else {}),
            }
            for reason in verdict.reasons
        ],
    }


def schemas() -> dict[str, Any]:
    """Describe all documents of this block that are no plain rows."""
    text, iri, day = {"type": "string"}, {"type": "string", "format": "uri"}, {"type": "string", "format": "date"}
    texts = {"type": "array", "items": text}
    authority = {
        "@id": iri,
        "@type": {"const": "Bevoegdheid"},
        "soort": {"enum": list(KINDS)},
        "opGrondVan": iri,
        "houder": text,
        "grond": {**text, "description": "Code van de rol, of de functie in woorden."},
        "naam": text,
        "organisatie": iri,
        "van": day,
        "tot": {**day, "description": "Eerste dag waarop het niet meer geldt; afwezig zolang het geldt."},
        "handelingen": texts,
        "persoon": iri,
        "medewerker": iri,
        "beleidsdomeinen": texts,
        "opgevolgdDoor": iri,
        "gekregenVan": {**iri, "description": "Medewerker die deze rol voor een tijd gaf (delegatie)."},
    }
    act = {
        "@id": iri,
        "@type": {"const": "Handeling"},
        "code": text,
        "naam": text,
        "naamEn": text,
        "rollen": texts,
        "functies": texts,
        "perBeleidsdomein": {"type": "boolean"},
    }
    reason = {"@type": {"const": "Reden"}, "code": text, "tekst": text, "tekstEn": text, "bron": iri}
    check = {
        "@context": iri,
        "@type": {"const": "Controle"},
        "persoon": iri,
        "medewerker": iri,
        "handeling": text,
        "op": day,
        "beleidsdomein": text,
        "toegelaten": {"type": "boolean"},
        "bevoegdheden": {"type": "array", "items": {"$ref": "#/components/schemas/Bevoegdheid"}},
        "redenen": {"type": "array", "minItems": 1, "items": _object("Reden", reason, optional=("bron",))},
    }
    optional = ("tot", "persoon", "medewerker", "beleidsdomeinen", "opgevolgdDoor", "gekregenVan")
    return {
        "Bevoegdheid": _object("Bevoegdheid", authority, optional=optional),
        "BevoegdheidVerzameling": _page("Bevoegdheid"),
        "Handeling": _object("Handeling", act),
        "HandelingVerzameling": _page("Handeling"),
        "Controle": _object("Controle", check, optional=("persoon", "medewerker", "beleidsdomein")),
    }


def _object(title: str, properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    needed = [name for name in properties if name not in optional]
    return {"type": "object", "title": title, "properties": properties, "required": needed}


def _page(name: str) -> dict[str, Any]:
    properties = {
        "@context": {"type": "string", "format": "uri"},
        "totaalAantal": {"type": "integer", "minimum": 0},
        "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
        "volgende": {"type": "string", "format": "uri", "description": "Adres van de volgende pagina."},
    }
    return _object(f"{name}Verzameling", properties, optional=("volgende",))
