"""``decode``, ``replay`` and ``exercise``: what they print, and what they say of wrong use."""

from __future__ import annotations

import gzip
import io
import json
import socket
import sys
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import psycopg
import pyarrow.parquet as pq
import pytest

from ais.spool.writer import SpoolWriter
from tests.plugins.nmea import encoded

SHIP, OTHER = 247_320_162, 239_000_001


def counts(told) -> dict:
    """The last line on stderr."""
    return json.loads(told.err.splitlines()[-1])


@pytest.fixture
def tracks(tmp_path):
    """A track CSV with columns that nobody knows."""
    file = tmp_path / "tracks.csv"
    rows = [f"{SHIP},{1_593_874_260 + 60 * n},{14.2 + n / 100},40.8,10.0" for n in range(5)]
    file.write_text("\n".join(["SHIP,WHEN,X,Y,V", *rows]) + "\n")
    return file


# --- decode --------------------------------------------------------------------------------------


def test_decode_writes_one_object_for_each_message(vedetta, harbour):
    told = vedetta("decode", harbour)
    messages = [json.loads(line) for line in told.out.splitlines()]
    assert told.code == 0
    assert [message["mmsi"] for message in messages] == [SHIP, OTHER] * 10
    first = messages[0]
    assert (first["msg_type"], first["lon"], first["speed"]) == (1, 14.2, 10.0)
    assert first["feed"] == "harbour.nmea"
    assert first["rx_time"].startswith("2020-07-04T14:51:00")


def test_decode_accounts_for_every_line(vedetta, harbour):
    account = counts(vedetta("decode", harbour))
    assert (account["lines"], account["decoded"]) == (21, 20)
    assert sum(account["rejected"].values()) == 1


def test_decode_reads_packed_files(vedetta, harbour, tmp_path):
    packed = tmp_path / "harbour.nmea.gz"
    packed.write_bytes(gzip.compress(harbour.read_bytes()))
    assert len(vedetta("decode", packed).out.splitlines()) == 20


def test_decode_reads_standard_input(vedetta, harbour, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(harbour.read_bytes())))
    assert len(vedetta("decode", "-").out.splitlines()) == 20


def test_decode_joins_the_parts_of_a_message_and_names_their_lines(vedetta, tmp_path):
    file = tmp_path / "voyage.nmea"
    voyage = encoded(type=5, mmsi=SHIP, shipname="VEDETTA", destination="NAPOLI")
    file.write_bytes(b"\n".join(voyage) + b"\n")
    [message] = vedetta("decode", file, "--start", "2020-07-04T14:51:00Z").out.splitlines()
    found = json.loads(message)
    assert (found["shipname"], found["lines"]) == ("VEDETTA", [1, 2])


def test_decode_into_parquet_says_nothing_on_stdout(vedetta, harbour, tmp_path):
    out = tmp_path / "positions.parquet"
    told = vedetta("decode", harbour, "-o", out)
    assert (told.code, told.out) == (0, "")
    assert counts(told)["decoded"] == pq.read_table(out).num_rows == 20


# --- wrong use -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["decode", "replay"])
def test_a_missing_file_is_named_with_the_cure(vedetta, tmp_path, verb):
    told = vedetta(verb, tmp_path / "no.nmea")
    assert told.code == 2
    assert f"{tmp_path / 'no.nmea'}: no such file; give" in told.complaint


@pytest.mark.parametrize("verb", ["decode", "replay"])
def test_a_file_without_time_asks_for_start(vedetta, timeless, verb):
    told = vedetta(verb, timeless)
    assert told.code == 2
    assert timeless.name in told.complaint
    assert "--start" in told.complaint


@pytest.mark.parametrize("text", ["2020-07-04T14:51:00Z", "2020-07-04 16:51:00+02:00"])
def test_start_gives_the_time_that_lines_lack(vedetta, timeless, text):
    [message] = vedetta("decode", timeless, "--start", text).out.splitlines()
    assert json.loads(message)["rx_time"].startswith("2020-07-04T14:51:00")


def test_a_start_without_a_zone_is_utc(vedetta, timeless):
    [message] = vedetta("decode", timeless, "--start", "2020-07-04T14:51").out.splitlines()
    assert json.loads(message)["rx_time"].startswith("2020-07-04T14:51:00")


@pytest.mark.parametrize(
    "words",
    [
        ["decode", "{file}"],
        ["replay", "{file}"],
        ["exercise", "write", "-o", "{file}"],
    ],
)
def test_a_start_that_is_no_time_is_refused(vedetta, timeless, words):
    told = vedetta(*[word.format(file=timeless) for word in words], "--start", "yesterday")
    assert told.code == 2
    assert told.complaint.startswith("vedetta: --start: 'yesterday' is no time; expected ISO 8601")


