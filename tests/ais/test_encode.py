import numpy as np
import pyais
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.encode import PART_A, PART_B, EncodeError, Payloads, field_plan, payloads, sentences

ONE = np.zeros(1, np.int64)
CHANNEL_A = np.array([65], np.uint8)


def column(value):
    return np.array([value])


def lines(packed, **kwargs):
    kwargs.setdefault("channel", CHANNEL_A)
    written = sentences(packed, ONE, **kwargs)
    spans = zip(written.start, written.end, strict=True)
    return [written.data[start:end].tobytes() for start, end in spans]


def decoded(variant, **values):
    packed = payloads(variant, {name: column(value) for name, value in values.items()})
    return pyais.decode(*lines(packed, sequence=np.array([3], np.uint8))).asdict()


def test_a_known_position_report_is_the_known_sentence():
    packed = payloads(
        1,
        {
            "mmsi": column(477553000),
            "status": column(5),
            "speed": column(0.0),
            "lon": column(-122.345833),
            "lat": column(47.582833),
            "course": column(51.0),
            "heading": column(181.0),
            "second": column(15),
            "radio": column(149208),
        },
    )
    assert lines(packed, channel=np.array([66], np.uint8)) == [
        b"!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
    ]


@settings(deadline=None)  # the first call compiles
@given(
    st.integers(200_000_000, 799_999_999),
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.floats(0, 102.1),
    st.floats(0, 359.9),
    st.integers(0, 359),
)
def test_positions_come_back_from_the_reference_decoder(mmsi, lon, lat, speed, course, heading):
    said = decoded(
        3, mmsi=mmsi, lon=lon, lat=lat, speed=speed, course=course, heading=float(heading)
    )
    assert (said["msg_type"], said["mmsi"], said["heading"]) == (3, mmsi, heading)
    assert said["lon"] == pytest.approx(lon, abs=2e-6)
    assert said["lat"] == pytest.approx(lat, abs=2e-6)
    assert said["speed"] == pytest.approx(speed, abs=0.051)
    assert said["course"] == pytest.approx(course, abs=0.051)


@pytest.mark.parametrize("variant", [1, 18])
def test_missing_values_become_the_sentinels_of_the_standard(variant):
    nan = float("nan")
    said = decoded(variant, mmsi=247000001, lon=nan, lat=nan, speed=nan, course=nan, heading=nan)
    values = [said[name] for name in ("lon", "lat", "speed", "course", "heading")]
    assert values == [181.0, 91.0, 102.3, 360.0, 511]


def test_a_voyage_takes_two_sentences_with_one_sequence_number():
    packed = payloads(
        5,
        {
            "mmsi": column(247000001),
            "imo": column(9074729),
            "callsign": column(b"IABC2"),
            "shipname": column(b"Vedetta Uno"),
            "ship_type": column(70),
            "to_bow": column(300),
            "draught": column(7.3),
            "destination": column(b"IT GOA"),
        },
    )
    first, second = lines(packed, sequence=np.array([7], np.uint8))
    assert first.startswith(b"!AIVDM,2,1,7,A,")
    assert second.startswith(b"!AIVDM,2,2,7,A,")
    assert second.split(b",")[6].startswith(b"2*")
    said = pyais.decode(first, second).asdict()
    assert (said["imo"], said["callsign"], said["to_bow"]) == (9074729, "IABC2", 300)
    assert (said["shipname"], said["destination"]) == ("VEDETTA UNO", "IT GOA")
    assert said["draught"] == 7.3


def test_both_parts_of_class_b_static_data_say_who_it_is():
    assert decoded(PART_A, mmsi=247000001, shipname=b"LUNA")["shipname"] == "LUNA"
    part_b = decoded(PART_B, mmsi=247000001, callsign=b"IZ1", ship_type=36, to_bow=5)
    assert (part_b["partno"], part_b["callsign"], part_b["ship_type"]) == (1, "IZ1", 36)


def test_a_base_station_tells_the_time():
    said = decoded(4, mmsi=2470001, year=2026, month=11, day=23, hour=20, minute=5, second=59)
    assert [said[k] for k in ("year", "month", "day", "hour", "minute", "second")] == [
        2026,
        11,
        23,
        20,
        5,
        59,
    ]


def test_an_aid_to_navigation_has_a_name_and_a_kind():
    said = decoded(21, mmsi=992471001, aid_type=28, name=b"SAFE WATER", lon=8.9, lat=44.34)
    assert (said["name"], said["aid_type"]) == ("SAFE WATER", 28)
    assert (said["lon"], said["lat"]) == (8.9, 44.34)


