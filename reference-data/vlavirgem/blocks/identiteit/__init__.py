"""Identity: who somebody is, how sure that is, and what they let an application see."""

from vlavirgem.blocks.identiteit.block import BLOCK

__all__ = ["BLOCK"]
