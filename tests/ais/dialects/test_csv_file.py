"""CSV rows into columns: real track files, published layouts, bad rows, any cutting."""

import gzip
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais.batches import PositionBatch, StaticBatch
from ais.dialect import DialectResult
from ais.dialects.csv_columns import parse_columns
from ais.dialects.csv_file import CsvDialect, CsvTimes
from ais.lines import LineBlock

DMA = (
    b"# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,"
    b"IMO,Callsign,Name,Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,"
    b"Destination,ETA,Data source type,A,B,C,D"
)
DMA_ROWS = b"""\
01/06/2024 00:00:00,Class A,219012345,57.123456,10.654321,Under way using engine,0.0,12.3,\
181.5,180,9123456,OXYZ2,M/V EXAMPLE,Cargo,,20,120,GPS,6.5,AARHUS,02/06/2024 14:30:00,AIS,\
100,20,8,12
01/06/2024 00:00:05,Base Station,2190045,56.1,10.2,Unknown value,,,,,Unknown,Unknown,,\
Undefined,,,,Undefined,,Unknown,,AIS,,,,
01/06/2024 00:00:10,Class A,219012345,57.1,10.6,Moored,0.0,0.0,360.0,511,9123456,OXYZ2,\
M/V EXAMPLE,Cargo,,20,120,GPS,6.5,AARHUS,02/06/2024 14:30:00,AIS,100,20,8,12
01/06/2024 00:00:12,Class B,219999999,91.0,181.0,Unknown value,,102.3,,,Unknown,,\
"SEA, DOG",Pleasure,,,,GPS,,,,AIS,,,,""".splitlines()
OLD = (
    b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,"
    b"Width,Draft,Cargo,TransceiverClass"
)
OLD_ROW = (
    b"367123456,2023-01-01T00:00:01,29.12345,-90.54321,7.5,-51.4,511.0,TUG ONE,IMO9187629,WDE1234,"
    b"31,12,30,10,3.1,,A"
)
NEW = (
    b"mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,"
    b"vessel_type,status,length,width,draft,cargo,transceiver"
)
NEW_ROW = b"367123456,2025-01-01 00:00:01,-90.54321,29.12345,7.5,51.4,52,TUG ONE,,,31,,,,,,B"
COLUMNS = parse_columns("id=id,time=t,lon=x,lat=y,sog=v")


def read(dialect: CsvDialect, lines: Sequence[bytes], first: int = 1) -> DialectResult:
    return dialect.decode(LineBlock.of(list(lines), feed=3, first_spool=first))


def rows(*texts: str) -> DialectResult:
    lines = ["id,t,x,y,v", *texts]
    return read(CsvDialect(COLUMNS), [line.encode("latin-1") for line in lines])


TRACKS = [
    (
        "mediterranean_2015-06-01_51vessels.csv",
        "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED,cog=COURSE,heading=HEADING",
        ("%d-%m-%y %H:%M", 0.1),
        (1_000, 51, "2015-06-01T00:00", "2015-06-01T04:18", 20.5),
    ),
    (
        "salerno_piraeus_2015_1vessel.csv",
        "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=speed,cog=COURSE,heading=HEADING",
        ("%d-%m-%y %H:%M:%S", 0.1),
        (689, 1, "2015-05-30T04:35", "2015-06-01T11:41", 17.6),
    ),
    (
        "port_said_suez_2021-03_256vessels.csv.gz",
        "id=ID,time=ais_pos_timestamp,lon=longitude,lat=latitude",
        ("%d/%m/%Y %H:%M", 1.0),
        (22_287, 256, "2021-03-20T00:00", "2021-03-24T12:52", None),
    ),
    (
        "saronic_2024-08_5vessels.csv.gz",
        "id=1,lon=2,lat=3,time=4",
        ("epoch", 1.0),
        (18_834, 5, "2024-07-31T23:31:24", "2024-08-09T23:57:41", None),
    ),
]


@pytest.mark.data
@pytest.mark.parametrize("name, columns, reading, expected", TRACKS)
def test_every_row_of_a_real_track_file_is_read(
    shared_data: Path, name: str, columns: str, reading: tuple[str, float], expected: tuple
) -> None:
    raw = (shared_data / "tracks" / name).read_bytes()
    raw = gzip.decompress(raw) if name.endswith(".gz") else raw
    result = read(CsvDialect(parse_columns(columns, *reading), recorded=True), raw.splitlines())
    at = result.positions
    fastest = None if np.isnan(at.sog_kn).all() else round(float(np.nanmax(at.sog_kn)), 1)
    first, last = (np.datetime64(one, "us") for one in expected[2:4])
    assert (len(at), len(np.unique(at.mmsi))) == expected[:2]
    assert (at.time.min(), at.time.max(), fastest) == (first, last, expected[4])
    assert result.rejected == {}
    assert not np.isnan(at.lon_deg).any()


