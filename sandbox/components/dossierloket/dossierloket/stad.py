"""Reads products and persons from the town's building blocks, when there is a town.

A town that does not answer is no reason not to open: the desk then offers its own products.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from dossierloket.dossier import Agent, Product

_log = logging.getLogger("dossierloket.stad")

HOOGSTENS = 200
"""Products to offer; a case desk needs no more, and starting up must stay quick."""

ENKELEN = 5
"""Persons to take, for the first cases."""


@dataclass(frozen=True)
class VanDeStad:
    """What the desk took from the town; empty when the town did not answer."""

    producten: tuple[Product, ...] = ()
    personen: tuple[Agent, ...] = ()


def lees_stad(stad_url: str) -> VanDeStad:
    """Products on offer and a few inhabitants.

    Args:
        stad_url: root of the building blocks.
    """
    with httpx.Client(base_url=stad_url, timeout=10.0) as client:
        return VanDeStad(
            producten=tuple(
                Product(iri, naam) for iri, naam in _lees(client, "/ipdc/v1/producten", hoogstens=HOOGSTENS)
            ),
            personen=tuple(
                Agent(naam, iri) for iri, naam in _lees(client, "/basisregisters/v1/personen", hoogstens=ENKELEN)
            ),
        )


def _lees(client: httpx.Client, pad: str, *, hoogstens: int) -> list[tuple[str, str]]:
    """Address and name of the first things of a list; none when the block does not answer as it should."""
    gevonden: list[tuple[str, str]] = []
    try:
        for ding in _loop(client, pad):
            naam = _naam(ding)
            if naam and str(ding.get("@id", "")).startswith(("http://", "https://")):
                gevonden.append((ding["@id"], naam))
            if len(gevonden) == hoogstens:
                break
    except (httpx.HTTPError, ValueError, TypeError, AttributeError) as fout:
        _log.warning("%s%s gaf geen bruikbare lijst: %s", client.base_url, pad, fout)
    return gevonden


def _loop(client: httpx.Client, pad: str) -> Iterator[dict[str, Any]]:
    """The things of a list, page after page."""
    volgende: str | None = pad
    while volgende:
        antwoord = client.get(volgende, headers={"Accept": "application/json"})
        antwoord.raise_for_status()
        bladzijde = antwoord.json()
        yield from bladzijde["items"]
        volgende = bladzijde.get("volgende")


def _naam(ding: dict[str, Any]) -> str:
    """The name of a product or a person, in Dutch where there are more languages."""
    naam = ding.get("naam", "")
    return str(naam.get("nl", "") if isinstance(naam, dict) else naam)
