"""Usual traffic at the command line."""

from __future__ import annotations

import datetime as dt
import json

from alerts.traffic.model import TrafficModel
from tests.plugins.traffic import sailed_lane

DAY = dt.datetime(2026, 5, 10, tzinfo=dt.UTC)
LEARN = ("traffic", "learn", "--from", "2026-05-10", "--to", "2026-05-11", "--why", "first")


def test_a_model_is_learned_looked_at_adopted_and_listed(office, dsn, tmp_path):
    sailed_lane(dsn, DAY, ships=30)
    told = office(*LEARN)
    assert told.out.startswith("model 1: 600 passages through cells, 0 ships on lines")
    assert "not in force until: vedetta traffic adopt 1" in told.err
    assert office("traffic", "adopt", 1, "--why", "looked at it").code == 0
    [row] = json.loads(office("traffic", "list", "--json").out)
    assert (row["version"], row["in_force"], row["author"]) == (1, True, "a.rossi")
    shown = office("traffic", "show", "-o", tmp_path / "usual.model")
    assert row["sha256"] in shown.out
    assert TrafficModel.from_bytes((tmp_path / "usual.model").read_bytes()).passages == 600
    assert row["sha256"][:16] in office("traffic", "list").out


def test_days_that_were_learned_are_refused_unless_it_begins_anew(office, dsn):
    sailed_lane(dsn, DAY, ships=2)
    assert office(*LEARN).code == 0
    again = office(*LEARN)
    assert again.code == 1
    assert "positions from 2026-05-10T00:00Z on were learned already" in again.complaint
    assert office(*LEARN, "--fresh").out.startswith("model 2: 40 passages")


COLUMNS = ("--columns", "id=mmsi,time=time,lon=lon,lat=lat", "--time-format", "epoch")


def test_recorded_data_in_the_database_teaches_too_though_it_says_no_speed(
    office, dsn, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", dsn)
    begin = int(DAY.timestamp())
    rows = [f"24710000{ship},{begin + 300 * k},{18 + 0.02 * k:.3f},35.0{ship}\n"
            for k in range(40) for ship in range(3)]  # fmt: skip
    (tmp_path / "tracks.csv").write_text("mmsi,time,lon,lat\n" + "".join(rows))
    told = office("replay", tmp_path / "tracks.csv", "--into-db", *COLUMNS)
    assert told.out.endswith("run 1\n")
    learned = office("traffic", "learn", "--run", 1, "--why", "a recording", "--adopt")
    assert learned.out.startswith("model 1: 48 passages through cells")
    assert "learned from 2026-05-10 to 2026-05-11" in learned.out


def test_a_run_without_positions_teaches_nothing(office):
    told = office("traffic", "learn", "--run", 7, "--why", "x")
    assert told.code == 1
    assert "run 7 has no positions; see what vedetta replay --into-db said" in told.complaint


def test_days_and_a_run_are_not_learned_together(office):
    told = office(*LEARN, "--run", 1)
    assert told.code == 2
    assert "expected --from and --to, or --run alone" in told.complaint


def test_a_span_that_ends_before_it_begins_is_refused(office):
    told = office("traffic", "learn", "--from", "2026-05-10", "--to", "2026-05-10", "--why", "x")
    assert told.code == 2
    assert "expected a day after 2026-05-10" in told.complaint


def test_without_a_model_there_is_nothing_to_show_or_adopt(office):
    assert "make one: vedetta traffic learn" in office("traffic", "show").complaint
    told = office("traffic", "adopt", 7, "--why", "x")
    assert "traffic model 7 is not in the database" in told.complaint


def test_learning_needs_a_reason(vedetta):
    assert vedetta(*LEARN[:-2]).code == 2
