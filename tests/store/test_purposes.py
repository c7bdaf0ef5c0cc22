from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.connect import connect
from store.purposes import Purpose, drop_purposes, purpose_of, put_purpose

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


def test_a_purpose_belongs_to_one_session_of_one_person(dsn: str) -> None:
    said = Purpose("watch of May", NOW, "C-7")
    with connect(dsn) as connection:
        put_purpose(connection, "U-1", "one", said)
        assert purpose_of(connection, "U-1", "one") == said
        assert purpose_of(connection, "U-1", "two") is None
        assert purpose_of(connection, "U-2", "one") is None


def test_a_new_purpose_takes_the_place_of_the_one_before(dsn: str) -> None:
    with connect(dsn) as connection:
        put_purpose(connection, "U-1", "one", Purpose("first", NOW))
        put_purpose(connection, "U-1", "one", Purpose("second", NOW))
        found = purpose_of(connection, "U-1", "one")
    assert found is not None
    assert found.text == "second"


def test_purposes_of_old_sessions_go(dsn: str) -> None:
    with connect(dsn) as connection:
        put_purpose(connection, "U-1", "old", Purpose("first", NOW - timedelta(days=3)))
        put_purpose(connection, "U-1", "new", Purpose("second", NOW))
        assert drop_purposes(connection, NOW) == 1
        assert purpose_of(connection, "U-1", "old") is None
