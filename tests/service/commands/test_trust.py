"""``spool verify`` and ``db status``: a proof that can fail, figures that are right."""

from __future__ import annotations

import json
import re

import pytest

from ais.spool.layout import SpoolSettings, closed_path, manifest_path
from ais.spool.writer import SpoolWriter
from service.commands import trust
from store.schema import lacking


@pytest.fixture
def spool(tmp_path):
    """A spool of four closed segments of a line each, and an open one."""
    folder = tmp_path / "spool"
    settings = SpoolSettings(segment_bytes=20)
    with SpoolWriter(folder, settings) as writer:
        for second in range(4):
            writer.append("naples", [b"!AIVDM,line %d" % second], second * 1000)
            writer.sync()
    return folder


def proof(told) -> dict:
    return json.loads(told.out)


def flip(file, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def test_a_sound_spool_is_proven(vedetta, spool):
    told = vedetta("spool", "verify", spool)
    found = proof(told)
    assert told.code == 0
    assert (found["lines"], found["fault"]) == (4, "")
    assert told.err == f"proven: 4 lines in 4 closed segments; head {found['head']}\n"


def test_lines_of_the_open_segment_are_not_called_proven(vedetta, tmp_path):
    with SpoolWriter(tmp_path / "spool") as writer:
        writer.append("naples", [b"!AIVDM,a", b"!AIVDM,b"], 1000)
    told = vedetta("spool", "verify", tmp_path / "spool")
    assert told.code == 0
    assert told.err == (
        "proven: 0 lines in 0 closed segments; 2 lines in the open segment carry no hash yet\n"
    )
    assert (proof(told)["open_lines"], proof(told)["open_segments"]) == (2, 1)


def test_a_folder_without_a_spool_proves_nothing(vedetta, tmp_path):
    told = vedetta("spool", "verify", tmp_path)
    assert told.code == 1
    assert told.complaint.startswith(f"vedetta: {tmp_path}: holds no spool; give")


def test_the_settings_say_where_the_spool_is(vedetta, spool):
    config = spool.parent / "config.yaml"
    config.write_text(f"folder: {spool.parent}\n")
    assert proof(vedetta("spool", "verify", "-c", config))["lines"] == 4


def test_a_folder_beside_the_settings_is_refused(vedetta, spool):
    told = vedetta("spool", "verify", spool, "-c", "config.yaml")
    assert (told.code, "stands beside -c config.yaml" in told.complaint) == (2, True)


@pytest.mark.parametrize("sequence", [1, 3])
def test_a_flipped_byte_is_found_in_its_file_and_frame(vedetta, spool, sequence):
    file = closed_path(spool, sequence)
    flip(file, 20)
    told = vedetta("spool", "verify", spool)
    assert told.code == 1
    assert (proof(told)["file"], proof(told)["frame"]) == (str(file), 0)
    [line] = told.err.splitlines()
    assert line == f"vedetta: spool file {file}, frame 0: not the bytes that were closed"


def test_a_changed_manifest_is_found(vedetta, spool):
    manifest = manifest_path(spool)
    flip(manifest, 30)
    told = vedetta("spool", "verify", spool)
    assert told.code == 1
    assert str(manifest) in told.err


def test_a_missing_segment_is_found(vedetta, spool):
    closed_path(spool, 2).unlink()
    told = vedetta("spool", "verify", spool)
    assert told.code == 1
    assert proof(told)["file"] == str(closed_path(spool, 2))


def test_the_head_of_an_earlier_proof_is_an_anchor(vedetta, spool):
    head = proof(vedetta("spool", "verify", spool))["head"]
    assert vedetta("spool", "verify", spool, "--anchor", head).code == 0


def test_an_anchor_of_another_spool_is_a_fault(vedetta, spool):
    told = vedetta("spool", "verify", spool, "--anchor", "f" * 64)
    assert told.code == 1
    assert "its tail was cut or replaced" in told.err


def test_a_proof_changes_nothing(vedetta, spool):
    before = {file.name: file.read_bytes() for file in spool.iterdir()}
    vedetta("spool", "verify", spool)
    assert {file.name: file.read_bytes() for file in spool.iterdir()} == before


def test_no_folder_is_wrong_use(vedetta, tmp_path):
    told = vedetta("spool", "verify", tmp_path / "none")
    assert told.code == 2
    assert told.complaint == (
        f"vedetta: {tmp_path / 'none'}: no such folder; give the folder of a spool"
    )


def test_the_service_s_own_spool_is_the_default(vedetta, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    told = vedetta("spool", "verify")
    assert (told.code, str(tmp_path / "vedetta" / "spool") in told.complaint) == (2, True)


# --- db status -----------------------------------------------------------------------------------


def test_the_status_of_a_database_is_one_object(vedetta, dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dsn)
    told = vedetta("db", "status", "--json")
    found = json.loads(told.out)
    assert told.code == 0
    assert found["timescaledb"].startswith("2.")
    assert (found["rows"], found["runs"], found["retention_days"]) == (0, 0, 90)
    assert found["bytes"] > 1_000_000
    assert set(found["chunks"]) == {"position", "run_position"}


def test_the_status_for_people_has_a_line_for_each_figure(vedetta, dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dsn)
    lines = vedetta("db", "status").out.splitlines()
    values = {line[:34].rstrip(): line[35:] for line in lines}
    assert lines[0].startswith("database  ")
    assert "(DATABASE_URL)" in lines[0]
    assert (values["growth"], values["retention days"]) == ("not known yet", "90 days")
    assert re.fullmatch(r"\d+\.\d MB", values["bytes"])
    assert {"postgresql", "timescaledb", "  position"} <= set(values)


@pytest.mark.parametrize(
    "name,value,words",
    [
        ("bytes", 11_500_000, "11.5 MB"),
        ("bytes", 0, "0 B"),
        ("bytes", 999, "999 B"),
        ("gb_per_day", 0.4, "400.0 MB a day"),
        ("gb_per_day", 1.25, "1.2 GB a day"),
        ("gb_kept", 2_000.0, "2.0 TB"),
        ("gb_kept", None, "not known yet"),
        ("retention_days", 90.0, "90 days"),
        ("rows", 1_234_567, "1,234,567"),
    ],
)
def test_a_figure_has_a_unit_that_people_use(name, value, words):
    assert trust._in_words(name, value) == words


@pytest.mark.parametrize(
    "address,shown",
    [
        ("postgresql://ann:s3cret@db.example:5433/sea", "sea on db.example:5433 (DATABASE_URL)"),
        ("host=/run/pg dbname=sea password=s3cret", "sea on /run/pg (DATABASE_URL)"),
        ("user=ann password=s3cret", "ann on local socket (DATABASE_URL)"),
    ],
)
def test_a_database_is_named_without_its_password(address, shown):
    assert trust._described(address, None) == shown


def test_without_an_address_it_is_the_embedded_one(tmp_path):
    assert trust._described("", tmp_path) == f"embedded, {tmp_path}"


def test_retention_is_that_of_the_settings(vedetta, dsn, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", dsn)
    config = tmp_path / "config.yaml"
    config.write_text("retention:\n  positions_days: 12\n")
    told = vedetta("db", "status", "--json", "-c", config)
    assert json.loads(told.out)["retention_days"] == 12


def test_a_database_without_tables_is_told_and_left_alone(vedetta, empty_dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", empty_dsn)
    told = vedetta("db", "status")
    assert told.code == 1
    assert ": has no 0001_live_core" in told.complaint
    assert "vedetta serve" in told.complaint
    assert lacking(empty_dsn)[0] == "0001_live_core"


def test_a_database_that_does_not_answer_is_one_line(vedetta, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=127.0.0.1 port=1 dbname=nothing")
    told = vedetta("db", "status")
    assert told.code == 1
    assert "start it, correct the address, or unset it" in told.complaint


@pytest.mark.parametrize("address", ["postgresql//u:s3cret@h/x", "postgresql://u:s3cret@[db"])
@pytest.mark.parametrize("words", [("db", "status"), ("alerts", "list"), ("audit", "verify")])
def test_an_address_that_is_none_is_refused_without_its_password(
    vedetta, monkeypatch, words, address
):
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("VEDETTA_USER", "a.rossi")
    told = vedetta(*words)
    assert told.code != 0
    assert "DATABASE_URL cannot be understood" in told.complaint
    assert "s3cret" not in told.complaint + told.out


def test_settings_that_are_not_there_are_wrong_use(vedetta, tmp_path):
    told = vedetta("db", "status", "-c", tmp_path / "no.yaml")
    assert told.code == 2
    assert "expected a YAML file" in told.complaint
