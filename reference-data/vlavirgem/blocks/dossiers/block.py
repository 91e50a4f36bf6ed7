"""The registration of this building block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.dossiers import handovers, writing
from vlavirgem.blocks.dossiers.resource import CASES, HANDOVERS

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_routes(app: FastAPI) -> None:
    """Add all routes that write."""
    writing.add_routes(app)
    handovers.add_routes(app)


BLOCK = Block(
    name="dossiers",
    version="1.0.0",
    title="Dossiers VlaVirGem",
    text="Dossiers van de verzonnen gemeente VlaVirGem (OSLO Dossier) die het generieke proces doorlopen: "
    "intake, behandelen, besluiten, leveren. Elk dossier is in handen van één medewerker, die het kan overdragen.",
    resources=(CASES, HANDOVERS),
    extend=add_routes,
    schemas=writing.schemas,
)