def test_the_long_range_report_is_coarse():
    said = decoded(27, mmsi=247000001, lon=12.5, lat=35.25, speed=14.4, course=211.3)
    assert (said["lon"], said["lat"], said["speed"], said["course"]) == (12.5, 35.25, 14, 211)


def test_an_aircraft_counts_whole_knots():
    assert decoded(9, mmsi=111247001, speed=140.0, alt=300)["speed"] == 140


def test_a_tag_block_names_station_and_second_under_its_own_checksum():
    packed = payloads(1, {"mmsi": column(247000001)})
    names = np.array([b"GENOA", b"MALTA_SOUTH"])
    (line,) = lines(packed, station=np.array([1]), names=names, epoch_s=np.array([1700000000]))
    block, sentence = line[1:].split(b"\\")
    content, checksum = block.split(b"*")
    assert content == b"s:MALTA_SOUTH,c:1700000000"
    total = 0
    for letter in content:
        total ^= letter
    assert int(checksum, 16) == total
    assert pyais.decode(sentence).mmsi == 247000001


@pytest.mark.parametrize("variant", [1, 2, 3, 4, 5, 9, 18, 19, 21, PART_A, 27, PART_B])
def test_lengths_are_those_of_the_tables(variant):
    packed = payloads(variant, {"mmsi": column(247000001)})
    bits = (packed.end - packed.start) * 6 - packed.fill
    assert bits.tolist() == [field_plan(variant)[1].sum()]


@pytest.mark.parametrize(("variant", "room"), [(12, 156), (14, 161)])
def test_the_longest_safety_texts_stay_within_their_message(variant, room):
    texts = np.array([b"MAYDAY " * 30, b"PAN PAN"])
    packed = payloads(variant, {"mmsi": np.full(2, 247000001), "text": texts})
    written = sentences(
        packed, np.arange(2), channel=np.full(2, 65, np.uint8), sequence=np.full(2, 1, np.uint8)
    )
    own = [written.data[a:b].tobytes() for a, b in zip(written.start, written.end, strict=True)]
    said = [pyais.decode(*own[:3]).asdict(), pyais.decode(*own[3:]).asdict()]
    assert len(packed.data) == packed.end[-1]
    assert [one["text"] for one in said] == [("MAYDAY " * 30)[:room].rstrip(), "PAN PAN"]


@pytest.mark.parametrize("variant", [6, 8, 16, 22, 30])
def test_messages_without_one_table_are_refused(variant):
    with pytest.raises(EncodeError, match="cannot be encoded"):
        payloads(variant, {"mmsi": column(247000001)})


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.integers(0, 2), max_size=30))
def test_any_choice_and_order_of_messages_is_written(rows):
    mmsi = np.array([247000001, 247000002, 247000003])
    packed = payloads(18, {"mmsi": mmsi})
    written = sentences(packed, np.array(rows, np.int64), channel=np.full(len(rows), 66, np.uint8))
    text = written.data.tobytes().split(b"\r\n")[:-1]
    assert [pyais.decode(line).mmsi for line in text] == mmsi[rows].tolist()
    assert written.row.tolist() == list(range(len(rows)))


def test_joined_payloads_keep_their_messages():
    packed = Payloads.join(
        [payloads(1, {"mmsi": column(247000001)}), payloads(27, {"mmsi": column(247000002)})]
    )
    written = sentences(packed, np.array([1, 0]), channel=np.full(2, 65, np.uint8))
    text = written.data.tobytes().split(b"\r\n")[:-1]
    assert [pyais.decode(line).mmsi for line in text] == [247000002, 247000001]


def test_characters_outside_the_alphabet_become_blanks():
    assert decoded(PART_A, mmsi=1, shipname=b"A{B")["shipname"] == "A B"


def test_an_unknown_field_is_named():
    with pytest.raises(EncodeError, match="type 1 has no field 'shipname'"):
        payloads(1, {"shipname": column(b"X")})


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(EncodeError, match="'mmsi' has 2 rows: expected 1"):
        payloads(1, {"speed": column(1.0), "mmsi": np.array([1, 2])})


def test_a_type_that_does_not_exist_is_refused():
    with pytest.raises(EncodeError, match="type 77 cannot be encoded"):
        payloads(77, {"mmsi": column(1)})
