"""Receive time: what it makes of a system clock that is set forward, back, or plainly wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest
import structlog

from service.clock import ERA_S, Clock

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


def seconds(clock: Clock, hands) -> float:
    """The clock's time less the system's, s: how much later it shows."""
    return round(clock.ms() / 1000 - hands.wall, 3)


def watched(clock: Clock, hands, for_s: float) -> list[int]:
    """Let time pass, the clock compared each second as ingest does; its times, ms."""
    seen = []
    for _ in range(round(for_s)):
        hands.pass_s(1)
        clock.compare()
        seen.append(clock.ms())
    return seen


@pytest.mark.parametrize("speed,expected", [(1.0, 2_000), (10.0, 20_000), (0.5, 1_000)])
def test_it_runs_at_its_speed(hands, speed, expected):
    clock = Clock(speed)
    began = clock.ms()
    hands.pass_s(2)
    assert clock.ms() - began == expected


def test_it_begins_at_the_system_s_time_where_the_spool_is_older(hands):
    assert seconds(Clock(not_before_ms=5), hands) == 0.0


def test_it_never_begins_before_the_newest_line_of_the_spool(hands):
    newest_ms = round((hands.wall + 50 * MINUTE) * 1000)
    assert Clock(not_before_ms=newest_ms).ms() == newest_ms


def test_an_exercise_s_clock_goes_on_behind_its_spool_and_is_compared_with_nothing(hands):
    clock = Clock(30.0, not_before_ms=round((hands.wall + DAY) * 1000))
    watched(clock, hands, 20 * MINUTE)
    assert seconds(clock, hands) == DAY + 29 * 20 * MINUTE
    assert clock.ahead_s == 0.0


def test_a_system_clock_that_is_set_back_a_little_is_waited_for(hands):
    clock = Clock()
    hands.wall -= 5 * MINUTE
    seen = watched(clock, hands, HOUR)
    assert seen == sorted(seen)
    # A tenth slower: nobody's ten minutes become five.
    assert max(b - a for a, b in pairwise(seen)) <= 1000
    assert min(b - a for a, b in pairwise(seen)) >= 900
    assert abs(seconds(clock, hands)) < 0.2
    assert clock.set_back == 0


def test_a_step_is_never_so_short_that_its_tick_begins_no_era(hands):
    clock = Clock()
    before = clock.ms()
    hands.wall -= ERA_S + 1
    seen = watched(clock, hands, 15 * MINUTE)
    assert (min(seen) > before, clock.set_back) == (True, 0)


def test_it_says_by_how_much_it_is_off(hands):
    clock = Clock()
    hands.wall -= 50 * MINUTE
    clock.compare()
    assert clock.ahead_s == 50 * MINUTE


def test_a_system_clock_far_behind_is_not_believed_at_once(hands):
    clock = Clock()
    hands.wall -= 50 * MINUTE
    seen = watched(clock, hands, 9 * MINUTE)
    assert seen == sorted(seen)
    assert seconds(clock, hands) == 50 * MINUTE


def test_one_that_stays_far_behind_is_followed_in_one_step_that_is_logged_and_counted(hands):
    clock = Clock()
    hands.wall -= 50 * MINUTE
    with structlog.testing.capture_logs() as events:
        watched(clock, hands, 11 * MINUTE)
    assert (seconds(clock, hands), clock.set_back, clock.ahead_s) == (0.0, 1, 0.0)
    [step] = [event for event in events if event["event"] == "clock_set_back"]
    assert (step["log_level"], step["by_s"]) == ("error", 50 * MINUTE)


def test_years_ahead_it_comes_back_too(hands):
    right = hands.wall
    hands.wall += 5 * 365 * DAY
    clock = Clock()
    hands.wall = right
    watched(clock, hands, 11 * MINUTE)
    assert (seconds(clock, hands), clock.set_back) == (0.0, 1)


def test_one_that_wanders_while_it_is_far_behind_is_not_believed(hands):
    clock = Clock()
    hands.wall -= 50 * MINUTE
    for _ in range(6):
        watched(clock, hands, 5 * MINUTE)
        hands.wall -= 2 * MINUTE
    assert clock.set_back == 0


def test_a_clock_that_was_never_set_is_not_followed_into_the_past(hands):
    clock = Clock()
    hands.wall = 12.0
    watched(clock, hands, 30 * MINUTE)
    assert clock.set_back == 0


@pytest.mark.parametrize("late_s", [2.0, HOUR])
def test_a_machine_that_slept_is_followed_at_once(hands, late_s):
    clock = Clock()
    hands.wall += late_s
    clock.compare()
    assert seconds(clock, hands) == 0.0


def test_a_leap_of_more_than_a_day_is_believed_after_a_minute(hands):
    clock = Clock()
    hands.wall += 5 * 365 * DAY
    watched(clock, hands, 50)
    assert seconds(clock, hands) == -5 * 365 * DAY
    watched(clock, hands, 20)
    assert (seconds(clock, hands), clock.set_forward) == (0.0, 1)


def test_a_moment_in_another_year_leaves_no_trace(hands):
    clock = Clock()
    hands.wall += 5 * 365 * DAY
    watched(clock, hands, 5)
    hands.wall -= 5 * 365 * DAY
    watched(clock, hands, 5)
    assert (seconds(clock, hands), clock.set_forward, clock.set_back) == (0.0, 0, 0)


def test_one_set_for_the_first_time_is_followed_at_once(hands):
    right, hands.wall = hands.wall, 12.0
    clock = Clock()
    hands.wall = right
    clock.compare()
    assert seconds(clock, hands) == 0.0
