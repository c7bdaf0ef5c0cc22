"""What changed among everything that was counted, and what stays silent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.trends.looking import look
from alerts.trends.series import Counted, Series, Window
from alerts.trends.settings import TrendSettings
from alerts.trends.together import Meeting, together

WINDOW = Window(4, (7.0,) * 16)
SETTINGS = TrendSettings()


def route(number: int, counts) -> Series:
    return Series("route", ("a", f"z{number}"), tuple(map(int, counts)), 3)


def steady(rate: float, number: int = 0) -> Series:
    return route(number, np.random.default_rng(number).poisson(rate, 16))


def sea(*more: Series) -> list[Series]:
    """Forty routes of six a week beside ``more``."""
    return [steady(6, number) for number in range(1, 41)] + list(more)


def found(*more: Series, window: Window = WINDOW) -> dict[str, str]:
    outcome = look(sea(*more), [], window, SETTINGS)
    return {one.key[1]: one.way for one in outcome.findings}


def test_an_ordinary_sea_is_silent():
    assert found() == {}


def test_a_new_route_and_a_doubled_one_are_found():
    new, doubled = route(90, [0] * 12 + [3, 4, 2, 3]), route(91, [50] * 12 + [100] * 4)
    assert found(new, doubled) == {"z90": "new", "z91": "more"}


def test_a_finding_says_how_much_and_how_sure():
    outcome = look(sea(route(90, [0] * 12 + [3, 4, 2, 3])), [], WINDOW, SETTINGS)
    [one] = outcome.findings
    assert (one.now, one.before, one.ratio, one.high) == (12, 0, None, None)
    assert one.low > 4
    # Tests of few ships come so low less often than once in 1/p.
    assert 0 < one.chance <= one.p * sum(outcome.looked.values())
    assert outcome.seen["route"] == 41


def test_a_week_in_which_the_whole_sea_doubles_is_no_finding():
    rng = np.random.default_rng(5)
    rates = np.where(np.arange(16) >= 12, 24.0, 12.0)
    all_of_it = [route(n, rng.poisson(rates)) for n in range(60)]
    assert look(all_of_it, [], WINDOW, SETTINGS).findings == ()


def test_days_without_hearing_are_no_decrease():
    window = Window(4, (7.0,) * 12 + (3.5,) * 4)
    rng = np.random.default_rng(6)
    rates = np.where(np.arange(16) >= 12, 20.0, 40.0)
    those = [Series("arrival", (f"c{n}",), tuple(rng.poisson(rates).tolist())) for n in range(4)]
    assert look(those, [], window, SETTINGS).findings == ()
    steady_ones = [replace(steady(40, n), family="arrival") for n in range(8)]
    told = look([*those[:1], *steady_ones], [], WINDOW, SETTINGS)
    assert [(one.key, one.way) for one in told.findings] == [(("c0",), "less")]


def test_a_route_that_always_swings_wildly_is_no_finding_where_a_steady_one_is():
    wild = [5, 90, 10, 70, 0, 95, 20, 100, 5, 80, 15, 90, 90, 85, 100, 95]
    even = [48] * 12 + [92] * 4
    assert found(route(90, wild)) == {}
    assert found(route(90, even)) == {"z90": "more"}


def test_a_small_change_of_a_busy_route_is_never_told():
    assert found(route(90, [1000] * 12 + [1400] * 4)) == {}


def test_nothing_is_compared_before_a_week_was_heard_on_both_sides():
    window = Window(4, (0.0,) * 11 + (6.0,) + (7.0,) * 4)
    assert look(sea(route(90, [0] * 12 + [9] * 4)), [], window, SETTINGS).looked == {}


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_given_does_not_matter(random):
    those = sea(route(90, [0] * 12 + [3, 4, 2, 3]))
    met = meetings(4, 5)
    again = [*those], [*met]
    for one in again:
        random.shuffle(one)
    assert look(*again, WINDOW, SETTINGS) == look(those, met, WINDOW, SETTINGS)


def meetings(pair_days: int, others: int, week: int = 13) -> list[Meeting]:
    """Ships 1 and 2 on so many days; and others that each meet somebody else once a week."""
    met = [Meeting(1, 2, week, week * 7 + day, 20.0, 36.0) for day in range(pair_days)]
    return met + [
        Meeting(100 + 2 * n, 101 + 2 * (n + w) % 60, w, w * 7 + n % 7, 20.0, 36.0)
        for n in range(others) for w in range(12, 16)
    ]  # fmt: skip


def test_two_that_meet_again_and_again_are_found_and_two_that_met_twice_are_not():
    [one] = look(sea(), meetings(5, 30), WINDOW, SETTINGS).findings
    assert (one.family, one.key, one.now, one.before, one.way) == ("pair", ("1", "2"), 5, 0, "new")
    assert look(sea(), meetings(2, 30), WINDOW, SETTINGS).findings == ()


def test_two_that_always_met_are_no_finding():
    habit = [Meeting(1, 2, week, week * 7 + day, 20.0, 36.0)
             for week in range(16) for day in (1, 4)]  # fmt: skip
    assert look(sea(), habit + meetings(0, 30), WINDOW, SETTINGS).findings == ()


def test_several_meetings_on_one_day_count_once():
    met = [Meeting(2, 1, 13, 91, 20.0, 36.0)] * 9
    assert [one.now for one in together(met, WINDOW)] == [1]


def test_two_that_always_met_are_no_finding_where_little_was_heard_before():
    """One week heard, then four: twenty pairs that meet every day throughout."""
    heard = replace(WINDOW, days=(0.0,) * 11 + (7.0,) * 5)
    daily = [Meeting(2 * pair, 2 * pair + 1, day // 7, day, 20.0, 36.0)
             for pair in range(20) for day in range(77, 112)]  # fmt: skip
    assert all(one.p > 0.01 for one in together(daily, heard))


def test_rows_are_counted_by_key_and_week():
    rows = [(("a", "b"), 0, 2, 1), (("a", "b"), 3, 5, 2), (("a", "b"), None, 7, 2),
            (("a", "b"), 9, 1, 1)]  # fmt: skip
    [one] = Counted("route", 4).take(rows).series()
    assert (one.counts, one.ships) == ((2, 0, 0, 5), 2)


@pytest.mark.parametrize(
    "wrong", [{"weeks": 0}, {"before_weeks": 53}, {"false_share": 1}, {"least_ratio": 0.5},
              {"cell_deg": 0}],
)  # fmt: skip
def test_settings_without_a_comparison_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        TrendSettings(**wrong)
