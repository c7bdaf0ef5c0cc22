from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.lines import CONTROL, TICK, FeedNames
from ais.spool.headers import FeedTable, read_headers

Line = tuple[int, str, bytes]
HEADER = re.compile(rb"(\d{1,15}) ([^ \n]{1,68})(?: ([^\n]*))?")


def headers(text: bytes, max_lines: int = 100) -> tuple[list[Line], int, int]:
    """Lines as (ms, feed, text), bytes consumed and malformed lines."""
    names = FeedNames()
    data = np.frombuffer(text, np.uint8)
    found = read_headers(data, FeedTable.of(names), max_lines)
    lines = [
        (int(ms), names.name(int(code)), text[start:end])
        for (_, start, end, ms, _), code in zip(found.rows, found.feed, strict=True)
    ]
    return lines, found.consumed, found.malformed


def test_time_feed_and_text_are_told_apart() -> None:
    text = b"1593874292000 genoa !AIVDM,1\n0 a \n7 a  x y\n"
    assert headers(text)[0] == [
        (1_593_874_292_000, "genoa", b"!AIVDM,1"),
        (0, "a", b""),
        (7, "a", b" x y"),
    ]


def test_a_line_without_its_end_is_left() -> None:
    assert headers(b"1 a x\n2 a y") == ([(1, "a", b"x")], 6, 0)


def test_no_more_lines_are_read_than_asked_for() -> None:
    assert headers(b"1 a x\n2 a y\n", max_lines=1) == ([(1, "a", b"x")], 6, 0)


def test_our_own_feeds_have_their_reserved_codes() -> None:
    data = np.frombuffer(b"1 _tick\n2 _control {}\n", np.uint8)
    found = read_headers(data, FeedTable.of(FeedNames()), 9)
    assert found.feed.tolist() == [TICK, CONTROL]


@pytest.mark.parametrize("name", ["a", "ab", "abc", "x" * 63, "x" * 64, "x" * 64 + "~63"])
def test_a_feed_whose_name_begins_like_anothers_is_another(name: str) -> None:
    text = f"1 {name} 1\n2 {name[:-1] or 'b'} 2\n3 {name} 3\n".encode()
    assert [feed for _, feed, _ in headers(text)[0]] == [name, name[:-1] or "b", name]


@given(
    lines=st.lists(
        st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b" "))
        | st.from_regex(HEADER, fullmatch=True).map(lambda raw: raw.replace(b"\n", b"")),
        max_size=12,
    ),
    max_lines=st.integers(1, 14),
)
@settings(max_examples=200, deadline=None)
def test_the_compiled_loop_reads_what_the_grammar_says(lines: list[bytes], max_lines: int) -> None:
    expected = []
    for line in lines:
        match = HEADER.fullmatch(line)
        if match and len(expected) < max_lines:
            name = match[2].decode("utf-8", "replace")
            expected.append((int(match[1]), name, match[3] or b""))
    found, _, malformed = headers(b"".join(line + b"\n" for line in lines), max_lines)
    assert found == expected
    assert malformed <= len(lines) - len(found)
