"""The GeoJSON twin says what the CAP message says."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from alerts.geojson import geojson
from tests.plugins.notices import HOSTILE, alert, distress, hostile, notice


def test_the_alert_comes_first_then_drift_areas_then_helpers():
    features = json.loads(geojson(distress()))["features"]
    assert [one["properties"]["is"] for one in features] == [
        "alert", "drift", "drift", "helper", "helper",
    ]  # fmt: skip
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [12.61, 35.49]}


def test_a_drift_area_is_a_closed_ring_of_its_radius():
    [ring] = json.loads(geojson(distress()))["features"][1]["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    north = max(lat for _, lat in ring)
    assert north == pytest.approx(35.48 + 1.1 / 60, abs=1e-4)
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert area > 0, "RFC 7946 wants exterior rings counterclockwise"


def test_no_place_is_a_null_geometry():
    [one] = json.loads(geojson(notice(alert=alert(lon=None, lat=None))))["features"]
    assert one["geometry"] is None


def test_limited_keeps_the_vessel_out_but_in_the_sar_lane():
    assert b"247320162" not in geojson(notice(limited=True))
    assert b"MARIA K" not in geojson(notice(limited=True))
    assert b"247320162" in geojson(distress(limited=True))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_has_nothing_that_does_not_print(text):
    [one] = json.loads(geojson(hostile(text)))["features"]
    for value in one["properties"].values():
        assert not isinstance(value, str) or value.isprintable()
