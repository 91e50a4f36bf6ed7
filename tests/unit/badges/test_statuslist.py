"""Status lists: Bitstring Status List v1.0."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import decode_encoded_list, encode_bitstring

from proeftuin_conformance.badges import MINIMUM_ENTRIES, StatusList, StatusListError, StatusPointer

indices = st.integers(0, MINIMUM_ENTRIES - 1)


def multibase(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_a_new_list_has_room_for_a_crowd_and_nobody_in_it() -> None:
    """131 072 entries at least, so that a lookup does not tell whose badge it was for (section 6.1)."""
    fresh = StatusList.empty()

    assert MINIMUM_ENTRIES == len(fresh)
    assert 0 == int.from_bytes(fresh.bits, "big")


def test_a_list_smaller_than_the_minimum_is_refused() -> None:
    with pytest.raises(StatusListError, match="131072"):
        StatusList.empty(1000)


def test_index_zero_is_the_left_most_bit() -> None:
    assert b"\x80" == StatusList.empty().with_bit(0, on=True).bits[:1]
    assert b"\x01" == StatusList.empty().with_bit(7, on=True).bits[:1]


@settings(max_examples=25)
@given(chosen=st.sets(indices, max_size=5), other=indices)
def test_setting_bits_sets_those_and_no_other(chosen: set[int], other: int) -> None:
    listed = StatusList.empty()
    for index in chosen:
        listed = listed.with_bit(index, on=True)

    assert (other in chosen) is listed.is_set(other)
    assert len(chosen) == int.from_bytes(listed.bits, "big").bit_count()
    for index in chosen:
        listed = listed.with_bit(index, on=False)
    assert StatusList.empty() == listed


@settings(max_examples=25)
@given(chosen=st.sets(indices, max_size=20))
def test_an_independent_library_reads_and_writes_the_same_lists(chosen: set[int]) -> None:
    listed = StatusList.empty()
    for index in chosen:
        listed = listed.with_bit(index, on=True)

    assert listed.bits == decode_encoded_list(listed.encoded())
    assert listed == StatusList.decode(encode_bitstring(chosen))
    assert listed == StatusList.decode(listed.encoded())


def test_equal_lists_are_written_equally() -> None:
    """No time stamp in the gzip header: a list that did not change keeps its digest."""
    assert StatusList.empty().encoded() == StatusList.empty().encoded()


@pytest.mark.parametrize("index", [-1, MINIMUM_ENTRIES, MINIMUM_ENTRIES * 10])
def test_an_index_outside_the_list_is_an_error(index: int) -> None:
    with pytest.raises(StatusListError):
        StatusList.empty().is_set(index)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "z123",
        "u===",
        "u!!!!",
        multibase(b"plain"),
        multibase(gzip.compress(bytes(16384))[:-4]),
        multibase(gzip.compress(bytes(16384)) + b"more"),
        multibase(gzip.compress(bytes(100))),
    ],
    ids=["empty", "nothing", "other base", "padded", "alphabet", "not gzip", "cut", "trailing", "short"],
)
def test_a_malformed_list_is_refused(encoded: str) -> None:
    with pytest.raises(StatusListError):
        StatusList.decode(encoded)


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    with pytest.raises(StatusListError):
        StatusList.decode(multibase(gzip.compress(bytes(64 * 1024 * 1024), compresslevel=1)))


def test_the_entry_in_a_badge_has_an_id_that_is_not_the_lists_own() -> None:
    """Open Badges asks for an id; Bitstring Status List forbids the address of the list as that id."""
    entry = StatusPointer("https://x.example/1", 7).to_dict()

    assert "https://x.example/1#7" == entry["id"]
    assert "7" == entry["statusListIndex"]
