"""A call for help is not lost to a wrong MMSI or a wrong time; everything else is."""

import json

import numpy as np
import pytest

from ais.dialects.json_lines import JsonDialect
from ais.lines import LineBlock
from tests.plugins.nmea import START_US, decoded, decoder, encoded, tagged

SECOND = 1_000_000
DAY_S = 86_400
FIX = {"lon": 14, "lat": 36}
TEXT = encoded(type=14, mmsi=247_000_001, text="MAYDAY SINKING")[0]
ADDRESSED = encoded(type=12, mmsi=247_000_001, dest_mmsi=2_470_001, text="MAYDAY")[0]
ACTIVE = encoded(type=1, mmsi=247_000_001, status=14, **FIX)[0]
DEVICES = [encoded(type=1, mmsi=mmsi, status=15, **FIX)[0] for mmsi in (970_010_001, 974_010_001)]
OVERBOARD = encoded(type=18, mmsi=972_010_001, **FIX)[0]
CALLS = (TEXT, ADDRESSED, ACTIVE, *DEVICES, OVERBOARD)
ORDINARY = (
    encoded(type=1, mmsi=247_000_001, status=0, **FIX)[0],
    encoded(type=18, mmsi=247_000_001, **FIX)[0],
)


def source(**settings):
    """A decoder that believes the stamps of feed «a», up to a day old."""
    return decoder(source_time=frozenset({"a"}), past_limit_s=DAY_S, **settings)


@pytest.mark.parametrize("late_s", [3600, -2 * DAY_S])
@pytest.mark.parametrize("line", CALLS)
def test_call_with_a_time_that_is_not_believed_has_its_receive_time(line, late_s):
    machine = source()
    batch = decoded([tagged(b"c:%d" % (START_US // SECOND + late_s), line)], machine)
    assert len(batch.texts) + len(batch.positions) == 1
    assert batch.positions.time.tolist() == batch.positions.received.tolist()
    assert machine.counts.notes == {"time not believed": 1}
    assert machine.counts.messages_rejected == {}
    assert machine.counts.balanced()


@pytest.mark.parametrize("late_s, reason", [(3600, "future"), (-2 * DAY_S, "past")])
@pytest.mark.parametrize("line", ORDINARY)
def test_report_with_a_time_that_is_not_believed_is_rejected(line, late_s, reason):
    machine = source()
    batch = decoded([tagged(b"c:%d" % (START_US // SECOND + late_s), line)], machine)
    assert len(batch.receptions) == 0
    assert machine.counts.messages_rejected == {reason: 1}


def test_call_with_a_time_that_is_believed_keeps_it():
    machine = source()
    batch = decoded([tagged(b"c:%d" % (START_US // SECOND - 60), ACTIVE)], machine)
    assert batch.positions.time[0] == np.datetime64(START_US - 60 * SECOND, "us")
    assert machine.counts.notes == {}


@pytest.mark.parametrize("mmsi", [0, 1_000_000_000, 2**30 - 1])
@pytest.mark.parametrize(
    "said",
    [
        {"type": 14, "text": "MAYDAY"},
        {"type": 12, "dest_mmsi": 2_470_001, "text": "MAYDAY"},
        {"type": 1, "status": 14, **FIX},
    ],
)
def test_call_of_an_mmsi_that_names_nobody_is_heard_as_unknown(mmsi, said):
    machine = decoder()
    batch = decoded(encoded(mmsi=mmsi, **said), machine)
    assert batch.texts.mmsi.tolist() + batch.positions.mmsi.tolist() == [0]
    assert machine.counts.notes == {"identity unknown": 1}
    assert machine.counts.balanced()


@pytest.mark.parametrize("said", [{"type": 1, "status": 0, **FIX}, {"type": 18, **FIX}])
def test_report_of_an_mmsi_that_names_nobody_is_rejected(said):
    machine = decoder()
    assert len(decoded(encoded(mmsi=0, **said), machine).receptions) == 0
    assert machine.counts.messages_rejected == {"mmsi": 1}


def test_unknown_caller_with_a_wrong_time_is_heard_too():
    machine = source()
    line = tagged(b"c:1900000000", encoded(type=1, mmsi=0, status=14, **FIX)[0])
    batch = decoded([line], machine)
    assert batch.positions.time.tolist() == batch.positions.received.tolist()
    assert machine.counts.notes == {"identity unknown": 1, "time not believed": 1}


def streamed(name, time="2020-07-04 14:51:00 +0000 UTC", **body):
    message = {"MessageType": name, "MetaData": {"time_utc": time}, "Message": {name: body}}
    return json.dumps(message).encode()


def caller(user, status=14, **more):
    return streamed(
        "PositionReport", MessageID=1, UserID=user, Longitude=14.0, Latitude=36.0,
        NavigationalStatus=status, **more,
    )  # fmt: skip


@pytest.mark.parametrize("user, status", [(970_123_456, 14), (970_123_456, 15), (247_000_001, 14)])
def test_call_in_json_with_a_time_that_is_not_believed_has_its_receive_time(user, status):
    machine = source(dialects={"{": JsonDialect()})
    line = caller(user, status).replace(b"2020-07-04", b"2030-01-01")
    batch = machine.decode(LineBlock.of([line], START_US))
    assert batch.positions.time.tolist() == batch.positions.received.tolist()
    assert len(batch.positions) == len(batch.receptions) == 1
    assert machine.counts.notes == {"time not believed": 1}
    assert machine.counts.balanced()


@pytest.mark.parametrize(
    "user, mmsi",
    [
        (247_000_001, 247_000_001), (247_000_001.0, 247_000_001), ("247000001", 247_000_001),
        (0, 0), (None, 0), ("9" * 5000, 0), (2**30 - 1, 0), (247_000_001.5, 0), (float("nan"), 0),
    ],
)  # fmt: skip
def test_text_in_json_is_heard_whatever_its_sender_is_called(user, mmsi):
    machine = decoder(dialects={"{": JsonDialect()})
    line = streamed("SafetyBroadcastMessage", MessageID=14, UserID=user, Text="MAYDAY SINKING")
    batch = decoded([line], machine)
    assert (batch.texts.mmsi.tolist(), batch.texts.text.tolist()) == ([mmsi], [b"MAYDAY SINKING"])
    assert machine.counts.notes == ({} if mmsi else {"identity unknown": 1})
    assert machine.counts.balanced()


@pytest.mark.parametrize("status, rows", [(14, 1), (0, 0)])
def test_report_in_json_without_an_mmsi_is_heard_if_it_calls_for_help(status, rows):
    machine = decoder(dialects={"{": JsonDialect()})
    assert decoded([caller(0, status)], machine).positions.mmsi.tolist() == [0] * rows
    assert machine.counts.messages_rejected == ({} if rows else {"aisstream: mmsi": 1})
