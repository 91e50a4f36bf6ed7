"""Cases and the generic process: read them, open one, give it its next status."""

from vlavirgem.blocks.dossiers.block import BLOCK

__all__ = ["BLOCK"]
