"""What is counted of a week at a coast."""

from __future__ import annotations

import datetime as dt

from store.connect import connect
from store.trends import Span, coasts

START = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
PRESENT, ENTERED, LEFT, DWELL = 1, 2, 3, 4
LIES, BACK, NEW = 247_000_001, 247_000_002, 247_000_003


def test_a_ship_that_is_heard_again_where_she_lay_has_not_come(dsn):
    """Three are there when a receiver comes back: one lay there, one had left, one is new."""
    day = dt.timedelta(days=1)
    told = [(LIES, ENTERED, -9), (LIES, DWELL, -8), (LIES, PRESENT, 2), (BACK, ENTERED, -9),
            (BACK, LEFT, -7), (BACK, PRESENT, 2), (NEW, PRESENT, 2)]  # fmt: skip
    with connect(dsn) as connection:
        for mmsi, change, days in told:
            connection.execute(
                "INSERT INTO zone_visit VALUES (0, %s, 1, 1, 'coast-a', %s, %s, %s, 12.5, 41)",
                [mmsi, change, START + days * day, START + (days if change < LEFT else -9) * day],
            )
        span = Span(START, START, START + 7 * day)
        [whole] = [row for row in coasts(connection, span, ["coast-a"], "came") if row[1] is None]
    assert whole[-1] == 2