def test_dma_row_is_read_with_all_that_it_says() -> None:
    result = read(CsvDialect(None), [DMA, *DMA_ROWS])
    at, who = result.positions, result.statics
    assert at.mmsi.tolist() == [219012345, 2190045, 219012345, 219999999]
    assert str(at.time[0]) == "2024-06-01T00:00:00.000000"
    assert (at.lon_deg[0], at.lat_deg[0]) == (10.654321, 57.123456)
    assert [at.sog_kn[0], at.cog_deg[0], at.heading_deg[0]] == pytest.approx([12.3, 181.5, 180])
    assert at.nav_status.tolist() == [0, 15, 5, 15]
    assert at.message.tolist() == [1, 4, 1, 18]
    assert who.mmsi.tolist() == [219012345, 219999999]
    assert (who.imo[0], who.call_sign[0], who.name[0]) == (9123456, b"OXYZ2", b"M/V EXAMPLE")
    assert (who.ship_type[0], who.destination[0]) == (70, b"AARHUS")
    sizes = [who.to_bow_m[0], who.to_stern_m[0], who.to_port_m[0], who.to_starboard_m[0]]
    assert [*sizes, who.draught_m[0]] == [100, 20, 8, 12, 6.5]
    eta = (who.eta_month[0], who.eta_day[0], who.eta_hour[0], who.eta_minute[0])
    assert eta == (6, 2, 14, 30)


def test_ais_sentinels_become_not_available() -> None:
    at = read(CsvDialect(None), [DMA, *DMA_ROWS]).positions
    assert np.isnan([at.cog_deg[2], at.heading_deg[2], at.sog_kn[3]]).all()
    assert np.isnan([at.lon_deg[3], at.lat_deg[3]]).all()


def test_quoted_name_with_a_comma_is_one_cell() -> None:
    assert read(CsvDialect(None), [DMA, *DMA_ROWS]).statics.name[1] == b"SEA, DOG"


def test_a_name_holds_only_what_prints_in_ascii() -> None:
    rows = [row.replace(b"M/V EXAMPLE", b"M/V\x00EXA\x1bMPL\xc3\x89") for row in DMA_ROWS]
    assert rows != DMA_ROWS
    assert read(CsvDialect(None), [DMA, *rows]).statics.name[0] == b"M/V EXA MPL?"


def test_both_marinecadastre_layouts_mean_the_same_place() -> None:
    old, new = (read(CsvDialect(None), both) for both in ([OLD, OLD_ROW], [NEW, NEW_ROW]))
    for result in (old, new):
        assert result.positions.lon_deg.tolist() == [-90.54321]
        assert result.positions.lat_deg.tolist() == [29.12345]
        assert result.statics.name.tolist() == [b"TUG ONE"]
    assert (old.positions.message[0], new.positions.message[0]) == (1, 18)
    assert (old.statics.imo[0], old.statics.to_stern_m[0], new.statics.imo[0]) == (9187629, 30, 0)
    assert np.isnan(old.positions.cog_deg[0])


def test_header_of_another_file_turns_the_columns_over() -> None:
    result = read(CsvDialect(None), [OLD, OLD_ROW, NEW, NEW_ROW, DMA, *DMA_ROWS])
    assert result.other == {"csv header": 3, "csv": 6}
    assert result.positions.lon_deg[:2].tolist() == [-90.54321, -90.54321]


def test_types_are_those_of_the_contract() -> None:
    result = read(CsvDialect(None), [DMA, *DMA_ROWS])
    for batch in (result.positions, result.statics):
        found = {name: getattr(batch, name).dtype for name in batch.dtypes()}
        assert found == {name: np.dtype(kind) for name, kind in batch.dtypes().items()}


@pytest.mark.parametrize(
    "row, reason",
    [
        ("a,1700000000,1", "csv: cells"),
        ("a,1700000000,1,2,3,4", "csv: cells"),
        ('a,1700000000,"1,2,3', "csv: cells"),
        (",1700000000,1,2,3", "csv: id"),
        ("a,,1,2,3", "csv: time"),
        ("a,soon,1,2,3", "csv: time"),
        ("a,1700000000,east,2,3", "csv: lon"),
        ("a,1700000000,1,\xff,3", "csv: lat"),
        ("a,1700000000,1,2,fast", "csv: sog"),
        ("a,1700000000,1,95,3", "csv: position"),
        ("a,1700000000,-190,5,3", "csv: position"),
    ],
)
def test_bad_row_is_counted_and_shown_and_its_neighbours_are_kept(row: str, reason: str) -> None:
    good = "b,1700000000,1,2,3"
    result = rows(good, row, good)
    assert (result.rejected, len(result.positions)) == ({reason: 1}, 2)
    assert result.samples == {reason: [row.encode("latin-1")]}


def test_rows_before_any_header_are_counted() -> None:
    result = read(CsvDialect(None), [b"219012345,2024", OLD, OLD_ROW])
    assert (result.rejected, len(result.positions)) == ({"csv: no header": 1}, 1)


