"""Dialects inside the decoder: what they carry goes on, and their columns join the others."""

import json

import numpy as np
import pytest

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
