from __future__ import annotations

import gzip
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.errors import SpoolError
from ais.lines import FeedNames
from ais.spool.layout import SpoolSettings, closed_path, open_path, position, split
from ais.spool.reader import SpoolReader
from ais.spool.retention import remove_old
from ais.spool.writer import SpoolWriter

if TYPE_CHECKING:
    from pathlib import Path

type_of_line = tuple[int, str, bytes, int]


def everything(reader: SpoolReader, head: int, max_lines: int, at: int = 0) -> list[type_of_line]:
    """All lines from ``at`` to ``head`` as (µs, feed, text, position)."""
    found: list[type_of_line] = []
    while True:
        block, at = reader.read(at, head, max_lines)
        if not len(block):
            assert at == head
            return found
        assert len(block) <= max_lines
        micros = block.received.view(np.int64)
        found += [
            (
                int(micros[i]),
                reader._feeds.names.name(int(block.feed[i])),
                block.line(i),
                int(block.spool[i]),
            )
            for i in range(len(block))
        ]


def spooled(folder: Path, lines: int, segment_bytes: int, feeds: int = 3) -> int:
    """Write numbered lines, synced ten at a time; return the head."""
    with SpoolWriter(folder, SpoolSettings(segment_bytes=segment_bytes)) as writer:
        for i in range(lines):
            writer.append(f"feed-{i % feeds}", [b"line %d" % i], 1_000 + i)
            if i % 10 == 9:
                writer.sync()
        return writer.sync()


@pytest.mark.parametrize("max_lines", [1, 7, 4_096])
def test_every_line_comes_back_across_segments(tmp_path: Path, max_lines: int) -> None:
    head = spooled(tmp_path, 500, segment_bytes=1_000)
    found = everything(SpoolReader(tmp_path, FeedNames()), head, max_lines)
    assert [line[:3] for line in found] == [
        ((1_000 + i) * 1_000, f"feed-{i % 3}", b"line %d" % i) for i in range(500)
    ]
    assert split(head)[0] > 5


def test_a_position_names_the_same_line_before_and_after_its_segment_is_closed(
    tmp_path: Path,
) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=10**9)) as writer:
        writer.append("genoa", [b"line %d" % i for i in range(30_000)], 5)
        head = writer.sync()
        before = everything(SpoolReader(tmp_path, FeedNames()), head, 4_096)
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.sync()
    assert closed_path(tmp_path, 1).exists()
    assert not open_path(tmp_path, 1).exists()
    after = everything(SpoolReader(tmp_path, FeedNames()), head, 4_096)
    assert before == after
    at = before[20_000][3]
    assert everything(SpoolReader(tmp_path, FeedNames()), head, 99, at) == before[20_000:]


def test_only_the_frames_that_are_needed_are_unpacked(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("genoa", [b"x" * 70 for _ in range(10_000)], 5)
        writer.sync()
        head = writer.head
    reader = SpoolReader(tmp_path, FeedNames())
    reader.read(position(1, 79 * 5_000), head, 1)
    begin, data = reader._window[1:]
    assert begin == 79 * 5_000 // 65_536 * 65_536
    assert len(data) == 65_536


def test_a_reader_goes_on_while_segments_are_written_and_closed(tmp_path: Path) -> None:
    total = 20_000
    reader = SpoolReader(tmp_path, FeedNames())
    found: list[type_of_line] = []
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=20_000)) as writer:

        def write() -> None:
            for i in range(0, total, 20):
                writer.append("genoa", [b"line %d" % (i + k) for k in range(20)], 1)
                writer.sync()

        thread = threading.Thread(target=write)
        thread.start()
        at = 0
        while len(found) < total:
            head = writer.head
            found += everything(reader, head, 1_000, at)
            at = head
        thread.join()
    assert [line[2] for line in found] == [b"line %d" % i for i in range(total)]
    assert reader.malformed == 0


def test_a_reader_in_the_middle_of_the_open_segment_goes_on_when_it_closes(
    tmp_path: Path,
) -> None:
    reader = SpoolReader(tmp_path, FeedNames())
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1_000)) as writer:
        writer.append("genoa", [b"line %d" % i for i in range(40)], 1)
        first, at = reader.read(0, writer.sync(), 10)
        writer.append("genoa", [b"line %d" % i for i in range(40, 200)], 1)
        head = writer.sync()
    assert not open_path(tmp_path, 1).exists()
    rest = everything(reader, head, 10, at)
    assert len(first) == 10
    assert [line[2] for line in rest] == [b"line %d" % i for i in range(10, 200)]


