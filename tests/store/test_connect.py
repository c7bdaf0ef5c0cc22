from __future__ import annotations

import pytest

from store.connect import connect, database, first_line
from store.errors import StoreError


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
