"""Bytes into lines: any pieces, no line too long, no source too fast."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais.feed import FeedHealth
from ais.feeds.splitting import LineSplitter, SourceSplitters, TokenBucket, as_one_line


def splitter(**settings: object) -> LineSplitter:
    return LineSplitter(FeedHealth("f", "test"), **settings)  # type: ignore[arg-type]


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_end_with_lf_or_cr_lf(end: bytes) -> None:
    assert splitter().feed(b"!A" + end + b"!B" + end) == [b"!A", b"!B"]


@pytest.mark.parametrize("cut", range(14))
def test_a_cr_before_a_sentence_ends_a_line_wherever_it_is_cut(cut: int) -> None:
    data = b"!AB\r$C,\rD\r\\E\n"
    lines = splitter(longest=6)
    found = [line for part in (data[:cut], data[cut:]) for line in lines.feed(part)]
    assert found == [b"!AB", b"$C,\rD", b"\\E"]


def test_lines_that_end_with_cr_alone_are_heard_one_by_one() -> None:
    lines = splitter()
    assert lines.feed(b"!AIVDM,1\r!AIVDM,2\r" * 100) == [b"!AIVDM,1", b"!AIVDM,2"] * 99 + [
        b"!AIVDM,1"
    ]
    assert lines.end(complete=True) == [b"!AIVDM,2"]
    assert lines.health.dropped == {}


@pytest.mark.parametrize("cut", range(40))
def test_a_line_behind_one_that_is_too_long_is_heard_wherever_it_is_cut(cut: int) -> None:
    data = b"x" * 30 + b"\r!A\r!B\n"
    lines = splitter(longest=8)
    found = [line for part in (data[:cut], data[cut:]) for line in lines.feed(part)]
    assert (found, lines.health.dropped) == ([b"!A", b"!B"], {"too long": 1})


def test_line_in_pieces_is_one_line() -> None:
    lines = splitter()
    assert [lines.feed(part) for part in (b"!AI", b"VDM", b"\r", b"\n!")] == [
        [],
        [],
        [],
        [b"!AIVDM"],
    ]


def test_empty_lines_say_nothing() -> None:
    lines = splitter()
    assert lines.feed(b"\n\r\n!A\n\n") == [b"!A"]
    assert lines.health.dropped == {}


def test_longest_line_passes_and_one_byte_more_does_not() -> None:
    lines = splitter(longest=8)
    assert lines.feed(b"12345678\r\n123456789\nok\n") == [b"12345678", b"ok"]
    assert lines.health.dropped == {"too long": 1}


def test_endless_line_is_counted_once_and_kept_out_of_memory() -> None:
    lines = splitter()
    for _ in range(100):
        assert lines.feed(b"x" * 10_000) == []
        assert len(lines._rest) <= 1_025
    assert lines.feed(b"xxx\n!A\n") == [b"!A"]
    assert lines.health.dropped == {"too long": 1}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b""))),
    st.lists(st.integers(0, 10_000)),
)
def test_pieces_change_neither_lines_nor_counts(texts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(text + b"\r\n" for text in texts)
    lines = splitter(longest=20)
    found = [line for piece in pieces(data, cuts) for line in lines.feed(piece)]
    assert found == [text for text in texts if 0 < len(text) <= 20]
    assert lines.health.dropped.get("too long", 0) == sum(len(text) > 20 for text in texts)


def test_torn_end_of_a_connection_is_counted() -> None:
    lines = splitter()
    lines.feed(b"!A\n!torn")
    assert lines.end(complete=False) == []
    assert lines.health.dropped == {"torn": 1}


def test_end_of_a_file_is_a_line() -> None:
    lines = splitter()
    lines.feed(b"!A\n!B\r")
    assert lines.end(complete=True) == [b"!B"]


def test_rate_limit_lets_a_second_pass_at_once_and_then_the_rate() -> None:
    now = [0.0]
    lines = splitter(rate_limit=3, clock=lambda: now[0])
    assert lines.feed(b"1\n2\n3\n4\n5\n") == [b"1", b"2", b"3"]
    now[0] = 0.5
    assert lines.feed(b"6\n7\n") == [b"6"]
    assert lines.health.dropped == {"rate limit": 3}


def test_slow_rate_still_lets_one_line_pass() -> None:
    now = [0.0]
    bucket = TokenBucket(0.1, clock=lambda: now[0])
    assert [bucket.take(1), bucket.take(1)] == [1, 0]
    now[0] = 10.0
    assert bucket.take(5) == 1


def test_each_sender_has_a_rate_of_its_own() -> None:
    sources = SourceSplitters(FeedHealth("f", "t"), longest=9, rate_limit=1, clock=lambda: 0.0)
    assert sources.of("a").whole([b"1", b"2"]) == [b"1"]
    assert sources.of("b").whole([b"3"]) == [b"3"]
    assert sources.of("a").whole([b"4"]) == []


def test_made_up_senders_do_not_fill_the_memory() -> None:
    sources = SourceSplitters(FeedHealth("f", "t"), longest=9, rate_limit=1, most=10)
    kept = sources.of("kept")
    for number in range(100):
        sources.of(str(number))
        assert sources.of("kept") is kept
    assert len(sources._known) == 10


def test_message_over_several_lines_becomes_one() -> None:
    assert as_one_line(b'{\r\n "a": 1,\n "b": 2\n}\n') == b'{   "a": 1,  "b": 2 }'
