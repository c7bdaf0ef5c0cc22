from __future__ import annotations

import gzip
import io
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.dialects.csv_columns import parse_columns
from ais.errors import NoTimeError, RecordedFileError
from ais.lines import FeedNames, LineBlock
from ais.recorded import LONGEST, feed_of, layout_of, recorded_blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START = datetime(2024, 5, 1, tzinfo=UTC)


def lines_of(blocks: list[LineBlock]) -> list[bytes]:
    return [block.line(i) for block in blocks for i in range(len(block))]


def read(*paths: Path | str, block_lines: int = 100) -> list[LineBlock]:
    """The blocks of files that need no time of their own."""
    return list(recorded_blocks(paths, FeedNames(), block_lines=block_lines, start=START))


REAL = {
    "tyrrhenian_2020-07-04_1h.nmea.gz": (11_373, "2020-07-04T14:51:32", "2020-07-04T15:52:02"),
    "seine_2016-03-31_24h.nmea.gz": (57_234, "2016-03-31T00:00:01", "2016-03-31T23:59:58"),
    "australia_2012-01-27_2h.nmea.gz": (44_687, "2012-01-27T11:46:59", "2012-01-27T11:53:27"),
    "denmark_2010-06-11_28s.nmea.gz": (8_551, "2010-06-11T11:46:11.39", "2010-06-11T11:46:38.873"),
    "greece_undated.nmea": (898, "2015-06-21T09:30:40", "2015-06-21T09:31:40"),
    "norway_tagblocks_2024-12-09.nmea": (223, "2024-12-09T22:07:14", "2024-12-09T22:07:19"),
    "world_tagblocks_2021-11-01.nmea": (1_000, "2021-11-01T01:58:09", "2021-11-01T01:58:25"),
}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("block_lines", [1_000, 65_536])
def test_a_real_file_is_read_whole_with_its_times(
    shared_data: Path, name: str, block_lines: int
) -> None:
    path = shared_data / "nmea" / name
    blocks = list(recorded_blocks([path], FeedNames(), block_lines=block_lines))
    received = np.concatenate([block.received for block in blocks])
    lines, first, last = REAL[name]
    assert (len(received), received[0], received[-1]) == (
        lines,
        np.datetime64(first),
        np.datetime64(last),
    )


def test_satellite_lines_keep_their_earlier_time_beside_shore_lines(shared_data: Path) -> None:
    path = shared_data / "nmea" / "australia_2012-01-27_2h.nmea.gz"
    blocks = recorded_blocks([path], FeedNames(), block_lines=10_000)
    received = np.concatenate([block.received for block in blocks])
    assert received.min() == np.datetime64("2012-01-27T09:57:49.865")
    assert received.max() == np.datetime64("2012-01-27T11:53:27")


