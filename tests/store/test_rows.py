from __future__ import annotations

import numpy as np
import pytest

from store.rows import by_vessel_and_time, cells, placed
from tests.plugins.rows import positions


@pytest.mark.parametrize(
    "lon_deg, lat_deg, cell",
    [
        (-180.0, -90.0, 0),
        (0.0, 0.0, 90 * 360 + 180),
        (-0.1, -0.1, 89 * 360 + 179),
        (12.5, 41.25, 131 * 360 + 192),
        (179.99, 89.99, 180 * 360 - 1),
        (180.0, 0.0, 90 * 360 + 359),
        (0.0, 90.0, 180 * 360 + 180),
    ],
)
def test_a_place_belongs_to_one_cell(lon_deg: float, lat_deg: float, cell: int) -> None:
    assert cells(np.array([lon_deg]), np.array([lat_deg])).tolist() == [cell]


def test_rows_are_sorted_by_vessel_then_time() -> None:
    batch = positions(mmsi=[2, 1, 1], time=["2020-01-01", "2020-01-03", "2020-01-02"])
    assert by_vessel_and_time(batch).time.astype("M8[D]").astype(str).tolist() == [
        "2020-01-02",
        "2020-01-03",
        "2020-01-01",
    ]


def test_a_row_without_either_coordinate_is_not_placed() -> None:
    batch = positions(
        mmsi=[1, 2, 3, 4], lon_deg=[np.nan, 1, 1, -np.inf], lat_deg=[1, np.inf, 1, 1]
    )
    assert placed(batch).mmsi.tolist() == [3]
