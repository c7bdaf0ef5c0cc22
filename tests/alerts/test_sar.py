"""SAR help: drift by time, who is near and how soon, and every centre of every region."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from alerts import scene
from alerts.contacts import Contact
from alerts.distances import metres
from alerts.sar import SarSettings, SarSettingsError, centre_id, sar_help
from geofence.builtin import builtin_zones
from geofence.zones import Zone

HOUR = 3_600_000_000
KNOWN = 1_000_000 * HOUR
LON, LAT = 12.5, 35.0
STATED = SarSettings(wind_kn=20, wind_from_deg=270, current_kn=1, current_to_deg=0,
                     leeway_share=0.05, hours=(1, 6))  # fmt: skip


def fleet(*ships: dict) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the fleet, one for each ship, and its vessels; an empty row besides."""
    rows = np.zeros(len(ships) + 1, scene.ROW)
    rows["slot"] = scene.NO_SLOT
    vessels = np.zeros(len(ships), scene.VESSEL)
    for k, ship in enumerate(ships):
        row = {"mmsi": 247000001 + k, "lon": LON, "lat": LAT, "sog": 10.0, "received": KNOWN}
        for name, value in (row | ship).items():
            part = rows if name in scene.ROW.names else vessels
            part[name][k] = value
        rows["slot"][k], rows["vessel"][k] = k, k
    return rows, vessels


def help_for(*ships: dict, settings: SarSettings = STATED, zones=(), contacts=(), **options):
    given = {"lon": LON, "lat": LAT, "error_nm": 1.0, "known_at_us": KNOWN, "now_us": KNOWN}
    rows, vessels = fleet(*ships)
    return sar_help(**(given | options), fleet=rows, vessels=vessels, zones=zones,
                    settings=settings, contacts=contacts)  # fmt: skip


def test_they_drift_with_the_current_and_down_the_wind() -> None:
    first, later = help_for().adrift
    # Wind from the west and current to the north, one knot each.
    east = (first.lon - LON) * 60 * math.cos(math.radians(LAT))
    assert (first.minutes, later.minutes) == (60, 360)
    assert (round(east, 1), round((first.lat - LAT) * 60, 1)) == (1.0, 1.0)
    assert first.radius_nm == round(math.hypot(1.0, 0.3 * math.sqrt(2)), 2)
    assert later.radius_nm == round(math.hypot(1.0, 0.3 * 6 * math.sqrt(2)), 2)
    assert help_for().assumed == "wind 20 kn from 270°, leeway 5 %, current 1 kn to 0°"


def test_without_wind_and_current_it_is_a_plain_circle_that_grows() -> None:
    help_ = help_for(settings=SarSettings(hours=(1, 2), unknown_kn=2))
    assert [(one.lon, one.lat, one.radius_nm) for one in help_.adrift] == [
        (LON, LAT, 3.0), (LON, LAT, 5.0),
    ]  # fmt: skip
    assert help_.assumed == "no wind and no current stated: up to 2 kn in any direction"


def test_an_old_place_has_a_circle_for_now() -> None:
    help_ = help_for(now_us=KNOWN + 2 * HOUR)
    assert [one.minutes for one in help_.adrift] == [60, 120, 360]


def test_helpers_are_named_by_distance_with_bearing_and_time() -> None:
    found = help_for(
        {"lat": LAT + 0.5, "sog": 15.0, "name": b"MERCHANT", "role": scene.CARGO},
        {"lon": LON + 0.1, "sog": 0.0, "role": scene.SAR, "received": KNOWN - 60_000_000},
        {"lat": LAT - 0.6, "sog": 0.1},
    ).nearest
    boat, ship, moored = found
    assert (boat.role, boat.bearing_deg, boat.age_s) == ("search and rescue", 90.0, 60)
    assert boat.minutes == pytest.approx(4.9 / 20 * 60, abs=0.3)
    assert (ship.name, ship.role, ship.distance_nm) == ("MERCHANT", "cargo", 30.0)
    assert ship.minutes == pytest.approx(120, abs=0.3)
    assert moored.minutes is None


def test_who_cannot_help_is_not_named() -> None:
    found = help_for(
        {"mmsi": 970123456, "kind": scene.DEVICE},
        {"mmsi": 992471234, "kind": scene.AID},
        {"received": KNOWN - 2 * HOUR},
        {"lat": LAT + 2.0},
        {"mmsi": 247999999},
        {"lat": math.nan},
        besides=(247999999,),
    )
    assert found.nearest == ()