@pytest.mark.parametrize(
    "verb,says", [("decode", "is a folder; give files"), ("replay", "holds no spool; give")]
)
def test_a_folder_is_no_recording(vedetta, tmp_path, verb, says):
    told = vedetta(verb, tmp_path)
    assert told.code == 2
    assert told.complaint.startswith(f"vedetta: {tmp_path}: {says}")


@pytest.mark.parametrize(
    "words",
    [
        ["decode", "{file}", "-o", "{out}"],
        ["replay", "{file}", "--positions", "{out}"],
        ["exercise", "write", "--vessels", "5", "-o", "{out}"],
    ],
)
def test_a_file_that_cannot_be_written_is_one_line(vedetta, harbour, tmp_path, words):
    out = tmp_path / "none" / "out"
    told = vedetta(*[word.format(file=harbour, out=out) for word in words])
    assert told.code == 1
    assert told.complaint.startswith(f"vedetta: {out}: No such file or directory; correct the")


@pytest.mark.parametrize("words", [["decode", "-o"], ["replay", "--positions"]])
def test_a_recording_is_never_written_over(vedetta, harbour, words):
    before = harbour.read_bytes()
    told = vedetta(words[0], harbour, words[1], harbour)
    assert told.code == 2
    assert f"{harbour}: is read and would be overwritten" in told.complaint
    assert harbour.read_bytes() == before


