"""Of vessels that matter now every row is stored, of all others what thinning leaves."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.events import Event
from alerts.rows import no_rows
from alerts.scene import VESSEL
from service.pipeline.watched import Watched

SHIP, OTHER, LISTED = 247_000_001, 247_000_002, 247_000_003
VESSELS = np.zeros(3, VESSEL)
VESSELS["mmsi"] = SHIP, OTHER, LISTED
VESSELS["listed"][2] = True


def rows(*mmsis: int, first: int = 1):
    out = no_rows(len(mmsis))
    out["mmsi"], out["spool"] = mmsis, np.arange(first, first + len(mmsis))
    out["vessel"] = [mmsi - SHIP for mmsi in mmsis]
    return out


def drift(trigger: int, **values: object) -> Event:
    return Event.begin(
        "drift", 1, started_us=1, lon=12, lat=38, mmsi=SHIP, trigger=trigger, **values
    )


def kept(*batches) -> list[bool]:
    watched = Watched()
    return np.concatenate([watched.step(*batch) for batch in batches]).tolist()


def test_a_listed_vessel_is_kept_whole():
    assert kept((rows(SHIP, LISTED, OTHER), VESSELS)) == [False, True, False]


def test_rows_count_from_the_one_that_opened_the_event():
    ship = rows(SHIP, OTHER, SHIP, SHIP)
    assert kept((ship, VESSELS, [drift(3)])) == [False, False, True, True]


def test_rows_count_no_more_once_the_event_is_over():
    over = drift(1).next("closed", 5, trigger=4)
    whole = rows(SHIP, SHIP, SHIP, SHIP, SHIP)
    assert kept((whole, VESSELS, [drift(2), over])) == [False, True, True, False, False]


@pytest.mark.parametrize("cut", range(6))
def test_cuts_change_nothing(cut):
    events = [drift(2), drift(2).next("closed", 5, trigger=4)]
    parts = [
        (rows(*[SHIP] * size, first=first), VESSELS,
         [one for one in events if first <= one.trigger < first + size])
        for first, size in ((1, cut), (1 + cut, 5 - cut))
    ]  # fmt: skip
    assert kept(*parts) == [False, True, True, False, False]


def test_what_a_tick_opened_counts_for_all_rows_after_it():
    assert kept((rows(), VESSELS, [drift(0)]), (rows(SHIP, OTHER), VESSELS)) == [True, False]


def test_information_and_infrastructure_keep_nothing():
    small = [drift(1, severity="info"), drift(1, lane="infrastructure")]
    assert kept((rows(SHIP), VESSELS, small)) == [False]


def test_a_state_that_was_frozen_goes_on():
    first, second = Watched(), Watched()
    first.step(rows(SHIP), VESSELS, [drift(1)])
    second.thaw(first.freeze())
    assert second.step(rows(SHIP, first=2), VESSELS).tolist() == [True]
