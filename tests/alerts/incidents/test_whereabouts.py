from __future__ import annotations

import math

import pytest

from alerts.incidents.whereabouts import Whereabouts, coordinates


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        (12.754, 35.355, "11 nm SE of Lampedusa"),
        (12.604, 35.500, "off Lampedusa"),
        (12.604, 35.200, "18 nm S of Lampedusa"),
        (-40.0, 35.0, "35°00.00' N 040°00.00' W"),
        (None, None, ""),
    ],
)
def test_a_place_is_told_from_the_nearest_port(lon, lat, said):
    assert Whereabouts.known().place(lon, lat) == said


def test_without_ports_a_place_is_its_coordinates():
    assert Whereabouts.of(()).place(12.5, 35.25) == "35°15.00' N 012°30.00' E"
    name, away_nm, _ = Whereabouts.of(()).port(12.5, 35.25)
    assert (name, math.isnan(away_nm)) == ("", True)


def test_minutes_never_reach_sixty():
    assert coordinates(-0.999999, -35.99999) == "36°00.00' S 001°00.00' W"
