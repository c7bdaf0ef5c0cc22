"""A passage is told when its reports agree; what is almost as rare takes nothing back."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.scene import ROW
from alerts.traffic.following import (
    AS_USUAL,
    CLOSED,
    NEARLY,
    OPENED,
    PASSING,
    UNUSUAL,
    _harboured,
    take,
)

LIMITS = np.array([30.0, 500, 3, 600, 1800, 3, 9260])
MINUTE = 60_000_000


def followed(*said: tuple[int, int]) -> list[int]:
    """What comes of reports (minute, what it says)."""
    seen = np.zeros(1, PASSING)
    rows = np.zeros(len(said), ROW)
    rows["segment"], rows["time"] = 7, [minute * MINUTE for minute, _ in said]
    return [take(seen[0], row, says, LIMITS) for row, (_, says) in zip(rows, said, strict=True)]


def test_ten_minutes_of_unusual_reports_are_told():
    assert followed((0, UNUSUAL), (5, UNUSUAL), (10, UNUSUAL)) == [0, 0, OPENED]


def test_a_report_that_is_almost_as_rare_neither_counts_nor_breaks():
    told = followed((0, UNUSUAL), (4, UNUSUAL), (8, NEARLY), (12, NEARLY), (14, UNUSUAL))
    assert told == [0, 0, 0, 0, OPENED]
    assert OPENED not in followed((0, UNUSUAL), (5, NEARLY), (10, NEARLY), (15, NEARLY))


def test_a_usual_report_begins_anew():
    assert OPENED not in followed((0, UNUSUAL), (4, UNUSUAL), (8, AS_USUAL), (12, UNUSUAL))


@pytest.mark.parametrize("between", [NEARLY, UNUSUAL])
def test_a_run_that_nobody_heard_for_long_proves_nothing(between):
    assert OPENED not in followed((0, UNUSUAL), (5, UNUSUAL), (40, between), (45, UNUSUAL))


def test_it_is_over_half_an_hour_after_the_last_that_was_almost_as_rare():
    begun = ((0, UNUSUAL), (5, UNUSUAL), (10, UNUSUAL), (30, NEARLY))
    assert followed(*begun, (50, AS_USUAL))[-1] == 0
    assert followed(*begun, (61, AS_USUAL))[-1] == CLOSED


@pytest.mark.parametrize(
    "port_m, anchorage_m, harboured",
    [(9_000, 9_000, True), (9_500, 9_000, False), (9_500, 0, True), (np.nan, np.nan, False)],
)
def test_near_a_port_and_in_an_anchorage_nothing_is_unusual(port_m, anchorage_m, harboured):
    everywhere = (np.full((3, 3), metres, np.float32) for metres in (port_m, anchorage_m))
    places = (*everywhere, np.array([15.0, 35.0, 0.1]))
    assert _harboured(places, 15.1, 35.1, 9_260.0) == harboured
