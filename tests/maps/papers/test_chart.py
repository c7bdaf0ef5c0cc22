"""The map of a document: what it shows, where its parts stand, and where no coast is known."""

from __future__ import annotations

import io

import numpy as np
import pytest
import shapely
from PIL import Image

from maps.papers.chart import Chart, Line, Mark, _labels, _spot, grouped, png, within_coast

SICILY = (11.0, 37.0, 13.0, 39.0)
DENMARK = (10.0, 57.0, 12.0, 58.0)


def track(west: float, south: float) -> Line:
    steps = np.linspace(0, 0.5, 20)
    return Line(np.column_stack([west + steps, south + steps]))


def test_it_is_drawn_without_a_network_in_the_size_asked_for():
    image = Image.open(io.BytesIO(png(Chart((track(12.0, 37.5),), (Mark(12.2, 37.7, "1"),)))))
    assert image.format == "PNG"
    assert image.width > image.height > 400


def test_the_same_map_is_the_same_picture():
    chart = Chart((track(12.0, 37.5),))
    assert png(chart) == png(chart)


def test_a_map_without_a_place_is_refused():
    with pytest.raises(ValueError, match="without a place"):
        png(Chart(()))


def test_beyond_the_coast_that_comes_along_the_map_says_so():
    assert within_coast(SICILY)
    assert not within_coast(DENMARK)
    north = Chart((track(11.0, 57.5),), source="coast", bare="no coast")
    assert png(north) != png(Chart((track(11.0, 57.5),), source="coast", bare="coast"))


def test_marks_that_would_lie_on_each_other_share_a_label():
    marks = [Mark(12.0, 38.0, "1"), Mark(12.001, 38.001, "2"), Mark(12.8, 38.5, "3")]
    assert [label for label, _, _ in grouped(marks, SICILY)] == ["1, 2", "3"]


@pytest.mark.parametrize("name", [r"Area $\frac{1}$ x", r"Port $\foo$ y", "$", "a $x^2$ b"])
def test_a_name_of_a_zone_or_a_port_is_text_and_never_a_formula(name):
    zone = (name, shapely.box(12.1, 37.6, 12.4, 37.9))
    chart = Chart((track(12.0, 37.5),), zones=(zone,), places=((name, 12.25, 37.75),))
    assert png(chart).startswith(b"\x89PNG")


def test_the_name_of_a_zone_stands_beside_that_of_a_port():
    zone, sail = shapely.box(11.4, 37.6, 12.4, 38.2), (track(12.0, 37.5),)
    bare = _spot(zone, "Cyrenaica", SICILY, _labels(Chart(sail), SICILY))
    port = Chart(sail, places=(("Kavonisi (Kissamos)", *bare),))
    x, y = _spot(zone, "Cyrenaica", SICILY, _labels(port, SICILY))
    assert abs(x - bare[0]) > 0.2 or abs(y - bare[1]) > 0.06
