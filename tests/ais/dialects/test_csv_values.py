"""Cells as numbers and times."""

import math
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais.dialects.csv_values import numbers, times


def time_of(cell: str | None, time_format: str = "auto") -> tuple[str, bool]:
    found, bad = times(pa.array([cell], pa.string()), time_format)
    return str(found[0]), bool(bad[0])


@pytest.mark.parametrize(
    "cell, time_format, expected",
    [
        ("01-06-15 0:00", "%d-%m-%y %H:%M", "2015-06-01T00:00:00.000000"),
        ("30-05-15 04:35:00", "%d-%m-%y %H:%M:%S", "2015-05-30T04:35:00.000000"),
        ("20/03/2021 00:22", "%d/%m/%Y %H:%M", "2021-03-20T00:22:00.000000"),
        ("1722468684", "epoch", "2024-07-31T23:31:24.000000"),
        ("1722468684.25", "epoch", "2024-07-31T23:31:24.250000"),
        ("1722468684123", "epoch_ms", "2024-07-31T23:31:24.123000"),
        ("1722468684", "auto", "2024-07-31T23:31:24.000000"),
        ("1722468684123", "auto", "2024-07-31T23:31:24.123000"),
        ("2024-07-31T23:31:24", "auto", "2024-07-31T23:31:24.000000"),
        ("2024-07-31 23:31:24.5", "iso", "2024-07-31T23:31:24.500000"),
        ("2024-07-31T23:31:24Z", "iso", "2024-07-31T23:31:24.000000"),
        ("2024-07-31T23:31:24+02:00", "iso", "2024-07-31T21:31:24.000000"),
        ("2024-07-31T23:31:24.123456789", "iso", "2024-07-31T23:31:24.123456"),
        ("2024-07-31T23:31:24.123456789Z", "iso", "2024-07-31T23:31:24.123456"),
        ("2024/07/31 23:31:24", "iso", "2024-07-31T23:31:24.000000"),
    ],
)
def test_time_is_read(cell: str, time_format: str, expected: str) -> None:
    assert time_of(cell, time_format) == (expected, False)


@pytest.mark.parametrize(
    "cell, time_format",
    [
        ("31-02-15 0:00", "%d-%m-%y %H:%M"),
        ("29-02-15 0:00", "%d-%m-%y %H:%M"),
        ("01-06-15 24:00", "%d-%m-%y %H:%M"),
        ("01-06-15", "%d-%m-%y %H:%M"),
        ("2024-02-30T00:00:00", "iso"),
        ("yesterday", "auto"),
        ("1e300", "auto"),
        ("nan", "epoch"),
        ("2024-07-31T23:31:24\u00e9", "auto"),
    ],
)
def test_what_is_no_time_is_bad(cell: str, time_format: str) -> None:
    assert time_of(cell, time_format) == ("NaT", True)


def test_empty_time_is_not_bad_but_missing() -> None:
    assert time_of(None) == ("NaT", False)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["T", " "]))  # noqa: DTZ001
def test_every_iso_time_comes_back(moment: datetime, between: str) -> None:
    expected = np.datetime64(moment, "us")
    found, _ = times(pa.array([moment.isoformat(between)]), "auto")
    assert found[0] == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.just("x"), st.integers(0, 4_000_000_000).map(str)), min_size=1))
def test_bad_cell_changes_nothing_for_its_neighbours(cells: list[str]) -> None:
    found, bad = times(pa.array(cells), "auto")
    alone = [time_of(cell) for cell in cells]
    assert [(str(a), bool(b)) for a, b in zip(found, bad, strict=True)] == alone


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.datetimes(datetime(1971, 1, 1), datetime(2068, 1, 1)))  # noqa: DTZ001
def test_every_time_comes_back_through_its_format(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    found, _ = times(pa.array([moment.strftime("%d-%m-%y %H:%M:%S")]), "%d-%m-%y %H:%M:%S")
    assert found[0].astype(np.int64) == int(moment.timestamp()) * 1_000_000


def test_numbers_with_gaps_and_faults() -> None:
    found, bad = numbers(pa.array(["1.5", None, "x", "-2e1", "inf", "", "1,5"]))
    assert [None if math.isnan(v) else v for v in found] == [
        1.5,
        None,
        None,
        -20,
        None,
        None,
        None,
    ]
    assert bad.tolist() == [False, False, True, False, False, True, True]
