from __future__ import annotations

import pytest

from alerts.incidents.precision import precision, wilson


def test_precision_is_counted_by_kind():
    rows = [("gap", "true", 6), ("encounter", "true", 1), ("gap", "false alarm", 2),
            ("gap", "explained", 2)]  # fmt: skip
    gap, encounter = precision(rows)
    assert (gap.kind, gap.judged, gap.precision) == ("gap", 10, 0.6)
    assert (encounter.kind, encounter.precision) == ("encounter", 1.0)


def test_a_kind_without_verdicts_has_no_figure():
    assert precision([]) == []


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [(6, 10, 0.313, 0.832), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(hits, tries, low, high):
    assert wilson(hits, tries) == (low, high)
