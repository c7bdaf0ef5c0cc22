"""Every real recording goes through the whole path; what comes out is counted by name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from ais.dialects.csv_columns import parse_columns
from service.replay import Replay, replay
from service.settings import Settings

START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
# file: lines, messages decoded, positions, segments
NMEA = {
    "nmea/australia_2012-01-27_2h.nmea.gz": (44687, 33609, 22157),
    "nmea/denmark_2010-06-11_28s.nmea.gz": (8551, 4049, 3154),
    "nmea/greece_undated.nmea": (898, 778, 767),
    "nmea/norway_tagblocks_2024-12-09.nmea": (223, 196, 149),
    "nmea/seine_2016-03-31_24h.nmea.gz": (57234, 56583, 49799),
    "nmea/tyrrhenian_2020-07-04_1h.nmea.gz": (11373, 11039, 9409),
    "nmea/world_tagblocks_2021-11-01.nmea": (1000, 978, 932),
    "cases/drift_2014-09-28_538004030.nmea.gz": (16104, 5252, 917),
    "cases/saturated_speed_2014-10-05_219165000.nmea.gz": (249, 80, 20),
}
DEBS = "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,cog=COURSE,heading=HEADING,sog="
# file: columns, time format, speed scale, rows, vessels
TRACKS = {
    "mediterranean_2015-06-01_51vessels.csv": (DEBS + "SPEED", "%d-%m-%y %H:%M", 0.1, 1000, 51),
    "salerno_piraeus_2015_1vessel.csv": (DEBS + "speed", "%d-%m-%y %H:%M:%S", 0.1, 689, 1),
    "port_said_suez_2021-03_256vessels.csv.gz": (
        "id=ID,time=ais_pos_timestamp,lon=longitude,lat=latitude",
        "%d/%m/%Y %H:%M",
        1.0,
        22287,
        256,
    ),
    "saronic_2024-08_5vessels.csv.gz": (
        "id=1,lon=2,lat=3,time=4,delimiter=space",
        "epoch",
        1.0,
        18834,
        5,
    ),
}


def balanced(counts: dict) -> bool:
    """The equations of Counts, on what the command line prints."""
    lines = counts["sentences"] + sum(counts["other"].values()) + sum(counts["rejected"].values())
    sentences = counts["used"] + counts["orphan"] + counts["incomplete"] + counts["pending"]
    messages = counts["decoded"] + sum(counts["messages_rejected"].values())
    found = (counts["lines"] + counts["carried"], counts["sentences"], counts["messages"])
    return found == (lines, sentences, messages)


@pytest.mark.data
@pytest.mark.parametrize("name", NMEA)
def test_a_recording_is_accounted_for_to_the_last_line(shared_data, name):
    result = replay(Replay((shared_data / name,), START), Settings())
    counts = json.loads(json.dumps(result.counts))
    assert (counts["lines"], counts["decoded"], result.read) == NMEA[name]
    assert counts["pending"] == 0
    assert balanced(counts)


@pytest.mark.data
@pytest.mark.parametrize("name", TRACKS)
def test_a_track_file_is_read_by_its_columns(shared_data, tmp_path, name):
    columns, time_format, scale, rows, vessels = TRACKS[name]
    out = tmp_path / "out.parquet"
    layout = parse_columns(columns, time_format, scale)
    job = Replay((shared_data / "tracks" / name,), layout=layout, positions=out)
    result = replay(job, Settings())
    table = pq.read_table(out)
    assert (result.read, table.num_rows) == (rows, rows)
    assert len(set(table["mmsi"].to_pylist())) == vessels
    assert balanced(json.loads(json.dumps(result.counts)))


@pytest.mark.data
def test_truncated_lines_of_the_seine_become_no_phantom_positions(shared_data, tmp_path):
    lon, lat = places(shared_data / "nmea/seine_2016-03-31_24h.nmea.gz", tmp_path)
    assert len(lon) == 49799 - 1760
    assert np.all((np.abs(lat - 49.4) < 1) & (np.abs(lon - 0.5) < 1.5))


def places(file: Path, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of the positions that a replay finds."""
    replay(Replay((file,), positions=folder / "out.parquet"), Settings())
    table = pq.read_table(folder / "out.parquet", columns=["lon_deg", "lat_deg"]).drop_null()
    return table["lon_deg"].to_numpy(), table["lat_deg"].to_numpy()


@pytest.mark.data
@pytest.mark.parametrize("lines", [1, 997])
def test_the_size_of_blocks_changes_no_row(shared_data, tmp_path, lines):
    file = shared_data / "nmea/norway_tagblocks_2024-12-09.nmea"
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    replay(Replay((file,), positions=whole), Settings())
    replay(Replay((file,), positions=cut, block_lines=lines), Settings())
    assert pq.read_table(whole).equals(pq.read_table(cut))
    assert pq.read_table(whole).num_rows == 149
