"""Many tests at once: Benjamini-Hochberg, and what is left out because it could never tell."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from alerts.trends.discovery import findings, telling

p_values = st.lists(st.floats(1e-9, 1), min_size=1, max_size=60)


@given(p_values)
def test_findings_are_those_of_benjamini_and_hochberg(p):
    expected = false_discovery_control(p) <= 0.05
    unsure = np.abs(false_discovery_control(p) - 0.05) < 1e-12
    assert ((findings(p, 0.05) == expected) | unsure).all()


@given(p_values, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    assert (findings([p[k] for k in order], 0.05) == findings(p, 0.05)[order]).all()
    assert (telling([p[k] for k in order], 0.05) == telling(p, 0.05)[order]).all()


@given(p_values)
def test_each_that_is_kept_can_be_a_finding_if_all_that_are_kept_share_the_level(smallest):
    kept, least = telling(smallest, 0.05), np.array(smallest)
    assert (least[kept] <= 0.05 / max(1, kept.sum())).all()
    if kept.any() and not kept.all():
        assert least[~kept].min() > least[kept].max()


def test_nothing_looked_at_is_nothing_found():
    assert len(findings([], 0.05)) == len(telling([], 0.05)) == 0
