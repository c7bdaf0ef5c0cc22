"""The small drawing: coast where there is one, marks where they belong, and nothing but text."""

from __future__ import annotations

import pytest
from lxml import etree

from maps.chartlet import HEIGHT, WIDTH, Chartlet
from tests.plugins.notices import HOSTILE


def drawn(chart: Chartlet) -> etree._Element:
    return etree.fromstring(chart.svg("a place"))


def test_a_place_off_a_coast_shows_land_and_lies_in_the_middle():
    chart = Chartlet(14.6, 35.9)
    chart.point(14.6, 35.9, "place", "here")
    svg = drawn(chart)
    assert svg.find("path[@class='land']").get("d").startswith("M")
    mark = svg.find("circle[@class='place']")
    assert (float(mark.get("cx")), float(mark.get("cy"))) == (WIDTH / 2, HEIGHT / 2)


def test_far_from_land_it_shows_so_much_that_a_coast_is_seen():
    assert Chartlet(16.5, 36.0).reach_nm > 50
    assert drawn(Chartlet(16.5, 36.0)).find("path[@class='land']").get("d")


@pytest.mark.parametrize("lon, lat", [(0, 0), (-179, 10), (18, 84)])
def test_a_place_outside_of_the_map_is_drawn_all_the_same(lon, lat):
    assert drawn(Chartlet(lon, lat)).find("rect") is not None


def test_north_is_up_and_a_mile_is_as_long_as_the_bar_says():
    chart = Chartlet(18.0, 35.0)
    chart.circle(18.0, 35.0, 10.0, "drift")
    chart.point(18.0, 35.2, "north")
    svg = drawn(chart)
    radius = float(svg.find("circle[@class='drift']").get("r"))
    north = svg.find("circle[@class='north']")
    assert float(north.get("cy")) == pytest.approx(HEIGHT / 2 - 1.2 * radius, abs=0.2)


def test_what_lies_outside_is_left_out():
    chart = Chartlet(14.6, 35.9)
    chart.point(30.0, 35.9, "far")
    assert drawn(chart).find("circle[@class='far']") is None


def test_hostile_names_are_text():
    for text in (one for one in HOSTILE if one.isprintable()):
        chart = Chartlet(14.6, 35.9)
        chart.point(14.6, 35.9, "place", text)
        assert drawn(chart).find("text").text == text


def test_names_do_not_lie_on_one_another_and_the_place_itself_is_named_first():
    chart = Chartlet(14.6, 35.9)
    for k in range(8):
        chart.point(14.6 + k * 0.002, 35.9, "helper", f"SELENE BRIDGE {k}")
    chart.point(14.6, 35.9, "place", "35°54.0′N 014°36.0′E")
    names = drawn(chart).findall("text")[:-1]
    assert names[0].text == "35°54.0′N 014°36.0′E"
    assert 2 <= len(names) <= 4
    assert len({(one.get("y"), one.get("text-anchor")) for one in names}) == len(names)


def test_a_number_beside_a_word_stands_free_of_it():
    chart = Chartlet(14.6, 35.9)
    chart.point(14.6, 35.9, "helper", "1")
    chart.point(14.6, 35.9, "place", "here")
    here, number = drawn(chart).findall("text")[:2]
    assert (here.get("text-anchor"), number.get("text-anchor")) == ("start", "end")
