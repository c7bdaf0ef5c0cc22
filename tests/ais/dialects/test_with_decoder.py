"""Dialects inside the decoder: what they carry goes on, and their columns join the others."""

import json

import numpy as np
import pytest

from ais.batches import Decoded
from ais.decoder import Decoder
from ais.dialect import JSON_LINES
from ais.dialects.csv_columns import parse_columns
from ais.dialects.csv_file import CsvDialect
from ais.dialects.json_lines import JsonDialect
from ais.lines import FeedNames, LineBlock

SENTENCE = "!AIVDM,1,1,,A,13`fL1PP140KCELMBO7SS?wH0@Jv,0*50"
CATCHER = json.dumps({"class": "AIS", "rxuxtime": 1_667_402_604, "nmea": [SENTENCE]}).encode()


@pytest.mark.parametrize(
    "believed, second", [(frozenset({"f"}), 1_667_402_604), (frozenset(), 1_700_000_000)]
)
def test_receivers_clock_dates_a_position_only_where_it_is_believed(believed, second) -> None:
    decoder = Decoder(FeedNames(["f"]), source_time=believed, dialects={JSON_LINES: JsonDialect()})
    at = decoder.decode(LineBlock.of([CATCHER], 1_700_000_000_000_000)).positions
    assert (at.mmsi.tolist(), at.time[0]) == ([244_030_470], np.datetime64(second, "s"))
    # As AIS-catcher's documentation shows this message decoded.
    assert (round(at.lon_deg[0], 6), round(at.lat_deg[0], 5)) == (5.964237, 51.18597)


def test_rows_of_a_file_and_sentences_come_out_in_spool_order() -> None:
    layout = parse_columns("id=id,time=t,lon=x,lat=y")
    decoder = Decoder(FeedNames(["f", "csv"]), dialects={"csv": CsvDialect(layout)})
    block = LineBlock.of(
        [b"id,t,x,y", SENTENCE.encode(), b"247000001,1700000000,1,2"], 1_700_000_000_000_000
    )
    block.feed[:] = [1, 0, 1]
    assert decoder.decode(block).positions.mmsi.tolist() == [244_030_470, 247_000_001]


def extended(name: str = "LUNA", second: str = "00", **body: float) -> bytes:
    """An aisstream message that is position and static data (type 19)."""
    kind = "ExtendedClassBPositionReport"
    said = {"MessageID": 19, "UserID": 247_000_001, "Latitude": 40, "Longitude": 10, "Name": name}
    meta = {"time_utc": f"2023-11-14 22:13:{second} +0000 UTC"}
    message = {"MessageType": kind, "MetaData": meta, "Message": {kind: said | body}}
    return json.dumps(message).encode()


def heard(lines: list[bytes], seconds: list[int], machine: Decoder, cut: int = 9) -> list[Decoded]:
    """What lines that came at ``seconds`` say, in two blocks, the state frozen between them."""
    block = LineBlock.of(lines, NOON_US + np.array(seconds) * 1_000_000)
    first = machine.decode(block.cut(0, cut))
    machine.thaw(machine.freeze())
    return [first, machine.decode(block.cut(cut, len(block)))]


NOON_US = 1_700_000_000_000_000


def live() -> Decoder:
    return Decoder(
        FeedNames(["f"]),
        source_time=frozenset(["f"]),
        past_limit_s=86_400,
        dialects={JSON_LINES: JsonDialect()},
    )


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_json_message_of_two_stations_within_ten_seconds_counts_once(cut: int) -> None:
    machine = live()
    lines = [extended(), extended(second="04"), extended(Sog=5.0)]
    both = heard(lines, [0, 10, 10], machine, cut)
    assert np.concatenate([b.receptions.duplicate for b in both]).tolist() == [False, True, False]
    assert np.concatenate([b.positions.spool for b in both]).tolist() == [1, 3]
    assert sum(len(b.statics) for b in both) == 2
    assert (machine.counts.duplicates, machine.counts.decoded) == (1, 3)
    assert machine.counts.balanced()


def test_json_message_after_more_than_ten_seconds_counts_again() -> None:
    machine = live()
    whole = heard([extended()] * 3, [0, 11, 12], machine)[0]
    assert whole.receptions.duplicate.tolist() == [False, False, True]


def test_many_json_messages_make_the_memory_grow() -> None:
    machine = live()
    lines = [extended(Longitude=k / 100) for k in range(4000)]
    heard(lines + lines, [0] * 8000, machine, 5000)
    assert machine.counts.duplicates == 4000


@pytest.mark.parametrize("days, reason", [(-2, "future"), (2, "past")])
def test_misdated_json_message_leaves_no_name_and_is_kept_as_sample(days, reason) -> None:
    machine, lines = live(), [b"{", extended("MARE")]
    (whole, _) = heard(lines, [days * 86_400] * 2, machine)
    assert (len(whole.positions), len(whole.statics), len(whole.receptions)) == (0, 0, 0)
    assert machine.counts.samples[reason] == [lines[1].decode()[:200]]
    assert machine.counts.balanced()