def test_every_line_is_counted_once() -> None:
    result = rows("a,1700000000,1,2,3", "", "x", "b,1700000001,1,2,3")
    assert sum(result.other.values()) + sum(result.rejected.values()) == 5
    assert (result.messages, result.messages_rejected) == (2, {})


def test_empty_coordinates_are_a_report_without_a_place() -> None:
    at = rows("a,1700000000,,,3").positions
    assert (len(at), bool(np.isnan(at.lon_deg[0]))) == (1, True)


def test_speed_is_scaled_before_its_limit() -> None:
    layout = parse_columns("id=id,time=t,lon=x,lat=y,sog=v", speed_scale=0.1)
    lines = [b"id,t,x,y,v", b"a,1700000000,1,2,146", b"a,1700000001,1,2,1023"]
    assert read(CsvDialect(layout), lines).positions.sog_kn.tolist()[:1] == pytest.approx([14.6])
    assert np.isnan(read(CsvDialect(layout), lines).positions.sog_kn[1])


def test_ids_that_are_no_mmsi_count_up_in_order_of_first_sight() -> None:
    row = "{},1700000000,1,2,3"
    at = rows(*(row.format(one) for one in ("0xb", "247000001", "7", "0xb", "a"))).positions
    assert at.mmsi.tolist() == [200000001, 247000001, 200000002, 200000001, 200000003]


def test_live_row_keeps_its_receive_time_and_a_recorded_one_has_none() -> None:
    block = LineBlock.of([b"id,t,x,y,v", b"a,1700000000,1,2,3"], 1_800_000_000_000_000)
    live = CsvDialect(COLUMNS).decode(block).positions
    recorded = CsvDialect(COLUMNS, recorded=True).decode(block).positions
    assert live.received[0] > live.time[0]
    assert recorded.received[0] == recorded.time[0] == np.datetime64(1_700_000_000, "s")


def test_times_alone_are_read_for_dating_lines() -> None:
    lines = [b"id,t,x,y,v", b"a,1700000000,1,2,3", b"a,soon,1,2,3", b"", b"a,1700000002,1,2,3"]
    found = CsvTimes(COLUMNS).times(LineBlock.of(lines))
    assert [None if np.isnat(one) else int(one.astype("M8[s]").astype(int)) for one in found] == [
        None, 1_700_000_000, None, None, 1_700_000_002,
    ]  # fmt: skip


LINES = [
    DMA, *DMA_ROWS, b"", b"rubbish", OLD, OLD_ROW, OLD_ROW.replace(b"TUG ONE", b'"TUG, ""2"""'),
    OLD_ROW.replace(b"511.0", b"warm"), b'367,"', OLD_ROW, NEW, NEW_ROW, b"a\x1fb\rc", DMA,
    *DMA_ROWS[::-1],
]  # fmt: skip


def cut(lines: Sequence[bytes], cuts: set[int]) -> list[DialectResult]:
    """Read ``lines`` in blocks, each with a dialect made anew from the last one's state."""
    found, dialect = [], CsvDialect(None)
    places = sorted({0, len(lines), *cuts})
    for first, last in pairwise(places):
        found.append(read(dialect, lines[first:last], first + 1))
        state, dialect = dialect.freeze(), CsvDialect(None)
        assert all(column.dtype != object for column in state.values())
        dialect.thaw(state)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(1, len(LINES) - 1)))
def test_cuts_and_restarts_change_nothing(cuts: set[int]) -> None:
    whole, *_ = cut(LINES, set())
    parts = cut(LINES, cuts)
    for kind, name in ((PositionBatch, "positions"), (StaticBatch, "statics")):
        joined = kind.join([getattr(part, name) for part in parts])
        for column in kind.dtypes():
            expected = getattr(getattr(whole, name), column)
            np.testing.assert_array_equal(getattr(joined, column), expected)
    for counts in ("other", "rejected"):
        told = [getattr(part, counts) for part in parts]
        total = {key: sum(one.get(key, 0) for one in told) for one in told for key in one}
        assert total == getattr(whole, counts)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b""))))
def test_no_line_whatever_breaks_the_reader(lines: list[bytes]) -> None:
    result = read(CsvDialect(COLUMNS), [b"id,t,x,y,v", *lines])
    assert sum(result.other.values()) + sum(result.rejected.values()) == len(lines) + 1


def test_a_length_alone_counts_from_the_bow_as_ais_has_it() -> None:
    """Where the bow were not known, no detector would know how long the ship is."""
    layout = parse_columns("id=id,time=time,lon=lon,lat=lat,length_m=long,width_m=wide")
    lines = [
        b"id,time,lon,lat,long,wide",
        b"247000001,2026-05-10T06:00:00Z,17,36.5,120,",
        b"247000002,2026-05-10T06:00:00Z,17,36.5,,",
    ]
    who = read(CsvDialect(layout), lines).statics
    assert (who.to_bow_m[0], who.to_stern_m[0]) == (0, 120)
    assert np.isnan([who.to_port_m[0], *who.to_bow_m[1:]]).all()
