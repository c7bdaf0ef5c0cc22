"""What becomes of each segment's newest row while a pipeline catches up."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais.encode import encode_dict

from ais.batches import PositionBatch
from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock
from ais.tracks import Tracked, TrackSettings
from service.pipeline import newest
from service.pipeline.guard import Guard
from service.pipeline.ledger import Ledger
from service.pipeline.loop import run
from service.pipeline.newest import Newest
from service.pipeline.path import Path
from store.thinning import Thinning
from store.writer import Writer

SMALL, LARGE = newest.BEHIND_LINES - 1, newest.BEHIND_LINES


def tracked(**spool_of_segment: int) -> Tracked:
    """Return what a segmenter tells of segments s1, s2 ...: their newest row's spool position."""
    empty = PositionBatch.empty()
    count = len(spool_of_segment)
    columns = {name: np.zeros(count, kind) for name, kind in PositionBatch.dtypes().items()}
    columns["segment"] = np.array([int(name[1:]) for name in spool_of_segment], np.uint32)
    columns["spool"] = np.array(list(spool_of_segment.values()), np.uint64)
    reports = np.array(list(spool_of_segment.values()), np.uint32)
    return Tracked(empty, np.empty(0, np.int64), PositionBatch(**columns), reports)


def said(given: tuple[PositionBatch, np.ndarray]) -> dict[int, int]:
    last, reports = given
    assert last.spool.tolist() == reports.tolist(), "a row and its reports stay together"
    assert len(set(last.segment.tolist())) == len(last), "one row a segment"
    return dict(zip(last.segment.tolist(), last.spool.tolist(), strict=True))


def test_a_pipeline_that_keeps_up_gives_every_row_at_once():
    rows = Newest()
    assert said(rows.step(tracked(s1=5, s2=6), SMALL)) == {1: 5, 2: 6}
    assert said(rows.step(tracked(s1=7), SMALL)) == {1: 7}


def test_large_blocks_wait_for_the_sixteenth_or_for_a_small_one():
    rows = Newest()
    given = [said(rows.step(tracked(s1=n, s9=n), LARGE)) for n in range(1, 17)]
    assert given == [{}] * 15 + [{1: 16, 9: 16}]
    rows.step(tracked(s1=20, s2=21), LARGE)
    assert rows.waits
    assert said(rows.step(tracked(s2=22), SMALL)) == {1: 20, 2: 22}
    assert not rows.waits


changes = st.dictionaries(st.integers(1, 5), st.integers(1, 1_000), max_size=5)


@given(st.lists(st.tuples(changes, st.sampled_from([SMALL, LARGE])), max_size=30), st.data())
def test_whatever_waits_the_picture_ends_the_same_also_when_it_was_frozen(blocks, data):
    rows, picture, expected = Newest(), {}, {}
    for segments, lines in blocks:
        known = {f"s{segment}": spool for segment, spool in segments.items()}
        picture |= said(rows.step(tracked(**known), lines))
        expected |= segments
        if data.draw(st.booleans()):
            thawed = Newest()
            thawed.thaw(rows.freeze())
            rows = thawed
    assert picture | said(rows.take()) == expected


def sailing(first: int, count: int) -> LineBlock:
    """Two ships off Naples, a report a second each in turn."""
    start = 1_780_000_000
    lines, times = [], []
    for n in range(first, first + count):
        report = {"msg_type": 1, "mmsi": 247_000_001 + n % 2, "lon": 14.2 + n / 1e4, "lat": 40.8,
                  "speed": 10, "course": 90, "second": n % 60}  # fmt: skip
        lines.append(encode_dict(report)[0].encode())
        times.append((start + n) * 1_000_000)
    return replace(LineBlock.of(lines, times), spool=np.arange(first, first + count, dtype="u8"))


def fresh() -> Guard:
    names = FeedNames(["a"])
    path = Path(names, Decoder(names), TrackSettings(), Thinning(every_s=0))
    return Guard(path, lambda _block, error: pytest.fail(error))


BLOCKS = [(sailing(1, 6), 7), (sailing(7, 6), 13), (sailing(13, 6), 19)]
PICTURE = "SELECT mmsi, spool, reports, lon_deg FROM latest ORDER BY mmsi"


def test_a_crash_while_rows_wait_leaves_no_old_row_in_the_picture(dsn, monkeypatch):
    monkeypatch.setattr(newest, "BEHIND_LINES", 6)
    first, before = fresh(), fresh().path.freeze()
    with Writer(dsn) as writer, psycopg.connect(dsn, autocommit=True) as connection:
        for block, offset in BLOCKS[:2]:
            for outcome in first.step(block, offset):
                writer.commit(outcome.writes)
        assert connection.execute(PICTURE).fetchall() == [], "both blocks wait"
        # Killed here: a new process has an older snapshot, and the lines of the spool.
        again = fresh()
        again.path.thaw(before)
        ledger = Ledger(writer, threading.Event())
        run(BLOCKS[:2], again, ledger, committed=13)
        ledger.close()
        rows = connection.execute(PICTURE).fetchall()
    assert [row[:3] for row in rows] == [(247_000_001, 12, 6), (247_000_002, 11, 6)]


def test_when_the_lines_end_nothing_goes_on_waiting(dsn, monkeypatch):
    monkeypatch.setattr(newest, "BEHIND_LINES", 6)
    with Writer(dsn) as writer, psycopg.connect(dsn, autocommit=True) as connection:
        ledger = Ledger(writer, threading.Event())
        run(BLOCKS, fresh(), ledger)
        ledger.close()
        rows = connection.execute(PICTURE).fetchall()
    assert [row[:3] for row in rows] == [(247_000_001, 18, 9), (247_000_002, 17, 9)]
