"""What features say of themselves becomes a zone's attributes, or a fault."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from geofence.files.faults import ZoneFileError
from geofence.files.features import ZoneDefaults
from geofence.files.reading import read_zones

SQUARE = {"type": "Polygon", "coordinates": [[[14, 36], [15, 36], [15, 37], [14, 37], [14, 36]]]}


def faults(path) -> tuple[str, ...]:
    with pytest.raises(ZoneFileError) as raised:
        read_zones(path)
    assert all("\n" not in fault and fault.isprintable() for fault in raised.value.faults)
    return raised.value.faults


@pytest.mark.parametrize(
    "properties, words",
    [
        ({"name": "x" * 201}, "name 'xxxx"),
        ({"name": "a\nb"}, "holds control characters"),
        ({"name": "a\u202eb"}, "holds control characters"),
        ({"name": "\ud800"}, "holds control characters"),
        ({"name": ["a"]}, "name is no text"),
        ({"name": "a", "kind": "harbour"}, "expected one of land, band_12nm"),
        ({"name": "a", "legal_status": "law"}, "expected one of indicative"),
        ({"name": "a", "valid_from": "1.2.2026"}, "is no date; expected 2026-12-31"),
        ({"name": "a", "valid_from": "2026-02-30"}, "is no date"),
        ({"name": "a", "valid_from": "2026-01-02", "valid_until": "2026-01-02"}, "not before"),
        ({"name": "a", "leave_m": -1}, "expected metres"),
        ({"name": "a", "leave_m": math.nan}, "leave_m is not a number"),
        ({"name": "a", "leave_m": "far"}, "expected metres"),
        ({"name": "a", "leave_m": 10**400}, "expected metres"),
        ({"name": "a", "zone_id": "---"}, "has no letter or digit"),
        ({"name": "a", "zone_id": "x" * 90}, "at most 80"),
        ({"name": "a", "details": "no"}, "details are no JSON"),
        ({"name": "a", "details": [1]}, "no JSON object"),
        ({"name": "a", "details": {"n": math.nan}}, "a number that is none"),
        ({"name": "a", "details": {"n": "a\tb"}}, "control characters"),
        ({"name": "a", "details": {"n": "x" * 10_001}}, "at most 10,000"),
        ({"name": "a", "details": {"n": [[[[[1]]]]]}}, "nested too deeply"),
        ({"name": "a", "note": "a\x00b"}, "control characters"),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(geojson, properties, words):
    said = faults(geojson((SQUARE, properties)))
    assert words in said[0]
    assert said[0].startswith("feature 1")
    assert len(said[0]) < 300


@pytest.mark.parametrize("text, words", [("x" * 201, "at most 200"), ("a\x00", "control")])
def test_a_default_that_cannot_be_is_refused(geojson, text, words):
    path = geojson((SQUARE, {"name": "a"}))
    with pytest.raises(ZoneFileError, match=f"default licence .*{words}"):
        read_zones(path, ZoneDefaults(licence=text))


def test_known_properties_become_attributes(geojson):
    properties = {
        "NAME": " Golfo ", "ID": 12.0, "Kind": "port", "license": "CC0", "country": "ITA",
        "valid_from": "2026-02-01", "valid_until": "2026/03/01 12:00:00+02", "leave_m": "750",
        "area": 3,
    }  # fmt: skip
    read = read_zones(geojson((SQUARE, properties)))
    (zone,) = read.zones
    assert (zone.id, zone.name, zone.kind, zone.licence) == ("12", "Golfo", "port", "CC0")
    assert zone.valid_from == dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    assert zone.valid_until == dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    assert (zone.leave_m, zone.details) == (750.0, {"country": "ITA"})
    assert read.notes == ("properties that mean nothing here are left out: 'area'",)


@pytest.mark.parametrize(
    "name, zone_id",
    [
        ("Porto Ercole (nord)", "porto-ercole-nord-1"),
        ("Πειραιάς", "peiraias-1"),
        ("???", "zone-1"),
    ],
)
def test_an_id_is_made_from_the_name(geojson, name, zone_id):
    assert read_zones(geojson((SQUARE, {"name": name}))).zones[0].id == zone_id
