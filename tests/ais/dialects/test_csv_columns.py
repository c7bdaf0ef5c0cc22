"""Columns as a user writes them."""

import pytest

from ais.dialects.csv_columns import ColumnsError, parse_columns
from ais.dialects.csv_layouts import DMA, CsvLayout


def test_columns_of_the_readme_example() -> None:
    text = "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED"
    assert parse_columns(text, "%d-%m-%y %H:%M", 0.1) == CsvLayout(
        id="SHIP_ID",
        time="TIMESTAMP",
        lon="LON",
        lat="LAT",
        sog="SPEED",
        time_format="%d-%m-%y %H:%M",
        speed_scale=0.1,
    )


def test_published_layout_goes_by_its_name() -> None:
    assert parse_columns("dma") == DMA


def test_blanks_round_names_are_no_part_of_them() -> None:
    assert parse_columns(" id = a , time=b,lon=c,lat=d ").id == "a"


def test_delimiter_can_be_said() -> None:
    assert parse_columns("id=1,time=2,lon=3,lat=4,delimiter=tab").delimiter == "\t"


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "'' is no field=column; expected e.g. id=SHIP_ID,"),
        ("id=a,time", "'time' is no field=column"),
        ("id=a,time=,lon=c,lat=d", "'time=' is no field=column"),
        ("id=a,when=b", "unknown field 'when': expected one of id, time, lon, lat, sog"),
        ("id=a,id=b", "'id' is there twice"),
        ("id=a,lon=b", "time, lat missing; expected at least id, time, lon and lat"),
        ("id=a,time=2,lon=3,lat=4", "names and numbers are mixed"),
        ("id=0,time=1,lon=2,lat=3", "column 0: expected numbers from 1"),
        ("id=1,time=2,lon=3,lat=4,delimiter=dot", "delimiter 'dot': expected one of comma,"),
    ],
)
def test_mistake_is_told_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(ColumnsError) as told:
        parse_columns(text)
    assert complaint in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "time_format, complaint",
    [
        ("DD/MM/YYYY", "expected auto, iso, epoch, epoch_ms or a strptime format"),
        ("%H:%M", "gives no full date"),
        ("%Y-%Q", "time format '%Y-%Q'"),
    ],
)
def test_time_format_that_gives_no_time_is_refused(time_format: str, complaint: str) -> None:
    with pytest.raises(ColumnsError, match=complaint):
        parse_columns("id=a,time=b,lon=c,lat=d", time_format)


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_speed_scale_is_above_zero(scale: float) -> None:
    with pytest.raises(ColumnsError, match="speed scale"):
        parse_columns("id=a,time=b,lon=c,lat=d", speed_scale=scale)