def test_nothing_is_read_beyond_the_durable_head(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path) as writer:
        writer.append("genoa", [b"first"], 1)
        durable = writer.sync()
        writer.append("genoa", [b"second"], 2)
        writer.sync()
        reader = SpoolReader(tmp_path, FeedNames())
        assert [line[2] for line in everything(reader, durable, 10)] == [b"first"]
        assert reader.end() == writer.head


def test_the_end_leaves_out_a_torn_line(tmp_path: Path) -> None:
    assert SpoolReader(tmp_path, FeedNames()).end() == 0
    open_path(tmp_path, 1).write_bytes(b"1 genoa whole\n2 genoa to")
    assert SpoolReader(tmp_path, FeedNames()).end() == position(1, 14)


def test_feeds_get_their_codes_in_the_order_of_first_sight(tmp_path: Path) -> None:
    head = spooled(tmp_path, 20, segment_bytes=100, feeds=5)
    names = FeedNames(["feed-3"])
    everything(SpoolReader(tmp_path, names), head, 4)
    assert names.names == ["feed-3", "feed-0", "feed-1", "feed-2", "feed-4"]


@pytest.mark.parametrize(
    "bad",
    [
        b"no time",
        b"12",
        b"12 ",
        b"-1 genoa x",
        b"1234567890123456 genoa x",
        b"1 " + b"f" * 69,
        b"",
    ],
)
def test_a_line_without_a_header_is_stepped_over_and_counted(tmp_path: Path, bad: bytes) -> None:
    text = b"1 genoa a\n" + bad + b"\n2 genoa b\n"
    open_path(tmp_path, 1).write_bytes(text)
    reader = SpoolReader(tmp_path, FeedNames())
    found = everything(reader, position(1, len(text)), 10)
    assert [line[2] for line in found] == [b"a", b"b"]
    assert reader.malformed == 1


def test_a_megabyte_line_is_read_whole(tmp_path: Path) -> None:
    long = b"{" + b"x" * 1_048_576
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("aisstream", [b"short", long, b"short"], 1)
        head = writer.sync()
    found = everything(SpoolReader(tmp_path, FeedNames()), head, 1)
    assert [line[2] for line in found] == [b"short", long, b"short"]


def test_a_damaged_frame_is_an_error_that_names_file_and_frame(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("genoa", [b"%070d" % i for i in range(3_000)], 1)
        head = writer.sync()
    path = closed_path(tmp_path, 1)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    with pytest.raises(SpoolError, match=r"frame 3 .*restore") as caught:
        everything(SpoolReader(tmp_path, FeedNames()), head, 4_096)
    assert (caught.value.file, caught.value.frame) == (path, 3)


def test_reading_goes_on_behind_removed_segments_and_counts_them(tmp_path: Path) -> None:
    head = spooled(tmp_path, 100, segment_bytes=200)
    gone = remove_old(tmp_path, days=1, now_ms=10**12, keep_from=position(3, 0))
    reader = SpoolReader(tmp_path, FeedNames())
    found = everything(reader, head, 1_000)
    assert (gone, reader.removed) == ([1, 2], 2)
    assert split(found[0][3])[0] == 3


def test_a_head_of_another_spool_is_refused(tmp_path: Path) -> None:
    head = spooled(tmp_path, 10, segment_bytes=10**6)
    with pytest.raises(SpoolError, match="has no segment 7"):
        SpoolReader(tmp_path, FeedNames()).read(head, position(7, 10), 10)


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_any_bytes_come_back_as_they_were_received(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    line = st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b""))
    batches = data.draw(st.lists(st.lists(line, max_size=5), max_size=8))
    folder = tmp_path_factory.mktemp("spool")
    with SpoolWriter(folder, SpoolSettings(segment_bytes=60)) as writer:
        for batch in batches:
            writer.append("genoa", batch, 7)
            writer.sync()
        head = writer.head
    step = data.draw(st.integers(1, 9))
    found = everything(SpoolReader(folder, FeedNames()), head, step)
    assert [text for *_, text, _ in found] == [text for batch in batches for text in batch]


def test_a_real_hour_comes_back_line_by_line(tmp_path: Path, shared_data: Path) -> None:
    packed = shared_data / "nmea" / "tyrrhenian_2020-07-04_1h.nmea.gz"
    lines = gzip.decompress(packed.read_bytes()).splitlines()
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=100_000)) as writer:
        for i in range(0, len(lines), 100):
            writer.append("genoa", lines[i : i + 100], i)
            writer.sync()
        head = writer.head
    found = everything(SpoolReader(tmp_path, FeedNames()), head, 1_000)
    assert [line[2] for line in found] == lines
    assert len(lines) == 11_373
