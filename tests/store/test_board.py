from __future__ import annotations

from datetime import UTC, datetime

import pytest

from store.board import Board, committed_offset
from store.connect import connect
from store.errors import UnavailableError
from store.live import get_health
from store.locks import job_lock
from store.writer import Writer
from tests.plugins.rows import writes

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
