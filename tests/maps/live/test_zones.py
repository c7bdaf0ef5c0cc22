import gzip
import json
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from geofence.zones import KINDS, Zone, ZoneSet
from maps.live import zones as zones_of
from maps.live.zones import ZONE_KINDS, ZoneChart

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def zone(name: str, shape: shapely.Geometry, kind: str = "custom", **said: object) -> Zone:
    return Zone(name, name.upper(), kind, shape, "drawn by hand", "own", **said)


def chart(*zones: Zone) -> ZoneChart:
    found = ZoneSet(zones)
    return ZoneChart.of(found, found.sha256(), 3)


def features(made: ZoneChart) -> dict[str, dict]:
    return {feature["id"]: feature for feature in json.loads(made.data)["features"]}


def names(made: ZoneChart, lon: float, lat: float, now: datetime = NOW) -> list[str]:
    return [found.id for found in made.at(lon, lat, now)]


WAVY = shapely.Polygon(
    [(14 + np.cos(t) * (1 + 0.0004 * (i % 2)), 36 + np.sin(t))
     for i, t in enumerate(np.linspace(0, 2 * np.pi, 4000)[:-1])]
)  # fmt: skip


def test_every_kind_but_land_can_be_shown() -> None:
    assert {shown.kind for shown in ZONE_KINDS} == set(KINDS) - {"land"}


def test_what_is_sent_is_light_and_nearly_where_it_was() -> None:
    made = chart(zone("sea", WAVY))
    sent = shapely.geometry.shape(features(made)["sea"]["geometry"])
    assert shapely.get_num_coordinates(sent) < 300
    assert shapely.hausdorff_distance(sent.boundary, WAVY.boundary) < 0.002


def test_coordinates_have_four_decimals() -> None:
    made = chart(zone("sea", WAVY))
    numbers = np.ravel(features(made)["sea"]["geometry"]["coordinates"][0][0])
    assert (numbers == numbers.round(4)).all()


def test_a_small_zone_keeps_its_form() -> None:
    berth = shapely.Point(14.5, 35.9).buffer(0.004)
    sent = shapely.geometry.shape(features(chart(zone("berth", berth)))["berth"]["geometry"])
    assert sent.area == pytest.approx(berth.area, rel=0.06)


def test_holes_that_can_be_seen_stay_and_specks_go() -> None:
    holes = [shapely.box(14.4, 35.9, 14.6, 36.1), shapely.box(14.8, 36, 14.801, 36.001)]
    ring = shapely.box(14, 35, 15, 37).difference(shapely.union_all(holes))
    parts = features(chart(zone("ring", ring)))["ring"]["geometry"]["coordinates"]
    assert [len(part) for part in parts] == [2]


def test_the_label_stands_inside_the_largest_part() -> None:
    bent = shapely.union_all(
        [shapely.box(0, 30, 10, 31), shapely.box(0, 30, 1, 40), shapely.box(20, 30, 20.5, 30.5)]
    )
    label = features(chart(zone("bent", bent)))["bent"]["properties"]["label"]
    assert bent.contains(shapely.Point(label))
    assert label[0] < 10


def test_nothing_of_the_details_is_sent() -> None:
    made = chart(zone("sea", WAVY, details={"note": "seen by officer Rossi"}))
    assert b"Rossi" not in made.data
    assert set(features(made)["sea"]["properties"]) == {"name", "kind", "label"}


def test_land_is_known_at_a_place_but_not_drawn_again() -> None:
    made = chart(zone("malta", shapely.box(14, 35, 15, 36), "land"))
    assert features(made) == {}
    assert names(made, 14.5, 35.5) == ["malta"]


def test_a_place_is_answered_from_the_exact_border() -> None:
    made = chart(zone("sea", WAVY), zone("box", shapely.box(14, 35, 16, 36)))
    assert names(made, 14.5, 35.9) == ["box", "sea"]
    assert names(made, 16.0, 36.0) == ["box"]
    assert names(made, 16.00001, 36.0) == []


def test_a_zone_holds_only_while_it_is_valid() -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)
    made = chart(zone("later", WAVY, valid_from=day), zone("over", WAVY, valid_until=day))
    assert names(made, 14, 36) == ["over"]
    assert names(made, 14, 36, day) == ["later"]
    assert features(made)["later"]["properties"]["from_ms"] == 1_795_478_400_000


def test_packed_is_the_same_and_an_edition_has_one_form() -> None:
    made = chart(zone("sea", WAVY))
    assert gzip.decompress(made.packed) == made.data
    assert chart(zone("sea", WAVY)).packed == made.packed


def test_no_zones_are_an_empty_collection() -> None:
    made = chart()
    assert json.loads(made.data) == {
        "type": "FeatureCollection", "version": 3, "count": 0, "features": [],
    }  # fmt: skip
    assert names(made, 0, 0) == []


def crowd(n: int, points: int) -> list[Zone]:
    circle = shapely.Point(0, 0).buffer(0.3, quad_segs=points // 4)
    return [
        zone(
            f"z{i}", shapely.transform(circle, lambda at, i=i: np.add(at, [i % 30, 32 + i // 100]))
        )
        for i in range(n)
    ]


def test_a_huge_set_is_made_coarser_until_it_is_light(monkeypatch) -> None:
    monkeypatch.setattr(zones_of, "_MOST_POINTS", 2_000)
    made = chart(*crowd(100, 400))
    shapes = [shapely.geometry.shape(found["geometry"]) for found in features(made).values()]
    assert shapely.get_num_coordinates(shapes).sum() <= 2_000
    assert min(shape.area for shape in shapes) == pytest.approx(np.pi * 0.09, rel=0.3)


def test_names_of_many_zones_stand_in_them_too(monkeypatch) -> None:
    monkeypatch.setattr(zones_of, "_FEW", 1)
    for found in features(chart(*crowd(3, 40))).values():
        shape = shapely.geometry.shape(found["geometry"])
        assert shape.contains(shapely.Point(found["properties"]["label"]))


def test_a_name_of_others_is_one_short_line() -> None:
    name = "Box\n\u202etxt.exe" + "N" * 100_000
    made = Zone("box", name, "custom", shapely.box(14, 35, 15, 36), "s", "l")
    sent = features(chart(made))["box"]["properties"]["name"]
    assert sent.startswith("Box  txt.exeNN")
    assert len(sent) == 80
    assert sent.endswith("…")


def test_borders_at_sea_are_sent_as_lines() -> None:
    made = features(chart(zone("basin", shapely.box(17, 34, 18, 35), "sub_basin")))
    line = made["basin"]["properties"]["lines"][0]
    assert shapely.linestrings(line).length == pytest.approx(4, abs=0.01)
