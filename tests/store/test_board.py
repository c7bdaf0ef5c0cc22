from __future__ import annotations

from datetime import UTC, datetime

import pytest

from store.board import Board, committed_offset, max_segment
from store.connect import connect
from store.errors import RefusedError, UnavailableError
from store.live import get_health
from store.locks import job_lock
from store.runs import open_run
from store.writer import Writer
from tests.plugins.rows import positions, writes

NOON = datetime(2020, 7, 4, 12, tzinfo=UTC)
NOBODY_THERE = "host=/nonexistent dbname=none"


def test_what_a_process_says_is_on_the_board(dsn: str) -> None:
    board = Board(dsn)
    board.put("jobs", {"done": 1}, NOON)
    board.close()
    with connect(dsn) as connection:
        assert get_health(connection) == {"jobs": {"state": {"done": 1}, "at": NOON}}


def test_a_board_whose_database_is_away_says_so() -> None:
    with pytest.raises(UnavailableError, match="health of jobs cannot be written"):
        Board(NOBODY_THERE).put("jobs", {}, NOON)


@pytest.mark.parametrize("state", [{"feed": "A\0B"}, {"lag_s": float("nan")}])
def test_a_state_that_is_no_json_is_refused_and_the_next_is_taken(dsn: str, state: dict) -> None:
    board = Board(dsn)
    with pytest.raises(RefusedError, match="health of jobs cannot be written"):
        board.put("jobs", state, NOON)
    board.put("jobs", {"done": 1}, NOON)
    board.close()


def test_a_board_without_its_table_says_so(empty_dsn: str) -> None:
    with pytest.raises(UnavailableError, match="health of jobs cannot be written"):
        Board(empty_dsn).put("jobs", {}, NOON)


def test_the_committed_offset_is_the_live_one(dsn: str) -> None:
    assert committed_offset(dsn) == 0
    with Writer(dsn) as writer:
        writer.commit(writes(offset=3 << 40 | 17))
    assert committed_offset(dsn) == 3 << 40 | 17


def test_only_one_process_holds_the_job_lock(dsn: str) -> None:
    with job_lock(dsn) as first:
        assert first is not None
        assert first.alive()
        with job_lock(dsn) as second:
            assert second is None
    with job_lock(dsn) as third:
        assert third is not None


def test_the_job_lock_of_a_database_that_is_away_says_so() -> None:
    with pytest.raises(UnavailableError), job_lock(NOBODY_THERE):
        pytest.fail("it was given")


def test_no_segment_is_in_use_at_first(dsn: str) -> None:
    assert max_segment(dsn) == -1


def test_the_greatest_live_segment_is_found_wherever_it_is(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(last=positions(segment=[3, 8]), reports=[1, 1]))
        assert max_segment(dsn) == 8
        writer.commit(writes(positions(segment=[9, 11, 0xFFFF_FFFF])))
    assert max_segment(dsn) == 11


def test_segments_of_a_replay_are_not_live_ones(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", NOON)
    with Writer(dsn, run.run_id) as writer:
        writer.commit(writes(positions(segment=[5]), last=positions(segment=[6]), reports=[1]))
    assert max_segment(dsn) == -1
