"""The registration of this building block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.notificaties import messages, subscriptions
from vlavirgem.blocks.notificaties.schemas import schemas

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_routes(app: FastAPI) -> None:
    """Add all routes."""
    subscriptions.add_routes(app)
    messages.add_routes(app)


BLOCK = Block(
    name="notificaties",
    version="1.0.0",
    title="Notificaties VlaVirGem",
    text="Meldt wat er in de verzonnen gemeente VlaVirGem gebeurt op het adres dat u opgeeft: CloudEvents 1.0 in een "
    "POST (`application/cloudevents+json`), getekend zoals Standard Webhooks het zegt (`webhook-id`, "
    "`webhook-timestamp`, `webhook-signature`). Eerst vraagt de gemeente met OPTIONS of u meldingen wilt "
    "(`WebHook-Request-Origin`); antwoord met `WebHook-Allowed-Origin`. Per abonnement komen meldingen op volgorde en "
    "minstens één keer: een `webhook-id` die u al had, mag u overslaan. Lukt het niet, dan wordt opnieuw geprobeerd, "
    "steeds minder vaak; daarna staat de melding bij `dode-letters`, waar u ze opnieuw kunt laten sturen.",
    resources=(),
    extend=add_routes,
    schemas=schemas,
)
