"""A span of the past as bytes: what is left out, and that the rest can be read back."""

from __future__ import annotations

import numpy as np

from maps.live import wire
from maps.live.past import HEADER, SHIP, Span, encode, thinned
from maps.live.picture import ROWS

SPAN = Span(0, 60_000, 660_000, 60)


def rows(*times_s: float, segment: int = 1, sog_kn: float = 12.0, **columns: object) -> np.ndarray:
    made = np.zeros(len(times_s), ROWS)
    made["segment"], made["mmsi"], made["sog_kn"] = segment, 247_000_000 + segment, sog_kn
    made["time"] = np.array(times_s) * 1e6
    made["lon_deg"], made["lat_deg"], made["heading_deg"] = 14.5, 35.9, np.nan
    for name in ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m"):
        made[name] = np.nan
    for name, values in columns.items():
        made[name] = values
    return made


def kept(made: np.ndarray, step_s: int = 60) -> list[int]:
    return (thinned(made, step_s)["time"] // 1_000_000).tolist()


def test_of_each_step_the_last_report_is_played_and_the_first_of_all():
    assert kept(rows(*range(0, 300, 10))) == [0, 50, 110, 170, 230, 290]


def test_who_lies_still_has_one_report_in_three_minutes():
    assert kept(rows(*range(0, 720, 20), sog_kn=0.1)) == [0, 160, 340, 520, 700]


def test_both_ends_of_a_silence_stay_where_they_were():
    assert kept(rows(0, 10, 20, 1000, 1010, 1015)) == [0, 20, 1000, 1015]


def test_ships_do_not_mix():
    two = np.concatenate([rows(0, 10, 20), rows(5, 15, 25, segment=2)])
    assert thinned(two, 600)["segment"].tolist() == [1, 1, 2, 2]


def test_a_lone_report_beside_a_track_is_not_played():
    lone = rows(30, segment=2)
    lone["mmsi"] = 247_000_001
    data = encode(np.concatenate([rows(0, 10, 20), lone]), SPAN)
    assert np.frombuffer(data, HEADER, 1)[0]["ships"] == 1


def test_what_is_encoded_can_be_read_back():
    made = rows(60, 120, 180, name=b"MARIA K", cog_deg=91.0, ship_type=71, message=1)
    data = encode(made[::-1], SPAN)
    [head] = np.frombuffer(data, HEADER, 1)
    assert (head["version"], head["ships"], head["rows"], head["step_s"]) == (2, 1, 3, 60)
    assert (head["begin_ms"], head["from_ms"], head["to_ms"]) == (0, 60_000, 660_000)
    [ship] = np.frombuffer(data, SHIP, 1, HEADER.itemsize)
    assert (ship["key"], ship["mmsi"], ship["rows"]) == (1, 247_000_001, 3)
    assert ship["name"].tobytes().rstrip(b"\0") == b"MARIA K"
    at = HEADER.itemsize + SHIP.itemsize
    lon, lat = (np.frombuffer(data, "<i4", 3, at + 12 * i) / wire.UNITS_PER_DEGREE for i in (0, 1))
    assert (lon.round(4).tolist(), lat.round(4).tolist()) == ([14.5] * 3, [35.9] * 3)
    course, _, speed, _ = wire.unpack_motion(np.frombuffer(data, "<u4", 3, at + 24))
    assert (course[0], speed[0]) == (91, 12)
    assert np.frombuffer(data, "<u2", 3, at + 36).tolist() == [60, 120, 180]


def anew(*said: tuple[int, float, bytes, int]) -> np.ndarray:
    """Who vessels said to be later: segment, second, name, type."""
    fields = ("ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "name")
    made = np.zeros(len(said), [("mmsi", "u4"), ("since", "i8"), *((n, ROWS[n]) for n in fields)])
    for row, (segment, second, name, ship_type) in zip(made, said, strict=True):
        row["mmsi"], row["since"] = 247_000_000 + segment, second * 1e6
        row["name"], row["ship_type"], row["to_bow_m"] = name, ship_type, np.nan
    return made


def test_who_says_in_the_span_to_be_somebody_else_has_a_record_for_it():
    made = np.concatenate([rows(60, 120, name=b"OLD", ship_type=30),
                           rows(60, segment=2, name=b"OTHER", ship_type=60),
                           rows(60, segment=3, ship_type=255)])  # fmt: skip
    said = anew((1, 100.2, b"NEW", 71), (1, 150, b"NEWER", 71), (3, 70, b"FIRST", 52))
    data = encode(made, SPAN, said)
    [head] = np.frombuffer(data, HEADER, 1)
    ships = np.frombuffer(data, SHIP, int(head["ships"]), HEADER.itemsize)
    told = [(int(one["key"]), one["name"].tobytes().rstrip(b"\0"), int(one["rows"]),
             int(one["since"])) for one in ships]  # fmt: skip
    assert told == [(1, b"OLD", 2, 0), (1, b"NEW", 0, 101), (1, b"NEWER", 0, 150),
                    (2, b"OTHER", 1, 0), (3, b"", 1, 0), (3, b"FIRST", 0, 70)]  # fmt: skip
    assert ships["class"][0] != ships["class"][1] == ships["class"][2]
    assert len(data) == HEADER.itemsize + 6 * SHIP.itemsize + 4 * 14


def test_two_ships_under_one_number_are_both_called_anew():
    made = np.concatenate([rows(*range(0, 60, 5)), rows(*range(0, 60, 5), segment=2)])
    made["mmsi"] = 247_000_001
    data = encode(made, SPAN, anew((1, 100, b"NEW", 71)))
    [head] = np.frombuffer(data, HEADER, 1)
    assert head["ships"] == 4


def test_nothing_is_a_header():
    assert len(encode(np.zeros(0, ROWS), SPAN)) == HEADER.itemsize
