"""A model of traffic: what is long ago counts less, nothing is learned twice, bytes are bytes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from alerts.traffic.lines import Line
from alerts.traffic.model import TrafficError, TrafficModel
from alerts.traffic.passages import PASSAGE
from tests.plugins.traffic import lane_model

DAY = 86_400_000_000


def passages(cell: int, count: int) -> np.ndarray:
    out = np.zeros(count, PASSAGE)
    out["cell"], out["kind"] = cell, 1
    return out


def test_passages_of_90_days_ago_count_half():
    first = TrafficModel().learned([passages(7, 100)], DAY // 2, DAY)
    later = first.learned([passages(8, 10)], 90 * DAY, 91 * DAY)
    assert (first.passages, later.passages) == (100, 60)
    assert (later.since_us, later.until_us) == (DAY // 2, 91 * DAY)


def test_a_day_that_was_learned_is_not_learned_again():
    model = TrafficModel().learned([passages(7, 1)], 0, DAY)
    with pytest.raises(
        TrafficError, match="were learned already; expected a span from 1970-01-02"
    ):
        model.learned([passages(7, 1)], DAY - 1, 2 * DAY)


def test_days_learned_one_by_one_are_all_of_them():
    parts = [passages(7, 3), passages(9, 5), passages(7, 2)]
    at_once = TrafficModel().learned(parts, 0, DAY)
    assert at_once.passages == 10
    assert len(at_once.key) == 2


def test_bytes_give_the_same_model_back():
    model = lane_model()
    again = TrafficModel.from_bytes(model.to_bytes())
    assert again.to_bytes() == model.to_bytes()
    assert again.sha256() == model.sha256()
    assert (again.weight == model.weight).all()


def test_lines_are_kept_with_it():
    line = Line(247_000_001, "Piraeus", "Heraklion", 14, 30)
    model = TrafficModel(lines=(line,))
    assert TrafficModel.from_bytes(model.to_bytes()).lines == (line,)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"nothing\nat all", lane_model().to_bytes()[:-40],
     lane_model().to_bytes().replace(b"vedetta", b"another"), b'{"format":1,"cells":-1}\n'],
)  # fmt: skip
def test_other_bytes_are_refused_in_one_line(data):
    with pytest.raises(
        TrafficError, match="expected a file that vedetta traffic learn wrote"
    ) as it:
        TrafficModel.from_bytes(data)
    assert "\n" not in str(it.value)


def test_a_file_that_claims_to_be_huge_is_refused():
    head, _, packed = lane_model().to_bytes().partition(b"\n")
    said = json.loads(head) | {"cells": 2_000_000_000}
    with pytest.raises(TrafficError):
        TrafficModel.from_bytes(json.dumps(said).encode() + b"\n" + packed)
