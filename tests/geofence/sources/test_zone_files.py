"""Writing zones, decoding the world, and ports out of a table."""

import json
from pathlib import Path

import pytest
import shapely

from geofence.errors import GeofenceError
from geofence.sources import derive_ports, world_atlas, zone_file
from geofence.sources.derive_ports import ports, spoken
from geofence.sources.zone_file import Origin, compact, tidy, write_zones
from geofence.zones import Zone, ZoneSet

ORIGIN = Origin("Title", "source", "1", "CC0", "2026", "derive_x.py", "note")


def zone(id: str, shape: shapely.Polygon) -> Zone:  # noqa: A002 (the field's name)
    return Zone(id, "Name", "custom", shape, "source", "CC0")


def test_a_written_file_gives_the_same_zones_back(tmp_path, monkeypatch):
    monkeypatch.setattr(zone_file, "DATA", tmp_path)
    one = zone("one", shapely.box(10, 40, 11, 41))
    said = write_zones("some", [one], ORIGIN)
    assert said.startswith("some.geojson: 1 zones, 5 vertices")
    assert ZoneSet.from_bytes((tmp_path / "some.geojson").read_bytes()).zones == (one,)
    about = json.loads((tmp_path / "some.json").read_text())
    assert (about["zones"], about["vertices"]) == ({"custom": 1}, 5)


def test_an_id_that_stands_twice_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(zone_file, "DATA", tmp_path)
    twice = [zone("one", shapely.box(10, 40, 11, 41))] * 2
    with pytest.raises(GeofenceError, match="stands twice"):
        write_zones("some", twice, ORIGIN)
    assert not list(tmp_path.iterdir())


def test_coordinates_are_written_with_four_decimals_and_no_blanks():
    assert compact({"a": [1.23456789, 2.0, 3]}) == '{"a":[1.2346,2.0,3]}'


def test_slivers_and_specks_are_tidied_away():
    speck = shapely.box(10.5, 40.5, 10.5005, 40.5005)
    shape = shapely.MultiPolygon(
        [shapely.box(10, 40, 11, 41) - speck, shapely.box(12, 40, 12.0003, 41e0)]
    )
    tidied = tidy(shape.difference(shapely.box(11.9, 40.001, 12.1, 41.1)))
    assert tidied.geom_type == "Polygon"
    assert len(tidied.interiors) == 0


def test_a_zone_without_area_is_refused():
    with pytest.raises(GeofenceError, match="without an area"):
        tidy(shapely.LineString([(0, 0), (1, 1)]))


def world() -> dict:
    square, islet = [[0, 0], [4, 0], [0, 4], [-4, 0], [0, -4]], [[9, 9], [1, 0], [-1, 0]]
    named = [("A", 0), ("B", 1)]
    return {
        "transform": {"scale": [1.0, 1.0], "translate": [10.0, 40.0]},
        "arcs": [square, islet],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[arc]], "properties": {"name": name}}
                    for name, arc in named
                ]
            }
        },
    }


def test_countries_are_found_by_name_and_islets_without_area_are_dropped():
    found = world_atlas.countries(world())
    assert {name: area.bounds for name, area in found.items()} == {"A": (10, 40, 14, 44)}


def test_a_given_file_is_read_instead_of_the_package(tmp_path):
    path = tmp_path / "countries-10m.json"
    path.write_text('{"type": "Topology"}')
    assert world_atlas.topology([str(path)], "countries-10m.json") == {"type": "Topology"}


@pytest.mark.parametrize(
    "label,lon,expected",
    [
        ("SALERNO", 14.75, "Salerno"),
        ("PIRAIEVS", 23.65, "Piraeus"),
        ("BUR SAID (PORT SAID)", 32.3, "Port Said"),
        ("PORTO DI PALERMO", 13.37, "Palermo"),
        ("PORT D' AJACCIO", 8.75, "Ajaccio"),
        ("REGGIO DI CALABRIA", 15.65, "Reggio di Calabria"),
        ("PORT-DE-BOUC", 4.98, "Port-de-Bouc"),
        ("L'ILE ROUSSE", 8.93, "L'Ile Rousse"),
        ("RAS   LANUF", 18.57, "Ras Lanuf"),
        ("AYIOS NIKOLAOS", 25.72, "Agios Nikolaos (Crete)"),
    ],
)
def test_a_port_is_named_as_people_write_it(label, lon, expected):
    assert spoken(label, lon) == expected


def row(label: str, lon: float, lat: float, country: str = "ITA") -> dict[str, str]:
    return {"iso3": country, "label": label, "longitude": str(lon), "latitude": str(lat)}


def test_ports_off_the_area_are_left_out(monkeypatch):
    monkeypatch.setattr(derive_ports, "OWN_PORTS", ())
    rows = [row("SALERNO", 14.75, 40.6667), row("BILBAO", -3.05, 43.35, "ESP")]
    assert [zone.id for zone in ports(rows)] == ["port-ita-salerno"]


def test_a_port_is_a_circle_of_three_kilometres(monkeypatch):
    monkeypatch.setattr(derive_ports, "OWN_PORTS", ())
    [port] = ports([row("SALERNO", 14.75, 40.6667)])
    west, south, east, north = port.geometry.bounds
    assert (north - south) * 111.05 == pytest.approx(6.0, abs=0.05)
    assert (east - west) * 111.3 * 0.7585 == pytest.approx(6.0, abs=0.05)
    assert port.details == {"country": "ITA", "position": [14.75, 40.6667]}


def test_one_name_for_two_places_is_refused_and_a_twin_is_not(monkeypatch):
    monkeypatch.setattr(derive_ports, "OWN_PORTS", ())
    twins = [row("ORISTANO", 8.55, 39.8667), row("PORTO DI ORISTANO", 8.55, 39.86)]
    assert len(ports(twins)) == 1
    with pytest.raises(ValueError, match="port-ita-oristano is two places"):
        ports([twins[0], row("ORISTANO", 12.0, 42.0)])


@pytest.mark.data
def test_the_real_index_gives_the_shipped_ports(shared_data: Path, tmp_path, monkeypatch):
    monkeypatch.setattr(zone_file, "DATA", tmp_path)
    derive_ports.main([str(shared_data / "reference" / "world_port_index.csv")])
    shipped = Path(derive_ports.__file__).parents[1] / "data" / "ports.geojson"
    assert (tmp_path / "ports.geojson").read_bytes() == shipped.read_bytes()
