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


def test_rows_in_time_order_are_sorted_by_all_digits_of_the_mmsi() -> None:
    mmsi = [636_000_001, 247_999_999, 247_000_001, 636_000_001, 247_999_999]
    batch = positions(mmsi=mmsi, time=[f"2020-01-0{n}" for n in range(1, 6)])
    ordered = by_vessel_and_time(batch)
    assert ordered.mmsi.tolist() == sorted(mmsi)
    assert ordered.time.astype("M8[D]").astype(str).tolist() == [
        f"2020-01-0{n}" for n in (3, 2, 5, 1, 4)
    ]


def test_a_row_without_either_coordinate_is_not_placed() -> None:
    batch = positions(
        mmsi=[1, 2, 3, 4], lon_deg=[np.nan, 1, 1, -np.inf], lat_deg=[1, np.inf, 1, 1]
    )
    assert placed(batch).mmsi.tolist() == [3]
