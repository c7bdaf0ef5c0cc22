"""Exact tests of counts: what they equal, what they are never below, how they are spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from alerts.trends import exact

counts = st.integers(1, 400).flatmap(
    lambda total: st.tuples(st.integers(0, total), st.just(total))
)
shares = st.floats(0.05, 0.95)
swings = st.floats(1, 12)


@given(counts, shares)
def test_without_swing_it_is_the_binomial_test(drawn, share):
    count, total = drawn
    expected = binomtest(count, total, share, alternative="greater").pvalue
    assert exact.more(count, total, share) == pytest.approx(expected, rel=1e-9, abs=1e-300)
    expected = binomtest(count, total, share, alternative="less").pvalue
    assert exact.fewer(count, total, share) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(counts, shares, swings)
def test_swing_never_makes_a_change_clearer_than_the_exact_test(drawn, share, swing):
    count, total = drawn
    assert (
        1 >= exact.more(count, total, share, swing) >= exact.more(count, total, share) * 0.999999
    )
    assert exact.either(count, total, share, swing) <= 1


@given(counts, shares, swings)
def test_more_is_clearer_with_every_one_more(drawn, share, swing):
    count, total = drawn
    if count:
        before = exact.more(count - 1, total, share, swing)
        assert exact.more(count, total, share, swing) <= before * 1.000001


@given(counts, shares, swings)
def test_no_division_of_a_total_is_clearer_than_its_smallest(drawn, share, swing):
    count, total = drawn
    for two_sided, p in ((True, exact.either), (False, exact.more)):
        least = exact.smallest(total, share, swing, two_sided=two_sided)
        assert p(count, total, share, swing) >= least * 0.999999


@given(st.integers(1, 120), shares, swings, st.booleans())
def test_all_p_values_of_a_total_are_those_of_each_count(total, share, swing, two_sided):
    all_of_them = exact.Null(total, share, swing).of_each(two_sided=two_sided)
    one_by_one = exact.either if two_sided else exact.more
    expected = [one_by_one(count, total, share, swing) for count in range(total + 1)]
    assert all_of_them == pytest.approx(expected, rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("swing", [1.0, 3.0])
def test_p_values_of_no_change_are_no_smaller_than_uniform(swing):
    rng = np.random.default_rng(7)
    # Negative binomial with the same share of scale: variance ``swing`` times the mean.
    means = np.array([40.0, 120.0])
    if swing > 1:
        means = rng.gamma(means / (swing - 1), swing - 1, (4000, 2))
    drawn = rng.poisson(means, (4000, 2))
    p = np.array([exact.more(int(now), int(now + before), 0.25, swing) for now, before in drawn])
    for level in (0.01, 0.05, 0.2, 0.5):
        assert (p <= level).mean() <= level + 3 * math.sqrt(level / len(p))
    assert (p <= 0.5).mean() > 0.4


@given(counts, shares)
def test_the_interval_holds_the_ratio_and_widens_with_swing(drawn, share):
    count, total = drawn
    middle, low, high = exact.ratio(count, total, share)
    assert low <= middle <= high
    _, wide_low, wide_high = exact.ratio(count, total, share, 4.0)
    assert wide_low <= low * 1.000001
    assert wide_high >= high * 0.999999


@pytest.mark.parametrize("swing", [1 + 2**-52, 1 + 1e-9, 1 + 1e-6])
def test_weeks_that_hardly_swing_are_binomial(swing):
    assert exact.more(38, 38, 0.25, swing) == pytest.approx(0.25**38, rel=1e-3)
    assert exact.fewer(300, 400, 0.8, swing) == pytest.approx(exact.fewer(300, 400, 0.8), rel=1e-3)


def test_nine_against_two_in_the_same_weeks_before():
    middle, low, high = exact.ratio(9, 11, 0.5)
    assert (round(middle, 2), round(low, 2), round(high, 1)) == (4.5, 0.93, 42.8)
    assert exact.either(9, 11, 0.5) == pytest.approx(0.0654, abs=1e-4)


def test_none_before_has_no_upper_end():
    middle, low, high = exact.ratio(8, 8, 0.25)
    assert (middle, high) == (math.inf, math.inf)
    assert round(low, 1) == 5.1
