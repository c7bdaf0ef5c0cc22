"""Static reports that say something new, by 64 bits of what was said last."""

from __future__ import annotations

import numpy as np
import pytest

from ais.batches import StaticBatch
from alerts.sayings import Sayings


def said(*rows):
    """Static reports (mmsi, name); all else alike."""
    batch = StaticBatch(
        **{name: np.zeros(len(rows), kind) for name, kind in StaticBatch.dtypes().items()}
    )
    batch.mmsi[:] = [mmsi for mmsi, _ in rows]
    batch.name[:] = [name for _, name in rows]
    batch.message[:] = 5
    return batch


def test_a_report_that_repeats_the_one_before_is_no_news_within_a_block_or_after_it():
    sayings = Sayings()
    first = said((247_000_001, b"MARIA"), (247_000_001, b"MARIA"), (247_000_002, b"MARIA"))
    assert sayings.news(first).tolist() == [0, 2]
    assert sayings.news(first).tolist() == []
    assert sayings.news(said((247_000_001, b"MARIA K"))).tolist() == [0]
    assert sayings.news(said((247_000_001, b"MARIA"))).tolist() == [0]


def test_parts_of_a_report_do_not_stand_for_each_other():
    sayings, one, other = Sayings(), said((247_000_001, b"A")), said((247_000_001, b"B"))
    other.part[:] = 1
    assert [len(sayings.news(rows)) for rows in (one, other, one, other)] == [1, 1, 0, 0]


def test_mmsi_0_and_thousands_of_vessels_find_their_places():
    many = said((0, b"NOBODY"), *((mmsi, b"X%d" % mmsi) for mmsi in range(1, 5000)))
    sayings = Sayings()
    assert len(sayings.news(many)) == 5000
    assert len(sayings.news(many)) == 0


def test_what_is_kept_is_what_was_frozen():
    sayings, thawed = Sayings(), Sayings()
    sayings.news(said((247_000_001, b"A"), (247_000_002, b"B")))
    sayings.keep(np.array([247_000_002], np.uint32))
    thawed.thaw(sayings.freeze())
    rows = said((247_000_001, b"A"), (247_000_002, b"B"))
    assert thawed.news(rows).tolist() == sayings.news(rows).tolist() == [0]


def test_a_snapshot_of_other_columns_is_refused():
    with pytest.raises(ValueError, match="expected"):
        Sayings().thaw(np.zeros(1, np.dtype([("key", "u4")])))
