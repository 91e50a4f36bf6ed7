"""What the first visitors would otherwise wait for: connections that open, questions that PostgreSQL plans.

It is done once a town is served: one page of every collection, and the questions behind it on all connections at the
same time. What is read so is of use too, as most visitors begin with a first page. Whoever visits meanwhile has most
of the time.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import psycopg

from vlavirgem.blocks.answers import Asked
from vlavirgem.blocks.paging import DEFAULT_LIMIT
from vlavirgem.blocks.problems import Problem
from vlavirgem.store.lending import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.blocks.collection import Collection

_BASE = "http://127.0.0.1"
"""An address that nobody sees: members are kept without the links that depend on it."""
_LEFT = 2.0
"""How much time visitors are left, for each second that this takes."""


async def warm_up(collections: Mapping[str, tuple[str, Mapping[str, Collection]]]) -> None:
    """Ask a first page of every collection, on each connection; whoever visits meanwhile goes between.

    Args:
        collections: By address of a block, its version and its collections by name.
    """
    for path, (_, known) in collections.items():
        for collection in known.values():
            asked = Asked(_BASE + path)
            began = time.perf_counter()
            # Of different sizes, for what is the same is asked once.
            sizes = [collection.question.model_validate({"limiet": DEFAULT_LIMIT + n}) for n in range(MOST)]
            try:
                await asyncio.gather(*(collection.page(question, asked=asked) for question in sizes))
                await collection.practise(MOST, like=sizes[0], asked=asked)
            except (psycopg.Error, Problem):
                return  # the town is being reset, or the server ends: visitors are told what is wrong
            await asyncio.sleep((time.perf_counter() - began) * _LEFT)
