from __future__ import annotations

import pytest

from service.positions import position, said


@pytest.mark.parametrize(
    "text",
    [
        "36°12.4′N 014°33.1′E", "36 12.4 N, 14 33.1 E", "36°12'24\"N 14°33'6\"E",
        "36.206667 14.551667", "36.206667, 14.551667", "36°12,4'n / 14°33,1'e",
        "+36.206667;14.551667",
    ],
)  # fmt: skip
def test_a_position_is_read_as_people_write_it(text) -> None:
    assert position(text) == (
        pytest.approx(14.551667, abs=1e-5),
        pytest.approx(36.206667, abs=1e-5),
    )


def test_south_and_west_are_negative() -> None:
    assert position("1°30.0′S 002°15.0′W") == (-2.25, -1.5)
    assert said(-2.25, -1.5) == "01°30.0′S 002°15.0′W"


@pytest.mark.parametrize(
    "text",
    ["", "36", "36°61′N 14°00′E", "36.5°12′N 14°E", "91 14", "36 181", "14°E 36°N", "36°N", "<b>"],
)
def test_what_is_no_position_is_none(text) -> None:
    assert position(text) is None


def test_minutes_that_round_up_go_to_the_next_degree() -> None:
    assert said(13.99999, 35.99999) == "36°00.0′N 014°00.0′E"
