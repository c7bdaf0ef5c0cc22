from __future__ import annotations

import datetime as dt

import psycopg

from store import audit
from store.consulting import READ, note_read

NOON = dt.datetime(2026, 11, 29, 12, 5, tzinfo=dt.UTC)
MINUTES = dt.timedelta(minutes=1)


def test_a_look_is_noted_once_for_person_alert_and_hour(dsn):
    with psycopg.connect(dsn) as connection:
        told = [
            note_read(connection, who, alert, NOON + minutes * MINUTES)
            for who, alert, minutes in (
                ("a.rossi", "A-1", 0), ("a.rossi", "A-1", 50), ("a.rossi", "A-1", 56),
                ("a.rossi", "A-2", 0), ("m.papas", "A-1", 0),
            )
        ]  # fmt: skip
        assert told == [True, False, True, True, True]
        assert len(audit.rows(connection, action=READ)) == 4
        assert audit.verify(connection) is None
