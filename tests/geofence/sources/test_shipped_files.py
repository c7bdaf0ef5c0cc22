"""The scripts make what is shipped, and say of it what a zone has to say."""

import pytest
import shapely

from geofence.builtin import DATA, source_zones
from geofence.sources import derive_basins, derive_coasts, derive_regions, zone_file
from geofence.sources.coasts import COASTS
from geofence.sources.derive_bands import bands
from geofence.sources.port_names import TERMINALS


@pytest.mark.parametrize(
    "script,stems",
    [
        (derive_basins, ["sub_basins"]),
        (derive_regions, ["rescue_regions", "office_areas"]),
    ],
)
def test_a_script_gives_the_shipped_bytes(script, stems, tmp_path, monkeypatch):
    monkeypatch.setattr(zone_file, "DATA", tmp_path)
    script.main()
    for stem in stems:
        for ending in (".geojson", ".json"):
            made = (tmp_path / stem).with_suffix(ending)
            assert made.read_bytes() == (DATA / made.name).read_bytes()


@pytest.fixture(scope="module")
def small_world() -> dict:
    """Every country as one square round Malta, so that there is some shore for each."""
    square = [[142, 357], [5, 0], [0, 3], [-5, 0], [0, -3]]
    return {
        "transform": {"scale": [0.1, 0.1], "translate": [0.0, 0.0]},
        "arcs": [square],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"name": name}}
                    for coast in COASTS
                    for name in coast.areas
                ]
            }
        },
    }


def test_each_coast_gets_a_band_of_both_widths(small_world):
    zones = {zone.id: zone for zone in bands(small_world)}
    assert len(zones) == 2 * len(COASTS)
    narrow, wide = zones["band12-mlt"], zones["band24-mlt"]
    assert (narrow.kind, wide.kind) == ("band_12nm", "band_24nm")
    assert narrow.name == "Within 12 nm of Malta (distance band)"
    assert narrow.details["country"] == "MLT"
    south = 35.7 - 12 * 1.852 / 110.95
    assert narrow.geometry.bounds[1] == pytest.approx(south, abs=1e-3)
    assert wide.geometry.covers(narrow.geometry)


def test_a_stretch_becomes_a_zone_of_its_kind():
    malta = next(stretch for stretch in derive_coasts.STRETCHES if stretch.id == "malta")
    zone = derive_coasts.zone(malta, {"MLT": shapely.box(14.2, 35.8, 14.5, 36.0)})
    assert (zone.id, zone.kind) == ("arrival-malta", "arrival_coast")
    assert zone.name == "Arrival coast: Malta and Gozo (within 24 nm)"
    assert "no border" in zone.details["note"]


@pytest.mark.parametrize(
    "source,start", [("ports", "port-"), ("bands", "band"), ("basins", "basin-")]
)
def test_ids_say_what_a_zone_is(source, start):
    assert all(zone.id.startswith(start) for zone in source_zones(source))


def test_terminals_belong_to_ports_that_are_there():
    ports = {zone.id: zone for zone in source_zones("ports")}
    for port, quays in TERMINALS.items():
        assert all(ports[port].geometry.contains(shapely.Point(quay)) for quay in quays)


def test_offices_are_a_default_to_be_replaced():
    for zone in source_zones("offices"):
        assert zone.details["office"].startswith("EURTF ")
        assert "to be replaced" in zone.details["note"]
