"""Open data: what the town publishes for everyone, described by DCAT-AP and followed by LDES."""

from vlavirgem.blocks.opendata.block import BLOCK

__all__ = ["BLOCK"]
