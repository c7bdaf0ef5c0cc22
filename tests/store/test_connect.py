from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from store.board import committed_offset, max_segment
from store.connect import connect, database, first_line, session
from store.errors import RefusedError, StoreError, UnavailableError
from store.locks import job_lock
from store.retention import drop_old
from store.runs import delete_run, finish_run, open_run, runs
from store.status import status

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2020, 7, 4, 12, tzinfo=UTC)


def test_the_address_of_the_environment_wins(dsn: str) -> None:
    with database(environment={"DATABASE_URL": dsn}) as found:
        assert found == dsn


def test_a_database_that_does_not_answer_is_named_in_one_line() -> None:
    address = "postgresql://127.0.0.1:9/nothing"
    with (
        pytest.raises(StoreError, match="DATABASE_URL names a database that") as error,
        database(environment={"DATABASE_URL": address}),
    ):
        pytest.fail("it answered")
    assert "\n" not in str(error.value)


def test_every_connection_acknowledges_only_what_is_on_disk(dsn: str) -> None:
    with connect(dsn) as connection:
        found = connection.execute(
            "SELECT current_setting('synchronous_commit'), current_setting('timezone')"
        ).fetchone()
    assert found == ("on", "GMT")


def test_an_error_without_text_is_named_by_its_type() -> None:
    assert first_line(TimeoutError()) == "TimeoutError"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 100000::smallint",
        "SELECT '\"\\u0000\"'::jsonb",
        "INSERT INTO feed VALUES (42, 0, 'no such run')",
        "INSERT INTO feed VALUES (0, 0, NULL)",
    ],
)
def test_values_that_do_not_fit_are_refused(dsn: str, statement: str) -> None:
    with pytest.raises(RefusedError, match="the database refuses it"), session(dsn) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    "before, statement, sqlstate",
    [
        ("SET TRANSACTION READ ONLY", "UPDATE cursor SET lines = 1", "25006"),
        ("SET LOCAL ROLE pg_monitor", "SELECT 1 FROM position", "42501"),
        ("DROP TABLE latest CASCADE", "SELECT 1 FROM latest", "42P01"),
        ("SET LOCAL statement_timeout = 1", "SELECT pg_sleep(60)", "57014"),
    ],
)
def test_a_server_that_is_not_as_it_should_be_is_no_fault_of_the_rows(
    dsn: str, before: str, statement: str, sqlstate: str
) -> None:
    with pytest.raises(UnavailableError) as error, session(dsn) as connection:
        connection.execute(f"{before}; {statement}".encode())
    assert error.value.sqlstate == sqlstate


def test_only_a_server_that_is_gone_is_called_away(dsn: str) -> None:
    with pytest.raises(UnavailableError, match="the database is away") as gone:
        runs("host=/nonexistent dbname=none")
    assert gone.value.sqlstate is None
    with pytest.raises(UnavailableError, match="does not take it now"), session(dsn) as connection:
        connection.execute("SELECT 1 FROM nowhere")


def test_a_session_keeps_its_work_only_without_an_error(dsn: str) -> None:
    with session(dsn) as connection:
        connection.execute("UPDATE cursor SET lines = 7")
    with pytest.raises(RefusedError), session(dsn) as connection:
        connection.execute("UPDATE cursor SET lines = 8; UPDATE cursor SET lines = NULL")
    assert connection.closed
    with session(dsn) as connection:
        assert connection.execute("SELECT lines FROM cursor").fetchall() == [(7,)]


CALLS: list[Callable[[str], object]] = [
    committed_offset,
    max_segment,
    runs,
    status,
    lambda dsn: open_run(dsn, "aa" * 32, "log.nmea", NOON),
    lambda dsn: finish_run(dsn, 1, NOON),
    lambda dsn: delete_run(dsn, 1),
    lambda dsn: drop_old(dsn, NOON, positions_days=1),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_database_without_our_tables_is_told_in_one_line(
    empty_dsn: str, call: Callable[[str], object]
) -> None:
    with pytest.raises(UnavailableError, match="does not take it now") as error:
        call(empty_dsn)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("call", CALLS)
def test_every_call_tells_that_the_database_is_away(call: Callable[[str], object]) -> None:
    with pytest.raises(UnavailableError, match="the database is away"):
        call("host=/nonexistent dbname=none")


def test_whoever_holds_the_job_lock_hears_no_error_of_the_driver(dsn: str) -> None:
    with pytest.raises(UnavailableError), job_lock(dsn), connect(dsn) as connection:
        connection.execute("SELECT 1 FROM nowhere")
