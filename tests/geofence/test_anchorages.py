"""Anchorages are where several vessels lay for hours, away from ports, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.anchorages import AnchorageSettings, Fixes, learn_anchorages
from geofence.zones import Zone

START = np.datetime64("2026-01-01T00:00", "us")
PORT = Zone(
    "port-x", "Porto X", "port", shapely.Point(14.0, 36.0).buffer(0.03), "s", "l",
    details={"country": "ITA"},
)  # fmt: skip


def lying(vessel, lon, lat, hours=5.0, sog=0.1, every_h=0.25):
    """Rows (vessel, time, lon, lat, sog) of a vessel that lies at a place."""
    steps = np.arange(0, hours + 1e-9, every_h)
    times = START + (steps * 3_600_000_000).astype("m8[us]")
    return [(vessel, time, lon, lat, sog) for time in times]


def fixes(*stays) -> Fixes:
    rows = [row for stay in stays for row in stay]
    kinds = ("i8", "M8[us]", "f8", "f8", "f8")
    columns = zip(*rows, strict=True) if rows else ([],) * 5
    return Fixes(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def three(lon=14.1, lat=36.1, first=1, **more):
    return [lying(vessel, lon, lat, **more) for vessel in range(first, first + 3)]


def learned(*stays, known=(), **options):
    return learn_anchorages(fixes(*stays), [PORT], AnchorageSettings(**options), known)


def test_three_vessels_that_lay_for_hours_make_an_anchorage():
    (zone,) = learned(*three())
    assert (zone.kind, zone.legal_status) == ("anchorage", "indicative")
    assert zone.geometry.contains(shapely.Point(14.1001, 36.1001))
    assert (zone.details["vessels"], zone.details["hours"]) == (3, 15.0)
    assert zone.version == "2026-01-01/2026-01-01"


def test_an_anchorage_is_named_by_the_nearest_port():
    (zone,) = learned(*three())
    assert zone.name == "Anchorage 8 nm NE of Porto X"
    assert (zone.details["port"], zone.details["country"]) == ("port-x", "ITA")


@pytest.mark.parametrize(
    "stays",
    [
        three(hours=2.5),
        three(sog=0.6),
        three()[:2],
        three(every_h=4, hours=12),
        three(lon=14.0, lat=36.0),
        [lying(1, 14.1, 36.1, hours=20)] * 3,
        [],
    ],
    ids=["short", "under way", "two vessels", "seldom heard", "in port", "one vessel", "nobody"],
)
def test_what_is_no_anchorage(stays):
    assert learned(*stays) == []


def test_a_vessel_that_swings_through_cells_stays():
    swung = [
        lying(vessel, 14.1 + 0.004 * side, 36.1, hours=1.5)
        for vessel in (1, 2, 3)
        for side in (-1, 1)
    ]
    moved = [[(v, t + np.timedelta64(2, "h") * (n % 2), *rest) for v, t, *rest in stay]
             for n, stay in enumerate(swung)]  # fmt: skip
    (zone,) = learned(*moved)
    assert zone.details["vessels"] == 3


def test_a_speed_that_is_not_said_is_taken_from_the_way():
    assert len(learned(*three(sog=np.nan))) == 1
    under_way = [
        [(v, t, lon + 0.004 * n, lat, s) for n, (v, t, lon, lat, s) in enumerate(stay)]
        for stay in three(sog=np.nan)
    ]
    assert learned(*under_way, slow_kn=0.1) == []


def test_neighbours_are_joined_and_others_are_not():
    zones = learned(*three(), *three(lon=14.11, first=4), *three(lon=14.3, first=7))
    assert len(zones) == 2


def test_a_place_keeps_its_id_when_it_grows():
    (old,) = learned(*three())
    busier = [lying(vessel, 14.106, 36.1, hours=40) for vessel in (4, 5, 6)]
    (plain,) = learned(*three(), *busier)
    (zone,) = learned(*three(), *busier, known=[old])
    assert plain.id != old.id
    assert zone.id == old.id


def test_one_known_id_is_not_given_twice():
    wide = Zone("anchorage-wide", "w", "anchorage", shapely.box(14, 36.05, 14.4, 36.2), "s", "l")
    ids = [zone.id for zone in learned(*three(), *three(lon=14.3, first=4), known=[wide])]
    assert len(set(ids)) == 2
    assert "anchorage-wide" in ids


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(63)))
def test_the_order_of_rows_changes_nothing(order):
    rows = [row for stay in three() for row in stay]
    assert learned([rows[n] for n in order]) == learned(rows)


def test_western_and_southern_places_have_ids_too():
    (zone,) = learned(*three(lon=-5.1, lat=-36.1))
    assert zone.id == "anchorage-036100s-005100w"


def changed_each_second(stays, column, value):
    """The stays with every second row's column replaced."""
    return [
        [
            (*row[:column], value, *row[column + 1 :]) if n % 2 else row
            for n, row in enumerate(stay)
        ]
        for stay in stays
    ]


def test_a_vessel_that_moves_between_its_rests_does_not_stay():
    assert learned(*changed_each_second(three(hours=10), 4, 5.0)) == []


def test_a_vessel_heard_at_two_places_stays_at_neither():
    assert learned(*changed_each_second(three(hours=20), 2, 14.5)) == []


def test_ships_in_port_do_not_make_an_anchorage_beside_it():
    in_port = three(lon=14.0275, lat=36.001)
    assert learned(*in_port, lying(9, 14.0325, 36.001)) == []
    assert len(learned(*three(lon=14.0325, lat=36.001))) == 1