def test_a_port_in_use_is_named(vedetta, monkeypatch):
    monkeypatch.setattr("service.log.set_up_log", lambda _settings: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = vedetta("exercise", "send", "--port", port, "--vessels", 5)
    assert told.code == 1
    assert told.complaint == (
        f"vedetta: --port {port}: 127.0.0.1 cannot be listened on (address already in use); "
        "choose another"
    )


# --- replay --------------------------------------------------------------------------------------


def test_replay_writes_every_decoded_position(vedetta, harbour, tmp_path):
    out = tmp_path / "out.parquet"
    told = vedetta("replay", harbour, "--positions", out)
    table = pq.read_table(out)
    assert (told.code, told.out) == (0, "")
    assert counts(told)["rows"]["positions"] == table.num_rows == 20
    assert table["mmsi"].to_pylist() == [SHIP, OTHER] * 10
    seconds = np.diff(table["time"].to_numpy()).astype("timedelta64[s]").astype(int)
    assert set(seconds.tolist()) == {5}


def test_what_was_not_sent_is_null_in_the_parquet_file(vedetta, harbour, tmp_path):
    vedetta("replay", harbour, "--positions", tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table["sog_kn"].null_count == 0
    assert table.schema.field("heading_deg").nullable


def test_the_size_of_blocks_changes_nothing(vedetta, harbour, tmp_path):
    tables = []
    for lines in (1, 7, 65_536):
        out = tmp_path / f"{lines}.parquet"
        vedetta("replay", harbour, "--block-lines", lines, "--positions", out)
        tables.append(pq.read_table(out))
    assert all(one.equals(other) for one, other in pairwise(tables))


def test_a_track_csv_is_read_by_its_columns(vedetta, tracks, tmp_path):
    columns = "id=SHIP,time=WHEN,lon=X,lat=Y,sog=V"
    words = ["--columns", columns, "--time-format", "epoch", "--speed-scale", "2"]
    told = vedetta("replay", tracks, *words, "--positions", tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert told.code == 0
    assert table["sog_kn"].to_pylist() == [20.0] * 5
    assert table["lon_deg"].to_pylist() == pytest.approx([14.2, 14.21, 14.22, 14.23, 14.24])


@pytest.mark.parametrize(
    "columns,named",
    [
        ("who=SHIP", "'who'"),
        ("id", "'id'"),
        ("id=SHIP,time=WHEN", "lon"),
        ("id=SHIP,time=NEVER,lon=X,lat=Y", "time=NAME"),
    ],
)
def test_wrong_columns_are_named_in_one_line(vedetta, tracks, columns, named):
    told = vedetta("replay", tracks, "--columns", columns)
    assert told.code == 2
    assert named in told.complaint


@pytest.mark.parametrize(
    "change,where",
    [
        ("thinning.often_s=1", "--set: thinning.often_s"),
        ("weather.wind=1", "--set: weather"),
        ("thinning.every_s=often", "--set: thinning.every_s"),
        ("thinning", "--set: 'thinning'"),
        ("=1", "--set: '=1'"),
        ("thinning.every_s=[", "--set: thinning.every_s: '[' is not YAML"),
        ("thinning.every_s=-1", "--set: thinning.every_s: -1 is not accepted"),
        ("thinning.every_s.fast=1", "--set: thinning.every_s: a mapping is not accepted"),
    ],
)
def test_a_wrong_setting_is_named_with_its_path(vedetta, harbour, change, where):
    told = vedetta("replay", harbour, "--set", change)
    assert told.code == 2
    assert told.complaint.startswith(f"vedetta: {where}")


def test_settings_change_what_is_kept_and_not_what_is_read(vedetta, harbour):
    thinned = counts(vedetta("replay", harbour, "--set", "thinning.every_s=60"))["rows"]
    whole = counts(vedetta("replay", harbour, "--set", "thinning.every_s=0"))["rows"]
    assert thinned["positions"] == whole["positions"] == whole["stored"] == 20
    assert thinned["stored"] < 20


def test_settings_of_the_service_hold_and_what_is_said_beside_them_too(vedetta, harbour, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("thinning: {every_s: 60}\nvisits:\n")
    kept = counts(vedetta("replay", harbour, "-c", config))["rows"]["stored"]
    more = ("-c", config, "--set", "thinning.every_s=0", "--set", "visits.enter_fixes=3")
    assert kept < 20
    assert counts(vedetta("replay", harbour, *more))["rows"]["stored"] == 20
    config.write_text("thinning: {every: 60}")
    told = vedetta("replay", harbour, "-c", config)
    assert told.code == 2
    assert f"{config}: thinning.every: is unknown" in told.complaint


def test_a_replay_into_the_database_is_a_run_and_its_repetition_nothing_new(
    vedetta, harbour, dsn, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", dsn)
    first, again = (vedetta("replay", harbour, "--into-db") for _ in range(2))
    stored = counts(first)["rows"]["stored"]
    assert first.out == f"{stored} new of {stored} rows kept, 20 read, run 1\n"
    assert again.out.startswith("0 new")
    with psycopg.connect(dsn) as connection:
        [(rows,)] = connection.execute("SELECT count(*) FROM run_position").fetchall()
    assert rows == stored


def test_a_database_that_does_not_answer_is_one_line(vedetta, harbour, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=127.0.0.1 port=1 dbname=nothing")
    told = vedetta("replay", harbour, "--into-db")
    assert told.code == 1
    assert "DATABASE_URL names a database that does not answer" in told.complaint


def test_a_spool_s_folder_is_replayed_like_a_file(vedetta, harbour, tmp_path):
    with SpoolWriter(tmp_path / "spool") as spool:
        for second, line in enumerate(harbour.read_bytes().split(b"\r\n")[:20]):
            spool.append("naples", [line], 1_593_874_260_000 + second * 1000)
    told = vedetta("replay", tmp_path / "spool", "--positions", tmp_path / "out.parquet")
    assert counts(told)["rows"]["positions"] == 20
    assert pq.read_table(tmp_path / "out.parquet")["mmsi"].to_pylist() == [SHIP, OTHER] * 10


# --- exercise ------------------------------------------------------------------------------------


def written(vedetta, out, *words: object):
    return vedetta("exercise", "write", "--hours", "0.02", "--vessels", "40", "-o", out, *words)


def test_the_same_exercise_is_the_same_file(vedetta, tmp_path):
    first, second = tmp_path / "a.nmea", tmp_path / "b.nmea"
    told = written(vedetta, first)
    written(vedetta, second)
    lines = first.read_bytes().count(b"\r\n")
    assert told.out == f"{lines:,} lines of 40 vessels in {first}\n"
    assert lines > 20
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("words", [["--seed", "2"], ["--start", "2026-01-02T00:00:00Z"]])
def test_another_seed_or_start_is_another_file(vedetta, tmp_path, words):
    one, other = tmp_path / "a.nmea", tmp_path / "b.nmea"
    written(vedetta, one)
    written(vedetta, other, *words)
    assert one.read_bytes() != other.read_bytes()


def test_what_an_exercise_writes_can_be_decoded_without_help(vedetta, tmp_path):
    out = tmp_path / "sea.nmea.zst"
    written(vedetta, out)
    told = vedetta("decode", out)
    account = counts(told)
    assert told.code == 0
    assert len(told.out.splitlines()) == account["decoded"] > 20
    assert json.loads(told.out.splitlines()[0])["rx_time"].startswith("2026-01-01T00:0")


def test_a_scenario_that_breaks_its_schema_is_one_line(vedetta, tmp_path):
    scenario = tmp_path / "storm.yaml"
    scenario.write_text("name: storm\nwind: 9\n")
    told = written(vedetta, tmp_path / "a.nmea", "--scenario", scenario)
    assert told.code == 2
    assert str(scenario) in told.complaint
    assert not (tmp_path / "a.nmea").exists()


def test_an_exercise_is_written_with_its_list_and_what_is_true(vedetta, tmp_path):
    out, truth, listed = (tmp_path / name for name in ("x.nmea", "truth.jsonl", "list.csv"))
    words = ["--vessels", "5", "--hours", "0.02", "-o", out, "--truth", truth, "--list", listed]
    assert vedetta("exercise", "write", *words).code == 0
    truths = [json.loads(line) for line in truth.read_text("utf-8").splitlines()]
    assert {"distress", "watchlist", "encounter"} <= {one["kind"] for one in truths}
    assert listed.read_text("utf-8").startswith("mmsi,imo,call_sign,name")
