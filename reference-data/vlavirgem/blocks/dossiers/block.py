"""The registration of this building block."""

from __future__ import annotations

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.dossiers.resource import CASES
from vlavirgem.blocks.dossiers.writing import add_routes, schemas

BLOCK = Block(
    name="dossiers",
    version="1.0.0",
    title="Dossiers VlaVirGem",
    text="Dossiers van de verzonnen gemeente VlaVirGem (OSLO Dossier) die het generieke proces doorlopen: "
    "intake, behandelen, besluiten, leveren.",
    resources=(CASES,),
    extend=add_routes,
    schemas=schemas,
)
