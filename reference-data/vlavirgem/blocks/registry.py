"""The building blocks that are served. A new one is a new module and one more line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.blocks import (
    basisregisters,
    besluiten,
    contact,
    dossiers,
    gebeurtenissen,
    identiteit,
    ipdc,
    medewerkers,
    notificaties,
    opendata,
    rollen,
    storingen,
)

if TYPE_CHECKING:
    from vlavirgem.blocks.block import Block

BLOCKS: tuple[Block, ...] = (
    basisregisters.BLOCK,
    ipdc.BLOCK,
    dossiers.BLOCK,
    besluiten.BLOCK,
    medewerkers.BLOCK,
    rollen.BLOCK,
    contact.BLOCK,
    identiteit.BLOCK,
    gebeurtenissen.BLOCK,
    notificaties.BLOCK,
    opendata.BLOCK,
    storingen.BLOCK,
)
