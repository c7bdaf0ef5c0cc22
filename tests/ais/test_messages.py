"""Objects under pyais' names."""

import json

import pytest
from pyais import decode as pyais_decode
from pyais.messages import MSG_CLASS

from ais.lines import LineBlock
from ais.messages import objects, objects_of
from tests.plugins.nmea import START_US, decoder, encoded, vdm


def said(*lines: bytes, first: int = 1) -> list[dict]:
    machine = decoder(("harbour",))
    block = LineBlock.of(list(lines), START_US, first_spool=first)
    return list(objects_of(machine.parse(block), machine.names))


def test_position_report_has_pyais_names_and_values():
    (got,) = said(vdm(b"15M67FC000G?ufbE`FepT@3n00Sa"))
    assert {name: got[name] for name in ("msg_type", "mmsi", "status", "speed", "course")} == {
        "msg_type": 1,
        "mmsi": 366_053_209,
        "status": 3,
        "speed": 0.0,
        "course": 219.3,
    }
    assert (got["lon"], got["lat"]) == (-122.341618, 37.802118)


def test_reception_is_told():
    (got,) = said(b"", vdm(b"15M67FC000G?ufbE`FepT@3n00Sa"), first=41)
    assert (got["feed"], got["lines"]) == ("harbour", [42])
    assert got["rx_time"] == "2020-07-04T14:51:00.000Z"


def test_lines_of_a_message_in_parts_are_in_the_order_of_the_parts():
    lines = encoded(type=5, mmsi=247_000_001, shipname="ALBA")
    (got,) = said(lines[1], lines[0], first=7)
    assert (got["lines"], got["shipname"]) == ([8, 7], "ALBA")


@pytest.mark.parametrize("name", ["lon", "lat", "course", "heading", "second", "turn", "speed"])
def test_not_available_is_null(name):
    line = encoded(
        type=1, mmsi=1, lon=181, lat=91, course=360, heading=511, second=60, turn=-128, speed=102.3
    )
    assert said(*line)[0][name] is None


def test_saturated_speed_stays_what_was_sent():
    assert said(*encoded(type=1, mmsi=1, speed=102.2))[0]["speed"] == 102.2


def test_voyage_without_values_is_null():
    (got,) = said(*encoded(type=5, mmsi=1, hour=24, minute=60, month=0, day=0))
    absent = ("imo", "draught", "month", "day", "hour", "minute")
    assert [got[name] for name in absent] == [None] * 6


@pytest.mark.parametrize("kind", sorted(set(MSG_CLASS) - {0}))
def test_every_type_is_an_object_with_all_names_of_pyais(kind):
    lines = encoded(type=kind, **SAMPLES.get(kind, {}), mmsi=247_000_001, msg_type=kind)
    machine = decoder(("a",))
    got = list(objects_of(machine.parse(LineBlock.of(lines, START_US)), machine.names))
    assert machine.counts.messages_rejected == {}
    expected = pyais_decode(*lines).asdict()
    assert set(got[0]) == {*expected, "rx_time", "feed", "lines"}
    assert (got[0]["msg_type"], got[0]["mmsi"]) == (kind, 247_000_001)
    json.dumps(got)


SAMPLES = {
    6: {"dest_mmsi": 247_000_002, "dac": 1, "fid": 40, "data": b"\x01\x02"},
    8: {"dac": 1, "fid": 40, "data": b"\x01\x02"},
    10: {"dest_mmsi": 247_000_002},
    12: {"dest_mmsi": 247_000_002, "text": "MAYDAY"},
    14: {"text": "SOS"},
    16: {"mmsi1": 247_000_002, "mmsi2": 0, "offset1": 1, "increment1": 1},
    17: {"lon": 10, "lat": 40, "data": b"\x01\x02"},
    21: {"name": "MELORIA", "name_ext": "EST"},
    24: {"partno": 0, "shipname": "GABBIANO"},
    25: {"addressed": 0, "structured": 0, "data": b"\x01\x02"},
    26: {"addressed": 0, "structured": 0, "data": b"\x01\x02\x03\x04", "radio": 0},
}


def test_rejected_message_is_no_object():
    assert said(vdm(b"1"), vdm(b"")) == []


def test_content_that_pyais_refuses_still_has_its_header(monkeypatch):
    got = said(vdm(b"85M67F@j2U=R3T0r0002>s>0>0>", 0))
    assert (got[0]["msg_type"], got[0]["mmsi"]) == (8, 366_053_209)


def test_objects_of_all_blocks_come_in_order_and_end_the_input():
    machine = decoder()
    lines = [vdm(b"15M67FC000G?ufbE`FepT@3n00Sa"), *encoded(type=5, mmsi=9, shipname="A")]
    block = LineBlock.of([*lines, lines[1]], START_US)
    got = list(objects(machine, [block.cut(0, 2), block.cut(2, 4)]))
    assert [(said["msg_type"], said["lines"]) for said in got] == [(1, [1]), (5, [2, 3])]
    assert (machine.counts.pending, machine.counts.incomplete) == (0, 1)