def test_a_vessel_with_two_segments_is_named_once_with_its_newest_place() -> None:
    (one,) = help_for(
        {"mmsi": 247000009, "lat": LAT + 0.1, "received": KNOWN - 600_000_000},
        {"mmsi": 247000009, "lat": LAT + 0.2},
    ).nearest
    assert one.distance_nm == 12.0


def test_many_ships_do_not_hide_the_units() -> None:
    many = [{"lat": LAT + 0.001 * k} for k in range(1, 30)]
    far = {"mmsi": 111247001, "lat": LAT + 1.0, "kind": scene.AIRCRAFT, "sog": math.nan}
    found = help_for(*many, far).nearest
    assert len(found) == 7
    assert (found[-1].role, found[-1].minutes) == ("rescue aircraft", pytest.approx(32.7, abs=0.3))


def region(name: str, *centres: str, west: float = 12, east: float = 13) -> Zone:
    return Zone(f"sar-{name}", name.title(), "sar_region", shapely.box(west, 34, east, 36), "t",
                "t", details={"rescue_centres": centres})  # fmt: skip


def test_centres_of_all_regions_that_overlap_there_are_told_with_their_lines() -> None:
    zones = [region("italy", "MRCC Roma"), region("malta", "RCC Malta", "MRCC Roma"),
             region("spain", "MRCC Almería", west=0, east=1)]  # fmt: skip
    settings = replace(STATED, contacts={"rcc-malta": "+356 0000"})
    assert [(one.id, one.name, one.region, one.contact) for one in help_for(
        zones=zones, settings=settings).centres] == [
        ("mrcc-roma", "MRCC Roma", "Italy", ""), ("rcc-malta", "RCC Malta", "Malta", "+356 0000"),
    ]  # fmt: skip


def test_a_region_that_only_the_error_reaches_is_told_too() -> None:
    zones = [region("malta", "RCC Malta"), region("libya", "JRCC Tripoli", west=12.6, east=14)]
    assert len(help_for(zones=zones, error_nm=1.0).centres) == 1
    assert len(help_for(zones=zones, error_nm=6.0).centres) == 2


def test_off_lampedusa_three_states_answer_with_the_carried_regions() -> None:
    centres = help_for(zones=builtin_zones().zones, lon=12.2, lat=35.3).centres
    assert {"mrcc-roma", "rcc-malta", "mrcc-tunis"} <= {one.id for one in centres}


def test_a_centre_has_an_id_of_plain_letters() -> None:
    assert centre_id("MRCC Almería") == "mrcc-almeria"
    assert centre_id("MRCC Durrës") == "mrcc-durres"


def test_without_a_place_there_is_nothing_to_draw_and_it_says_so() -> None:
    help_ = help_for({}, lon=None, lat=None)
    assert (help_.lon, help_.adrift, help_.nearest, help_.centres) == (None, (), (), ())
    assert help_.assumed == "no place is known: no drift, no distances"


def seen(**changes) -> Contact:
    there = Contact("aircraft", LON + 0.03, LAT + 0.03, 1.0, KNOWN + HOUR, "boat", 40, "B", 2,
                    "a", "C-000001")  # fmt: skip
    return replace(there, **changes)


def test_a_contact_seen_later_where_they_may_have_drifted_gives_the_place() -> None:
    help_ = help_for(contacts=[seen()], now_us=KNOWN + 2 * HOUR)
    assert (help_.lon, help_.lat, help_.error_nm) == (LON + 0.03, LAT + 0.03, 1.0)
    assert help_.known_at_us == KNOWN + HOUR
    assert help_.assumed.startswith("place of contact C-000001 (aircraft, B2, ")


@pytest.mark.parametrize(
    "other",
    [{"lat": LAT + 1}, {"time_us": KNOWN - HOUR}, {"time_us": KNOWN + 9 * HOUR}, {"closed": True}],
    ids=["elsewhere", "before", "not yet", "closed"],
)
def test_other_contacts_do_not(other: dict) -> None:
    help_ = help_for(contacts=[seen(**other)], now_us=KNOWN + 2 * HOUR)
    assert (help_.lon, help_.lat) == (LON, LAT)


@pytest.mark.parametrize(
    "wrong",
    [{"wind_kn": 10}, {"current_to_deg": 10}, {"wind_kn": -1, "wind_from_deg": 0},
     {"leeway_share": 2}, {"hours": (0,)}, {"unknown_kn": math.nan}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wrong: dict) -> None:
    with pytest.raises(SarSettingsError, match=r"^[a-z_]+ .*expected"):
        SarSettings(**wrong)


def test_drift_keeps_its_distance_at_sea_level() -> None:
    later = help_for().adrift[1]
    assert metres(LON, LAT, later.lon, later.lat) / 1852 == pytest.approx(6 * math.sqrt(2), 0.01)
