from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais.spool.layout import (
    feed_is_valid,
    open_path,
    position,
    replace_durably,
    segments_on_disk,
    split,
)

if TYPE_CHECKING:
    from pathlib import Path


@given(sequence=st.integers(0, (1 << 24) - 1), offset=st.integers(0, (1 << 40) - 1))
def test_a_position_splits_into_what_it_was_made_of(sequence: int, offset: int) -> None:
    at = position(sequence, offset)
    assert split(at) == (sequence, offset)
    assert at < 1 << 64


def test_positions_grow_with_the_spool() -> None:
    assert position(1, (1 << 40) - 1) < position(2, 0)


@pytest.mark.parametrize("feed", ["genoa", "_tick", "_control", "a", "ais-catcher/2:10110", "x@y"])
def test_plain_names_and_our_own_are_feeds(feed: str) -> None:
    assert feed_is_valid(feed)


@pytest.mark.parametrize("feed", ["-x", "_ticks", "ÿ", "a b", "a\t", "a\n", "\0"])
def test_other_names_are_not(feed: str) -> None:
    assert not feed_is_valid(feed)


def test_segments_are_found_by_their_names_in_order(tmp_path: Path) -> None:
    for name in ("00000010.log", "00000009.zst", "123456789.zst", "00000010.zst.tmp", "7.log"):
        (tmp_path / name).write_bytes(b"")
    assert segments_on_disk(tmp_path) == ([10], [9, 123_456_789])
    assert open_path(tmp_path, 10).name == "00000010.log"


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "holds.json"
    path.write_bytes(b"old")
    replace_durably(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("holds.json", b"new")]
