"""Notifications: who wants to be told what happens in the town, and what was sent to them."""

from vlavirgem.blocks.notificaties.block import BLOCK

__all__ = ["BLOCK"]
