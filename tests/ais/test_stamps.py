from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.errors import NoTimeError
from ais.lines import LineBlock
from ais.stamps import Stamper, base_station_us
from ais.timetext import NO_TIME

PLAIN = b"!AIVDM,1,1,,A,13cf4=0000Pg:FhHs6J2;A=025k<,0*59"
TAGGED = rb"\s:2573238,c:1733782034*0A\!BSVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*3F"
SEINE = b"2016-03-31 00:00:01, !AIVDM,1,1,,B,33I>hf0PA706QD:L7NC5lT;`011Q,0*22"
SUFFIX = b"!AIVDM,1,1,,B,H52KsnQ8DDj1Lu9@PhE=>222220,2*30,1327664821"
PGHP = b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B"
PARTS = [
    b"!AIVDM,2,1,1,,53cMa3@000010WSW?V105=<45B2222222222220t388151:9e2UiDm851DTh,0*65",
    b"!AIVDM,2,2,1,,j1C32CQp888,2*17",
]
NOT_NMEA = b"hello"


def sentence(payload: str) -> bytes:
    """A one-part sentence with its checksum."""
    body = f"AIVDM,1,1,,A,{payload},0"
    checksum = 0
    for character in body.encode():
        checksum ^= character
    return f"!{body}*{checksum:02X}".encode()


def station(moment: datetime, mmsi: int = 2_470_052) -> bytes:
    """A base station report (type 4) of ``moment``."""
    fields = ((4, 6), (0, 2), (mmsi, 30), (moment.year, 14), (moment.month, 4), (moment.day, 5))
    clock = ((moment.hour, 5), (moment.minute, 6), (moment.second, 6), (0, 90))
    bits = "".join(f"{value:0{width}b}" for value, width in (*fields, *clock))
    sixes = [int(bits[i : i + 6], 2) for i in range(0, 168, 6)]
    return sentence("".join(chr(v + 48 + 8 * (v > 39)) for v in sixes))


