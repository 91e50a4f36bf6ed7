"""Before visitors come, every collection is asked for once on each connection; whatever goes wrong is no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import psycopg
from pydantic import BaseModel

from support.loops import in_a_loop
from vlavirgem.blocks.warming import warm_up
from vlavirgem.store.lending import MOST

if TYPE_CHECKING:
    from vlavirgem.blocks.collection import Collection


class Question(BaseModel):
    """How much is asked."""

    limiet: int


class Asked:
    """Stands in for a collection, and notes what it is asked and how often it is practised."""

    question = Question

    def __init__(self, *, broken: bool = False) -> None:
        self.sizes: list[int] = []
        self.times = 0
        self._broken = broken

    async def page(self, question: Question, **_asked: Any) -> None:
        self.sizes.append(question.limiet)
        if self._broken:
            raise psycopg.OperationalError("the connection is lost")

    async def practise(self, times: int, *, like: Question, **_asked: Any) -> None:
        assert like.limiet in self.sizes
        self.times += times


def warm(*known: Asked) -> None:
    collections = {str(place): cast("Collection", one) for place, one in enumerate(known)}
    in_a_loop(warm_up({"/basisregisters/v1": ("1.0.0", collections)}))


def test_every_collection_is_asked_for_pages_that_differ() -> None:
    """What is the same would be asked once, on one connection."""
    known = (Asked(), Asked())

    warm(*known)

    assert [MOST, MOST] == [len(set(one.sizes)) for one in known]


def test_every_connection_learns_how_a_member_is_read() -> None:
    """Members that are asked for together are read once, on one connection; visitors would teach it to the others."""
    known = (Asked(), Asked())

    warm(*known)

    assert [MOST, MOST] == [one.times for one in known]


def test_a_database_that_goes_away_ends_it() -> None:
    """Who visits is told; nobody waits for this."""
    known = (Asked(broken=True), Asked())

    warm(*known)

    assert [] == known[1].sizes
