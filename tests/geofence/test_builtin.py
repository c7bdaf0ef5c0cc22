"""The zones out of the box: whole, valid, and where people expect them."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from geofence import builtin
from geofence.builtin import DATA, ZONE_SOURCES, builtin_zones, source_zones
from geofence.errors import GeofenceError
from geofence.land import load_land
from geofence.sources.sea import water

WHERE = {
    "Salerno, the port": (14.75, 40.66, "port-ita-salerno basin-tyrrhenian band12-ita"),
    "Naples to Messina": (15.0, 39.5, "basin-tyrrhenian sar-italy office-eurtf-catania"),
    "Strait of Messina": (15.62, 38.15, "basin-messina-strait band12-ita"),
    "off Messina, the port": (15.58, 38.19, "port-ita-messina basin-messina-strait"),
    "off Capo Spartivento": (16.2, 37.7, "basin-ionian arrival-calabria band24-ita"),
    "middle of the Ionian": (18.7, 37.2, "basin-ionian office-eurtf-piraeus office-eurtf-catania"),
    "off Cape Maleas": (23.15, 36.35, "basin-aegean arrival-peloponnese band12-grc"),
    "Elafonisos Channel": (22.85, 36.45, "basin-kythira band12-grc"),
    "Piraeus, the port": (23.62, 37.93, "port-grc-piraeus basin-aegean sar-greece"),
    "Piraeus, Ikonio quay": (23.5958, 37.9526, "port-grc-piraeus basin-aegean"),
    "Port Said, east port": (32.355, 31.22, "port-egy-port-said"),
    "Augusta, the bay": (15.22, 37.20, "port-ita-augusta basin-ionian"),
    "Valletta, Grand Harbour": (14.51, 35.895, "port-mlt-valletta"),
    "Lampedusa": (12.604, 35.49, "port-ita-lampedusa arrival-lampedusa sar-italy sar-malta"),
    "Lampedusa, south": (12.6, 35.40, "basin-sicily-channel arrival-lampedusa band12-ita"),
    "Lesvos, Mytilini Strait": (26.62, 39.10, "arrival-lesvos sar-greece sar-turkey band12-tur"),
    "Dikili side of it": (26.80, 39.05, "departure-turkey-west band12-grc"),
    "Strait of Otranto": (18.9, 40.2, "basin-adriatic arrival-apulia band24-ita band24-alb"),
    "Gavdos, south": (24.1, 34.70, "arrival-gavdos basin-libyan-sea band12-grc sar-greece"),
    "Zuwara, north": (12.1, 33.10, "departure-libya-west basin-libyan-sea sar-libya band12-lby"),
    "Sfax, east": (10.95, 34.65, "departure-tunisia-sfax basin-gulf-of-gabes sar-tunisia"),
    "Sousse, the port": (10.66, 35.83, "port-tun-sousse departure-tunisia-sahel"),
    "Tobruk, north": (24.0, 32.3, "departure-cyrenaica basin-libyan-sea sar-libya"),
    "Beirut, west": (35.3, 33.95, "departure-lebanon basin-levantine sar-lebanon"),
    "Tartus, west": (35.7, 34.9, "departure-syria sar-syria band12-syr"),
    "Annaba, north": (7.8, 37.1, "departure-algeria-east basin-algerian sar-algeria"),
    "Alexandria, north": (29.9, 31.4, "departure-egypt-delta basin-levantine sar-egypt"),
    "Sulcis": (8.35, 38.85, "arrival-sardinia-south-west basin-algerian band12-ita"),
    "Crotone, east": (17.25, 39.05, "arrival-calabria basin-ionian"),
    "Pozzallo, south": (14.85, 36.60, "arrival-sicily-south basin-sicily-channel"),
    "Syracuse, east": (15.4, 37.05, "arrival-sicily-east basin-ionian"),
    "Larnaca, south": (33.65, 34.8, "arrival-cyprus band12-cyp sar-cyprus basin-levantine"),
    "Valletta, east": (14.6, 35.93, "arrival-malta sar-malta band12-mlt"),
    "Pylos, west": (21.5, 36.8, "arrival-peloponnese basin-ionian"),
    "Kos and Bodrum, between": (27.20, 36.92, "arrival-leros-kos basin-aegean"),
    "Gibraltar": (-5.6, 35.97, "basin-gibraltar-strait band12-esp band12-mar"),
    "Malaga, south": (-4.4, 36.4, "basin-alboran sar-spain"),
    "Barcelona, east": (2.4, 41.3, "basin-balearic band24-esp"),
    "Marseille, west of it": (4.6, 43.2, "basin-gulf-of-lion sar-france"),
    "Genoa, south": (8.9, 44.25, "basin-ligurian band12-ita"),
    "Dardanelles": (26.40, 40.15, "basin-marmara port-tur-canakkale"),
    "Bosporus": (29.05, 41.08, "basin-marmara band12-tur"),
    "Port Said, roads": (32.35, 31.40, "basin-levantine band12-egy"),
    "Great Bitter Lake": (32.39, 30.33, "basin-suez-canal"),
    "Suez, roads": (32.55, 29.85, "basin-gulf-of-suez band12-egy"),
}
ELSEWHERE = {
    "Rome": (12.5, 41.9),
    "Bay of Biscay": (-2.0, 44.0),
    "Atlantic": (-7.0, 36.0),
    "Black Sea": (31.0, 43.0),
    "Red Sea": (34.0, 27.0),
    "Konya": (32.5, 37.9),
}


def around(lon: float, lat: float) -> set[str]:
    return {z.id for z in builtin_zones().zones if shapely.contains_xy(z.geometry, lon, lat)}


def of_kind(kind: str) -> list:
    return [zone.geometry for zone in builtin_zones().of_kind(kind).zones]


@pytest.mark.parametrize("place", WHERE)
def test_a_known_place_lies_in_the_zones_that_people_expect(place):
    lon, lat, expected = WHERE[place]
    assert set(expected.split()) - around(lon, lat) == set()


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_place_off_the_area_lies_in_no_zone_but_land(place):
    assert around(*ELSEWHERE[place]) <= {"land"}


def test_arrivals_and_departures_stay_on_their_side():
    assert "arrival-lesvos" not in around(26.80, 39.05)
    assert "departure-turkey-west" not in around(26.62, 39.10)


def test_calabria_is_watched_on_its_ionian_side_only():
    assert "arrival-calabria" not in around(15.9, 38.8)


def test_a_ship_at_its_berth_keeps_its_basin_though_the_coast_is_off():
    lon, lat = 14.755, 40.68
    assert "land" in around(lon, lat)
    assert "basin-tyrrhenian" in around(lon, lat)


@pytest.mark.parametrize("zone", builtin_zones().zones, ids=lambda zone: zone.id)
def test_each_zone_is_valid_and_says_where_it_comes_from(zone):
    assert zone.geometry.is_valid
    assert zone.legal_status == "indicative"
    assert zone.source
    assert zone.licence
    assert zone.version


def test_no_zone_has_slivers():
    seas = [zone for zone in builtin_zones().zones if zone.kind != "land"]
    parts = shapely.get_parts([zone.geometry for zone in seas])
    assert (shapely.area(parts) * 9800).min() > 0.01


def test_every_kind_that_comes_out_of_the_box_is_there():
    kinds = {zone.kind for zone in builtin_zones().zones}
    assert kinds == {
        *("land", "band_12nm", "band_24nm", "sub_basin", "port", "departure_coast"),
        *("arrival_coast", "sar_region", "office_area"),
    }


def test_bands_are_never_called_territorial():
    names = [zone.name for zone in builtin_zones().of_kind("band_12nm", "band_24nm").zones]
    assert all(name.endswith("(distance band)") for name in names)
    assert "territorial" not in " ".join(names).lower()


def test_the_set_is_small_enough_for_the_index():
    shapes = [zone.geometry for zone in builtin_zones().zones]
    assert shapely.get_num_coordinates(shapes).sum() < 150_000


def test_ports_are_left_a_kilometre_outside():
    assert {zone.leave_m for zone in builtin_zones().of_kind("port").zones} == {1000.0}


def test_every_rescue_region_names_its_centres_and_no_telephone():
    for zone in builtin_zones().of_kind("sar_region").zones:
        assert zone.details["rescue_centres"]
        assert not re.search(r"\d{5}|\+\d", json.dumps(dict(zone.details)))
        assert zone.details["note"] == "coarse, indicative, not the agreed limits"


# --- cover -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wet():
    """Random points on the water of Natural Earth, (n, 2)."""
    chance = np.random.default_rng(20261123)
    points = np.column_stack(
        [chance.uniform(-6, 36.3, 60_000), chance.uniform(30.2, 45.8, 60_000)]
    )
    at_sea = shapely.contains_xy(water(), points) & ~load_land().on_land(*points.T)
    return points[at_sea]


def held(kind: str, points: np.ndarray) -> np.ndarray:
    return np.sum([shapely.contains_xy(shape, points) for shape in of_kind(kind)], axis=0)


def test_each_point_of_the_sea_lies_in_one_basin(wet):
    assert len(wet) > 20_000
    assert set(held("sub_basin", wet)) == {1}


def test_each_point_of_the_sea_has_a_rescue_region_and_an_office(wet):
    assert held("sar_region", wet).min() == 1
    assert held("office_area", wet).min() == 1


def test_the_basins_are_the_whole_water_once():
    basins = of_kind("sub_basin")
    assert sum(basin.area for basin in basins) == pytest.approx(water().area, rel=1e-6)
    assert shapely.union_all(basins).area == pytest.approx(water().area, rel=1e-6)


def test_the_water_has_the_size_of_the_mediterranean():
    # About 2.5 million km2 with Marmara; the 2 km ashore add some 4 %.
    west, east = water().bounds[::2]
    rows = np.arange(30.0, 46.0, 0.1)
    strips = [water().intersection(shapely.box(west, y, east, y + 0.1)).area for y in rows]
    km2 = np.sum(strips * np.cos(np.radians(rows + 0.05))) * 111.2**2
    assert 2.45e6 < km2 < 2.75e6


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ZONE_SOURCES.values())
def test_a_sidecar_tells_the_hash_and_origin_of_its_file(file):
    path = DATA / file
    about = json.loads(path.with_suffix(".json").read_bytes())
    assert about["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert about["legal_status"] == "indicative"
    assert about["derived_by"].startswith("geofence/sources/derive_")
    assert all(about[key] for key in ("source", "version", "licence", "date", "note"))


@pytest.mark.parametrize("name", sorted(set(ZONE_SOURCES) - {"land"}))
def test_a_sidecar_counts_what_is_in_its_file(name):
    zones = source_zones(name)
    about = json.loads((DATA / ZONE_SOURCES[name]).with_suffix(".json").read_bytes())
    assert sum(about["zones"].values()) == len(zones)
    shapes = [zone.geometry for zone in zones]
    assert about["vertices"] == shapely.get_num_coordinates(shapes).sum()


def test_the_page_on_zones_has_the_true_counts():
    page = (Path(builtin.__file__).parents[1] / "docs" / "zones.md").read_text()
    rows = re.findall(r"^\| (\w+) \| (\d+) \| ([\d,]+) \|", page, re.MULTILINE)
    told = {kind: (int(zones), int(vertices.replace(",", ""))) for kind, zones, vertices in rows}
    kinds = {zone.kind for zone in builtin_zones().zones}
    counted = {k: (len(of_kind(k)), shapely.get_num_coordinates(of_kind(k)).sum()) for k in kinds}
    assert told == counted


def test_the_set_is_read_once():
    assert builtin_zones() is builtin_zones()


def test_an_unknown_source_is_named_with_the_known_ones():
    with pytest.raises(GeofenceError, match="'eez': expected one of land, bands"):
        source_zones("eez")


def test_a_missing_file_is_named_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(builtin, "DATA", tmp_path)
    with pytest.raises(GeofenceError, match=r"ports\.geojson cannot be read") as refused:
        source_zones("ports")
    assert "\n" not in str(refused.value)
