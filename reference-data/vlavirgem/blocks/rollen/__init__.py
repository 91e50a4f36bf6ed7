"""Roles and mandates: who is entitled to what, and when."""

from vlavirgem.blocks.rollen.block import BLOCK

__all__ = ["BLOCK"]
