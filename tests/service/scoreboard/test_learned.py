"""A recording teaches, and its rest is held against what it taught."""

from __future__ import annotations

import numpy as np
import pytest

from ais.dialects.csv_columns import parse_columns
from service.scoreboard import learned, real
from service.scoreboard.real import Recording

BEGIN, SHIPS, REPORTS = 1_700_000_000, 60, 30


def row(ship: int, k: int, lon: float, lat: float) -> str:
    return f"S{ship},{BEGIN + 60 * ship + 300 * k},{lon:.4f},{lat:.4f}\n"


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """Ships of a lane, one after the other; of the last the twentieth leaves it."""
    folder = tmp_path_factory.mktemp("lane")
    lines = []
    for ship in range(SHIPS):
        leaves = 12 if ship == SHIPS - 1 else REPORTS
        for k in range(REPORTS):
            east, north = min(k, leaves), max(0, k - leaves)
            lines.append((60 * ship + 300 * k, row(ship, k, 18 + 0.02 * east, 35 + 0.016 * north)))
    text = "".join(line for _, line in sorted(lines))
    (folder / "lane.csv").write_text("id,time,lon,lat\n" + text)
    recording = Recording("lane.csv", parse_columns("id=id,time=time,lon=lon,lat=lat", "epoch"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real, "DATA", folder)
        patch.setattr(learned, "PART", 0.7)
        yield learned.lesson(recording)


def test_ships_without_type_speed_or_mmsi_teach_a_model(lesson):
    assert lesson.passages > 8 * SHIPS
    assert lesson.days > 0


def test_with_so_little_known_nothing_is_told_as_set(lesson):
    assert lesson.told == ()


def test_asked_loosely_who_leaves_the_lane_is_told(lesson):
    assert [one.kind for one in lesson.loosely] == ["off_route"]


def test_the_rest_of_a_lane_is_as_usual_as_its_share_says(lesson):
    assert lesson.held > 0
    assert lesson.ways / lesson.held < 0.1


def test_types_and_draughts_that_ships_say_are_carried_along(tmp_path, monkeypatch):
    layout = parse_columns("id=id,time=time,lon=lon,lat=lat,ship_type=kind,draught_m=d", "epoch")
    said = ["247000001,1700000000,15,35,80,6.5", "247000001,1700000300,15.1,35,,"]
    (tmp_path / "two.csv").write_text("\n".join(["id,time,lon,lat,kind,d", *said, ""]))
    monkeypatch.setattr(real, "DATA", tmp_path)
    rows = learned.read(Recording("two.csv", layout), tmp_path)
    assert rows["type"].tolist() == [80, 80]
    assert rows["draught"].tolist() == [6.5, 6.5]
    learned.write(rows, tmp_path / "again.csv")
    assert np.isnan(rows["sog"]).all()
    assert "nan" not in (tmp_path / "again.csv").read_text()
