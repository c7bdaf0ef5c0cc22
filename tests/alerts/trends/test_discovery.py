"""Many tests at once: Benjamini-Hochberg, and what is left out because it could never tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from alerts.trends.discovery import by_chance, findings, telling

p_values = st.lists(st.floats(1e-9, 1), min_size=1, max_size=60)
FINE = (np.linspace(1e-6, 1, 1_000_000),)
"""A test that can come to nearly every p-value: one of large counts."""


@settings(deadline=None, max_examples=40)
@given(p_values)
def test_of_large_counts_findings_are_those_of_benjamini_and_hochberg(p):
    adjusted = false_discovery_control(p)
    found = findings(p, [FINE] * len(p), 0.05)
    # The bound of 1 - F costs a twentieth of the level; nothing is found that they do not.
    unsure = (adjusted > 0.047) & (adjusted < 0.0501)
    assert ((found == (adjusted <= 0.05)) | unsure).all()


@given(p_values, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    levels = [(np.array([one]),) for one in p]
    again = findings([p[k] for k in order], [levels[k] for k in order], 0.05)
    assert (again == findings(p, levels, 0.05)[order]).all()
    assert (telling([p[k] for k in order], 0.05) == telling(p, 0.05)[order]).all()


def test_tests_that_cannot_come_so_low_take_nothing_from_the_others():
    coarse, fine = (np.array([0.04, 0.2]),), (np.array([0.001, 0.04]),)
    assert findings([0.001, 0.2], [fine, coarse], 0.05).tolist() == [True, False]
    assert by_chance([fine] + [coarse] * 99, np.array([0.001, 0.1])) == pytest.approx([0.001, 4.0])
    assert not findings([0.001] + [1.0] * 99, [fine] * 100, 0.05).any()
    assert findings([0.001] + [1.0] * 99, [fine] + [coarse] * 99, 0.05).sum() == 1


def test_chance_alone_is_seldom_a_finding():
    rng, told = np.random.default_rng(3), 0
    levels = [(np.array(sorted(rng.uniform(0, 1, 6))),) for _ in range(40)]
    for _ in range(1000):
        drawn = rng.uniform(0, 1, 40)
        # The smallest level that is not below what was drawn: as tails of whole numbers are.
        p = [min((one for one in mine[0] if one >= x), default=1.0)
             for mine, x in zip(levels, drawn, strict=True)]  # fmt: skip
        told += findings(p, levels, 0.05).any()
    assert told <= 70


@given(p_values)
def test_each_that_is_kept_can_be_a_finding_if_all_that_are_kept_share_the_level(smallest):
    kept, least = telling(smallest, 0.05), np.array(smallest)
    assert (least[kept] <= 0.05 / max(1, kept.sum())).all()
    if kept.any() and not kept.all():
        assert least[~kept].min() > least[kept].max()


def test_nothing_looked_at_is_nothing_found():
    assert len(findings([], [], 0.05)) == len(telling([], 0.05)) == 0
