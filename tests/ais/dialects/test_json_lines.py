"""JSON lines: aisstream's become columns, AIS-catcher's become sentences."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais.batches import PositionBatch
from ais.dialect import DialectResult
from ais.dialects.ais_catcher import tag_block
from ais.dialects.json_lines import JsonDialect, json_times
from ais.lines import LineBlock

RECEIVED_US = 1_726_583_936_000_000
SENTENCE = "!AIVDM,1,1,,A,13`fL1PP140KCELMBO7SS?wH0@Jv,0*50"
POSITION = {
    "MessageID": 1,
    "UserID": 247_000_001,
    "Valid": True,
    "NavigationalStatus": 5,
    "RateOfTurn": -128,
    "Sog": 12.3,
    "Longitude": 15.25,
    "Latitude": 37.5,
    "Cog": 181.5,
    "TrueHeading": 180,
    "Timestamp": 55,
}
STATIC = {
    "MessageID": 5,
    "UserID": 247_000_001,
    "Valid": True,
    "ImoNumber": 9_123_456,
    "CallSign": "IABC  ",
    "Name": "STELLA DI MARE@@@@",
    "Type": 60,
    "Dimension": {"A": 100, "B": 20, "C": 8, "D": 12},
    "Eta": {"Month": 6, "Day": 2, "Hour": 14, "Minute": 30},
    "MaximumStaticDraught": 6.5,
    "Destination": "PALERMO             ",
}


def aisstream(name: str, body: dict[str, object], time: str | None = None) -> bytes:
    meta = {"MMSI": body.get("UserID"), "time_utc": time}
    return json.dumps({"MessageType": name, "MetaData": meta, "Message": {name: body}}).encode()


def read(*lines: bytes) -> DialectResult:
    return JsonDialect().decode(LineBlock.of(lines, RECEIVED_US, feed=7, first_spool=100))


def test_position_report_becomes_a_row() -> None:
    at = read(aisstream("PositionReport", POSITION)).positions
    assert (at.mmsi[0], at.message[0], at.nav_status[0]) == (247_000_001, 1, 5)
    assert (at.lon_deg[0], at.lat_deg[0], at.cog_deg[0], at.heading_deg[0]) == (
        15.25,
        37.5,
        181.5,
        180,
    )
    assert at.sog_kn[0] == pytest.approx(12.3)
    assert (at.feed[0], at.spool[0], at.segment[0]) == (7, 100, 0xFFFF_FFFF)


def test_nine_decimals_of_a_second_are_read() -> None:
    line = aisstream("PositionReport", POSITION, "2024-09-17 14:38:55.281038479 +0000 UTC")
    at = read(line).positions
    assert str(at.time[0]) == "2024-09-17T14:38:55.281038"
    assert str(at.received[0]) == "2024-09-17T14:38:56.000000"


def test_message_without_a_time_is_dated_by_its_receipt() -> None:
    at = read(aisstream("PositionReport", POSITION, "soon")).positions
    assert at.time[0] == at.received[0]


def test_sentinels_become_not_available() -> None:
    sentinels = {"Sog": 102.3, "Longitude": 181, "Latitude": 91, "Cog": 360, "TrueHeading": 511}
    at = read(aisstream("PositionReport", POSITION | sentinels)).positions
    values = [at.sog_kn, at.lon_deg, at.lat_deg, at.cog_deg, at.heading_deg]
    assert np.isnan([column[0] for column in values]).all()


@pytest.mark.parametrize(
    "name, number, sog, expected",
    [
        ("StandardClassBPositionReport", 18, 5.5, 5.5),
        ("StandardSearchAndRescueAircraftReport", 9, 250, 250),
        ("StandardSearchAndRescueAircraftReport", 9, 1023, None),
        ("LongRangeAisBroadcastMessage", 27, 63, None),
        ("LongRangeAisBroadcastMessage", 27, 62, 62),
        ("BaseStationReport", 4, None, None),
        ("PositionReport", 3, 51.2, None),
    ],
)
def test_every_kind_of_position_has_its_type_and_speed(name, number, sog, expected) -> None:
    at = read(aisstream(name, POSITION | {"MessageID": number, "Sog": sog})).positions
    assert at.message.tolist() == [number]
    assert (None if np.isnan(at.sog_kn[0]) else at.sog_kn[0]) == expected


def test_static_data_become_an_identity() -> None:
    who = read(aisstream("ShipStaticData", STATIC)).statics
    assert (who.imo[0], who.call_sign[0], who.name[0]) == (9_123_456, b"IABC", b"STELLA DI MARE")
    assert (who.ship_type[0], who.destination[0], who.part[0]) == (60, b"PALERMO", 255)
    sizes = [who.to_bow_m[0], who.to_stern_m[0], who.to_port_m[0], who.to_starboard_m[0]]
    assert [*sizes, who.draught_m[0]] == [100, 20, 8, 12, 6.5]
    assert (who.eta_month[0], who.eta_day[0], who.eta_hour[0], who.eta_minute[0]) == (6, 2, 14, 30)


def test_static_data_not_available_stay_so() -> None:
    nothing = {
        "Dimension": {"A": 0, "B": 0, "C": 0, "D": 0},
        "Eta": {"Month": 0, "Day": 0, "Hour": 24, "Minute": 60},
        "MaximumStaticDraught": 0,
        "ImoNumber": 0,
    }
    who = read(aisstream("ShipStaticData", STATIC | nothing)).statics
    assert (who.imo[0], who.eta_month[0], who.eta_day[0]) == (0, 255, 255)
    assert (who.eta_hour[0], who.eta_minute[0]) == (255, 255)
    assert np.isnan([who.to_bow_m[0], who.to_starboard_m[0], who.draught_m[0]]).all()


@pytest.mark.parametrize("draught, kept", [(25.5, 25.5), (25.6, None), (-1, None), (1e999, None)])
def test_draught_is_what_the_field_can_hold(draught: float, kept: float | None) -> None:
    who = read(aisstream("ShipStaticData", STATIC | {"MaximumStaticDraught": draught})).statics
    assert (None if np.isnan(who.draught_m[0]) else who.draught_m[0]) == kept


def test_dimension_that_its_field_cannot_hold_is_not_available() -> None:
    sides = {"A": 511, "B": 512, "C": 63, "D": 1e999}
    who = read(aisstream("ShipStaticData", STATIC | {"Dimension": sides})).statics
    assert (who.to_bow_m[0], who.to_port_m[0]) == (511, 63)
    assert np.isnan([who.to_stern_m[0], who.to_starboard_m[0]]).all()


def test_report_in_two_parts_makes_a_row_for_each_part_that_is_there() -> None:
    body = {
        "MessageID": 24,
        "UserID": 247_000_001,
        "Valid": True,
        "ReportA": {"Valid": True, "Name": "SEA DOG"},
        "ReportB": {"Valid": True, "ShipType": 37, "CallSign": "X1"},
    }
    both = read(aisstream("StaticDataReport", body)).statics
    one = read(aisstream("StaticDataReport", body | {"ReportB": {"Valid": False}})).statics
    assert (both.part.tolist(), both.name.tolist()) == ([0, 1], [b"SEA DOG", b""])
    assert (both.ship_type.tolist(), both.call_sign.tolist()) == ([255, 37], [b"", b"X1"])
    assert one.part.tolist() == [0]


def test_aid_to_navigation_is_a_place_and_a_name() -> None:
    body = POSITION | {
        "MessageID": 21,
        "Type": 14,
        "Name": "CAPO PASSERO LIGHT 1",
        "NameExtension": "23",
    }
    result = read(aisstream("AidsToNavigationReport", body))
    assert result.statics.name.tolist() == [b"CAPO PASSERO LIGHT 123"]
    assert (len(result.positions), result.messages) == (1, 1)


def test_safety_text_is_kept() -> None:
    body = {"MessageID": 14, "UserID": 2_470_001, "Valid": True, "Text": "MAYDAY RELAY"}
    texts = read(aisstream("SafetyBroadcastMessage", body)).texts
    assert (texts.message[0], texts.text[0], texts.dest_mmsi[0]) == (14, b"MAYDAY RELAY", 0)


@pytest.mark.parametrize(
    "said, kept",
    [
        ("MAYDAY\0SINKING", b"MAYDAY SINKING"),
        ("\0MAYDAY\x7f\n", b"MAYDAY"),
        ("@MAYDAY@RELAY@@@ ", b"MAYDAY@RELAY"),
        ("MAYDAY \ud800\u00e9", b"MAYDAY ??"),
    ],
)
def test_safety_text_is_made_of_printable_characters(said: str, kept: bytes) -> None:
    body = {"MessageID": 14, "UserID": 2_470_001, "Valid": True, "Text": said}
    assert read(aisstream("SafetyBroadcastMessage", body)).texts.text.tolist() == [kept]


def test_names_are_made_of_printable_characters() -> None:
    odd = {"Name": "ABC\0DEF\0\0", "CallSign": "A\tB1\0", "Destination": "\0X\ud800@Y"}
    said = read(aisstream("ShipStaticData", STATIC | odd)).statics
    names = said.name[0], said.call_sign[0], said.destination[0]
    assert names == (b"ABC DEF", b"A B1", b" X?")


def test_binary_message_is_counted_and_makes_no_row() -> None:
    result = read(
        aisstream("BinaryBroadcastMessage", {"MessageID": 8, "UserID": 1, "Valid": True})
    )
    assert (result.messages, result.messages_rejected, len(result.positions)) == (1, {}, 0)


@pytest.mark.parametrize(
    "line, reason",
    [
        (aisstream("PositionReport", POSITION | {"Valid": False}), "aisstream: not valid"),
        (aisstream("PositionReport", POSITION | {"MessageID": 5}), "aisstream: not valid"),
        (aisstream("PositionReport", POSITION | {"UserID": 0}), "aisstream: mmsi"),
        (aisstream("PositionReport", POSITION | {"UserID": 10**9}), "aisstream: mmsi"),
        (aisstream("UnknownMessage", {}), "aisstream: unknown type"),
        (b'{"MessageType":"PositionReport","Message":{}}', "aisstream: no body"),
        (b'{"MessageType":["x"]}', "aisstream: unknown type"),
    ],
)
def test_message_of_no_use_is_counted_by_its_reason(line: bytes, reason: str) -> None:
    result = read(line)
    assert (result.messages, result.messages_rejected) == (1, {reason: 1})
    assert (result.other, len(result.positions)) == ({"aisstream": 1}, 0)
    assert result.samples == {reason: [line]}


@pytest.mark.parametrize(
    "line, reason",
    [
        (b'{"MessageType":', "JSON"),
        (b"{\xff}", "JSON"),
        (b'{"a":' + b"[" * 100_000, "JSON"),
        (b'{"a":1}', "JSON: unknown kind"),
        (b'{"class":"AIS","mmsi":1}', "ais-catcher: no sentence"),
        (b'{"nmea":[1]}', "ais-catcher: no sentence"),
        (b'{"nmea":"rubbish"}', "ais-catcher: no sentence"),
    ],
)
def test_line_that_cannot_be_read_is_rejected(line: bytes, reason: str) -> None:
    result = read(line)
    assert (result.rejected, result.other) == ({reason: 1}, {})
    assert result.samples == {reason: [line]}


def catcher(**more: object) -> bytes:
    return json.dumps({"class": "AIS", "nmea": [SENTENCE], **more}).encode()


def test_sentences_inside_keep_the_place_of_their_line() -> None:
    result = read(catcher(), b"{", catcher(nmea=[SENTENCE, "!AIVDM,2"]))
    carried = result.sentences
    assert carried is not None
    assert [carried.line(i) for i in range(3)] == [SENTENCE.encode()] * 2 + [b"!AIVDM,2"]
    assert (carried.spool.tolist(), set(carried.feed.tolist())) == ([100, 102, 102], {7})
    assert set(carried.received.astype(np.int64).tolist()) == {RECEIVED_US}
    assert (result.other, result.messages) == ({"ais-catcher": 2}, 0)


@pytest.mark.parametrize(
    "more",
    [{"rxuxtime": 1_667_402_604.25}, {"rxuxtime": "1667402604.25"}],
)
def test_receivers_clock_becomes_a_tag_block(more: dict[str, object]) -> None:
    carried = read(catcher(**more)).sentences
    assert carried is not None
    assert carried.line(0) == b"\\c:1667402604250*6C\\" + SENTENCE.encode()


def test_time_in_words_becomes_a_tag_block_too() -> None:
    carried = read(catcher(rxtime="20221102152324")).sentences
    assert carried is not None
    assert carried.line(0).startswith(b"\\c:1667402604000*")


def test_tag_block_has_the_checksum_of_its_text() -> None:
    assert tag_block(1_667_402_604_000_000) == b"\\c:1667402604000*6B\\"


@pytest.mark.parametrize("rxuxtime", [0, -1, 946_684_799, 1e300, True, None, "soon", [1]])
def test_clock_that_was_never_set_is_no_time(rxuxtime: object) -> None:
    carried = read(catcher(rxuxtime=rxuxtime)).sentences
    assert carried is not None
    assert carried.line(0) == SENTENCE.encode()


@pytest.mark.parametrize("year", ["0001", "1980", "1999"])
def test_message_dated_before_2000_takes_its_receive_time(year: str) -> None:
    line = aisstream("PositionReport", POSITION, f"{year}-12-31 23:59:59 +0000 UTC")
    assert read(line).positions.time[0] == np.datetime64(RECEIVED_US, "us")


def test_times_of_lines_are_read_without_decoding() -> None:
    dated = aisstream("PositionReport", POSITION, "2024-09-17 14:38:55.5 +0000 UTC")
    found = json_times(LineBlock.of([dated, b"{", catcher(rxuxtime=1_667_402_604), catcher()]))
    assert [str(one) for one in found] == [
        "2024-09-17T14:38:55.500000",
        "NaT",
        "2022-11-02T15:23:24.000000",
        "NaT",
    ]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["PositionReport", "ShipStaticData", "StaticDataReport"]), st.data())
def test_no_value_whatever_breaks_the_reader(name: str, data: st.DataObject) -> None:
    whole = POSITION | STATIC | {"MessageID": 0, "UserID": 5}
    spoilt = data.draw(st.dictionaries(st.sampled_from([*whole, "ReportA", "ReportB"]), ANY))
    result = read(aisstream(name, whole | spoilt))
    assert result.other == {"aisstream": 1}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([aisstream("PositionReport", POSITION), b"{", catcher()])))
def test_cuts_change_nothing(lines: list[bytes]) -> None:
    whole = read(*lines)
    parts = [read(line) for line in lines]
    joined = PositionBatch.join([part.positions for part in parts])
    assert joined.mmsi.tolist() == whole.positions.mmsi.tolist()
    assert sum(part.messages for part in parts) == whole.messages
