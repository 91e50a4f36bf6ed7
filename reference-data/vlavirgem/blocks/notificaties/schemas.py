"""What this building block sends and answers, for its OpenAPI document."""

from __future__ import annotations

from typing import Any

from vlavirgem.blocks.notificaties.messages import STATUSES
from vlavirgem.blocks.routes import reference
from vlavirgem.disturbances import DOUBLED, DROPPED

_TEXT, _IRI = {"type": "string"}, {"type": "string", "format": "uri"}
_MOMENT = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "integer", "minimum": 1}


def schemas() -> dict[str, Any]:
    """Describe subscriptions, messages and pages of them."""
    link = {"type": "object", "properties": {"href": _IRI}, "required": ["href"]}
    properties: dict[str, Any] = {
        "nummer": _NUMBER,
        "url": _IRI,
        "types": {"type": "array", "items": _TEXT, "description": "Leeg betekent alle."},
        "onderwerp": {**_TEXT, "description": "Waarmee `subject` begint."},
        "status": {"type": "string", "enum": ["teBevestigen", "actief", "gepauzeerd", "geweigerd"]},
        "reden": {**_TEXT, "description": "Waarom er niets verstuurd wordt."},
        "perMinuut": {**_NUMBER, "description": "Hoeveel meldingen per minuut de ontvanger toelaat."},
        "aangemaakt": _MOMENT,
        "_links": {"type": "object", "additionalProperties": link},
    }
    needed = ["nummer", "url", "types", "onderwerp", "status", "aangemaakt", "_links"]
    secret = {**_TEXT, "pattern": "^whsec_", "description": "Om handtekeningen na te gaan; staat alleen hier."}
    attempt = {
        "type": "object",
        "properties": {
            "tijdstip": _MOMENT,
            "milliseconden": {"type": "integer", "minimum": 0},
            "httpStatus": {"type": "integer"},
            "fout": _TEXT,
            "storing": {"type": "string", "enum": [DROPPED, DOUBLED]},
        },
        "required": ["tijdstip", "milliseconden"],
    }
    message = {
        "type": "object",
        "title": "Levering",
        "properties": {
            "nummer": _NUMBER,
            "webhookId": {**_TEXT, "description": "De header `webhook-id`: dezelfde bij elke poging."},
            "abonnement": _IRI,
            "status": {"type": "string", "enum": list(STATUSES)},
            "gebeurtenis": {"type": "object", "description": "Het CloudEvent."},
            "pogingen": {"type": "array", "items": attempt},
            "_links": {"type": "object", "additionalProperties": link},
        },
        "required": ["nummer", "webhookId", "abonnement", "status", "gebeurtenis", "pogingen", "_links"],
    }
    return {
        "Abonnement": {"type": "object", "title": "Abonnement", "properties": properties, "required": needed},
        "GemaaktAbonnement": {
            "type": "object",
            "title": "GemaaktAbonnement",
            "properties": {**properties, "geheim": secret},
            "required": [*needed, "geheim"],
        },
        "AbonnementVerzameling": _page("Abonnement"),
        "Levering": message,
        "LeveringVerzameling": _page("Levering"),
    }


def _page(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": f"{name}Verzameling",
        "properties": {
            "totaalAantal": {"type": "integer", "minimum": 0},
            "items": {"type": "array", "items": reference(name)},
            "volgende": {**_IRI, "description": "Adres van de volgende pagina."},
        },
        "required": ["totaalAantal", "items"],
    }
