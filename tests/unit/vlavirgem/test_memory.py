"""What a served town remembers: never anything that may have changed."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.loops import in_a_loop
from vlavirgem.blocks.memory import Memory
from vlavirgem.store.state import State, Watcher


def state(change: int, *, origin: int = 1) -> State:
    return State(origin, "7", change, disturbed=False, tables={"personen": change})


def test_what_was_read_is_given_back_until_something_it_depends_on_changes() -> None:
    """A change elsewhere does not matter."""
    memory = Memory()
    memory.keep("jan", "Jan", state=state(3), size=3)

    assert "Jan" == memory.recall("jan", state=state(9), since=3)
    assert memory.recall("jan", state=state(9), since=4) is None
    assert memory.recall("piet", state=state(9), since=0) is None


def test_a_reset_makes_it_forget_everything() -> None:
    """Numbers of changes begin anew then, so they say nothing about what was read before."""
    memory = Memory()
    memory.keep("jan", "Jan", state=state(3), size=3)

    assert memory.recall("jan", state=state(3, origin=2), since=0) is None
    memory.keep("piet", "Piet", state=state(0, origin=2), size=4)
    assert 1 == len(memory)
    assert "Piet" == memory.recall("piet", state=state(0, origin=2), since=0)


def test_what_a_reset_overtook_is_not_kept() -> None:
    """It was read in the town before."""
    memory = Memory()
    memory.keep("piet", "Piet", state=state(0, origin=2), size=4)
    memory.keep("jan", "Jan", state=state(3, origin=1), size=3)

    assert memory.recall("jan", state=state(0, origin=2), since=0) is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2000))))
def test_it_never_grows_above_its_limit(kept: list[tuple[int, int]]) -> None:
    """The oldest goes first; what is kept last is there, unless it is too big by itself."""
    memory = Memory(most=3000)
    for key, size in kept:
        memory.keep(key, size, state=state(1), size=size)

    sizes = [size for key in range(21) if (size := memory.recall(key, state=state(1), since=0)) is not None]
    assert sum(sizes) <= 3000
    if kept:
        assert kept[-1][1] == memory.recall(kept[-1][0], state=state(1), since=0)


def test_nobody_waits_forever_for_a_state_that_could_not_be_asked() -> None:
    """Whatever goes wrong while others come in, the next who asks gets an answer for them too."""

    async def answers() -> list[State]:
        watcher, under_way, others_came = Watcher("postgresql://nergens"), asyncio.Event(), asyncio.Event()

        async def breaks() -> State:
            under_way.set()
            await others_came.wait()
            raise RuntimeError("not foreseen")

        async def works() -> State:
            return state(5)

        watcher._ask = breaks  # type: ignore[method-assign]
        first = asyncio.ensure_future(watcher.state())
        await under_way.wait()
        second = asyncio.ensure_future(watcher.state())
        await asyncio.sleep(0)
        others_came.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        watcher._ask = works  # type: ignore[method-assign]
        return [await asyncio.wait_for(watcher.state(), 5), await asyncio.wait_for(second, 5)]

    assert [5, 5] == [one.change for one in in_a_loop(answers())]