@pytest.mark.parametrize(
    "pack",
    [
        lambda text: text,
        gzip.compress,
        lambda text: gzip.compress(text[:9]) + gzip.compress(text[9:]),
        zstandard.compress,
        lambda text: zstandard.compress(text[:9]) + zstandard.compress(text[9:]),
    ],
    ids=["plain", "gzip", "two gzip members", "zstd", "two zstd frames"],
)
def test_compression_is_read_from_the_first_bytes(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "recording"
    path.write_bytes(pack(b"one\ntwo\r\n\nfour"))
    assert lines_of(read(path)) == [b"one", b"two", b"", b"four"]


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO(gzip.compress(b"one\ntwo\n"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(packed))
    names = FeedNames()
    blocks = list(recorded_blocks(["-"], names, block_lines=9, start=START))
    assert (lines_of(blocks), names.names) == ([b"one", b"two"], ["stdin"])


def test_a_position_is_the_files_number_and_the_lines_number(tmp_path: Path) -> None:
    for name, text in (("a.nmea", b"x\ny\n"), ("b.nmea", b"z")):
        (tmp_path / name).write_bytes(text)
    names = FeedNames()
    paths = [tmp_path / "a.nmea", tmp_path / "b.nmea"]
    blocks = list(recorded_blocks(paths, names, block_lines=10, start=START))
    assert [b.spool.tolist() for b in blocks] == [[1 << 40 | 1, 1 << 40 | 2], [2 << 40 | 1]]
    assert [b.feed.tolist() for b in blocks] == [[0, 0], [1]]
    assert names.names == ["a.nmea", "b.nmea"]


def test_an_empty_file_has_no_lines_and_needs_no_time(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert list(recorded_blocks([tmp_path / "empty"], FeedNames(), block_lines=9)) == []


def test_a_byte_order_mark_is_taken_off(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xef\xbb\xbfID,time\n")
    assert lines_of(read(tmp_path / "x.csv")) == [b"ID,time"]


@pytest.mark.parametrize("more", [0, 1, 5_000_000])
def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path, more: int) -> None:
    (tmp_path / "flood").write_bytes(b"x" * (LONGEST + more) + b"\nnext\n")
    first, second = lines_of(read(tmp_path / "flood"))
    assert (len(first), second) == (LONGEST, b"next")


def test_progress_tells_every_byte_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"line\n" * 10_000))
    told: list[int] = []
    list(recorded_blocks([path], FeedNames(), block_lines=9, start=START, progress=told.append))
    assert sum(told) == path.stat().st_size


def test_a_file_without_time_asks_for_start(tmp_path: Path) -> None:
    (tmp_path / "x.nmea").write_bytes(b"hello\n")
    with pytest.raises(NoTimeError, match=r"x\.nmea: no time in its first 1 lines.*--start"):
        list(recorded_blocks([tmp_path / "x.nmea"], FeedNames(), block_lines=9))


def test_a_missing_file_is_one_line_of_error(tmp_path: Path) -> None:
    with pytest.raises(RecordedFileError, match="nowhere: cannot be opened"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_file_cut_short_gives_its_lines_and_then_an_error(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    text = b"".join(b"%d\n" % (k * k) for k in range(500_000))
    packed = pack(text)
    (tmp_path / "cut").write_bytes(packed[: len(packed) // 2])
    blocks = recorded_blocks([tmp_path / "cut"], FeedNames(), block_lines=10, start=START)
    assert next(blocks).line(3) == b"9"
    with pytest.raises(RecordedFileError, match="damaged or cut short"):
        list(blocks)


@given(
    text=st.text("ab\n\r", max_size=80).map(str.encode),
    block_lines=st.integers(1, 20),
)
@settings(max_examples=150, deadline=None)
def test_blocks_hold_every_line_in_the_size_asked_for(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, block_lines: int
) -> None:
    path = tmp_path_factory.mktemp("recorded") / "x"
    path.write_bytes(text)
    blocks = read(path, block_lines=block_lines)
    expected = [line.removesuffix(b"\r") for line in text.split(b"\n")]
    if text.endswith(b"\n") or not text:
        expected.pop()
    assert lines_of(blocks) == expected
    assert all(len(block) == block_lines for block in blocks[:-1])


MARINE_CADASTRE = b"""MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO
367000001,2024-05-01T00:00:07,29.1,-90.1,0.0,1.0,511,A,
367000002,never,29.1,-90.1,0.0,1.0,511,B,
367000001,2024-05-01T00:00:09,29.1,-90.1,0.0,1.0,511,A,
"""


@pytest.mark.parametrize("block_lines", [1, 2, 100])
def test_a_published_csv_is_recognised_and_dated_by_its_rows(
    tmp_path: Path, block_lines: int
) -> None:
    path = tmp_path / "cadastre.csv"
    path.write_bytes(MARINE_CADASTRE)
    blocks = list(recorded_blocks([path], FeedNames(), block_lines=block_lines))
    received = np.concatenate([block.received for block in blocks])
    assert lines_of(blocks) == MARINE_CADASTRE.splitlines()
    assert [str(t)[17:19] for t in received] == ["07", "07", "07", "09"]


def test_a_csv_without_any_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cadastre.csv"
    path.write_bytes(MARINE_CADASTRE.replace(b"2024-05-01", b"never"))
    with pytest.raises(NoTimeError, match="no time in its first 4 rows"):
        list(recorded_blocks([path], FeedNames(), block_lines=2))


@pytest.mark.parametrize(
    ("name", "columns", "form", "rows", "first", "last"),
    [
        (
            "mediterranean_2015-06-01_51vessels.csv",
            "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED",
            "%d-%m-%y %H:%M",
            1_000,
            "2015-06-01T00:00",
            "2015-06-01T04:18",
        ),
        (
            "port_said_suez_2021-03_256vessels.csv.gz",
            "id=ID,time=ais_pos_timestamp,lon=longitude,lat=latitude",
            "%d/%m/%Y %H:%M",
            22_287,
            "2021-03-20T00:00",
            "2021-03-24T12:52",
        ),
    ],
)
def test_a_track_csv_is_dated_by_the_column_that_is_told(
    shared_data: Path, name: str, columns: str, form: str, rows: int, first: str, last: str
) -> None:
    path = shared_data / "tracks" / name
    layout = parse_columns(columns, form)
    blocks = list(recorded_blocks([path], FeedNames(), block_lines=5_000, layout=layout))
    received = np.concatenate([block.received for block in blocks])
    assert len(received) == rows + 1
    assert [str(t.astype("M8[m]")) for t in (received.min(), received.max())] == [first, last]


def test_a_layout_is_seen_in_a_files_first_line(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / "cadastre.csv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + MARINE_CADASTRE.replace(b"\n", b"\r\n")))
    assert layout_of(path) is not None
    assert layout_of(shared_data / "nmea" / "greece_undated.nmea") is None
    assert layout_of("-") is None


CATCHER = b'{"class":"AIS","rxuxtime":%d,"nmea":["!AIVDM,1,1,,A,1,0*26"]}'
STREAM = b'{"MessageType":"X","MetaData":{"time_utc":"2024-09-17 14:38:55.5 +0000 UTC"}}'


def test_recorded_json_is_dated_by_its_messages(tmp_path: Path) -> None:
    lines = [b'{"class":"AIS"}', CATCHER % 1_667_402_604, b"", STREAM]
    (tmp_path / "x.jsonl").write_bytes(b"\n".join(lines))
    blocks = recorded_blocks([tmp_path / "x.jsonl"], FeedNames(), block_lines=3)
    times = [str(time) for block in blocks for time in block.received.astype("M8[ms]")]
    first = "2022-11-02T15:23:24.000"
    assert times == [first, first, first, "2024-09-17T14:38:55.500"]


def test_json_without_time_asks_for_start_and_takes_it(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"class":"AIS"}\n')
    with pytest.raises(NoTimeError, match=r"no time in its first 1 rows.*--start") as caught:
        list(recorded_blocks([tmp_path / "x.jsonl"], FeedNames(), block_lines=9))
    assert "--columns" not in str(caught.value)
    assert read(tmp_path / "x.jsonl")[0].received.tolist() == [START.replace(tzinfo=None)]


def test_a_recordings_feed_is_its_name(tmp_path: Path) -> None:
    assert [feed_of(tmp_path / "a.nmea.gz"), feed_of("-")] == ["a.nmea.gz", "stdin"]
