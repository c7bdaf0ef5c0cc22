"""``identity``: one vessel over time, from what was stored of it."""

from __future__ import annotations

import json

import pytest

from store.writer import Writer
from tests.plugins.rows import positions, statics, writes


@pytest.fixture
def renamed(dsn) -> None:
    """A vessel that changed its MMSI and name and kept its IMO number; another one beside it."""
    said = statics(
        mmsi=[677123456, 620999123, 247320162], imo=[9074729, 9074729, 1234567],
        name=[b"BLUE DAWN", b"RED DUSK", b"OTHER"], call_sign=[b"5IM201", b"D6AB2", b""],
        received=["2020-07-01T10:00", "2020-07-05T10:00", "2020-07-02T10:00"],
    )  # fmt: skip
    seen = positions(
        mmsi=[677123456] * 2, segment=[0, 0], spool=[1, 2], lon_deg=[12.0, 12.1],
        time=["2020-07-01T10:00", "2020-07-01T11:30"],
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(seen, statics=said, offset=1))


@pytest.mark.parametrize("vessel", ["677123456", "620999123", "imo:9074729", "IMO:9074729"])
def test_mmsis_that_sent_one_imo_number_are_one_vessel(office, renamed, vessel):
    told = json.loads(office("identity", vessel, "--json").out)
    values = {fact: [span["value"] for span in told[fact]] for fact in ("mmsi", "name", "imo")}
    assert values == {
        "mmsi": ["677123456", "620999123"], "name": ["BLUE DAWN", "RED DUSK"], "imo": ["9074729"],
    }  # fmt: skip


def test_a_number_that_is_no_imo_number_joins_nobody(office, dsn):
    with Writer(dsn) as writer:
        said = statics(mmsi=[247320162, 247320163], imo=[1111111] * 2)
        writer.commit(writes(statics=said, offset=1))
    told = json.loads(office("identity", "247320162", "--json").out)
    assert [span["value"] for span in told["mmsi"]] == ["247320162"]


def test_the_table_tells_each_fact_with_its_time(office, renamed):
    lines = office("identity", "677123456").out.splitlines()
    assert lines[0].split() == "FACT VALUE FIRST LAST".split()
    [segment] = [line for line in lines if line.startswith("segment")]
    assert segment.split() == (
        "segment 677123456 2020-07-01 10:00Z 2020-07-01 11:30Z 2 positions".split()
    )
    assert any("RED DUSK" in line and "2020-07-05 10:00Z" in line for line in lines)


def test_what_contradicts_itself_is_a_conflict_in_words(office, dsn):
    said = statics(mmsi=[677123456] * 2, imo=[9074729, 9187629], received=["2020-07-01"] * 2)
    with Writer(dsn) as writer:
        writer.commit(writes(statics=said, offset=1))
    lines = office("identity", "677123456").out.splitlines()
    [conflict] = [line for line in lines if line.startswith("conflict")]
    assert "MMSI 677123456 sent IMO numbers 9074729" in conflict


def test_a_vessel_never_heard_is_said(office):
    told = office("identity", "677123456")
    assert told.complaint == "vedetta: 677123456: was never heard; see that the number is right"
    assert told.code == 1


@pytest.mark.parametrize("vessel", ["Blue Dawn", "", "imo:", "0", "1000000000", "٣", "x:9074729"])
def test_what_names_no_vessel_is_wrong_use(office, vessel):
    told = office("identity", vessel)
    assert (told.code, "expected an MMSI as 247320162, or imo:9074729" in told.complaint) == (
        2, True
    )  # fmt: skip
