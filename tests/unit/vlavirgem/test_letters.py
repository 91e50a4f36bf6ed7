"""Texts that are written as bytes are those that Python writes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.letters import Lines, pieces_of

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9), min_size=1)


@given(words=WORDS, more=WORDS, seed=st.integers(0, 2**32), rows=st.integers(0, 40))
def test_lines_are_their_pieces_behind_each_other(words: list[str], more: list[str], seed: int, rows: int) -> None:
    """However long pieces are, letters of other alphabets or none at all, for all rows or for some."""
    dice = np.random.default_rng(seed)
    begins = [f"{word}." for word in words]
    ends = [f"@post.example/{word}" for word in more]
    begin, end, middle = (dice.integers(0, len(texts), rows) for texts in (begins, ends, words))
    doubled, known = np.flatnonzero(dice.integers(0, 2, rows)), dice.integers(0, 2, rows) > 0
    expected = [
        f"{begins[begin[row]]}{words[middle[row]] if row in doubled else ''}{ends[end[row]]}" if known[row] else None
        for row in range(rows)
    ]

    first, last = pieces_of(begins), pieces_of(ends)
    lines = Lines((first, begin), (last, end))
    longer = Lines((first, begin[doubled]), (pieces_of(words), middle[doubled]), (last, end[doubled]))

    assert expected == lines.texts(where=known, instead=(doubled, longer)).to_list()