NOON = datetime(2020, 7, 4, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A time ``seconds`` after noon."""
    return NOON + timedelta(seconds=seconds)


def stamped(lines: list[bytes], start: datetime | None = None, offset_h: float = 0.0) -> list[str]:
    """The time of each line, as text to the millisecond."""
    stamper = Stamper("test.nmea", start, offset_h)
    blocks = stamper.push(LineBlock.of(lines))
    stamper.finish()
    return [str(t) for block in blocks for t in block.received.astype("M8[ms]")]


def seconds(lines: list[bytes]) -> list[float]:
    """The time of each line in seconds after noon."""
    noon = np.datetime64(NOON.replace(tzinfo=None), "us")
    return [
        float((np.datetime64(t, "us") - noon) / np.timedelta64(1, "s")) for t in stamped(lines)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (TAGGED, "2024-12-09T22:07:14.000"),
        (SEINE, "2016-03-31T00:00:01.000"),
        (SUFFIX, "2012-01-27T11:47:01.000"),
        (PGHP, "2010-06-11T11:46:11.390"),
    ],
)
def test_a_line_takes_the_stamp_that_it_carries(line: bytes, expected: str) -> None:
    assert stamped([line]) == [expected]


def test_a_line_without_a_stamp_takes_the_last_one() -> None:
    assert stamped([TAGGED, PLAIN, NOT_NMEA, b""]) == ["2024-12-09T22:07:14.000"] * 4


def test_lines_before_the_first_stamp_take_it() -> None:
    assert stamped([PLAIN, NOT_NMEA, TAGGED]) == ["2024-12-09T22:07:14.000"] * 3


def test_pghp_stamps_the_sentence_that_follows_and_all_its_parts() -> None:
    lines = [station(at(0)), station(at(9)), PGHP, *PARTS, PLAIN]
    times = stamped(lines)
    assert times[2:5] == ["2010-06-11T11:46:11.390"] * 3
    assert times[5] == "2020-07-04T12:00:09.000"


def test_stamps_that_go_backwards_are_kept() -> None:
    later = b"2016-03-31 00:00:09, " + PLAIN
    assert [t[17:19] for t in stamped([later, SEINE, later])] == ["09", "01", "09"]


def test_local_time_is_told_by_its_offset() -> None:
    assert stamped([SEINE], offset_h=2) == ["2016-03-30T22:00:01.000"]


def test_two_base_stations_that_agree_are_a_clock() -> None:
    lines = [PLAIN, station(at(0)), PLAIN, station(at(7), 2_470_001), PLAIN]
    assert seconds(lines) == [0, 0, 0, 7, 7]


def test_one_base_station_report_is_no_clock() -> None:
    with pytest.raises(NoTimeError, match="--start"):
        stamped([PLAIN, station(at(0)), PLAIN])


def test_base_stations_that_disagree_are_no_clock() -> None:
    with pytest.raises(NoTimeError):
        stamped([station(at(0)), station(at(61)), station(at(0))])


def test_a_base_station_of_the_last_century_does_not_count() -> None:
    old = datetime(1999, 8, 22, tzinfo=UTC)
    with pytest.raises(NoTimeError):
        stamped([station(old), station(old)])


def test_a_base_station_that_lies_does_not_move_the_clock() -> None:
    lies = station(datetime(2031, 1, 1, tzinfo=UTC))
    lines = [station(at(0)), station(at(1)), lies, PLAIN, station(at(10)), lies, station(at(20))]
    assert seconds(lines) == [0, 1, 1, 1, 10, 10, 20]


def test_a_report_that_comes_late_does_not_turn_the_clock_back() -> None:
    assert seconds([station(at(0)), station(at(50)), station(at(10))]) == [0, 50, 50]


def test_a_clock_that_jumped_is_followed_when_two_stations_agree_on_it() -> None:
    lines = [station(at(s)) for s in (0, 1, 7_200, 7_201, 7_202)]
    assert seconds(lines) == [0, 1, 1, 7_201, 7_202]


def test_base_stations_do_not_move_the_clock_of_a_file_with_stamps() -> None:
    lines = [TAGGED, station(at(0)), station(at(1)), PLAIN]
    assert stamped(lines) == ["2024-12-09T22:07:14.000"] * 4


def test_base_stations_take_over_where_stamps_end() -> None:
    lines = [TAGGED, *[PLAIN] * 1_000, station(at(0)), station(at(1)), PLAIN]
    assert seconds(lines)[-1] == 1


def test_a_wrong_checksum_moves_no_clock() -> None:
    broken = station(at(5_000))[:-2] + b"00"
    with pytest.raises(NoTimeError):
        stamped([broken, broken])


@pytest.mark.parametrize("text", [SEINE, b"2016-03-31 00:00:09, !AIVDM,1,1,,B,33I>hf0PA,0*22"])
def test_a_garbled_line_keeps_its_own_stamp_and_moves_no_clock(text: bytes) -> None:
    garbled = b"2031-01-01 00:00:00, !AIVDM,1,1,,B,33I>hf0PA706QD:L7,0*22"
    times = stamped([SEINE, garbled, PLAIN])
    assert [t[:4] for t in times] == ["2016", "2031", "2016"]


@pytest.mark.parametrize(("before", "good"), [(1_000, True), (1_001, False)])
def test_a_thousand_lines_are_held_for_the_first_stamp(before: int, good: bool) -> None:
    lines = [PLAIN] * before + [TAGGED]
    if good:
        assert set(stamped(lines)) == {"2024-12-09T22:07:14.000"}
    else:
        with pytest.raises(NoTimeError, match="no time in its first 1000 lines"):
            stamped(lines)


def test_start_is_the_time_of_a_file_without_any() -> None:
    start = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert stamped([PLAIN] * 1_500, start) == ["2024-05-01T10:00:00.000"] * 1_500


def test_stamps_go_before_start() -> None:
    times = stamped([PLAIN, TAGGED, PLAIN], datetime(2024, 5, 1, tzinfo=UTC))
    assert [t[:7] for t in times] == ["2024-05", "2024-12", "2024-12"]


@pytest.mark.parametrize(
    ("payload", "fill"),
    [("402Fha1vAj>kP0fRahHNEe7005k", 0), ("402Fha1vAj>kP0fRahHNEe7005k<", 2), ("1" * 28, 0)],
)
def test_other_payloads_are_no_base_station(payload: str, fill: int) -> None:
    data = np.frombuffer(payload.encode(), np.uint8)
    assert base_station_us(data, 0, len(data), fill) == NO_TIME


def test_a_real_base_station_report_is_read() -> None:
    data = np.frombuffer(b"402Fha1vAj>kP0fRahHNEe7005k<", np.uint8)
    moment = np.datetime64(base_station_us(data, 0, 28, 0), "us")
    assert moment == np.datetime64("2020-07-04T14:51:32")


LINE = st.sampled_from(
    [PLAIN, TAGGED, SEINE, SUFFIX, PGHP, *PARTS, NOT_NMEA, b""]
    + [station(at(s)) for s in (0, 5, 50, 7_200, 7_205)]
)


@given(lines=st.lists(LINE, max_size=30), data=st.data())
@settings(max_examples=150, deadline=None)
def test_times_do_not_depend_on_how_the_file_is_cut(
    lines: list[bytes], data: st.DataObject
) -> None:
    try:
        whole = stamped(lines)
    except NoTimeError:
        whole = None
    cuts = sorted(data.draw(st.sets(st.integers(0, len(lines)))) | {0, len(lines)})
    stamper = Stamper("test.nmea")
    blocks = []
    for first, last in pairwise(cuts):
        blocks += stamper.push(LineBlock.of(lines[first:last]))
    if whole is None:
        with pytest.raises(NoTimeError):
            stamper.finish()
    else:
        stamper.finish()
        assert [str(t) for b in blocks for t in b.received.astype("M8[ms]")] == whole
        assert [b.line(i) for b in blocks for i in range(len(b))] == lines
