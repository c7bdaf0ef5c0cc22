"""Single values as people write them into a list."""

import datetime as dt

import pytest

from watchlist.formats import texts
from watchlist.formats.texts import ValueFault


@pytest.mark.parametrize(
    "text, imo", [("9187629", 9_187_629), ("IMO 9187629", 9_187_629), ("imo:9187629.0", 9_187_629)]
)
def test_an_imo_number_may_say_that_it_is_one(text, imo) -> None:
    assert texts.imo_number(text) == imo


@pytest.mark.parametrize("text", ["9187628", "918762", "91876290", "IMO", "", "٩١٨٧٦٢٩"])
def test_a_wrong_imo_number_is_a_fault(text) -> None:
    with pytest.raises(ValueFault, match="IMO"):
        texts.imo_number(text)


@pytest.mark.parametrize(
    "text, fault",
    [
        ("2470001", "nine digits"),
        ("2.47E+08", "format the column as text"),
        ("002470001", "no ship's"),
        ("992471001", "no ship's"),
        ("970123456", "no ship's"),
    ],
)
def test_a_number_that_no_ship_has_says_how_to_cure_it(text, fault) -> None:
    with pytest.raises(ValueFault, match=fault):
        texts.ship_mmsi(text)


@pytest.mark.parametrize(
    "text, day",
    [
        ("2026-12-31", dt.date(2026, 12, 31)),
        ("2026-12-31T00:00:00Z", dt.date(2026, 12, 31)),
        ("31.12.2026", dt.date(2026, 12, 31)),
        ("3/4/2026", dt.date(2026, 4, 3)),
    ],
)
def test_days_have_the_day_first(text, day) -> None:
    assert texts.day(text) == day


@pytest.mark.parametrize("text", ["12/31/2026", "31.12/2026", "2026-02-30", "tomorrow", "46387"])
def test_other_days_are_faults(text) -> None:
    with pytest.raises(ValueFault):
        texts.day(text)


@pytest.mark.parametrize("text, metres", [("24.5 m", 24.5), ("24,5", 24.5), ("183 metres", 183.0)])
def test_metres_with_comma_point_and_unit(text, metres) -> None:
    assert texts.metres(text, 500.0) == metres


@pytest.mark.parametrize("text", ["0", "501", "-5", "1e3", "24'6\"", ""])
def test_what_is_no_length_of_a_ship_is_a_fault(text) -> None:
    with pytest.raises(ValueFault, match="expected metres from 1 to 500"):
        texts.metres(text, 500.0)


@pytest.mark.parametrize("text", ["A\u202eB", "A\x07B", "A\ufeffB"])
def test_what_nobody_sees_is_a_fault(text) -> None:
    with pytest.raises(ValueFault, match=r"U\+[0-9A-F]{4}, which nobody sees"):
        texts.clean(text)


def test_blanks_and_breaks_are_one_blank_where_lines_mean_nothing() -> None:
    assert texts.clean("  A \r\n B ") == "A B"
    assert texts.clean("A\r\nB", lines=True) == "A\nB"
