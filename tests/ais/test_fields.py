"""Fields of each message type arrive in their columns; sentinels do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.nmea import decoded, decoder, encoded, vdm

MMSI = 247_000_001
NAN = np.nan


def place(**fields):
    """The one position row of a message: lon, lat, sog, cog, heading, status, type."""
    rows = decoded(encoded(mmsi=MMSI, **fields)).positions
    assert rows.mmsi.tolist() == [MMSI]
    numbers = (rows.lon_deg, rows.lat_deg, rows.sog_kn, rows.cog_deg, rows.heading_deg)
    return [round(float(n[0]), 5) for n in numbers], int(rows.nav_status[0]), int(rows.message[0])


def static(**fields):
    rows = decoded(encoded(mmsi=MMSI, **fields)).statics
    assert rows.mmsi.tolist() == [MMSI]
    return rows


FIX = {"lon": 12.5, "lat": 37.25, "course": 123.4}


def test_real_position_report_has_its_known_values():
    rows = decoded([vdm(b"15M67FC000G?ufbE`FepT@3n00Sa")]).positions
    assert rows.mmsi.tolist() == [366_053_209]
    assert rows.lon_deg[0] == pytest.approx(-122.341618, abs=1e-6)
    assert rows.lat_deg[0] == pytest.approx(37.802118, abs=1e-6)
    assert (rows.sog_kn[0], rows.nav_status[0]) == (0.0, 3)
    assert rows.heading_deg[0] == 1


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_class_a_report(kind):
    got = place(type=kind, speed=12.3, heading=200, status=5, **FIX)
    assert got == ([12.5, 37.25, 12.3, 123.4, 200], 5, kind)


@pytest.mark.parametrize("kind", [18, 19])
def test_class_b_report_has_no_status(kind):
    got = place(type=kind, speed=12.3, heading=200, **FIX)
    assert got == ([12.5, 37.25, 12.3, 123.4, 200], 255, kind)


def test_search_and_rescue_aircraft_counts_whole_knots():
    (lon, lat, sog, cog, _), status, kind = place(type=9, speed=140, **FIX)
    assert (lon, lat, sog, cog, status, kind) == (12.5, 37.25, 140, 123.4, 255, 9)


@pytest.mark.parametrize("kind", [4, 11])
def test_base_station_has_a_place_and_no_speed(kind):
    (lon, lat, sog, cog, heading), _, message = place(type=kind, lon=12.5, lat=37.25)
    assert (lon, lat, message) == (12.5, 37.25, kind)
    assert np.isnan([sog, cog, heading]).all()


def test_long_range_report_counts_coarsely():
    (lon, lat, sog, cog, _), status, _ = place(type=27, speed=14, status=8, **FIX)
    assert (lon, lat, sog, cog, status) == (12.5, 37.25, 14, 123, 8)


@pytest.mark.parametrize(
    "kind, field, sentinel, column",
    [
        (1, "speed", 102.3, "sog_kn"),
        (1, "speed", 102.2, "sog_kn"),
        (1, "speed", 51.2, "sog_kn"),
        (18, "speed", 63.0, "sog_kn"),
        (9, "speed", 1023, "sog_kn"),
        (9, "speed", 1022, "sog_kn"),
        (27, "speed", 63, "sog_kn"),
        (1, "course", 360, "cog_deg"),
        (1, "course", 409.5, "cog_deg"),
        (27, "course", 511, "cog_deg"),
        (1, "heading", 511, "heading_deg"),
        (18, "heading", 360, "heading_deg"),
        (1, "lon", 181, "lon_deg"),
        (1, "lon", 181, "lat_deg"),
        (1, "lat", 91, "lon_deg"),
        (3, "lat", -90.5, "lat_deg"),
        (27, "lon", 181, "lon_deg"),
        (21, "lat", 91, "lat_deg"),
    ],
)
def test_not_available_is_nan(kind, field, sentinel, column):
    fields = {"speed": 5, **FIX, field: sentinel}
    rows = decoded(encoded(type=kind, mmsi=MMSI, **fields)).positions
    assert np.isnan(getattr(rows, column)[0])


@pytest.mark.parametrize("kind, speed", [(1, 102.1), (1, 51.1), (9, 512), (27, 62)])
def test_speed_beside_a_sentinel_is_kept(kind, speed):
    assert place(type=kind, speed=speed, **FIX)[0][2] == pytest.approx(speed)


def test_report_without_position_is_kept_and_counted():
    machine = decoder()
    rows = decoded(encoded(type=1, mmsi=970_000_001, status=14, lon=181, lat=91), machine)
    assert rows.positions.nav_status.tolist() == [14]
    assert machine.counts.without_position == 1


def test_voyage_report():
    rows = static(
        type=5,
        imo=9_074_729,
        callsign="IBCD",
        shipname="CITTA DI BARI",
        ship_type=70,
        to_bow=100,
        to_stern=20,
        to_port=9,
        to_starboard=11,
        draught=7.3,
        destination="PALERMO",
        month=7,
        day=14,
        hour=6,
        minute=30,
    )
    assert (rows.imo[0], rows.ship_type[0], rows.part[0]) == (9_074_729, 70, 255)
    assert (rows.call_sign[0], rows.name[0]) == (b"IBCD", b"CITTA DI BARI")
    assert rows.destination[0] == b"PALERMO"
    assert [rows.to_bow_m[0], rows.to_stern_m[0], rows.to_port_m[0]] == [100, 20, 9]
    assert rows.draught_m[0] == np.float32(7.3)
    assert [int(rows.eta_month[0]), int(rows.eta_hour[0])] == [7, 6]


def test_voyage_report_without_values_has_none():
    rows = static(type=5, month=0, day=0, hour=24, minute=60)
    assert np.isnan([rows.to_bow_m[0], rows.to_starboard_m[0], rows.draught_m[0]]).all()
    assert (rows.imo[0], rows.name[0], rows.call_sign[0]) == (0, b"", b"")
    eta = (rows.eta_month, rows.eta_day, rows.eta_hour, rows.eta_minute)
    assert [int(part[0]) for part in eta] == [255] * 4


@pytest.mark.parametrize("raw", [0, 15, 66, 97, 255])
def test_ship_type_stays_the_raw_integer(raw):
    bits = f"{5:06b}{0:02b}{MMSI:030b}".ljust(232, "0") + f"{raw:08b}"
    bits = bits.ljust(424, "0") + "00"
    payload = "".join(_armoured(int(bits[i : i + 6], 2)) for i in range(0, 426, 6))
    assert decoded([vdm(payload.encode(), 2)]).statics.ship_type.tolist() == [raw]


def _armoured(value: int) -> str:
    return chr(value + 48 if value < 40 else value + 56)


def test_static_data_in_two_halves():
    part_a = static(type=24, partno=0, shipname="GABBIANO")
    part_b = static(type=24, partno=1, ship_type=30, callsign="IX12", to_bow=5, to_stern=6)
    assert (part_a.name[0], part_a.part[0], part_a.ship_type[0]) == (b"GABBIANO", 0, 255)
    assert (part_b.call_sign[0], part_b.part[0], part_b.ship_type[0]) == (b"IX12", 1, 30)
    assert (part_b.to_bow_m[0], part_b.mothership[0]) == (5, 0)


def test_auxiliary_craft_names_its_mothership_and_no_size():
    lines = encoded(type=24, mmsi=982_470_001, partno=1, mothership_mmsi=247_123_456)
    rows = decoded(lines).statics
    assert rows.mothership.tolist() == [247_123_456]
    assert np.isnan(rows.to_bow_m[0])


def test_aid_to_navigation_has_place_and_full_name():
    lines = encoded(
        type=21, mmsi=992_470_001, name="E1262 FARO SAN VENER", name_ext="IO FL(3)", lon=9, lat=44
    )
    rows = decoded(lines)
    assert rows.statics.name.tolist() == [b"E1262 FARO SAN VENERIO FL(3)"]
    assert rows.positions.lon_deg.tolist() == [9.0]


def test_garbage_in_the_fill_bits_is_no_text():
    payload = b"E>jHC=c6:W2h22R`@1:WdP00000Opa@H;KTcP10888e?B0"
    clean, dirty = vdm(payload[:-1] + b"0", 4), vdm(payload[:-1] + b"?", 4)
    names = [decoded([line]).statics.name.tolist() for line in (clean, dirty)]
    assert names[0] == names[1]


def test_extended_class_b_report_is_position_and_static():
    rows = decoded(encoded(type=19, mmsi=MMSI, shipname="MOSCA", ship_type=37, speed=5, **FIX))
    assert rows.statics.name.tolist() == [b"MOSCA"]
    assert rows.positions.sog_kn.tolist() == [5.0]


def test_safety_texts():
    broadcast = decoded(encoded(type=14, mmsi=970_010_001, text="SART ACTIVE")).texts
    addressed = decoded(encoded(type=12, mmsi=MMSI, dest_mmsi=2_470_001, text="MAYDAY")).texts
    assert (broadcast.text[0], broadcast.dest_mmsi[0]) == (b"SART ACTIVE", 0)
    assert (addressed.text[0], addressed.dest_mmsi[0]) == (b"MAYDAY", 2_470_001)


@pytest.mark.parametrize(
    "payload, fill, reason",
    [
        (b"", 0, "empty payload"),
        (b"1", 0, "length"),
        (b"15M67FC000G?ufbE`FepT@3n00S", 0, "length"),
        (b"15M67FC000G?ufbE`FepT@3n00Sa0", 0, "length"),
        (b"15M67FC000G?ufbE`FepT@3n00Sa", 2, "length"),
        (b"15M67FC000G?ufbE`FepT@3n00S~", 0, "armour"),
        (b"15M67FC000G?ufbE`FepT@3n00SX", 0, "armour"),
        (b"05M67FC000G?ufbE`FepT@3n00Sa", 0, "unknown type"),
        (b"w5M67FC000G?ufbE`FepT@3n00Sa", 0, "unknown type"),
        (b"100000000000000000000000000a", 0, "mmsi"),
        (b"1?wwww<000G?ufbE`FepT@3n00Sa", 0, "mmsi"),
        (b"H5M67F8PD50000000000000000", 0, "part number"),
        (b"H5M67F<PD50000000000000000", 0, "part number"),
        (b"8" * 199, 0, "length"),
    ],
)
def test_damaged_message_is_rejected_with_its_reason(payload, fill, reason):
    machine = decoder()
    rows = decoded([vdm(payload, fill)], machine)
    assert machine.counts.messages_rejected == {reason: 1}
    assert len(rows.receptions) == 0
    assert machine.counts.samples[reason] == [vdm(payload, fill).decode()[:200]]


def test_flood_of_binary_messages_is_heard_and_counted():
    machine = decoder()
    lines = [
        encoded(type=8, mmsi=MMSI, dac=1, fid=1, data=bytes([k % 256, k // 256]))
        for k in range(500)
    ]
    rows = decoded([line for part in lines for line in part], machine)
    assert (machine.counts.decoded, machine.counts.duplicates) == (500, 0)
    assert (len(rows.receptions), len(rows.positions)) == (500, 0)


@given(
    kind=st.sampled_from([1, 2, 3, 18]),
    mmsi=st.integers(1, 999_999_999),
    lon=st.integers(-108_000_000, 108_000_000),
    lat=st.integers(-54_000_000, 54_000_000),
    speed=st.integers(0, 1021).filter(lambda raw: raw not in (512, 630)),
    course=st.integers(0, 3599),
    heading=st.integers(0, 359),
)
def test_what_pyais_encodes_is_decoded(kind, mmsi, lon, lat, speed, course, heading):
    fields = {"lon": lon / 600_000, "lat": lat / 600_000, "speed": speed / 10}
    lines = encoded(type=kind, mmsi=mmsi, course=course / 10, heading=heading, **fields)
    rows = decoded(lines).positions
    assert rows.mmsi.tolist() == [mmsi]
    assert (rows.lon_deg[0], rows.lat_deg[0]) == (lon / 600_000, lat / 600_000)
    # pyais cuts 0.1 steps down where a product of floats falls short.
    assert abs(rows.sog_kn[0] - speed / 10) < 0.11
    assert abs(rows.cog_deg[0] - course / 10) < 0.11
    assert rows.heading_deg[0] == heading
